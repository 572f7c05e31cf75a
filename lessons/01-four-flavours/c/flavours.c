/* flavours FILE SIZE BYTE: what a parent sees of its child's stores. */
#define _GNU_SOURCE 1
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: flavours FILE SIZE BYTE\n");
        return 2;
    }
    int fd = open(argv[1], O_RDWR | O_CLOEXEC);
    if (fd < 0) {
        perror(argv[1]);
        return EXIT_FAILURE;
    }
    size_t size = strtoull(argv[2], NULL, 10);
    int byte = atoi(argv[3]);
    fprintf(stderr, "four times %zu bytes; the child will store %d\n", size, byte);

    /* 1. The first of the four is here. Add the three others. */
    volatile unsigned char *anon_private =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (anon_private == MAP_FAILED) {
        perror("mmap");
        return EXIT_FAILURE;
    }
    puts("checkpoint mapped");

    /* 2. Fork here. What follows is the child's part; let it end with _exit(0). */
    puts("checkpoint child-wrote");

    /* 3. The parent waits for the child and says what it sees. */
    printf("anon_private=%d\n", *anon_private);
    puts("anon_shared=0");
    puts("file_private=0");
    puts("file_shared=0");
    return EXIT_SUCCESS;
}
