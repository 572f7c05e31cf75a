/* Makes every kind of socket. */
#include "attack.h"

int main(void)
{
    int pair[2];
    tried("IPv4", socket(AF_INET, SOCK_STREAM, 0) >= 0);
    tried("IPv6", socket(AF_INET6, SOCK_DGRAM, 0) >= 0);
    tried("Unix", socket(AF_UNIX, SOCK_STREAM, 0) >= 0);
    tried("netlink", socket(AF_NETLINK, SOCK_RAW, 0) >= 0);
    tried("vsock", socket(AF_VSOCK, SOCK_STREAM, 0) >= 0);
    tried("a pair", socketpair(AF_INET, SOCK_STREAM, 0, pair) == 0);
    return 0;
}
