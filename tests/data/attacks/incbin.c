/* Has the assembler read it. */
#include "attack.h"

__asm__(".global stolen\nstolen: .incbin \"" SECRET "\"\n.byte 0\n");
extern char stolen[];

int main(void)
{
    printf("GAINED %s\n", stolen);
    return 0;
}
