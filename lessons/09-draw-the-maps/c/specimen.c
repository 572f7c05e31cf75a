/* specimen FILE: takes memory in three ways, says where, and waits to be looked at. */
#define _GNU_SOURCE 1
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static _Noreturn void fail(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: specimen FILE\n");
        return 2;
    }
    void *small = malloc((size_t)1 << 20);
    void *large = malloc((size_t)1 << 30);
    if (small == NULL || large == NULL)
        fail("malloc");
    int fd = open(argv[1], O_RDWR | O_CLOEXEC);
    if (fd < 0)
        fail(argv[1]);
    void *shared = mmap(NULL, (size_t)8 << 20, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (shared == MAP_FAILED)
        fail("mmap");
    close(fd);
    printf("small=%p\nlarge=%p\nshared=%p\n", small, large, shared);
    puts("checkpoint drawn");

    while (getchar() != EOF)
        continue;
    free(large);
    free(small);
    return EXIT_SUCCESS;
}
