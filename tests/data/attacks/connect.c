/* Connects to sockets of others: by a path, by an abstract name, and over the network. */
#include "attack.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stddef.h>
#include <sys/un.h>

int main(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strcpy(address.sun_path, SOCKET);
    int unix_socket = socket(AF_UNIX, SOCK_STREAM, 0);
    tried("a socket in a folder", connect(unix_socket, (void *)&address, sizeof address) == 0);
    memset(address.sun_path, 0, sizeof address.sun_path);
    strcpy(address.sun_path + 1, HIDDEN);
    socklen_t length = offsetof(struct sockaddr_un, sun_path) + 1 + strlen(HIDDEN);
    unix_socket = socket(AF_UNIX, SOCK_STREAM, 0);
    tried("a socket without a path", connect(unix_socket, (void *)&address, length) == 0);
    struct sockaddr_in network = {.sin_family = AF_INET, .sin_port = htons(PORT)};
    network.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int network_socket = socket(AF_INET, SOCK_STREAM, 0);
    tried("the network", connect(network_socket, (void *)&network, sizeof network) == 0);
    return 0;
}
