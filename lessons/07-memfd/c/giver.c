/* giver SOCKET SIZE NUMBER: makes sealed memory without a name and hands it over. */
#define _GNU_SOURCE 1
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static _Noreturn void fail(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

static int listen_at(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        fprintf(stderr, "the path is too long for a socket: %s\n", path);
        exit(EXIT_FAILURE);
    }
    strcpy(address.sun_path, path);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (listener < 0)
        fail("socket");
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0)
        fail(path);
    if (listen(listener, 1) != 0)
        fail("listen");
    return listener;
}

/* Sends a descriptor, with the one byte that has to go with it: unix(7). */
static void send_descriptor(int connection, int descriptor)
{
    char byte = 0;
    struct iovec data = {.iov_base = &byte, .iov_len = 1};
    union {
        struct cmsghdr header; /* for its alignment */
        char room[CMSG_SPACE(sizeof(int))];
    } control = {0};
    struct msghdr message = {
        .msg_iov = &data, .msg_iovlen = 1, .msg_control = control.room, .msg_controllen = sizeof control.room};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &descriptor, sizeof descriptor);
    if (sendmsg(connection, &message, 0) != 1)
        fail("sendmsg");
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: giver SOCKET SIZE NUMBER\n");
        return 2;
    }
    size_t size = strtoull(argv[2], NULL, 10);
    int64_t number = strtoll(argv[3], NULL, 10);

    /* 1. Make a sealed memfd here instead of this, and map it. */
    int memory = STDIN_FILENO;
    fprintf(stderr, "asked for %zu bytes\n", size);

    /* 2. Store the number as the first and the last 64-bit integer. */
    fprintf(stderr, "asked to store %" PRId64 "\n", number);

    int listener = listen_at(argv[1]);
    puts("checkpoint ready");

    int connection = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (connection < 0)
        fail("accept");
    send_descriptor(connection, memory);
    close(connection);
    close(listener);

    char line[64];
    while (fgets(line, sizeof line, stdin) != NULL)
        puts("answer=0"); /* 4. The second 64-bit integer, as it is now. */
    return EXIT_SUCCESS;
}
