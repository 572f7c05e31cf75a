/* seite ANZAHL: legt ANZAHL Seiten an und beschreibt ein Byte darin. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int main(int argc, char **argv) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    size_t seiten = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
    size_t bytes = seiten * (size_t)sysconf(_SC_PAGESIZE);
    char *mapping = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapping == MAP_FAILED) {
        perror("mmap");
        return 1;
    }
    puts("checkpoint angelegt");
    mapping[0] = 1;
    puts("checkpoint beschrieben");
    return 0;
}
