/* Leaves things in the kernel that outlive it. */
#include "attack.h"
#include <sys/ipc.h>
#include <sys/shm.h>

int main(void)
{
    int segment = shmget(IPC_PRIVATE, 1 << 20, IPC_CREAT | 0600);
    tried("shared memory", segment >= 0);
    if (segment >= 0)
        shmctl(segment, IPC_RMID, NULL);
    tried("semaphores", syscall(SYS_semget, IPC_PRIVATE, 1, 0600) >= 0);
    tried("messages", syscall(SYS_msgget, IPC_PRIVATE, 0600) >= 0);
    tried("a message queue", syscall(SYS_mq_open, "mmaplings-attack", O_CREAT | O_RDWR, 0600, NULL) >= 0);
    tried("a file in /dev/shm", open("/dev/shm/mmaplings-attack", O_CREAT | O_RDWR, 0600) >= 0);
    return 0;
}
