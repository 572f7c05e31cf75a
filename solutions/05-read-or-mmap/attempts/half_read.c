/* Stops reading after the first half of the file. */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    int fd = open(argv[1], O_RDONLY);
    struct stat about;
    if (fd == -1 || fstat(fd, &about) == -1)
        return EXIT_FAILURE;
    /* Nothing is fetched ahead that is not asked for. */
    posix_fadvise(fd, 0, 0, POSIX_FADV_RANDOM);
    static unsigned char buffer[128 << 10];
    uint64_t sum = 0;
    off_t done = 0;
    ssize_t length;
    while (done < about.st_size / 2 && (length = read(fd, buffer, sizeof buffer)) > 0) {
        for (ssize_t i = 0; i < length; i++)
            sum += buffer[i];
        done += length;
    }
    printf("sum=%" PRIu64 "\n", sum);
    puts("checkpoint summed");
    return EXIT_SUCCESS;
}
