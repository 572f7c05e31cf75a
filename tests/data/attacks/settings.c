/* Changes settings of itself and of the machine, and looks whether it has a right to more. */
#include "attack.h"

int main(void)
{
    tried("oom_score_adj", open("/proc/self/oom_score_adj", O_WRONLY) >= 0);
    tried("clear_refs", open("/proc/self/clear_refs", O_WRONLY) >= 0);
    tried("overcommit", open("/proc/sys/vm/overcommit_memory", O_WRONLY) >= 0);
    tried("kcore", open("/proc/kcore", O_RDONLY) >= 0);
    tried("kmsg", open("/dev/kmsg", O_RDONLY) >= 0);
    tried("nice", setpriority(PRIO_PROCESS, 0, -5) == 0);
    char line[256];
    FILE *status = fopen("/proc/self/status", "r");
    while (status != NULL && fgets(line, sizeof line, status) != NULL) {
        unsigned long mask;
        /* All but CAP_DAC_READ_SEARCH. */
        if (sscanf(line, "CapEff: %lx", &mask) == 1)
            tried("capabilities", (mask & ~4UL) != 0);
    }
    return 0;
}
