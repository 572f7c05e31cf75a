/* grow FILE: a table of 64-bit integers in a shared file that grows while it is in use. */
#define _GNU_SOURCE 1
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static _Noreturn void fail(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: grow FILE\n");
        return 2;
    }
    int fd = open(argv[1], O_RDWR | O_CLOEXEC);
    if (fd < 0)
        fail(argv[1]);
    struct stat status;
    if (fstat(fd, &status) != 0)
        fail("fstat");
    size_t length = (size_t)status.st_size;
    volatile int64_t *ints = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (ints == MAP_FAILED)
        fail("mmap");
    puts("checkpoint mapped");

    char line[128];
    while (fgets(line, sizeof line, stdin) != NULL) {
        size_t index;
        int64_t value;
        if (sscanf(line, "put %zu %" SCNd64, &index, &value) == 2) {
            /* Grow file and mapping here if the index lies behind the end. */
            if (index < length / sizeof *ints)
                ints[index] = value;
            printf("length=%zu\n", length);
        } else if (sscanf(line, "get %zu", &index) == 1) {
            printf("value=%" PRId64 "\n", index < length / sizeof *ints ? ints[index] : 0);
        } else {
            fprintf(stderr, "not a command: %s", line);
            return EXIT_FAILURE;
        }
    }
    return EXIT_SUCCESS;
}
