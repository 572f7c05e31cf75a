//! An ordinary user's way to a control group of their own: the user's service manager
//! is asked to put this process into a delegated scope (`systemd.scope(5)`,
//! `org.freedesktop.systemd1(5)`). The scope, and all groups in it, go when the process
//! does, whatever ends it.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How long the manager may take.
const PATIENCE: Duration = Duration::from_secs(3);

/// The group of this process among those that are its own to divide.
const OWN: &str = "runner";

/// Whether a manager of this user's services is about.
pub(super) fn is_there() -> bool {
    env::var_os("XDG_RUNTIME_DIR")
        .is_some_and(|directory| Path::new(&directory).join("systemd").join("private").exists())
}

/// Moves this process, all its threads, into a scope of its own; gives the directory in which
/// groups with a memory limit can then be made.
pub(super) fn enter_scope(own_group: impl Fn() -> Option<PathBuf>) -> io::Result<PathBuf> {
    let process = std::process::id();
    let scope = format!("mmaplings-{process}.scope");
    ask(&scope, process)?;
    let until = Instant::now() + PATIENCE;
    let directory = loop {
        // The manager answers before it has done it.
        match own_group().filter(|own| own.ends_with(&scope)) {
            Some(directory) => break directory,
            None if Instant::now() >= until => {
                return Err(io::Error::new(
                    io::ErrorKind::TimedOut,
                    "the user's service manager did not do it",
                ));
            }
            None => thread::sleep(Duration::from_millis(5)),
        }
    };
    divide(&directory, process)?;
    Ok(directory)
}

/// A group that divides memory among others may hold no process itself: this one moves down.
fn divide(directory: &Path, process: u32) -> io::Result<()> {
    let own = directory.join(OWN);
    fs::create_dir(&own)?;
    fs::write(own.join("cgroup.procs"), process.to_string())?;
    fs::write(directory.join("cgroup.subtree_control"), "+memory")?;
    // Processes can be counted where the manager hands that over too.
    let _not_handed_over = fs::write(directory.join("cgroup.subtree_control"), "+pids");
    Ok(())
}

fn ask(scope: &str, process: u32) -> io::Result<()> {
    let process = process.to_string();
    let about = ["Description", "s", "mmaplings: programs with a memory limit"];
    let answer = Command::new("busctl")
        .args(["--user", "--quiet", "--timeout=3", "call"])
        .args(["org.freedesktop.systemd1", "/org/freedesktop/systemd1"])
        .args(["org.freedesktop.systemd1.Manager", "StartTransientUnit", "ssa(sv)a(sa(sv))"])
        .args([scope, "fail", "3"])
        .args(about)
        .args(["Delegate", "b", "true"])
        .args(["PIDs", "au", "1", &process, "0"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .output()?;
    if answer.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&answer.stderr);
    Err(io::Error::other(said.trim().to_owned()))
}
