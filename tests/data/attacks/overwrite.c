/* Overwrites the results, or spoils them: content, name, mode, owner, times. */
#include "attack.h"

int main(void)
{
    struct timespec times[2] = {{0, 0}, {0, 0}};
    tried("open", open(RESULTS, O_WRONLY | O_TRUNC) >= 0);
    tried("truncate", truncate(RESULTS, 0) == 0);
    tried("unlink", unlink(RESULTS) == 0);
    tried("rename", rename(RESULTS, "mine") == 0);
    tried("rename over", rename("/proc/self/cwd/data", RESULTS) == 0);
    tried("create", open(OUTSIDE "/new", O_WRONLY | O_CREAT, 0600) >= 0);
    tried("mkdir", mkdir(OUTSIDE "/folder", 0700) == 0);
    tried("symlink", symlink("/", OUTSIDE "/link") == 0);
    tried("mkfifo", mkfifo(OUTSIDE "/fifo", 0600) == 0);
    tried("chmod", chmod(RESULTS, 0) == 0);
    tried("fchmodat2", syscall(452, AT_FDCWD, RESULTS, 0, 0) == 0);
    tried("chown", chown(RESULTS, getuid(), getgid()) == 0);
    tried("utimensat", utimensat(AT_FDCWD, RESULTS, times, 0) == 0);
    tried("setxattr", syscall(SYS_setxattr, RESULTS, "user.mark", "A", 1, 0) == 0);
    return 0;
}
