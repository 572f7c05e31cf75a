/* sum-read FILE: the sum of all bytes of a file, by read. */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: sum-read FILE\n");
        return 2;
    }
    int fd = open(argv[1], O_RDONLY);
    if (fd == -1) {
        perror(argv[1]);
        return EXIT_FAILURE;
    }
    uint64_t sum = 0;
    /* Read the file piece by piece into one buffer, and add up its bytes here. */
    printf("sum=%" PRIu64 "\n", sum);
    puts("checkpoint summed");
    return EXIT_SUCCESS;
}
