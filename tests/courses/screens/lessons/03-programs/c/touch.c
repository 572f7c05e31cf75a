#include <stdio.h>

int main(void)
{
    puts("checkpoint mapped");
    puts("checkpoint touched");
    return 0;
}
