#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
    long long number, sum = 0;
    pid_t child = fork();
    if (child == 0) _exit(0);
    while (scanf("%lld", &number) == 1) sum += number;
    puts("checkpoint handed-over");
    printf("sum=%lld\n", sum);
    return waitpid(child, NULL, 0) == child ? 0 : 1;
}
