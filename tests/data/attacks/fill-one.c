/* Fills the disk with one file. */
#include "attack.h"

int main(void)
{
    int file = open("big", O_CREAT | O_WRONLY, 0600);
    for (off_t end = 0; end < 2560L << 20; end += 256 << 20) {
        if (fallocate(file, 0, end, 256 << 20) != 0)
            break;
        usleep(100000);
    }
    tried("the rest of the disk", fallocate(file, 0, 0, 20L << 30) == 0);
    return 0;
}
