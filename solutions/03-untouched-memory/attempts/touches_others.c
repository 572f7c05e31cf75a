/* Wrong: touches as many pages as it is told to, and not those that it is told to. */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

static _Noreturn void fail(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

static size_t number(const char *text)
{
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (errno != 0 || end == text || (*end != '\0' && *end != '\n')) {
        fprintf(stderr, "not a number: %s\n", text);
        exit(EXIT_FAILURE);
    }
    return value;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: reserve SIZE COUNT\n");
        return 2;
    }
    size_t size = number(argv[1]);
    size_t count = number(argv[2]);

    /* A promise larger than RAM and swap would be refused if the kernel counted it. */
    unsigned char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
                                 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED)
        fail("mmap");
    puts("checkpoint mapped");

    char line[64];
    for (size_t i = 0; i < count && fgets(line, sizeof line, stdin) != NULL; i++) {
        size_t offset = number(line);
        if (offset >= size) {
            fprintf(stderr, "offset %zu lies behind the mapping\n", offset);
            return EXIT_FAILURE;
        }
        memory[i * 4096] = 1;
    }
    puts("checkpoint touched");

    if (madvise(memory, size, MADV_DONTNEED) != 0)
        fail("madvise");
    puts("checkpoint returned");

    if (munmap(memory, size) != 0)
        fail("munmap");
    return EXIT_SUCCESS;
}
