/* Wrong: in plain mode it sends itself the signal that the access would have raised. */
#define _GNU_SOURCE 1
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static sigjmp_buf before_access;
static volatile unsigned char *start;
static size_t length;

static _Noreturn void fail(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

/* Gives an access to the mapping up; any other address is a bug, and stays deadly. */
static void jump_back(int signal, siginfo_t *info, void *context)
{
    (void)context;
    size_t distance = (size_t)((unsigned char *)info->si_addr - (unsigned char *)start);
    if (distance < length)
        siglongjmp(before_access, signal);
    struct sigaction deadly = {.sa_handler = SIG_DFL};
    sigaction(signal, &deadly, NULL);
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_sigaction = jump_back, .sa_flags = SA_SIGINFO};
    sigemptyset(&action.sa_mask);
    if (sigaction(SIGBUS, &action, NULL) != 0 || sigaction(SIGSEGV, &action, NULL) != 0)
        fail("sigaction");
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
    int plain = strcmp(argv[2], "plain") == 0;
    if (!plain)
        catch_signals();
    puts("checkpoint mapped");

    char line[64];
    while (fgets(line, sizeof line, stdin) != NULL) {
        /* 0 at first; the signal's number when the handler has jumped back here. The 1 has
         * the signal mask restored, without which the signal would stay blocked. */
        int caught = sigsetjmp(before_access, 1);
        size_t offset;
        unsigned char byte;
        if (caught != 0) {
            printf("caught=%s\n", caught == SIGBUS ? "SIGBUS" : "SIGSEGV");
        } else if (sscanf(line, "load %zu", &offset) == 1 && offset < length) {
            if (plain && fstat(fd, &status) == 0 && offset >= (size_t)status.st_size)
                raise(SIGBUS);
            byte = start[offset];
            printf("value=%d\n", byte);
        } else if (sscanf(line, "store %zu %hhu", &offset, &byte) == 2 && offset < length) {
            if (plain)
                raise(SIGSEGV);
            start[offset] = byte;
        } else {
            fprintf(stderr, "not a command: %s", line);
            return EXIT_FAILURE;
        }
    }
    return EXIT_SUCCESS;
}
