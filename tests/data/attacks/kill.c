/* Signals the grader: with nothing, and with what would do no harm if it went through. */
#include "attack.h"

int main(void)
{
    tried("kill", kill(GRADER, 0) == 0);
    tried("SIGCONT", kill(GRADER, SIGCONT) == 0);
    /* In namespaces of its own it has none, and 0 would be its own group. */
    tried("the parent", getppid() != 0 && kill(getppid(), 0) == 0);
    /* All that it can reach. It does not reach itself. */
    tried("everybody", kill(-1, 0) == 0);
    tried("the first process", kill(1, 0) == 0);
    tried("tgkill", syscall(SYS_tgkill, GRADER, GRADER, 0) == 0);
    int grader = syscall(SYS_pidfd_open, GRADER, 0);
    tried("pidfd", grader >= 0 && syscall(SYS_pidfd_send_signal, grader, 0, NULL, 0) == 0);
    return 0;
}
