//! No mount outlives its runner, and nobody touches another's.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use mmaplings::edges::disk::{DiskOptions, clean_leftovers};

use super::mount;
use super::programs;

fn is_mounted(path: &Path) -> bool {
    let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap();
    mounts.lines().any(|line| line.split(' ').nth(4) == path.to_str())
}

fn eventually(what: &str, holds: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !holds() {
        assert!(Instant::now() < deadline, "{what} does not come true");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A runner in a process of its own, killed when dropped.
struct Runner(Child);

impl Drop for Runner {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

/// A runner, and where its disk is.
fn runner(mount_point: &Path) -> (Runner, PathBuf) {
    let mut child = programs::command("runner", mount_point).stdout(Stdio::piped()).spawn().unwrap();
    let stdout = child.stdout.take().unwrap();
    let runner = Runner(child);
    let lines = BufReader::new(stdout).lines();
    let path = lines.map(Result::unwrap).find(|line| line.starts_with('/')).expect("it has mounted");
    (runner, path.into())
}

/// The shell that waits for the end of the runner whose disk is at `path`.
fn guardian(path: &Path) -> Option<nix::unistd::Pid> {
    let path = path.to_str().unwrap();
    fs::read_dir("/proc").unwrap().flatten().find_map(|entry| {
        let pid = entry.file_name().to_str()?.parse().ok()?;
        let line = fs::read_to_string(entry.path().join("cmdline")).ok()?;
        let found = line.contains("mmaplings-powercut-guardian") && line.contains(path);
        found.then(|| nix::unistd::Pid::from_raw(pid))
    })
}

#[test]
fn a_killed_runner_leaves_no_mount() {
    if mount(DiskOptions::default()).is_none() {
        return;
    }
    let given = tempfile::tempdir().unwrap();
    for mount_point in [Path::new("/nonexistent"), given.path()] {
        let (runner, path) = runner(mount_point);
        assert!(is_mounted(&path));
        drop(runner);
        eventually("the guardian unmounts", || !is_mounted(&path));
        if mount_point != given.path() {
            eventually("nothing is left", || !path.parent().unwrap().exists());
        }
    }
    eventually("a given directory stays", || given.path().is_dir());
}

/// Where even the guardian was killed, the next runner clears away, and only what
/// nobody lives in.
#[test]
fn the_next_runner_clears_away_what_is_left_and_nothing_else() {
    if mount(DiskOptions::default()).is_none() {
        return;
    }
    let (living, living_path) = runner(Path::new("/nonexistent"));
    let (dead, dead_path) = runner(Path::new("/nonexistent"));
    let guardian = guardian(&dead_path).expect("a runner with a disk has a guardian");
    nix::sys::signal::kill(guardian, nix::sys::signal::Signal::SIGKILL).unwrap();
    drop(dead);
    // Another test's disk may have been the next runner already.
    eventually("the leftover goes", || {
        clean_leftovers();
        !is_mounted(&dead_path)
    });
    assert!(!dead_path.exists() && !dead_path.parent().unwrap().exists());
    assert!(is_mounted(&living_path) && living_path.join("here").exists());
    drop(living);
    eventually("the guardian unmounts", || !is_mounted(&living_path));
}
