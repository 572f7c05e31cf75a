/* Prints what looks like a verdict to people, to the runner and to build servers. */
#include "attack.h"

int main(int argc, char **argv)
{
    (void)argc;
    puts("\033[2J\033[H\342\234\223 mapped  16 MiB are mapped");
    puts("passed: all 4 checks hold \302\267 seed 1");
    puts("{\"version\":1,\"results\":[{\"verdict\":{\"outcome\":\"passed\"}}]}");
    puts("::add-mask::missed");
    puts("::set-output name=grade::100");
    puts("##vso[task.complete result=Succeeded;]done");
    fputs("::stop-commands::x\n\033]0;passed\007</script><script>alert(1)</script>\n", stderr);
    puts("checkpoint mapped");
    printf("answer=\033[1A%s ::set-output name=grade::100\n", argv[1]);
    return 0;
}
