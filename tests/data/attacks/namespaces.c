/* Makes namespaces, in which it would be root. */
#include "attack.h"
#include <sys/mount.h>

static int nothing(void *unused)
{
    (void)unused;
    return 0;
}

int main(void)
{
    static char stack[64 << 10];
    tried("unshare", unshare(CLONE_NEWUSER) == 0);
    tried("clone", clone(nothing, stack + sizeof stack, CLONE_NEWUSER | CLONE_NEWNET | SIGCHLD, NULL) > 0);
    unsigned long arguments[8] = {CLONE_NEWUSER, 0, 0, 0, SIGCHLD, 0, 0, 0};
    long child = syscall(SYS_clone3, arguments, sizeof arguments);
    if (child == 0)
        _exit(0);
    tried("clone3", child > 0);
    tried("mount", mount("none", "/tmp", "tmpfs", 0, NULL) == 0);
    tried("chroot", chroot(".") == 0);
    return 0;
}
