//! A mapping (VMA) as `/proc/PID/smaps` describes it.
//!
//! Source: `proc_pid_smaps(5)`, `Documentation/filesystems/proc.rst`.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::words::units::{Addr, Bytes};

/// One line of `/proc/PID/maps` with the counters that smaps adds to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    /// First address.
    pub start: Addr,
    /// First address after it.
    pub end: Addr,
    /// `rwxp` or `rwxs`.
    pub perms: Perms,
    /// Offset into the file in bytes; 0 where there is no file.
    pub offset: Bytes,
    /// `major:minor` of the file's device.
    pub device: (u32, u32),
    /// The file's inode; 0 where there is no file. Anonymous shared memory has one (in tmpfs).
    pub inode: u64,
    /// The last column, as the kernel prints it: a path, `[heap]`, or nothing.
    pub path: String,
    /// What of it is where.
    pub books: Books,
}

/// The counters of one mapping in smaps. All in bytes (the kernel prints KiB).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Books {
    /// Resident: pages of the mapping present in this process's page table.
    pub rss: Bytes,
    /// Proportional share: each resident page divided by its number of mappers.
    pub pss: Bytes,
    /// Resident, mapped elsewhere too, not written since it was cleaned.
    pub shared_clean: Bytes,
    /// Resident, mapped elsewhere too, written.
    pub shared_dirty: Bytes,
    /// Resident, mapped here only, not written since it was cleaned.
    pub private_clean: Bytes,
    /// Resident, mapped here only, written. A shared file mapping's stores show here
    /// as long as one process maps it.
    pub private_dirty: Bytes,
    /// Resident pages that belong to no file: in a private file mapping, the pages copied on write.
    pub anonymous: Bytes,
    /// Backed by transparent huge pages.
    pub anon_huge: Bytes,
    /// Swapped out.
    pub swap: Bytes,
    /// Locked in memory (`mlock(2)`).
    pub locked: Bytes,
    /// The page size the MMU uses for it.
    pub page_size: Bytes,
}

/// Who may do what with a mapping, as in the second column of maps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String", extend("pattern" = "^[r-][w-][x-][sp]$"))]
pub struct Perms {
    /// `PROT_READ`
    pub read: bool,
    /// `PROT_WRITE`
    pub write: bool,
    /// `PROT_EXEC`
    pub execute: bool,
    /// Whether stores are shared (`MAP_SHARED`) or copied on write (`MAP_PRIVATE`).
    pub sharing: Sharing,
}

/// `MAP_SHARED` or `MAP_PRIVATE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Sharing {
    /// Stores reach everybody who maps the same thing.
    Shared,
    /// Stores are this process's own.
    Private,
}

/// The four flavours that the course teaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Flavour {
    /// `MAP_PRIVATE | MAP_ANONYMOUS`
    PrivateAnonymous,
    /// `MAP_SHARED | MAP_ANONYMOUS`
    SharedAnonymous,
    /// `MAP_PRIVATE` over a file
    PrivateFile,
    /// `MAP_SHARED` over a file
    SharedFile,
}

/// What stands behind a mapping.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Backing {
    /// Nothing: zeroed memory.
    Anonymous,
    /// `MAP_SHARED | MAP_ANONYMOUS`: a nameless tmpfs file, printed as `/dev/zero (deleted)`.
    SharedAnonymous,
    /// `memfd_create(2)`: a nameless tmpfs file, printed as `/memfd:NAME (deleted)`.
    Memfd {
        /// The name given to `memfd_create`, which has no meaning but in this listing.
        name: String,
    },
    /// A file.
    File {
        /// Its path, without the mark of deletion.
        path: String,
        /// Whether it has been unlinked.
        deleted: bool,
    },
    /// `[heap]`, `[stack]`, `[vdso]`, …: the kernel's own names.
    Special {
        /// The name in the brackets.
        name: String,
    },
}

impl Mapping {
    /// Its length.
    #[must_use]
    pub const fn size(&self) -> Bytes {
        Bytes(self.end.0 - self.start.0)
    }

    /// Whether `address` lies in it.
    #[must_use]
    pub const fn contains(&self, address: Addr) -> bool {
        self.start.0 <= address.0 && address.0 < self.end.0
    }

    /// What stands behind it, told by the last column and the inode.
    #[must_use]
    pub fn backing(&self) -> Backing {
        const DELETED: &str = " (deleted)";
        if let Some(name) = self.path.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            // `[anon:NAME]` is memory named by prctl(PR_SET_VMA_ANON_NAME): still anonymous.
            if name.starts_with("anon:") {
                return Backing::Anonymous;
            }
            if name.starts_with("anon_shmem:") {
                return Backing::SharedAnonymous;
            }
            return Backing::Special { name: name.to_owned() };
        }
        if self.path.is_empty() {
            return Backing::Anonymous;
        }
        let (path, deleted) = match self.path.strip_suffix(DELETED) {
            Some(path) => (path, true),
            None => (self.path.as_str(), false),
        };
        if deleted && let Some(name) = path.strip_prefix("/memfd:") {
            return Backing::Memfd { name: name.to_owned() };
        }
        if deleted && path == "/dev/zero" && self.perms.sharing == Sharing::Shared {
            return Backing::SharedAnonymous;
        }
        Backing::File { path: path.to_owned(), deleted }
    }

    /// Which of the four flavours it is; the kernel's own mappings (stack, vdso) are none.
    /// A memfd counts as a file, which to `mmap(2)` it is.
    #[must_use]
    pub fn flavour(&self) -> Option<Flavour> {
        match (self.backing(), self.perms.sharing) {
            (Backing::Special { name }, _) => (name == "heap").then_some(Flavour::PrivateAnonymous),
            (Backing::Anonymous, _) => Some(Flavour::PrivateAnonymous),
            (Backing::SharedAnonymous, _) => Some(Flavour::SharedAnonymous),
            (Backing::Memfd { .. } | Backing::File { .. }, Sharing::Shared) => Some(Flavour::SharedFile),
            (Backing::Memfd { .. } | Backing::File { .. }, Sharing::Private) => Some(Flavour::PrivateFile),
        }
    }
}

