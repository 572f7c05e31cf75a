/* Prints without end. */
#include "attack.h"

int main(void)
{
    static char text[64 << 10];
    while (strlen(text) + 64 < sizeof text)
        strcat(text, "passed: all 4 checks hold\n");
    for (;;)
        write(1, text, strlen(text));
}
