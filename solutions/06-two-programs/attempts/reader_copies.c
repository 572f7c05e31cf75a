/* A wrong reader: reads the whole file into a buffer when it starts. */
#define _GNU_SOURCE 1
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
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

    int32_t *ints = malloc(length);
    if (ints == NULL)
        fail("malloc");
    for (size_t done = 0; done < length;) {
        ssize_t got = read(fd, (char *)ints + done, length - done);
        if (got <= 0)
            fail("read");
        done += (size_t)got;
    }
    close(fd);
    puts("checkpoint mapped");

    char line[128];
    while (fgets(line, sizeof line, stdin) != NULL) {
        size_t index;
        if (sscanf(line, "get %zu", &index) == 1 && index < length / sizeof *ints) {
            printf("value=%" PRId32 "\n", ints[index]);
        } else {
            fprintf(stderr, "not a command, or behind the file's end: %s", line);
            return EXIT_FAILURE;
        }
    }
    free(ints);
    return EXIT_SUCCESS;
}