impl fmt::Display for Perms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letter = |held: bool, letter: char| if held { letter } else { '-' };
        let sharing = match self.sharing {
            Sharing::Shared => 's',
            Sharing::Private => 'p',
        };
        write!(
            f,
            "{}{}{}{sharing}",
            letter(self.read, 'r'),
            letter(self.write, 'w'),
            letter(self.execute, 'x')
        )
    }
}

/// A text that is not the permissions column of maps.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not permissions such as \"rw-p\"")]
pub struct NotPerms {
    text: String,
}

impl std::str::FromStr for Perms {
    type Err = NotPerms;

    fn from_str(text: &str) -> Result<Self, NotPerms> {
        let error = || NotPerms { text: text.to_owned() };
        let &[r, w, x, s] = text.as_bytes() else { return Err(error()) };
        let held = |byte: u8, letter: u8| match byte {
            b'-' => Ok(false),
            byte if byte == letter => Ok(true),
            _ => Err(error()),
        };
        Ok(Self {
            read: held(r, b'r')?,
            write: held(w, b'w')?,
            execute: held(x, b'x')?,
            sharing: match s {
                b's' => Sharing::Shared,
                b'p' => Sharing::Private,
                _ => return Err(error()),
            },
        })
    }
}

impl TryFrom<String> for Perms {
    type Error = NotPerms;
    fn try_from(text: String) -> Result<Self, NotPerms> {
        text.parse()
    }
}

impl From<Perms> for String {
    fn from(perms: Perms) -> String {
        perms.to_string()
    }
}

/// As the line stands in `/proc/PID/maps` (columns joined by single spaces).
impl fmt::Display for Mapping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (major, minor) = self.device;
        write!(
            f,
            "{:08x}-{:08x} {} {:08x} {major:02x}:{minor:02x} {}",
            self.start.0, self.end.0, self.perms, self.offset.0, self.inode
        )?;
        if self.path.is_empty() { Ok(()) } else { write!(f, " {}", self.path) }
    }
}

impl Flavour {
    /// All four, in the order in which the course names them.
    pub const ALL: [Self; 4] =
        [Self::PrivateAnonymous, Self::SharedAnonymous, Self::PrivateFile, Self::SharedFile];
}

impl fmt::Display for Flavour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::PrivateAnonymous => "private anonymous",
            Self::SharedAnonymous => "shared anonymous",
            Self::PrivateFile => "private file-backed",
            Self::SharedFile => "shared file-backed",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mapping(perms: &str, inode: u64, path: &str) -> Mapping {
        Mapping {
            start: Addr(0x1000),
            end: Addr(0x3000),
            perms: perms.parse().unwrap(),
            offset: Bytes(0),
            device: (8, 1),
            inode,
            path: path.to_owned(),
            books: Books::default(),
        }
    }

    #[test]
    fn the_flavour_is_read_off_the_line() {
        for (perms, inode, path, flavour) in [
            ("rw-p", 0, "", Some(Flavour::PrivateAnonymous)),
            ("rw-p", 0, "[heap]", Some(Flavour::PrivateAnonymous)),
            ("rw-p", 0, "[anon:arena]", Some(Flavour::PrivateAnonymous)),
            ("rw-s", 9, "/dev/zero (deleted)", Some(Flavour::SharedAnonymous)),
            ("rw-s", 9, "/memfd:x (deleted)", Some(Flavour::SharedFile)),
            ("r--p", 9, "/etc/hosts", Some(Flavour::PrivateFile)),
            ("rw-s", 9, "/tmp/shared.bin", Some(Flavour::SharedFile)),
            ("r-xp", 0, "[vdso]", None),
        ] {
            assert_eq!(mapping(perms, inode, path).flavour(), flavour, "{perms} {path}");
        }
    }

    #[test]
    fn a_line_prints_as_the_kernel_prints_it() {
        let line = mapping("rw-s", 42, "/tmp/shared.bin").to_string();
        assert_eq!(line, "00001000-00003000 rw-s 00000000 08:01 42 /tmp/shared.bin");
    }

    #[test]
    fn what_is_not_permissions_is_refused() {
        for bad in ["", "rw-", "rw-px", "rwzp", "rw-P", "wr-p"] {
            assert!(bad.parse::<Perms>().is_err(), "{bad:?}");
        }
    }
}
