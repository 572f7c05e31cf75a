#include <stdio.h>
#include <unistd.h>

int main(void) {
    int ends[2];
    long long number, sum = 0;
    if (pipe(ends) == -1) return 1;
    while (scanf("%lld", &number) == 1) {
        if (write(ends[1], &number, sizeof number) != sizeof number) return 1;
    }
    puts("checkpoint handed-over");
    close(ends[1]);
    while (read(ends[0], &number, sizeof number) == sizeof number) sum += number;
    printf("sum=%lld\n", sum);
    return 0;
}
