/* A wrong reader: remembers what it has answered once. */
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
    size_t length = (size_t)status.st_size;

    /* Volatile: other programs store here, so every load must be made. */
    const volatile int32_t *ints = mmap(NULL, length, PROT_READ, MAP_SHARED, fd, 0);
    if (ints == MAP_FAILED)
        fail("mmap");
    close(fd); /* the mapping keeps the file */
    puts("checkpoint mapped");

    int32_t *answers = calloc(length / sizeof *ints, sizeof *answers);
    char *known = calloc(length / sizeof *ints, 1);
    if (answers == NULL || known == NULL)
        fail("calloc");

    char line[128];
    while (fgets(line, sizeof line, stdin) != NULL) {
        size_t index;
        if (sscanf(line, "get %zu", &index) == 1 && index < length / sizeof *ints) {
            if (!known[index]) {
                answers[index] = ints[index];
                known[index] = 1;
            }
            printf("value=%" PRId32 "\n", answers[index]);
        } else {
            fprintf(stderr, "not a command, or behind the file's end: %s", line);
            return EXIT_FAILURE;
        }
    }
    if (munmap((void *)ints, length) != 0)
        fail("munmap");
    return EXIT_SUCCESS;
}
