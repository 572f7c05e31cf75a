/* family COUNT: forks COUNT children and waits for them. */
#include <stdio.h>

int main(void) {
    /* Your work: fork, let each child end with its number as status, wait, add up. */
    puts("reaped=0");
    puts("sum=0");
    return 0;
}
