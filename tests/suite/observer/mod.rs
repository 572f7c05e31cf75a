//! The observer: small C programs on a stage, and what is told of them.

mod agreement;
mod checkpoints;
mod command;
mod signals;
mod survival;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use mmaplings::edges::tracer::{Event, Launch, Limits, Stage};
use mmaplings::vocabulary::evidence::{Run, Snapshot};
use mmaplings::words::ids::InstanceName;
use tempfile::TempDir;

/// A directory with C programs.
struct Bench {
    directory: TempDir,
    compiler: PathBuf,
}

/// What every program begins with.
const PRELUDE: &str = r#"
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>
static void say(const char *text) { if (write(1, text, strlen(text)) < 0) _exit(99); }
"#;

impl Bench {
    /// Nothing, said so, where there is no C compiler.
    fn new() -> Option<Self> {
        let compiler = crate::skip::find("cc")?;
        Some(Self { directory: tempfile::tempdir().unwrap(), compiler })
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    /// Compiles a program whose `main` has this body; `before` stands in front of it.
    fn program_with(&self, name: &str, before: &str, body: &str) -> PathBuf {
        let source = self.path().join(format!("{name}.c"));
        let binary = self.path().join(name);
        let main = format!(
            "{PRELUDE}{before}\nint main(int argc, char **argv) {{ (void)argc; (void)argv;\n{body}\nreturn 0; }}"
        );
        fs::write(&source, main).unwrap();
        let status = Command::new(&self.compiler)
            .args(["-O1", "-pthread", "-o"])
            .args([&binary, &source])
            .status()
            .unwrap();
        assert!(status.success(), "{name} does not compile");
        binary
    }

    fn program(&self, name: &str, body: &str) -> PathBuf {
        self.program_with(name, "", body)
    }

    fn launch(&self, binary: &Path) -> Launch {
        let name = "p".parse().unwrap();
        Launch::new("p".parse().unwrap(), name, binary.to_path_buf(), self.path().to_path_buf())
    }

    /// Runs a program whose `main` has this body to its end, releasing it at each checkpoint.
    fn run(&self, body: &str, limits: Limits) -> Run {
        let binary = self.program("program", body);
        self.run_launch(&self.launch(&binary), limits)
    }

    fn run_launch(&self, launch: &Launch, limits: Limits) -> Run {
        let mut stage = Stage::new(limits).unwrap();
        stage.start(launch).unwrap();
        play(&mut stage, &launch.instance);
        let run = stage.finish().remove(&launch.instance).unwrap();
        nobody_is_left(&run);
        run
    }
}

/// Limits that no honest program meets, however busy the machine.
fn limits() -> Limits {
    Limits { wall: Duration::from_secs(30), ..Limits::default() }
}

/// No test waits longer than this for anything.
const PATIENCE: Duration = Duration::from_secs(60);

/// Lets the program run to its end, releasing it at each checkpoint.
fn play(stage: &mut Stage, who: &InstanceName) {
    let until = Instant::now() + PATIENCE;
    loop {
        match stage.next_event(until).unwrap() {
            Event::Checkpoint { who, .. } => stage.release(&who).unwrap(),
            Event::Ended { who: ended } if ended == *who => return,
            Event::TimedOut => panic!("it did not end: {:#?}", stage.run(who).unwrap().processes),
            _ => {}
        }
    }
}

/// Waits until something of the kind wanted happens.
fn wait_for<Found>(stage: &mut Stage, mut wanted: impl FnMut(&Event) -> Option<Found>) -> Found {
    let until = Instant::now() + PATIENCE;
    loop {
        let event = stage.next_event(until).unwrap();
        if let Some(found) = wanted(&event) {
            return found;
        }
        assert_ne!(event, Event::TimedOut, "it did not come");
    }
}

/// None of the run's processes is alive. A zombie counts as gone: it is its parent's to reap.
fn nobody_is_left(run: &Run) {
    let alive: BTreeMap<i32, String> = run
        .processes
        .iter()
        .filter_map(|process| {
            let stat = fs::read_to_string(format!("/proc/{}/stat", process.pid)).ok()?;
            let state = stat.rsplit_once(')')?.1.trim_start().chars().next()?;
            (state != 'Z').then_some((process.pid, stat))
        })
        .collect();
    assert!(alive.is_empty(), "left behind: {alive:?}");
}

fn snapshot<'run>(run: &'run Run, name: &str) -> &'run Snapshot {
    run.snapshots
        .iter()
        .find(|snapshot| snapshot.checkpoint.as_str() == name)
        .unwrap_or_else(|| panic!("no snapshot {name}: {run:?}"))
}

fn checkpoints(run: &Run) -> Vec<&str> {
    run.snapshots.iter().map(|snapshot| snapshot.checkpoint.as_str()).filter(|name| *name != "exit").collect()
}

fn stdout(run: &Run) -> Vec<&str> {
    run.stdout.iter().map(|line| line.text.as_str()).collect()
}
