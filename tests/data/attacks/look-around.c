/* Looks for others: their processes, and what files there are. */
#include "attack.h"
#include <dirent.h>

int main(void)
{
    char path[512], line[256];
    DIR *processes = opendir("/proc");
    for (struct dirent *entry; processes != NULL && (entry = readdir(processes)) != NULL;) {
        int process = atoi(entry->d_name);
        if (process > 0 && process != getpid())
            tried(entry->d_name, 1);
    }
    snprintf(path, sizeof path, "/proc/%d/cmdline", GRADER);
    tried("the grader's command line", open(path, O_RDONLY) >= 0);
    struct stat file;
    tried("that a submission is there", stat(SECRET, &file) == 0);
    tried("that results are there", access(RESULTS, F_OK) == 0);
    tried("that there is a password file", stat("/etc/passwd", &file) == 0);
    tried("to list the root", opendir("/") != NULL);
    FILE *mounts = fopen("/proc/self/mounts", "r");
    while (mounts != NULL && fgets(line, sizeof line, mounts) != NULL)
        if (strstr(line, OUTSIDE) != NULL)
            tried("a mount", 1);
    gethostname(line, sizeof line);
    errno = 0;
    tried("more", 0);
    return 0;
}
