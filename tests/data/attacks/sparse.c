/* Makes a file of a size that whoever reads it will regret. */
#include "attack.h"

int main(void)
{
    signal(SIGXFSZ, SIG_IGN);
    int file = open("sparse", O_CREAT | O_RDWR, 0600);
    tried("1 TiB", ftruncate(file, 1L << 40) == 0);
    return 0;
}
