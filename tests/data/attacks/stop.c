/* Stops itself, and waits to be waited for. */
#include "attack.h"

int main(void)
{
    raise(SIGSTOP);
    return 0;
}
