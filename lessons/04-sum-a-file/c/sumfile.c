/* sumfile FILE [random]: sums a file through a mapping, and tells the faults that it took. */
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

int main(int argc, char **argv)
{
    if (argc != 2 && argc != 3) {
        fprintf(stderr, "usage: sumfile FILE [random]\n");
        return 2;
    }
    int fd = open(argv[1], O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        perror(argv[1]);
        return EXIT_FAILURE;
    }

    /* 1. Map the whole file here, read-only and private. With `random`, give the advice. */
    puts("checkpoint mapped");

    /* 2. Sum all bytes, and take the faults before and after (getrusage). */
    uint64_t sum = 0;
    long minor = 0, major = 0;
    printf("sum=%" PRIu64 "\n", sum);
    printf("minor=%ld\n", minor);
    printf("major=%ld\n", major);
    puts("checkpoint summed");
    return EXIT_SUCCESS;
}
