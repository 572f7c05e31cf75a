/* A wrong advise: maps twice as much as it was told. */
#define _GNU_SOURCE 1
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#ifndef MADV_POPULATE_WRITE
#define MADV_POPULATE_WRITE 23 /* since Linux 5.14; older C libraries do not have it */
#endif

static _Noreturn void fail(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: advise SIZE\n");
        return 2;
    }
    size_t size = strtoull(argv[1], NULL, 10);
    size_t half = size / 2, quarter = size / 4;
    unsigned char *memory =
        mmap(NULL, 2 * size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        fail("mmap");
    puts("checkpoint mapped");

    if (madvise(memory, half, MADV_POPULATE_WRITE) != 0)
        fail("madvise");
    puts("checkpoint populated");

    memory[0] = 7;
    memory[quarter] = 7;
    if (madvise(memory + quarter, quarter, MADV_DONTNEED) != 0)
        fail("madvise");
    puts("checkpoint thinned");

    printf("kept=%d\n", memory[0]);
    printf("gone=%d\n", memory[quarter]);
    if (munmap(memory, size) != 0)
        fail("munmap");
    return EXIT_SUCCESS;
}
