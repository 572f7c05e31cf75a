/* guard SIZE GUARD: a buffer between two guards that end whoever touches them. */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: guard SIZE GUARD\n");
        return 2;
    }
    size_t size = strtoull(argv[1], NULL, 10);
    size_t guard = strtoull(argv[2], NULL, 10);
    fprintf(stderr, "%zu bytes, with %zu on either side\n", size, guard);

    /* 1. This buffer has no guards yet. */
    volatile unsigned char *buffer =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (buffer == MAP_FAILED) {
        perror("mmap");
        return EXIT_FAILURE;
    }
    puts("checkpoint guarded");

    /* 2. Try to map a page at the buffer's address, without replacing the buffer. */
    puts("placed=0");

    char line[128];
    while (fgets(line, sizeof line, stdin) != NULL) {
        ptrdiff_t offset;
        unsigned char byte;
        if (sscanf(line, "store %td %hhu", &offset, &byte) == 2) {
            buffer[offset] = byte;
            printf("stored=%td\n", offset);
        } else if (sscanf(line, "load %td", &offset) == 1) {
            printf("value=%d\n", buffer[offset]);
        } else {
            fprintf(stderr, "not a command: %s", line);
            return EXIT_FAILURE;
        }
    }
    return EXIT_SUCCESS;
}
