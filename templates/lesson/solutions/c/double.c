/* double NUMBER: prints twice the number. */
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
    if (argc != 2) {
        fputs("usage: double NUMBER\n", stderr);
        return 2;
    }
    puts("checkpoint ready");
    printf("twice=%ld\n", 2 * strtol(argv[1], NULL, 10));
    return 0;
}
