/* Wrong: leaves a process behind that keeps the memory. */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static _Noreturn void fail(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

static int connect_to(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        fprintf(stderr, "the path is too long for a socket: %s\n", path);
        exit(EXIT_FAILURE);
    }
    strcpy(address.sun_path, path);
    int connection = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connection < 0)
        fail("socket");
    if (connect(connection, (struct sockaddr *)&address, sizeof address) != 0)
        fail(path);
    return connection;
}

/* Receives a descriptor, and the one byte that comes with it: unix(7). */
static int receive_descriptor(int connection)
{
    char byte;
    struct iovec data = {.iov_base = &byte, .iov_len = 1};
    union {
        struct cmsghdr header; /* for its alignment */
        char room[CMSG_SPACE(sizeof(int))];
    } control = {0};
    struct msghdr message = {
        .msg_iov = &data, .msg_iovlen = 1, .msg_control = control.room, .msg_controllen = sizeof control.room};
    if (recvmsg(connection, &message, MSG_CMSG_CLOEXEC) != 1)
        fail("recvmsg");
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (header == NULL || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) {
        fprintf(stderr, "no descriptor came\n");
        exit(EXIT_FAILURE);
    }
    int descriptor;
    memcpy(&descriptor, CMSG_DATA(header), sizeof descriptor);
    return descriptor;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: taker SOCKET ANSWER\n");
        return 2;
    }
    int64_t answer = strtoll(argv[2], NULL, 10);
    int connection = connect_to(argv[1]);
    int memory = receive_descriptor(connection);
    close(connection);

    struct stat status;
    if (fstat(memory, &status) != 0)
        fail("fstat");
    size_t size = (size_t)status.st_size;
    volatile int64_t *ints = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
    if (ints == MAP_FAILED)
        fail("mmap");
    if (fork() == 0) {
        setsid();
        pause();
        _exit(EXIT_SUCCESS);
    }
    puts("checkpoint mapped");

    printf("first=%" PRId64 "\n", ints[0]);
    printf("last=%" PRId64 "\n", ints[size / sizeof *ints - 1]);

    if (ftruncate(memory, 0) == 0)
        puts("resize=0");
    else if (errno == EPERM)
        puts("resize=EPERM");
    else
        printf("resize=%d\n", errno);
    close(memory); /* the mapping keeps it */

    ints[1] = answer;
    puts("stored=1");

    char line[64];
    while (fgets(line, sizeof line, stdin) != NULL)
        continue;
    if (munmap((void *)ints, size) != 0)
        fail("munmap");
    return EXIT_SUCCESS;
}
