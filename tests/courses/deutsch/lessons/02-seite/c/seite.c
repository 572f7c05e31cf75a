/* seite ANZAHL: legt ANZAHL Seiten an und beschreibt ein Byte darin. */
#include <stdio.h>

int main(int argc, char **argv) {
    (void)argc;
    (void)argv;
    setvbuf(stdout, NULL, _IOLBF, 0);
    /* Deine Arbeit: lege hier das Mapping an. */
    puts("checkpoint angelegt");
    /* Deine Arbeit: beschreibe ein Byte darin. */
    puts("checkpoint beschrieben");
    return 0;
}
