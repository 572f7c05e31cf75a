/* Uses the disk's inodes up. */
#include "attack.h"

int main(void)
{
    char name[32];
    for (int number = 0; number < 3000; number++) {
        snprintf(name, sizeof name, "%d", number);
        if (symlink("nowhere", name) != 0)
            break;
    }
    sleep(2);
    return 0;
}
