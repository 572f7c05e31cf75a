#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv) {
    int count = argc > 1 ? atoi(argv[1]) : 0;
    for (int number = 1; number <= count; number++) {
        pid_t child = fork();
        if (child == -1) {
            perror("fork");
            return 1;
        }
        if (child == 0) _exit(number);
    }
    int reaped = 0, sum = 0, status;
    while (wait(&status) != -1) {
        reaped++;
        if (WIFEXITED(status)) sum += WEXITSTATUS(status);
    }
    printf("reaped=%d\nsum=%d\n", reaped, sum);
    return sum;
}
