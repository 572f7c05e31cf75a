/* ledger FILE append N, ledger FILE list: entries that are never seen half-written. */
#define _GNU_SOURCE 1
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { ACCOUNTS = 8 };

static size_t page;

static _Noreturn void fail(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

/* Where the share of an account stands, both counted from 0. */
static int64_t *share(char *base, size_t account, size_t index)
{
    return (int64_t *)(base + (1 + account) * page) + index;
}

static int64_t total(char *base, size_t index)
{
    int64_t sum = 0;
    for (size_t account = 0; account < ACCOUNTS; account++)
        sum += *share(base, account, index);
    return sum;
}

static void store(char *base, size_t index, int64_t amount)
{
    for (size_t account = 0; account < ACCOUNTS; account++)
        *share(base, account, index) = amount / ACCOUNTS;
}

static void make_durable(char *base, size_t pages)
{
    if (msync(base, pages * page, MS_SYNC) != 0)
        fail("msync");
}

/* How many entries there are: up to the first that is zeros. */
static size_t count_of(char *base)
{
    size_t count = 0;
    while (count < page / sizeof(int64_t) && total(base, count) != 0)
        count++;
    return count;
}

int main(int argc, char **argv)
{
    bool append = argc == 4 && strcmp(argv[2], "append") == 0;
    if (!append && !(argc == 3 && strcmp(argv[2], "list") == 0)) {
        fprintf(stderr, "usage: ledger FILE append N, ledger FILE list\n");
        return 2;
    }
    page = (size_t)sysconf(_SC_PAGESIZE);
    int fd = open(argv[1], O_RDWR | O_CLOEXEC);
    if (fd < 0)
        fail(argv[1]);
    char *base = mmap(NULL, (1 + ACCOUNTS) * page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (base == MAP_FAILED)
        fail("mmap");

    size_t count = count_of(base);
    if (!append) {
        for (size_t index = 0; index < count; index++)
            printf("total=%" PRId64 "\n", total(base, index));
        return EXIT_SUCCESS;
    }

    puts("checkpoint mapped");
    int64_t amount;
    for (long left = strtol(argv[3], NULL, 10); left > 0 && scanf("%" SCNd64, &amount) == 1; left--) {
        if (count == page / sizeof amount) {
            fprintf(stderr, "the ledger is full\n");
            return EXIT_FAILURE;
        }
        store(base, count, amount);
        make_durable(base + page, ACCOUNTS);
        count++;
        printf("durable=%zu\n", count);
    }
    return EXIT_SUCCESS;
}
