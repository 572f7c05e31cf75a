/* Wrong: maps the ring twice, and then takes every offset modulo the size. */
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

/* Maps `size` bytes of a new memfd twice, the second time right behind the first. */
static volatile unsigned char *map_ring(size_t size)
{
    int fd = memfd_create("ring", MFD_CLOEXEC);
    if (fd < 0)
        fail("memfd_create");
    if (ftruncate(fd, (off_t)size) != 0)
        fail("ftruncate");

    /* Reserved first, so that MAP_FIXED replaces nothing that is somebody else's. */
    unsigned char *base = mmap(NULL, 2 * size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (base == MAP_FAILED)
        fail("mmap");
    for (unsigned char *half = base; half < base + 2 * size; half += size) {
        if (mmap(half, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0) == MAP_FAILED)
            fail("mmap");
    }
    close(fd); /* the mappings keep the memory */
    return base;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: ring SIZE\n");
        return 2;
    }
    size_t size = strtoull(argv[1], NULL, 10);
    /* Volatile: every byte has two addresses, which a compiler does not expect. */
    volatile unsigned char *ring = map_ring(size);
    puts("checkpoint mapped");

    char line[128];
    while (fgets(line, sizeof line, stdin) != NULL) {
        size_t offset;
        uint64_t number;
        if (sscanf(line, "put %zu %" SCNu64, &offset, &number) == 2 && offset < size) {
            for (size_t i = 0; i < 8; i++)
                ring[(offset + i) % size] = (unsigned char)(number >> (8 * i));
            printf("stored=%zu\n", offset);
        } else if (sscanf(line, "get %zu", &offset) == 1 && offset < size) {
            number = 0;
            for (size_t i = 0; i < 8; i++)
                number |= (uint64_t)ring[(offset + i) % size] << (8 * i);
            printf("value=%" PRIu64 "\n", number);
        } else if (sscanf(line, "byte %zu", &offset) == 1 && offset < 2 * size) {
            printf("byte=%d\n", ring[offset % size]);
        } else {
            fprintf(stderr, "not a command, or behind the ring: %s", line);
            return EXIT_FAILURE;
        }
    }
    if (munmap((void *)ring, 2 * size) != 0)
        fail("munmap");
    return EXIT_SUCCESS;
}
