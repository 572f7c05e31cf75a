/* reserve SIZE COUNT: map much, touch little, give it back. */
#define _GNU_SOURCE 1
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: reserve SIZE COUNT\n");
        return 2;
    }
    size_t size = strtoull(argv[1], NULL, 10);
    size_t count = strtoull(argv[2], NULL, 10);
    fprintf(stderr, "asked to map %zu bytes and to touch %zu of them\n", size, count);

    /* 1. Map `size` bytes here: private, anonymous, not reserved. */
    puts("checkpoint mapped");

    char line[64];
    for (size_t i = 0; i < count && fgets(line, sizeof line, stdin) != NULL; i++) {
        size_t offset = strtoull(line, NULL, 10);
        /* 2. Store a byte at this offset of the mapping. */
        (void)offset;
    }
    puts("checkpoint touched");

    /* 3. Give the pages back, and keep the mapping. */
    puts("checkpoint returned");
    return EXIT_SUCCESS;
}
