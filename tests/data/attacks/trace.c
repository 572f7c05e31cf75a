/* Attaches to the grader, reads and writes its memory. */
#include "attack.h"
#include <sys/ptrace.h>

int main(void)
{
    char byte = 0, path[64];
    struct iovec local = {&byte, 1}, remote = {&byte, 1};
    tried("ptrace", ptrace(PTRACE_SEIZE, GRADER, NULL, NULL) == 0);
    tried("process_vm_readv", process_vm_readv(GRADER, &local, 1, &remote, 1, 0) >= 0);
    tried("process_vm_writev", process_vm_writev(GRADER, &local, 1, &remote, 1, 0) >= 0);
    snprintf(path, sizeof path, "/proc/%d/mem", GRADER);
    tried("mem to read", open(path, O_RDONLY) >= 0);
    tried("mem to write", open(path, O_RDWR) >= 0);
    snprintf(path, sizeof path, "/proc/%d/maps", GRADER);
    tried("maps", open(path, O_RDONLY) >= 0);
    return 0;
}
