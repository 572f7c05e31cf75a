//! From a command as typed to the file to execute, and what is to be said of that.

use std::env;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use nix::unistd::{AccessFlags, access, geteuid};

/// Why a command cannot be run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotRunnable {
    /// There is no such program.
    #[error("there is no command {command}")]
    Missing {
        /// What was typed.
        command: String,
    },
    /// There is something of that name that may not be executed.
    #[error("{} may not be executed: {reason}", path.display())]
    Denied {
        /// The file.
        path: PathBuf,
        /// Why not.
        reason: &'static str,
    },
}

/// The file to execute for `command`: the path that it is, or the first file of that name in the
/// directories of PATH that may be executed (as `execvp(3)` does).
///
/// # Errors
/// Where there is none.
pub fn find(command: &OsStr) -> Result<PathBuf, NotRunnable> {
    find_in(command, env::var_os("PATH").as_deref())
}

fn find_in(command: &OsStr, path: Option<&OsStr>) -> Result<PathBuf, NotRunnable> {
    let missing = || NotRunnable::Missing { command: command.to_string_lossy().into_owned() };
    if command.is_empty() {
        return Err(missing());
    }
    if command.as_bytes().contains(&b'/') {
        let path = PathBuf::from(command);
        return match check(&path) {
            None => Err(missing()),
            Some(Ok(())) => Ok(path),
            Some(Err(reason)) => Err(NotRunnable::Denied { path, reason }),
        };
    }
    let mut denied = None;
    for directory in env::split_paths(path.unwrap_or(OsStr::new("/usr/bin:/bin"))) {
        let path = directory.join(command);
        match check(&path) {
            None => {}
            Some(Ok(())) => return Ok(path),
            Some(Err(_)) if path.is_dir() => {}
            Some(Err(reason)) => denied = denied.or(Some(NotRunnable::Denied { path, reason })),
        }
    }
    Err(denied.unwrap_or_else(missing))
}

/// Whether it may be executed; nothing where it does not exist.
fn check(path: &Path) -> Option<Result<(), &'static str>> {
    let file = fs::metadata(path).ok()?;
    Some(if file.is_dir() {
        Err("it is a directory")
    } else if access(path, AccessFlags::X_OK).is_err() {
        Err("its permissions do not allow it (`chmod +x` would)")
    } else {
        Ok(())
    })
}

/// What a program would gain by being executed, and does not under an observer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Privilege {
    /// Its owner's rights (set-user-ID).
    User,
    /// Its group's (set-group-ID).
    Group,
}

/// What the file gives whoever executes it, which the filter's `PR_SET_NO_NEW_PRIVS` takes away
/// (`execve(2)`). Nothing for whoever has that anyway.
#[must_use]
pub fn privilege(binary: &Path) -> Option<Privilege> {
    const SET_USER: u32 = 0o4000;
    const SET_GROUP: u32 = 0o2010;
    let file = fs::metadata(binary).ok()?;
    if file.mode() & SET_USER != 0 && file.uid() != geteuid().as_raw() {
        Some(Privilege::User)
    } else if file.mode() & SET_GROUP == SET_GROUP && file.gid() != nix::unistd::getegid().as_raw() {
        Some(Privilege::Group)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn commands_are_found_as_a_shell_finds_them() {
        let directory = tempfile::tempdir().unwrap();
        let (one, two) = (directory.path().join("one"), directory.path().join("two"));
        for (place, name, mode) in [(&one, "tool", 0o644), (&two, "tool", 0o755), (&one, "text", 0o644)] {
            fs::create_dir_all(place).unwrap();
            fs::write(place.join(name), "#!/bin/sh\n").unwrap();
            fs::set_permissions(place.join(name), fs::Permissions::from_mode(mode)).unwrap();
        }
        let path = env::join_paths([&one, &two]).unwrap();
        let find = |command: &str| find_in(OsStr::new(command), Some(&path));
        assert_eq!(find("tool"), Ok(two.join("tool")), "what may not be executed is passed over");
        assert!(matches!(find("text"), Err(NotRunnable::Denied { .. })));
        assert!(matches!(find("nothing"), Err(NotRunnable::Missing { .. })));
        assert!(matches!(find(""), Err(NotRunnable::Missing { .. })));
        assert!(matches!(find("/"), Err(NotRunnable::Denied { reason: "it is a directory", .. })));
        let absolute = two.join("tool");
        assert_eq!(find(absolute.to_str().unwrap()), Ok(absolute));
    }
}
