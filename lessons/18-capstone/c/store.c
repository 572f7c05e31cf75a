/* store FILE write, store FILE read: keys and values in a file, for one writer and any number of readers. */
#define _GNU_SOURCE 1
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { KEYS = 64, LONGEST = 8000 };

static char *base;  /* the file, mapped */
static size_t room; /* how much of it each key has */

static _Noreturn void fail(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

static char *place(size_t key)
{
    return base + (key - 1) * room;
}

static void put(size_t key, const char *text)
{
    /* The new text goes where the old one stands. Which of the two does a reader see meanwhile,
     * and which is there when the power goes? */
    strcpy(place(key), text);
    if (msync(place(key), room, MS_SYNC) != 0)
        fail("msync");
}

static void map(const char *path, bool writing)
{
    int fd = open(path, (writing ? O_RDWR : O_RDONLY) | O_CLOEXEC);
    if (fd < 0)
        fail(path);
    struct stat status;
    if (fstat(fd, &status) != 0)
        fail("fstat");
    base = mmap(NULL, (size_t)status.st_size, PROT_READ | (writing ? PROT_WRITE : 0), MAP_SHARED, fd, 0);
    if (base == MAP_FAILED)
        fail("mmap");
    room = (size_t)status.st_size / KEYS;
    close(fd);
}

static void show(size_t key)
{
    printf("value=%s\n", *place(key) == '\0' ? "none" : place(key));
}

int main(int argc, char **argv)
{
    bool writing = argc == 3 && strcmp(argv[2], "write") == 0;
    if (!writing && !(argc == 3 && strcmp(argv[2], "read") == 0)) {
        fprintf(stderr, "usage: store FILE write, store FILE read\n");
        return 2;
    }
    map(argv[1], writing);
    puts("checkpoint mapped");

    static char line[LONGEST + 64], text[LONGEST + 1];
    size_t key, done = 0;
    while (fgets(line, sizeof line, stdin) != NULL) {
        if (writing && sscanf(line, "put %zu %8000s", &key, text) == 2 && key >= 1 && key <= KEYS) {
            put(key, text);
            printf("durable=%zu\n", ++done);
        } else if (!writing && sscanf(line, "get %zu", &key) == 1 && key >= 1 && key <= KEYS) {
            show(key);
        } else if (!writing && strcmp(line, "all\n") == 0) {
            for (key = 1; key <= KEYS; key++) {
                if (*place(key) != '\0')
                    show(key);
            }
        } else {
            fprintf(stderr, "not a command: %.40s\n", line);
            return EXIT_FAILURE;
        }
    }
    return EXIT_SUCCESS;
}
