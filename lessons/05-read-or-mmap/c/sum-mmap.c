/* sum-mmap FILE: the sum of all bytes of a file, by a mapping of it. */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: sum-mmap FILE\n");
        return 2;
    }
    int fd = open(argv[1], O_RDONLY);
    if (fd == -1) {
        perror(argv[1]);
        return EXIT_FAILURE;
    }
    uint64_t sum = 0;
    /* Map the whole file read-only, and add up its bytes here. */
    printf("sum=%" PRIu64 "\n", sum);
    /* It must still be mapped at this line. */
    puts("checkpoint summed");
    return EXIT_SUCCESS;
}
