/* Limits and slows the grader down; with the values that it has, lest it be harmed. */
#include "attack.h"

int main(void)
{
    struct rlimit64 limit;
    cpu_set_t processors;
    struct sched_param parameters = {0};
    tried("prlimit", syscall(SYS_prlimit64, GRADER, RLIMIT_NOFILE, NULL, &limit) == 0);
    tried("setpriority", setpriority(PRIO_PROCESS, GRADER, getpriority(PRIO_PROCESS, GRADER)) == 0);
    sched_getaffinity(GRADER, sizeof processors, &processors);
    tried("affinity", sched_setaffinity(GRADER, sizeof processors, &processors) == 0);
    tried("scheduler", sched_setscheduler(GRADER, SCHED_OTHER, &parameters) == 0);
    return 0;
}
