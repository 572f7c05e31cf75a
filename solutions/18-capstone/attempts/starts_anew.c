/* Wrong: the writer clears the file when it starts. */
#define _GNU_SOURCE 1
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { KEYS = 64, LONGEST = 8000, HEADER = 3, WORD = sizeof(uint64_t) };

/* Atomic: while one process stores, others load. */
typedef _Atomic uint64_t word;

static word *words;      /* the file, mapped */
static size_t count;     /* how many words it has */
static size_t end;       /* the word behind the last record that counts */
static uint64_t due = 1; /* the sequence number of the next one */
static char *values[KEYS + 1];

static _Noreturn void fail(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

static size_t words_of(size_t length)
{
    return (length + WORD - 1) / WORD;
}

static uint64_t load(size_t at)
{
    return atomic_load_explicit(&words[at], memory_order_relaxed);
}

static void store(size_t at, uint64_t value)
{
    atomic_store_explicit(&words[at], value, memory_order_relaxed);
}

/* FNV-1a over a record's numbers and its text. */
static uint64_t checksum(uint64_t sequence, uint64_t key, const char *text, size_t length)
{
    const uint64_t prime = UINT64_C(0x100000001b3);
    uint64_t sum = UINT64_C(0xcbf29ce484222325);
    sum = (sum ^ sequence) * prime;
    sum = (sum ^ key) * prime;
    sum = (sum ^ length) * prime;
    for (size_t i = 0; i < length; i++)
        sum = (sum ^ (unsigned char)text[i]) * prime;
    return sum;
}

/* Takes in the next record, if there is one that counts. */
static bool take_next(void)
{
    /* Acquire: what was stored before the sequence number can be seen after it. */
    if (end + HEADER > count || atomic_load_explicit(&words[end], memory_order_acquire) != due)
        return false;
    uint64_t key = load(end + 2) >> 32;
    size_t length = load(end + 2) & UINT32_MAX;
    if (key < 1 || key > KEYS || length > LONGEST || end + HEADER + words_of(length) > count)
        return false;
    /* Copied first and then looked at: the copy cannot change any more. */
    char *text = calloc(words_of(length) + 1, WORD);
    if (text == NULL)
        fail("calloc");
    for (size_t i = 0; i < words_of(length); i++) {
        uint64_t eight = load(end + HEADER + i);
        memcpy(text + i * WORD, &eight, WORD);
    }
    if (load(end + 1) != checksum(due, key, text, length)) {
        free(text);
        return false;
    }
    free(values[key]);
    values[key] = text;
    end += HEADER + words_of(length);
    due++;
    return true;
}

static void catch_up(void)
{
    while (take_next())
        continue;
}

/* Appends a record; it is durable when this returns. */
static void put(uint64_t key, const char *text)
{
    size_t length = strlen(text), start = end;
    if (end + HEADER + words_of(length) > count) {
        fprintf(stderr, "the store is full\n");
        exit(EXIT_FAILURE);
    }
    for (size_t i = 0; i < words_of(length); i++) {
        uint64_t eight = 0;
        size_t left = length - i * WORD;
        memcpy(&eight, text + i * WORD, left < WORD ? left : WORD);
        store(end + HEADER + i, eight);
    }
    store(end + 2, key << 32 | length);
    store(end + 1, checksum(due, key, text, length));
    /* Release, and last: who sees the number sees the record. */
    atomic_store_explicit(&words[end], due, memory_order_release);
    end += HEADER + words_of(length);
    due++;

    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t from = start * WORD / page * page;
    if (msync((char *)words + from, end * WORD - from, MS_SYNC) != 0)
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
    words = mmap(NULL, (size_t)status.st_size, PROT_READ | (writing ? PROT_WRITE : 0), MAP_SHARED, fd, 0);
    if (words == MAP_FAILED)
        fail("mmap");
    count = (size_t)status.st_size / WORD;
    close(fd);
}

static void show(size_t key)
{
    printf("value=%s\n", values[key] == NULL ? "none" : values[key]);
}

int main(int argc, char **argv)
{
    bool writing = argc == 3 && strcmp(argv[2], "write") == 0;
    if (!writing && !(argc == 3 && strcmp(argv[2], "read") == 0)) {
        fprintf(stderr, "usage: store FILE write, store FILE read\n");
        return 2;
    }
    map(argv[1], writing);
    if (writing)
        memset((void *)words, 0, count * WORD);
    catch_up();
    puts("checkpoint mapped");

    static char line[LONGEST + 64], text[LONGEST + 1];
    size_t key, done = 0;
    while (fgets(line, sizeof line, stdin) != NULL) {
        if (writing && sscanf(line, "put %zu %8000s", &key, text) == 2 && key >= 1 && key <= KEYS) {
            put(key, text);
            printf("durable=%zu\n", ++done);
        } else if (!writing && sscanf(line, "get %zu", &key) == 1 && key >= 1 && key <= KEYS) {
            catch_up();
            show(key);
        } else if (!writing && strcmp(line, "all\n") == 0) {
            catch_up();
            for (key = 1; key <= KEYS; key++) {
                if (values[key] != NULL)
                    show(key);
            }
        } else {
            fprintf(stderr, "not a command: %.40s\n", line);
            return EXIT_FAILURE;
        }
    }
    return EXIT_SUCCESS;
}
