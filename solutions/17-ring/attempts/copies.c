/* A wrong ring: keeps the bytes in two copies of its own, and touches the ring only for show. */
#define _GNU_SOURCE 1
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static _Noreturn void fail(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

static volatile unsigned char *map_ring(size_t size)
{
    int fd = memfd_create("ring", MFD_CLOEXEC);
    if (fd < 0 || ftruncate(fd, (off_t)size) != 0)
        fail("memfd");
    unsigned char *base =
        mmap(NULL, 2 * size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (base == MAP_FAILED)
        fail("mmap");
    for (size_t half = 0; half < 2; half++)
        if (mmap(base + half * size, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0) ==
            MAP_FAILED)
            fail("mmap");
    close(fd);
    return base;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: ring SIZE\n");
        return 2;
    }
    size_t size = strtoull(argv[1], NULL, 10);
    volatile unsigned char *ring = map_ring(size);
    unsigned char *copy = calloc(2, size);
    if (copy == NULL)
        fail("calloc");
    puts("checkpoint mapped");

    char line[128];
    while (fgets(line, sizeof line, stdin) != NULL) {
        size_t offset;
        uint64_t number;
        if (sscanf(line, "put %zu %" SCNu64, &offset, &number) == 2 && offset < size) {
            for (size_t i = 0; i < 8; i++) {
                size_t at = (offset + i) % size;
                copy[at] = copy[at + size] = (unsigned char)(number >> (8 * i));
                ring[offset + i] = 0;
            }
            printf("stored=%zu\n", offset);
        } else if (sscanf(line, "get %zu", &offset) == 1 && offset < size) {
            number = 0;
            for (size_t i = 0; i < 8; i++)
                number |= (uint64_t)copy[offset + i] << (8 * i);
            printf("value=%" PRIu64 "\n", number);
        } else if (sscanf(line, "byte %zu", &offset) == 1 && offset < 2 * size) {
            (void)ring[offset];
            printf("byte=%d\n", copy[offset]);
        } else {
            fprintf(stderr, "not a command, or behind the ring: %s", line);
            return EXIT_FAILURE;
        }
    }
    return EXIT_SUCCESS;
}
