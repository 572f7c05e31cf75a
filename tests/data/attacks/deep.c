/* Leaves folders nested deeper than a path can say, and one that nobody may enter. */
#include "attack.h"

int main(void)
{
    mkdir("closed", 0);
    for (int depth = 0; depth < 3000; depth++)
        if (mkdir("deeper-and-deeper", 0700) != 0 || chdir("deeper-and-deeper") != 0)
            return 1;
    mkdir("closed", 0);
    return 0;
}
