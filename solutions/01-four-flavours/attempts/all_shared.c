/* A wrong flavours: maps all four shared. */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
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

/* Volatile: another process stores here, so every load must be made. */
static volatile unsigned char *map(size_t size, int flags, int fd, off_t offset)
{
    void *address = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, fd, offset);
    if (address == MAP_FAILED)
        fail("mmap");
    return address;
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: flavours FILE SIZE BYTE\n");
        return 2;
    }
    int fd = open(argv[1], O_RDWR | O_CLOEXEC);
    if (fd < 0)
        fail(argv[1]);
    size_t size = number(argv[2]);
    unsigned char byte = (unsigned char)number(argv[3]);

    volatile unsigned char *anon_private = map(size, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    volatile unsigned char *anon_shared = map(size, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    volatile unsigned char *file_shared = map(size, MAP_SHARED, fd, 0);
    volatile unsigned char *file_private = map(size, MAP_SHARED, fd, (off_t)size);
    close(fd); /* the mappings keep the file */
    puts("checkpoint mapped");
    fflush(stdout); /* what is still in the buffer at a fork would be printed twice */

    pid_t child = fork();
    if (child < 0)
        fail("fork");
    if (child == 0) {
        *anon_private = byte;
        *anon_shared = byte;
        *file_private = byte;
        *file_shared = byte;
        puts("checkpoint child-wrote");
        fflush(stdout); /* _exit does not */
        _exit(0);
    }

    int status;
    if (waitpid(child, &status, 0) != child)
        fail("waitpid");
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fprintf(stderr, "the child came to a bad end\n");
        return EXIT_FAILURE;
    }
    printf("anon_private=%d\n", *anon_private);
    printf("anon_shared=%d\n", *anon_shared);
    printf("file_private=%d\n", *file_private);
    printf("file_shared=%d\n", *file_shared);
    return EXIT_SUCCESS;
}
