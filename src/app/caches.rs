//! Where the runner keeps what it can make again: compiled crates, compiled programs,
//! files too large to be made for each run.

use std::env;
use std::path::PathBuf;

/// Directories below the user's cache directory (XDG Base Directory Specification).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caches {
    /// The dependency kit for Rust programs.
    pub kit: PathBuf,
    /// Compiled programs.
    pub programs: PathBuf,
    /// Large files.
    pub files: PathBuf,
}

impl Caches {
    /// Those of the user who runs this; of nobody in particular where there is no home.
    #[must_use]
    pub fn of_user() -> Self {
        let absolute = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let cache = absolute("XDG_CACHE_HOME").or_else(|| Some(absolute("HOME")?.join(".cache")));
        let root = cache.unwrap_or_else(env::temp_dir).join("mmaplings");
        Self { kit: root.join("kit"), programs: root.join("programs"), files: root.join("files") }
    }
}
