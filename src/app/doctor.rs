//! `doctor`: what this machine can observe, found out by doing it, and how to get what
//! is missing.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Args;
use serde::Serialize;

use super::caches::Caches;
use super::context::Context;
use super::exit::{Exit, Failure};
use crate::assemblies::drill;
use crate::assemblies::ui::look::{Look, Role, Telling, padded, widest};
use crate::edges::cgroup::{Groups, Permission};
use crate::edges::compiler::Toolchain;
use crate::edges::disk::{self, Availability, Means};
use crate::edges::fixtures::kept;
use crate::edges::tracer::{Event, Launch, Limits, Stage, TracerError, books, page_cache};
use crate::vocabulary::evidence::Run;
use crate::words::ids::{InstanceName, ProgramName};
use crate::words::speech::{Speech, shown};
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
    name: String,
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
    // What programs read is in English, whatever the course speaks.
    let health = examine(&caches, if arguments.json { Speech::ENGLISH } else { context.look.speech });
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
    let removed = context.look.tell("doctor-cleaned", [("size", shown(freed)), ("disks", disks.into())]);
    context.print(&format!("{removed}\n"))?;
    Ok(Exit::Passed)
}

fn examine(caches: &Caches, speech: Speech) -> Health {
    let observed = observe();
    let findings = vec![
        rust(speech),
        c(speech),
        tracing(speech, &observed),
        faults(speech, &observed),
        dirty_pages(speech),
        power_cut(speech),
        memory_limit(speech),
        confinement(speech),
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

fn finding(name: String, state: State, detail: impl Into<String>, remedy: impl Into<String>) -> Finding {
    let remedy = Some(remedy.into()).filter(|remedy| !remedy.is_empty());
    Finding { name, state, detail: detail.into(), remedy }
}

fn rust(speech: Speech) -> Finding {
    let name = speech.say("doctor-rust");
    match Toolchain::new().rust().and_then(|rust| rust.version()) {
        Ok(version) => finding(name, State::Works, version, ""),
        Err(error) => finding(name, State::Missing, error.to_string(), speech.say("doctor-rust-remedy")),
    }
}

fn c(speech: Speech) -> Finding {
    let name = speech.say("doctor-c");
    match Toolchain::new().c().and_then(|c| c.version()) {
        Ok(version) => finding(name, State::Works, version, ""),
        Err(error) => finding(name, State::Missing, error.to_string(), speech.say("doctor-c-remedy")),
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

fn tracing(speech: Speech, observed: &Result<Run, TracerError>) -> Finding {
    let name = speech.say("doctor-tracing");
    let remedy = || speech.say("doctor-tracing-remedy");
    match observed {
        Ok(run) if !run.calls.is_empty() => {
            let detail = speech.tell("doctor-tracing-works", [("calls", run.calls.len().into())]);
            finding(name, State::Works, detail, "")
        }
        Ok(_) => finding(name, State::Missing, speech.say("doctor-tracing-blind"), remedy()),
        Err(error) => {
            let cause = std::error::Error::source(error).map(|cause| format!(": {cause}"));
            finding(name, State::Missing, format!("{error}{}", cause.unwrap_or_default()), remedy())
        }
    }
}

fn faults(speech: Speech, observed: &Result<Run, TracerError>) -> Finding {
    let name = speech.say("doctor-faults");
    match observed.as_ref().ok().and_then(|run| run.faults.as_ref()) {
        Some(faults) if faults.source.starts_with("perf") => {
            finding(name, State::Works, faults.source.clone(), "")
        }
        Some(faults) => finding(
            name,
            State::Weaker,
            speech.tell("doctor-faults-weaker", [("source", faults.source.as_str().into())]),
            speech.say("doctor-faults-remedy"),
        ),
        None => finding(name, State::Missing, speech.say("doctor-faults-none"), ""),
    }
}

fn dirty_pages(speech: Speech) -> Finding {
    let name = speech.say("doctor-dirty");
    match page_cache::try_on_own_file() {
        Ok(_) => finding(name, State::Works, "cachestat", ""),
        Err(error) => finding(
            name,
            State::Weaker,
            speech.tell("doctor-dirty-weaker", [("error", shown(error))]),
            speech.say("doctor-dirty-remedy"),
        ),
    }
}

fn power_cut(speech: Speech) -> Finding {
    let name = speech.say("doctor-disk");
    let works = |means| (State::Works, speech.say(means), String::new());
    let (state, detail, remedy) = match disk::probe() {
        Availability::Available { means: Means::Privilege } => works("doctor-disk-privilege"),
        Availability::Available { means: Means::Helper } => works("doctor-disk-helper"),
        Availability::InNamespace => works("doctor-disk-namespace"),
        Availability::Unavailable { reason, remedy } => {
            (State::Weaker, speech.tell("doctor-disk-weaker", [("reason", reason.into())]), remedy)
        }
    };
    finding(name, state, detail, remedy)
}

fn memory_limit(speech: Speech) -> Finding {
    let name = speech.say("doctor-memory");
    match Groups::of_this_machine().place() {
        Ok(place) => {
            let version = place.version.to_string();
            let detail = match place.by {
                Permission::Directory => version,
                Permission::Manager => speech.tell("doctor-memory-scope", [("version", version.into())]),
            };
            finding(name, State::Works, detail, "")
        }
        Err(why) => {
            let detail = speech.tell("doctor-memory-weaker", [("reason", shown(&why.reason))]);
            finding(name, State::Weaker, detail, why.remedy.as_str())
        }
    }
}

fn confinement(speech: Speech) -> Finding {
    let name = speech.say("doctor-confinement");
    match drill::level().and_then(|level| Ok((level, drill::lacking()?))) {
        Ok((_, None)) => finding(name, State::Works, speech.say("doctor-confinement-works"), ""),
        Ok((level, Some(lacking))) => {
            let reason = lacking.reason.as_str().into();
            let detail =
                speech.tell("doctor-confinement-weaker", [("level", shown(level)), ("reason", reason)]);
            finding(name, State::Weaker, detail, lacking.remedy)
        }
        Err(error) => finding(name, State::Missing, error.to_string(), ""),
    }
}

fn render(look: &Look, health: &Health, caches: &Caches) -> String {
    let machine = [("kernel", health.kernel.as_str().into()), ("size", shown(Bytes(health.page_size)))];
    let mut text = format!("{}\n", look.tell("doctor-machine", machine));
    let names: Vec<&str> = health.findings.iter().map(|finding| finding.name.as_str()).collect();
    let width = widest(&names);
    for finding in &health.findings {
        let (role, mark, word) = match finding.state {
            State::Works => (Role::Good, look.pick("✓", "*"), "doctor-works"),
            State::Weaker => (Role::Warning, "~", "doctor-weaker"),
            State::Missing => (Role::Bad, look.pick("✗", "x"), "doctor-missing"),
        };
        match look.telling {
            Telling::Words => {
                text += &look.wrap("", &format!("{}: {}. {}", finding.name, look.say(word), finding.detail));
            }
            Telling::Pictures => {
                let first = format!("{} {}  ", look.paint(role, mark), padded(&finding.name, width));
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
        let said = [
            ("size", shown(Bytes(health.kept_files))),
            ("directory", shown(caches.files.display())),
            ("command", clean.into()),
        ];
        text += &format!("{}\n", look.tell("doctor-kept", said));
    }
    text
}
