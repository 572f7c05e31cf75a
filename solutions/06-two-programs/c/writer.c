/*
 * writer FILE: stores integers into a file that it shares with other programs.
 *
 * Lines on standard input: put INDEX VALUE, get INDEX.
 */
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
        fprintf(stderr, "usage: writer FILE\n");
        return 2;
    }
    int fd = open(argv[1], O_RDWR | O_CLOEXEC);
    if (fd < 0)
        fail(argv[1]);
    struct stat status;
    if (fstat(fd, &status) != 0)
        fail("fstat");
    size_t length = (size_t)status.st_size;

    /* Volatile: other programs store here too, so every load must be made. */
    volatile int32_t *ints = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (ints == MAP_FAILED)
        fail("mmap");
    close(fd); /* the mapping keeps the file */
    puts("checkpoint mapped");

    char line[128];
    while (fgets(line, sizeof line, stdin) != NULL) {
        size_t index;
        int32_t value;
        if (sscanf(line, "put %zu %" SCNd32, &index, &value) == 2 && index < length / sizeof *ints) {
            ints[index] = value;
            printf("stored=%zu\n", index);
        } else if (sscanf(line, "get %zu", &index) == 1 && index < length / sizeof *ints) {
            printf("value=%" PRId32 "\n", ints[index]);
        } else {
            fprintf(stderr, "not a command, or behind the file's end: %s", line);
            return EXIT_FAILURE;
        }
    }
    if (munmap((void *)ints, length) != 0)
        fail("munmap");
    return EXIT_SUCCESS;
}
