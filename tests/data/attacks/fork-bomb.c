/* Makes more processes than anybody needs; enough to be noticed, too few to hurt. */
#include "attack.h"

int main(void)
{
    for (int child = 0; child < 300; child++)
        if (fork() == 0) {
            alarm(20);
            pause();
            _exit(0);
        }
    pause();
    return 0;
}
