/* Ends with status 1 though all went well. */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: sum-mmap FILE\n");
        return 2;
    }
    int fd = open(argv[1], O_RDONLY);
    struct stat about;
    if (fd == -1 || fstat(fd, &about) == -1) {
        perror(argv[1]);
        return EXIT_FAILURE;
    }
    size_t size = (size_t)about.st_size;
    const unsigned char *bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (bytes == MAP_FAILED) {
        perror("mmap");
        return EXIT_FAILURE;
    }
    /* The mapping keeps the file open. */
    close(fd);
    uint64_t sum = 0;
    for (size_t i = 0; i < size; i++)
        sum += bytes[i];
    printf("sum=%" PRIu64 "\n", sum);
    puts("checkpoint summed");
    munmap((void *)bytes, size);
    return 1;
}
