/* A wrong reader: maps the first quarter only and answers 0 for what lies behind it. */
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
        fprintf(stderr, "usage: reader FILE\n");
        return 2;
    }
    int fd = open(argv[1], O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        fail(argv[1]);
    struct stat status;
    if (fstat(fd, &status) != 0)
        fail("fstat");
    size_t length = (size_t)status.st_size / 4;

    /* Volatile: other programs store here, so every load must be made. */
    const volatile int32_t *ints = mmap(NULL, length, PROT_READ, MAP_SHARED, fd, 0);
    if (ints == MAP_FAILED)
        fail("mmap");
    close(fd); /* the mapping keeps the file */
    puts("checkpoint mapped");

    char line[128];
    while (fgets(line, sizeof line, stdin) != NULL) {
        size_t index;
        if (sscanf(line, "get %zu", &index) == 1) {
            printf("value=%" PRId32 "\n", index < length / sizeof *ints ? ints[index] : 0);
        } else {
            fprintf(stderr, "not a command, or behind the file's end: %s", line);
            return EXIT_FAILURE;
        }
    }
    if (munmap((void *)ints, length) != 0)
        fail("munmap");
    return EXIT_SUCCESS;
}
