//! `doctor`: what this machine can observe, found out by doing it, and how to get what
//! is missing.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Args;
use serde::Serialize;

use super::caches::Caches;
use super::context::Context;
use super::exit::{Exit, Failure};
use crate::assemblies::ui::look::{Look, Role, Telling};
use crate::edges::cgroup::{Groups, Permission};
use crate::edges::compiler::Toolchain;
use crate::edges::disk::{self, Availability, Means};
use crate::edges::fixtures::kept;
use crate::edges::sandbox::{self, Level};
use crate::edges::tracer::{Event, Launch, Limits, Stage, TracerError, books, page_cache};
use crate::vocabulary::evidence::Run;
use crate::words::ids::{InstanceName, ProgramName};
use crate::words::units::Bytes;

/// The version of the JSON that this command prints.
const SCHEMA: u32 = 1;

/// Arguments of `doctor`.
#[derive(Debug, Args)]
pub struct DoctorArgs {
    /// Remove the large files that are kept between runs, and disks that a killed run left
    #[arg(long)]
    pub clean: bool,

    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// What the machine has.
#[derive(Debug, Serialize)]
struct Health {
    version: u32,
    kernel: String,
    page_size: u64,
    findings: Vec<Finding>,
    /// Bytes of large files that are kept between runs.
    kept_files: u64,
}

#[derive(Debug, Serialize)]
struct Finding {
    name: &'static str,
    state: State,
    /// What is there, or what is wrong.
    detail: String,
    /// How to get it, or what stands in for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum State {
    /// It works.
    Works,
    /// Something weaker stands in for it.
    Weaker,
    /// It does not, and lessons that need it cannot be judged.
    Missing,
}

/// Examines the machine; with `--clean`, removes what is kept.
///
/// # Errors
/// Where kept files cannot be removed.
pub fn run(arguments: &DoctorArgs, context: &Context) -> Result<Exit, Failure> {
    let caches = Caches::of_user();
    if arguments.clean {
        return clean(&caches, context);
    }
    let health = examine(&caches);
    if arguments.json {
        context.print_json(&health)?;
    } else {
        context.print(&render(&context.look, &health, &caches))?;
    }
    let missing = health.findings.iter().any(|finding| finding.state == State::Missing);
    Ok(if missing { Exit::Inconclusive } else { Exit::Passed })
}

fn clean(caches: &Caches, context: &Context) -> Result<Exit, Failure> {
    let freed = kept::clean(&caches.files)?;
    let disks = disk::clean_leftovers().len();
    context.print(&format!("removed {freed} of kept files and {disks} disks that were left behind\n"))?;
    Ok(Exit::Passed)
}

fn examine(caches: &Caches) -> Health {
    let observed = observe();
    let findings = vec![
        rust(),
        c(),
        tracing(&observed),
        faults(&observed),
        dirty_pages(),
        power_cut(),
        memory_limit(),
        confinement(),
    ];
    let kernel = nix::sys::utsname::uname();
    let kernel = kernel.map(|name| name.release().to_string_lossy().into_owned()).unwrap_or_default();
    Health {
        version: SCHEMA,
        kernel,
        page_size: books::page_size().0,
        findings,
        kept_files: kept::size(&caches.files).0,
    }
}

fn finding(name: &'static str, state: State, detail: impl Into<String>, remedy: &str) -> Finding {
    let remedy = (!remedy.is_empty()).then(|| remedy.to_owned());
    Finding { name, state, detail: detail.into(), remedy }
}

fn rust() -> Finding {
    match Toolchain::new().rust().and_then(|rust| rust.version()) {
        Ok(version) => finding("Rust programs", State::Works, version, ""),
        Err(error) => finding(
            "Rust programs",
            State::Missing,
            error.to_string(),
            "install Rust (https://rustup.rs); C programs do without it",
        ),
    }
}

fn c() -> Finding {
    match Toolchain::new().c().and_then(|c| c.version()) {
        Ok(version) => finding("C programs", State::Works, version, ""),
        Err(error) => finding(
            "C programs",
            State::Missing,
            error.to_string(),
            "install gcc or clang (Debian: apt install gcc); rustc needs it to link, too",
        ),
    }
}

/// Traces a run of this program itself, which prints its version and ends.
fn observe() -> Result<Run, TracerError> {
    let instance: InstanceName = "probe".parse().expect("it is a name");
    let program: ProgramName = "probe".parse().expect("it is a name");
    let executable = std::env::current_exe().unwrap_or_else(|_| PathBuf::from("/proc/self/exe"));
    let mut launch = Launch::new(instance.clone(), program, executable, PathBuf::from("/"));
    launch.args = vec!["--version".into()];
    let mut stage = Stage::new(Limits::default())?;
    stage.start(&launch)?;
    let until = Instant::now() + Duration::from_secs(10);
    while !matches!(stage.next_event(until)?, Event::Ended { .. } | Event::TimedOut) {}
    let run = stage.finish().remove(&instance);
    run.ok_or(TracerError::Unknown { who: instance })
}

fn tracing(observed: &Result<Run, TracerError>) -> Finding {
    let name = "system calls and memory";
    let remedy = "ptrace and seccomp must be allowed: in a container, docker run --cap-add SYS_PTRACE \
                  --security-opt seccomp=unconfined";
    match observed {
        Ok(run) if !run.calls.is_empty() => {
            let detail = format!("seccomp and ptrace, {} calls seen of a probe", run.calls.len());
            finding(name, State::Works, detail, "")
        }
        Ok(_) => finding(name, State::Missing, "a probe ran, but none of its calls was seen", remedy),
        Err(error) => {
            let cause = std::error::Error::source(error).map(|cause| format!(": {cause}"));
            finding(name, State::Missing, format!("{error}{}", cause.unwrap_or_default()), remedy)
        }
    }
}

fn faults(observed: &Result<Run, TracerError>) -> Finding {
    let name = "page faults";
    match observed.as_ref().ok().and_then(|run| run.faults.as_ref()) {
        Some(faults) if faults.source.starts_with("perf") => {
            finding(name, State::Works, faults.source.clone(), "")
        }
        Some(faults) => finding(
            name,
            State::Weaker,
            format!("{}, about 20 more than perf would count", faults.source),
            "for perf: sysctl kernel.perf_event_paranoid=2",
        ),
        None => finding(name, State::Missing, "no probe could be run", ""),
    }
}

fn dirty_pages() -> Finding {
    let name = "dirty file pages";
    match page_cache::of_path(Path::new("/proc/self/exe")) {
        Ok(_) => finding(name, State::Works, "cachestat", ""),
        Err(error) => finding(
            name,
            State::Weaker,
            format!("no cachestat ({error}); smaps tells what one process has dirtied"),
            "cachestat comes with Linux 6.5",
        ),
    }
}

fn power_cut() -> Finding {
    let name = "power cuts";
    match disk::probe() {
        Availability::Available { means: Means::Privilege } => {
            finding(name, State::Works, "a FUSE disk, mounted by this user", "")
        }
        Availability::Available { means: Means::Helper } => {
            finding(name, State::Works, "a FUSE disk, mounted by fusermount3", "")
        }
        Availability::InNamespace => {
            finding(name, State::Works, "a FUSE disk, in a namespace of its own", "")
        }
        Availability::Unavailable { reason, remedy } => {
            finding(name, State::Weaker, format!("{reason}; msync and cachestat stand in"), &remedy)
        }
    }
}

fn memory_limit() -> Finding {
    let name = "memory limit";
    match Groups::of_this_machine().place() {
        Ok(place) => {
            let by = match place.by {
                Permission::Directory => "",
                Permission::Manager => ", in a scope of the user's service manager",
            };
            finding(name, State::Works, format!("{}{by}", place.version), "")
        }
        Err(why) => finding(
            name,
            State::Weaker,
            format!("{}; scenes with a memory limit cannot be told, all others can", why.reason),
            &why.remedy,
        ),
    }
}

fn confinement() -> Finding {
    let name = "confinement";
    match sandbox::level() {
        Ok(Level::Namespaces) => finding(name, State::Works, "calls, files, signals and namespaces", ""),
        Ok(level) => {
            // What lies below it in the ladder is wanted first.
            let lacking = sandbox::means().err().filter(|_| level == Level::Signals);
            let (detail, remedy) = lacking.map_or_else(
                || {
                    let remedy = "files need Landlock (Linux 5.13), signals Landlock ABI 6 (Linux 6.12)";
                    (format!("level {level}"), remedy)
                },
                |lacking| (format!("level {level}; {lacking}"), lacking.remedy()),
            );
            finding(name, State::Weaker, detail, remedy)
        }
        Err(error) => finding(name, State::Missing, error.to_string(), ""),
    }
}

fn render(look: &Look, health: &Health, caches: &Caches) -> String {
    let mut text = format!("Linux {}, pages of {}\n", health.kernel, Bytes(health.page_size));
    let width = health.findings.iter().map(|finding| finding.name.len()).max().unwrap_or(0);
    for finding in &health.findings {
        let (role, mark, word) = match finding.state {
            State::Works => (Role::Good, look.pick("✓", "*"), "works"),
            State::Weaker => (Role::Warning, "~", "weaker"),
            State::Missing => (Role::Bad, look.pick("✗", "x"), "missing"),
        };
        match look.telling {
            Telling::Words => {
                text += &look.wrap("", &format!("{}: {word}. {}", finding.name, finding.detail));
            }
            Telling::Pictures => {
                let first = format!("{} {:width$}  ", look.paint(role, mark), finding.name);
                text += &look.wrap(&first, &finding.detail);
            }
        }
        if let Some(remedy) = &finding.remedy {
            text +=
                &look.wrap(&" ".repeat(if look.telling == Telling::Words { 0 } else { width + 4 }), remedy);
        }
    }
    if health.kept_files > 0 {
        let clean = look.paint(Role::Command, "mmaplings doctor --clean");
        let kept = Bytes(health.kept_files);
        text +=
            &format!("{kept} of large files are kept in {}; {clean} removes them\n", caches.files.display());
    }
    text
}
