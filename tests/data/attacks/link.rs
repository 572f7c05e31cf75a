//! Asks for a library, and for another kind of crate, which the runner's own options overrule.
#![crate_type = "proc-macro"]
#[link(name = "mmaplings-attack", kind = "static")]
unsafe extern "C" {
    fn evil();
}
fn main() {
    unsafe { evil() };
}
