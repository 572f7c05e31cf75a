/* survive FILE MODE: loads from a file that is cut short meanwhile, and lives, or does not. */
#define _GNU_SOURCE 1
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static volatile unsigned char *start;
static size_t length;

static _Noreturn void fail(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

/* To do: in catch mode, give up an access that raises SIGBUS or SIGSEGV, and go on. */
static void catch_signals(void)
{
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: survive FILE catch|plain\n");
        return 2;
    }
    int fd = open(argv[1], O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        fail(argv[1]);
    struct stat status;
    if (fstat(fd, &status) != 0)
        fail("fstat");
    length = (size_t)status.st_size;
    start = mmap(NULL, length, PROT_READ, MAP_SHARED, fd, 0);
    if (start == MAP_FAILED)
        fail("mmap");
    close(fd);
    if (strcmp(argv[2], "catch") == 0)
        catch_signals();
    puts("checkpoint mapped");

    char line[64];
    while (fgets(line, sizeof line, stdin) != NULL) {
        size_t offset;
        unsigned char byte;
        if (sscanf(line, "load %zu", &offset) == 1 && offset < length) {
            byte = start[offset];
            printf("value=%d\n", byte);
        } else if (sscanf(line, "store %zu %hhu", &offset, &byte) == 2 && offset < length) {
            start[offset] = byte;
        } else {
            fprintf(stderr, "not a command: %s", line);
            return EXIT_FAILURE;
        }
    }
    return EXIT_SUCCESS;
}
