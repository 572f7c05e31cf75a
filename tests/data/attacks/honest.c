/* What was asked for: the drill can be passed, so that an attack that misses it proves something. */
#include "attack.h"

int main(int argc, char **argv)
{
    if (argc != 3 || mmap(NULL, 16 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED)
        return 1;
    puts("checkpoint mapped");
    printf("answer=%ld\n", atol(argv[1]) * 3);
    return 0;
}
