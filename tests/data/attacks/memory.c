/* Touches more memory than is allowed, in children, each of which has little. */
#include "attack.h"

int main(void)
{
    for (int child = 0; child < 12; child++)
        if (fork() == 0) {
            memset(malloc(24 << 20), 1, 24 << 20);
            alarm(20);
            pause();
        }
    pause();
    return 0;
}
