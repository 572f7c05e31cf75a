/* Looks for descriptors and variables that it was not meant to have. */
#include "attack.h"

extern char **environ;

int main(void)
{
    for (int number = 3; number < 1024; number++)
        if (fcntl(number, F_GETFD) >= 0)
            tried("a descriptor", 1);
    for (char **variable = environ; *variable != NULL; variable++) {
        const char *known[] = {"PATH=", "LANG=", "HOME=", "TMPDIR="};
        int expected = 0;
        for (int i = 0; i < 4; i++)
            expected |= strncmp(*variable, known[i], strlen(known[i])) == 0;
        if (!expected)
            tried(*variable, 1);
    }
    errno = 0;
    tried("more", 0);
    return 0;
}
