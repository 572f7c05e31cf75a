//! What observing costs: a program of a million calls that nobody traces and a
//! thousand `mmap`s, run plain, by the observer, and by `strace --seccomp-bpf -f`.
//!
//! The three are run in turn, so that a busy machine is busy for all of them; what
//! is compared is the medians. `cargo bench --bench observer`

#![expect(clippy::print_stdout, reason = "a bench prints what it measured")]

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use mmaplings::edges::tracer::{Event, Launch, Limits, Stage};

const ROUNDS: usize = 15;

const PROGRAM: &str = r"
#define _GNU_SOURCE
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(void) {
    for (int n = 0; n < 1000000; n++) syscall(SYS_getppid);
    for (int n = 0; n < 1000; n++)
        if (mmap(0, 4096, PROT_READ, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) == MAP_FAILED) return 1;
    return 0;
}";

fn main() -> Result<(), Box<dyn Error>> {
    let directory = tempfile::tempdir()?;
    let source = directory.path().join("calls.c");
    let binary = directory.path().join("calls");
    fs::write(&source, PROGRAM)?;
    let compiled = Command::new("cc").arg("-O2").arg("-o").args([&binary, &source]).status()?;
    if !compiled.success() {
        return Err("the program does not compile".into());
    }
    let mut plain = Vec::new();
    let mut observed = Vec::new();
    let mut straced = Vec::new();
    for _ in 0..ROUNDS {
        plain.push(time(|| command(&mut Command::new(&binary)))?);
        observed.push(time(|| observe(&binary, directory.path()))?);
        let log = directory.path().join("log");
        let mut strace = Command::new("strace");
        strace.args(["--seccomp-bpf", "-f", "-e", "trace=%memory", "-o"]).args([&log, &binary]);
        straced.push(time(|| command(&mut strace))?);
    }
    let (plain, observed, straced) = (median(plain), median(observed), median(straced));
    println!("plain     {plain:>10.1?}");
    println!("observed  {observed:>10.1?}");
    println!("strace    {straced:>10.1?}");
    println!("observed / strace = {:.2}", observed.as_secs_f64() / straced.as_secs_f64());
    Ok(())
}

fn time(run: impl FnOnce() -> Result<(), Box<dyn Error>>) -> Result<Duration, Box<dyn Error>> {
    let began = Instant::now();
    run()?;
    Ok(began.elapsed())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn command(command: &mut Command) -> Result<(), Box<dyn Error>> {
    let status = command.stdout(Stdio::null()).status()?;
    if status.success() { Ok(()) } else { Err(format!("{command:?}: {status}").into()) }
}

fn observe(binary: &Path, directory: &Path) -> Result<(), Box<dyn Error>> {
    let launch = Launch::new("calls".parse()?, "calls".parse()?, PathBuf::from(binary), directory.into());
    let mut stage = Stage::new(Limits::default())?;
    stage.start(&launch)?;
    let until = Instant::now() + Duration::from_secs(60);
    while !matches!(stage.next_event(until)?, Event::Ended { .. } | Event::TimedOut) {}
    let run = &stage.finish()[&launch.instance];
    let mapped = run.calls.iter().filter(|call| call.name == "mmap").count();
    if mapped < 1000 { Err(format!("only {mapped} of 1000 mmaps were seen").into()) } else { Ok(()) }
}
