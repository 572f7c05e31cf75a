/*
 * What all attacks in C begin with. The test puts it in place of the line that includes it, as a
 * learner hands in one file; SECRET, RESULTS, OUTSIDE and GRADER (its id) are defined
 * there too.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

/* Says that an attack went through, which the test never wants to see, or that it did not. */
static inline void tried(const char *what, int succeeded)
{
    if (succeeded)
        printf("GAINED %s\n", what);
    else
        printf("refused %s: %s\n", what, strerror(errno));
    fflush(stdout);
}
