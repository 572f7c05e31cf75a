/*
 * patch FILE: patches a file's image in memory and leaves the file alone.
 *
 * Lines on standard input: OFFSET BYTE.
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
        fprintf(stderr, "usage: patch FILE\n");
        return 2;
    }
    int fd = open(argv[1], O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        fail(argv[1]);
    struct stat status;
    if (fstat(fd, &status) != 0)
        fail("fstat");
    size_t length = (size_t)status.st_size;

    /* Writable in memory, though the descriptor is not: the stores never reach the file. */
    unsigned char *image = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    if (image == MAP_FAILED)
        fail("mmap");
    close(fd);
    puts("checkpoint mapped");

    char line[64];
    while (fgets(line, sizeof line, stdin) != NULL) {
        size_t offset;
        unsigned char byte;
        if (sscanf(line, "%zu %hhu", &offset, &byte) != 2 || offset >= length) {
            fprintf(stderr, "not a patch, or behind the file's end: %s", line);
            return EXIT_FAILURE;
        }
        image[offset] = byte;
    }
    puts("checkpoint patched");

    uint64_t sum = 0;
    for (size_t i = 0; i < length; i++)
        sum += image[i];
    printf("sum=%" PRIu64 "\n", sum);
    puts("checkpoint summed");

    if (munmap(image, length) != 0)
        fail("munmap");
    return EXIT_SUCCESS;
}
