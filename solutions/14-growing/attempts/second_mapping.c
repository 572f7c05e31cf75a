/* A wrong grow: makes a second, longer mapping and leaves the first where it is. */
#define _GNU_SOURCE 1
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static _Noreturn void fail(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

/* A file and its mapping, always of the same length. */
struct table {
    int fd;
    size_t length;
    volatile int64_t *ints; /* volatile: other programs store here too */
};

static struct table open_table(const char *path)
{
    struct table table = {.fd = open(path, O_RDWR | O_CLOEXEC)};
    if (table.fd < 0)
        fail(path);
    struct stat status;
    if (fstat(table.fd, &status) != 0)
        fail("fstat");
    table.length = (size_t)status.st_size;
    table.ints = mmap(NULL, table.length, PROT_READ | PROT_WRITE, MAP_SHARED, table.fd, 0);
    if (table.ints == MAP_FAILED)
        fail("mmap");
    return table;
}

/* First the file, then the mapping: no page of the mapping may lie behind the file's end. */
static void grow(struct table *table, size_t length)
{
    if (ftruncate(table->fd, (off_t)length) != 0)
        fail("ftruncate");
    void *second = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, table->fd, 0);
    if (second == MAP_FAILED)
        fail("mmap");
    table->ints = second;
    table->length = length;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: grow FILE\n");
        return 2;
    }
    struct table table = open_table(argv[1]);
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    puts("checkpoint mapped");

    char line[128];
    while (fgets(line, sizeof line, stdin) != NULL) {
        size_t index;
        int64_t value;
        if (sscanf(line, "put %zu %" SCNd64, &index, &value) == 2 && index < SIZE_MAX / 8 - page) {
            size_t end = (index + 1) * sizeof *table.ints;
            if (end > table.length)
                grow(&table, (end + page - 1) / page * page);
            table.ints[index] = value;
            printf("length=%zu\n", table.length);
        } else if (sscanf(line, "get %zu", &index) == 1 && index < table.length / sizeof *table.ints) {
            printf("value=%" PRId64 "\n", table.ints[index]);
        } else {
            fprintf(stderr, "not a command, or behind the end: %s", line);
            return EXIT_FAILURE;
        }
    }
    if (munmap((void *)table.ints, table.length) != 0)
        fail("munmap");
    return EXIT_SUCCESS;
}
