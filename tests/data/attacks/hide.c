/* Keeps its books from whoever looks: as a process that is not dumpable, and as a program that cannot be read. */
#include "attack.h"
#include <sys/sendfile.h>

int main(int argc, char **argv)
{
    if (argc > 3)
        return 0;
    tried("PR_SET_DUMPABLE", prctl(PR_SET_DUMPABLE, 0) == 0);
    int self = open("/proc/self/exe", O_RDONLY), copy = open("copy", O_CREAT | O_WRONLY, 0111);
    while (sendfile(copy, self, NULL, 1 << 20) > 0)
        ;
    close(copy);
    char *again[] = {"copy", "1", "2", "3", NULL};
    execv("copy", again);
    tried("to run an unreadable copy", 0);
    (void)argv;
    return 0;
}
