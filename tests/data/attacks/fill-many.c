/* Fills the disk with files that have no name any more. */
#include "attack.h"

int main(void)
{
    for (int number = 0; number < 10; number++) {
        int file = open("unnamed", O_CREAT | O_EXCL | O_WRONLY, 0600);
        if (file < 0 || unlink("unnamed") != 0 || fallocate(file, 0, 0, 256 << 20) != 0)
            break;
        usleep(100000);
    }
    return 0;
}
