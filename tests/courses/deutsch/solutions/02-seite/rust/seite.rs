//! seite ANZAHL: legt ANZAHL Seiten an und beschreibt ein Byte darin.

use memmap2::MmapMut;

fn main() {
    let seiten: usize = std::env::args().nth(1).and_then(|anzahl| anzahl.parse().ok()).unwrap();
    // SAFETY: sysconf fragt nur.
    let seite = unsafe { libc::sysconf(libc::_SC_PAGESIZE) } as usize;
    let mut mapping = MmapMut::map_anon(seiten * seite).unwrap();
    println!("checkpoint angelegt");
    mapping[0] = 1;
    println!("checkpoint beschrieben");
}
