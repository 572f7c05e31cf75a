/* Adds up in 32 bits. */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Large enough that calls are few, small enough to stay in the processor's cache. */
enum { BUFFER = 128 << 10 };

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
    static unsigned char buffer[BUFFER];
    uint32_t sum = 0;
    ssize_t length;
    while ((length = read(fd, buffer, sizeof buffer)) > 0) {
        for (ssize_t i = 0; i < length; i++)
            sum += buffer[i];
    }
    if (length == -1) {
        perror("read");
        return EXIT_FAILURE;
    }
    printf("sum=%" PRIu32 "\n", sum);
    puts("checkpoint summed");
    close(fd);
    return EXIT_SUCCESS;
}
