/* double NUMBER: prints twice the number. */
#include <stdio.h>

int main(int argc, char **argv) {
    (void)argc;
    (void)argv;
    puts("checkpoint ready");
    /* Your work: take the number from the arguments, and print twice of it. */
    puts("twice=0");
    return 0;
}
