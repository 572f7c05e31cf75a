#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    size_t size = (size_t)atoll(argv[1]);
    long count = atol(argv[2]);
    char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return 1;
    puts("checkpoint mapped");
    for (long page = 0; page < count; page++)
        memory[page * getpagesize()] = 1;
    puts("checkpoint touched");
    return 0;
}
