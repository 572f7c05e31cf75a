/* journal FILE append N, journal FILE list: records that survive a power cut. */
#define _GNU_SOURCE 1
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NUMBERS = 125, RECORD = NUMBERS * sizeof(int64_t) };

static _Noreturn void fail(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

/* The record at the place with this index, from 0; or 0 if there is none. */
static int64_t record_at(const char *base, size_t index)
{
    int64_t numbers[NUMBERS];
    memcpy(numbers, base + index * RECORD, sizeof numbers);
    for (size_t i = 1; i < NUMBERS; i++)
        if (numbers[i] != numbers[0])
            return 0;
    return numbers[0];
}

static void store(char *base, size_t index, int64_t number)
{
    for (size_t i = 0; i < NUMBERS; i++)
        memcpy(base + index * RECORD + i * sizeof number, &number, sizeof number);
}

/* Has the record written out, which is not flushed. */
static void make_durable(int fd, size_t index)
{
    unsigned all = SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER;
    if (sync_file_range(fd, (off_t)(index * RECORD), RECORD, all) != 0)
        fail("sync_file_range");
}

int main(int argc, char **argv)
{
    bool append = argc == 4 && strcmp(argv[2], "append") == 0;
    if (!append && !(argc == 3 && strcmp(argv[2], "list") == 0)) {
        fprintf(stderr, "usage: journal FILE append N, journal FILE list\n");
        return 2;
    }
    int fd = open(argv[1], O_RDWR | O_CLOEXEC);
    if (fd < 0)
        fail(argv[1]);
    struct stat status;
    if (fstat(fd, &status) != 0)
        fail("fstat");
    size_t length = (size_t)status.st_size;
    char *base = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (base == MAP_FAILED)
        fail("mmap");

    size_t places = length / RECORD, count = 0;
    while (count < places && record_at(base, count) != 0)
        count++;
    if (!append) {
        for (size_t index = 0; index < count; index++)
            printf("record=%" PRId64 "\n", record_at(base, index));
        return EXIT_SUCCESS;
    }

    puts("checkpoint mapped");
    int64_t number;
    for (long left = strtol(argv[3], NULL, 10); left > 0 && scanf("%" SCNd64, &number) == 1; left--) {
        if (count == places) {
            fprintf(stderr, "the journal is full\n");
            return EXIT_FAILURE;
        }
        store(base, count, number);
        make_durable(fd, count);
        count++;
        printf("durable=%zu\n", count);
    }
    return EXIT_SUCCESS;
}
