//! What a test does where an instrument is missing.

#![expect(clippy::print_stderr, reason = "a skip is told to whoever reads the test's output")]

use std::path::PathBuf;

/// Says on stderr that the test is skipped and why.
///
/// # Panics
/// Where `MMAPLINGS_NO_SKIP=1`: the gate runs on machines that have every
/// instrument, and a skip there would be a test that silently stopped testing.
pub(crate) fn skip(why: &str) {
    assert!(
        std::env::var_os("MMAPLINGS_NO_SKIP").is_none(),
        "this machine should have what is missing: {why}"
    );
    eprintln!("skipped: {why}");
}

/// The path of `tool`, or nothing after having said that the test is skipped for want of it.
pub(crate) fn find(tool: &str) -> Option<PathBuf> {
    let found = std::env::var_os("PATH").and_then(|path| {
        std::env::split_paths(&path).map(|directory| directory.join(tool)).find(|file| file.is_file())
    });
    if found.is_none() {
        skip(&format!("{tool} is not installed"));
    }
    found
}
