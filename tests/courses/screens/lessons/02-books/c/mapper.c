/* mapper SHARED COPIED: maps two files, says where, and waits to be looked at. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

static void *mapped(const char *path, size_t size, int rights, int sharing)
{
    int file = open(path, O_RDWR);
    void *memory = file < 0 ? MAP_FAILED : mmap(NULL, size, rights, sharing, file, 0);
    if (memory == MAP_FAILED) {
        perror(path);
        exit(EXIT_FAILURE);
    }
    return memory;
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    void *shared = mapped(argv[1], (size_t)8 << 20, PROT_READ | PROT_WRITE, MAP_SHARED);
    void *copied = mapped(argv[2], (size_t)2 << 20, PROT_READ, MAP_PRIVATE);
    printf("shared=%p\ncopied=%p\n", shared, copied);
    puts("checkpoint drawn");
    while (getchar() != EOF)
        continue;
    return EXIT_SUCCESS;
}
