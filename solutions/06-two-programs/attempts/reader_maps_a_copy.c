/* A wrong reader: copies the file into memory of its own and maps the copy. */
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

    int copy = memfd_create("copy", MFD_CLOEXEC);
    if (copy < 0)
        fail("memfd_create");
    if (ftruncate(copy, status.st_size) != 0)
        fail("ftruncate");
    int32_t *ints = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, copy, 0);
    if (ints == MAP_FAILED)
        fail("mmap");
    if (pread(fd, ints, length, 0) != status.st_size)
        fail("pread");
    if (mprotect(ints, length, PROT_READ) != 0)
        fail("mprotect");
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
    if (munmap(ints, length) != 0)
        fail("munmap");
    return EXIT_SUCCESS;
}
