/* writer FILE: stores integers into a file that it shares with other programs. */
#define _GNU_SOURCE 1
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: writer FILE\n");
        return 2;
    }
    int fd = open(argv[1], O_RDWR | O_CLOEXEC);
    if (fd < 0) {
        perror(argv[1]);
        return EXIT_FAILURE;
    }

    /* 1. Map the whole file here: shared, readable and writable. fstat tells its length. */
    puts("checkpoint mapped");

    char line[128];
    while (fgets(line, sizeof line, stdin) != NULL) {
        size_t index;
        int32_t value = 0;
        if (sscanf(line, "put %zu %" SCNd32, &index, &value) == 2) {
            /* 2. Store the value as integer number `index` of the mapping. */
            printf("stored=%zu\n", index);
        } else if (sscanf(line, "get %zu", &index) == 1) {
            /* 3. Load integer number `index` of the mapping. */
            printf("value=%" PRId32 "\n", value);
        } else {
            fprintf(stderr, "not a command: %s", line);
            return EXIT_FAILURE;
        }
    }
    return EXIT_SUCCESS;
}
