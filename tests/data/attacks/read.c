/* Reads another student's submission, by its path and by way of the grader. */
#include "attack.h"

int main(void)
{
    char path[4096];
    tried("open", open(SECRET, O_RDONLY) >= 0);
    snprintf(path, sizeof path, "/proc/%d/root%s", GRADER, SECRET);
    tried("the grader's root", open(path, O_RDONLY) >= 0);
    snprintf(path, sizeof path, "/proc/%d/environ", GRADER);
    tried("the grader's environment", open(path, O_RDONLY) >= 0);
    for (int number = 0; number < 32; number++) {
        snprintf(path, sizeof path, "/proc/%d/fd/%d", GRADER, number);
        if (open(path, O_RDONLY) >= 0)
            tried(path, 1);
    }
    tried("symlink", symlink(SECRET, "shortcut") == 0 && open("shortcut", O_RDONLY) >= 0);
    tried("link", link(SECRET, "hard") == 0);
    return 0;
}
