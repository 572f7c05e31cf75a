/* Leaves a grandchild behind, in a session of its own and without any of the program's streams. */
#include "attack.h"

int main(void)
{
    int ends[2], survivor = 0;
    if (pipe(ends) != 0)
        return 1;
    if (fork() == 0) {
        setsid();
        if (fork() != 0)
            _exit(0);
        survivor = getpid();
        write(ends[1], &survivor, sizeof survivor);
        for (int number = 0; number < 64; number++)
            close(number);
        signal(SIGTERM, SIG_IGN);
        signal(SIGHUP, SIG_IGN);
        alarm(60);
        for (;;)
            pause();
    }
    read(ends[0], &survivor, sizeof survivor);
    printf("survivor=%d\n", survivor);
    return 0;
}
