/* Has the compiler read another student's submission. */
#include SECRET

int main(void) { return 0; }
