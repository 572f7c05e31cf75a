#include <stdio.h>

int main(int argc, char **argv) {
    puts("checkpoint ready");
    printf("twice=%s\n", argc > 1 ? argv[1] : "");
    return 0;
}
