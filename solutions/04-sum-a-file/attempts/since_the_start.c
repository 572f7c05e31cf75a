/*
 * sumfile FILE [random]: sums a file through a mapping, and tells the faults that it took.
 */
#define _GNU_SOURCE 1
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static _Noreturn void fail(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

static struct rusage usage(void)
{
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage) != 0)
        fail("getrusage");
    return usage;
}

int main(int argc, char **argv)
{
    int scattered = argc == 3 && strcmp(argv[2], "random") == 0;
    if (argc != 2 && !scattered) {
        fprintf(stderr, "usage: sumfile FILE [random]\n");
        return 2;
    }
    int fd = open(argv[1], O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        fail(argv[1]);
    struct stat status;
    if (fstat(fd, &status) != 0)
        fail("fstat");
    size_t length = (size_t)status.st_size;

    const unsigned char *file = mmap(NULL, length, PROT_READ, MAP_PRIVATE, fd, 0);
    if (file == MAP_FAILED)
        fail("mmap");
    close(fd); /* the mapping keeps the file */
    if (scattered && madvise((void *)file, length, MADV_RANDOM) != 0)
        fail("madvise");
    puts("checkpoint mapped");

    uint64_t sum = 0;
    for (size_t i = 0; i < length; i++)
        sum += file[i];
    struct rusage after = usage();

    printf("sum=%" PRIu64 "\n", sum);
    printf("minor=%ld\n", after.ru_minflt);
    printf("major=%ld\n", after.ru_majflt);
    puts("checkpoint summed");
    return EXIT_SUCCESS;
}
