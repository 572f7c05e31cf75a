#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static int add_up(int from) {
    long long number, sum = 0;
    while (read(from, &number, sizeof number) == sizeof number) sum += number;
    printf("sum=%lld\n", sum);
    return 0;
}

int main(void) {
    int ends[2];
    if (pipe(ends) == -1) {
        perror("pipe");
        return 1;
    }
    pid_t child = fork();
    if (child == -1) {
        perror("fork");
        return 1;
    }
    if (child == 0) {
        return add_up(ends[0]);
    }
    close(ends[0]);
    long long number;
    while (scanf("%lld", &number) == 1) {
        if (write(ends[1], &number, sizeof number) != sizeof number) return 1;
    }
    puts("checkpoint handed-over");
    close(ends[1]);
    int status;
    return waitpid(child, &status, 0) == child && status == 0 ? 0 : 1;
}
