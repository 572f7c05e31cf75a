/* Signals the grader: with nothing, and with what would do no harm if it went through. */
#include "attack.h"

int main(void)
{
    tried("kill", kill(GRADER, 0) == 0);
    tried("SIGCONT", kill(GRADER, SIGCONT) == 0);
    tried("the parent", kill(getppid(), 0) == 0);
    tried("tgkill", syscall(SYS_tgkill, GRADER, GRADER, 0) == 0);
    int grader = syscall(SYS_pidfd_open, GRADER, 0);
    tried("pidfd", grader >= 0 && syscall(SYS_pidfd_send_signal, grader, 0, NULL, 0) == 0);
    return 0;
}
