/* Has the compiler print more than anybody reads. */
#include "attack.h"
#define W1 _Pragma("GCC warning \"::set-output name=grade::100\"")
#define W2 W1 W1 W1 W1 W1 W1 W1 W1 W1 W1
#define W3 W2 W2 W2 W2 W2 W2 W2 W2 W2 W2
#define W4 W3 W3 W3 W3 W3 W3 W3 W3 W3 W3
W4 W4 W4 W4 W4 W4
W4 W4 W4 W4 W4 W4
W4 W4 W4 W4 W4 W4
W4 W4 W4 W4 W4 W4

int main(void) { return undeclared; }
