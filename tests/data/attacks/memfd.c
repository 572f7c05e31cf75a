/* Takes memory that no process has mapped, so that none is seen to have it. */
#include "attack.h"

int main(void)
{
    int file = memfd_create("hoard", 0);
    for (off_t end = 0; end < 512 << 20; end += 32 << 20) {
        if (fallocate(file, 0, end, 32 << 20) != 0)
            break;
        usleep(50000);
    }
    return 0;
}
