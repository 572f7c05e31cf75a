/* Wrong: leaves a page of unmapped addresses between the buffer and each of its guards. */
#define _GNU_SOURCE 1
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

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
    if (errno != 0 || end == text || *end != '\0') {
        fprintf(stderr, "not a number: %s\n", text);
        exit(EXIT_FAILURE);
    }
    return value;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: guard SIZE GUARD\n");
        return 2;
    }
    size_t size = number(argv[1]);
    size_t guard = number(argv[2]);

    /* Closed first and the middle opened then: nothing is ever open that should not be. */
    size_t gap = (size_t)sysconf(_SC_PAGESIZE);
    size_t length = guard + gap + size + gap + guard;
    unsigned char *whole = mmap(NULL, length, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (whole == MAP_FAILED)
        fail("mmap");
    if (munmap(whole + guard, gap) != 0 || munmap(whole + guard + gap + size, gap) != 0)
        fail("munmap");
    if (mprotect(whole + guard + gap, size, PROT_READ | PROT_WRITE) != 0)
        fail("mprotect");
    volatile unsigned char *buffer = whole + guard + gap;
    puts("checkpoint guarded");

    void *placed = mmap(whole + guard + gap, (size_t)sysconf(_SC_PAGESIZE), PROT_READ,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    if (placed != MAP_FAILED)
        puts("placed=0");
    else if (errno == EEXIST)
        puts("placed=EEXIST");
    else
        printf("placed=%d\n", errno);

    char line[128];
    while (fgets(line, sizeof line, stdin) != NULL) {
        ptrdiff_t offset;
        unsigned char byte;
        if (sscanf(line, "store %td %hhu", &offset, &byte) == 2) {
            buffer[offset] = byte;
            printf("stored=%td\n", offset);
        } else if (sscanf(line, "load %td", &offset) == 1) {
            printf("value=%d\n", buffer[offset]);
        } else {
            fprintf(stderr, "not a command: %s", line);
            return EXIT_FAILURE;
        }
    }
    if (munmap(whole, length) != 0)
        fail("munmap");
    return EXIT_SUCCESS;
}
