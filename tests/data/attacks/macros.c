/* Keeps the compiler busy with macros that come to nothing, two to the fortieth. */
#define M0
#define M1 M0 M0 M0 M0
#define M2 M1 M1 M1 M1
#define M3 M2 M2 M2 M2
#define M4 M3 M3 M3 M3
#define M5 M4 M4 M4 M4
#define M6 M5 M5 M5 M5
#define M7 M6 M6 M6 M6
#define M8 M7 M7 M7 M7
#define M9 M8 M8 M8 M8
#define MA M9 M9 M9 M9
#define MB MA MA MA MA
#define MC MB MB MB MB
#define MD MC MC MC MC
#define ME MD MD MD MD
#define MF ME ME ME ME
#define MG MF MF MF MF
#define MH MG MG MG MG
#define MI MH MH MH MH
#define MJ MI MI MI MI
MJ

int main(void) { return 0; }
