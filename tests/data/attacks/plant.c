/* Puts in place of its data a FIFO that would have the grader wait for ever. */
#include "attack.h"

int main(int argc, char **argv)
{
    if (argc != 3 || unlink(argv[2]) != 0 || mkfifo(argv[2], 0600) != 0)
        return 1;
    return 0;
}
