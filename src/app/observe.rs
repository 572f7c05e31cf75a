//! `observe -- COMMAND…`: the instruments on any program.

use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use super::context::Context;
use super::exit::{Exit, Failure};
use crate::assemblies::observing::{
    self, Moment, NotRunnable, Observation, Privilege, Subject, find, privilege,
};
use crate::assemblies::pages;
use crate::assemblies::ui::look::{Colour, Look};
use crate::assemblies::ui::observation::{Listing, MEMORY_CALLS, observation};
use crate::assemblies::ui::pictures::is_exit;
use crate::edges::store::write_atomically;
use crate::facts::syscall::table;
use crate::vocabulary::evidence::Ending;
use crate::words::prose;

/// Arguments of `observe`.
#[derive(Debug, Args)]
pub struct ObserveArgs {
    /// The calls to list: their names, with commas between; `memory` for those on memory, `all` for
    /// all that are traced. `read`, `close` and others that are not traced by themselves are, once named
    #[arg(long, value_name = "LIST", default_value = "memory", value_delimiter = ',')]
    pub calls: Vec<String>,

    /// List every call, instead of the first and the last few
    #[arg(long)]
    pub all: bool,

    /// Show the address space as it was at this checkpoint
    #[arg(long, value_name = "CHECKPOINT")]
    pub at: Option<String>,

    /// Write the report to this file, or for `-` to standard output, instead of standard error
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// Write a web page too, to this file, or for `-` to standard output
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,

    /// Report in JSON
    #[arg(long)]
    pub json: bool,

    /// The program and its arguments, after `--`
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true, value_name = "COMMAND")]
    pub command: Vec<OsString>,
}

/// What is shown under the help.
pub const OBSERVE_HELP: &str = "\
The program has your terminal, its input and its output; an interrupt (Ctrl-C) is for it. The
report comes when it has ended, on standard error. Its processes are followed, those it leaves
behind too. Where it prints `checkpoint NAME` it stands still while its memory is read: on a
terminal at once, in a pipe when its buffer is written.

Set-user-ID programs run without their privileges.

Examples:
  mmaplings observe -- sort -n numbers.txt
  mmaplings observe -o report.txt -- vim
  mmaplings observe --calls mmap,read --all -- python3 -c 'print(1)'
  mmaplings observe --html page.html -- ./reserve 1G 64K

Exits with the program's own status, 128 and the signal's number if a signal ended it, 126 if it
may not be executed, 127 if there is none of that name, 2 for wrong arguments, 70 for a fault of
mmaplings.";

/// The version of the JSON that `--json` prints.
const SCHEMA: &str = "mmaplings-observe-1";

/// Lines of calls, unless all are wanted.
const LINES: usize = 16;

#[derive(Serialize)]
struct Report<'o> {
    schema: &'static str,
    /// How often each call was made, by name: of those that were traced and kept.
    counts: std::collections::BTreeMap<&'o str, u64>,
    #[serde(flatten)]
    observation: &'o Observation,
}

/// Runs the program and reports.
///
/// # Errors
/// Where the program cannot be run, a report cannot be written, or the observer fails.
pub fn run(arguments: &ObserveArgs, context: &Context) -> Result<Exit, Failure> {
    let (listing, also_traced) = listing(arguments)?;
    let typed = &arguments.command[0];
    let binary = find(typed).map_err(not_runnable)?;
    if arguments.output == arguments.html && arguments.output.as_deref().is_some_and(is_dash) {
        return Err(Failure::usage(
            "the report and the web page would be mixed on standard output",
            "give one of --output and --html a file",
        ));
    }
    for file in [&arguments.output, &arguments.html].into_iter().flatten().filter(|file| !is_dash(file)) {
        try_writing(file)?;
    }
    if let Some(privilege) = privilege(&binary) {
        let message = match privilege {
            Privilege::User => "observe-owner",
            Privilege::Group => "observe-group",
        };
        context.warn(&context.error_look.tell(message, [("program", typed.to_string_lossy().into())]));
    }
    let subject = Subject { command: arguments.command.clone(), binary, also_traced };
    let observed = observing::observe(&subject, |moment| match moment {
        Moment::LeftBehind(count) => {
            let said = [("program", typed.to_string_lossy().into()), ("processes", count.into())];
            context.warn(&context.error_look.tell("observe-left-behind", said));
        }
    })?;
    if let Ending::NotStarted { error } = &observed.run.ending {
        let path = subject.binary.display();
        return Err(Failure::Unrunnable {
            message: format!("{path} cannot be executed: {error}"),
            help: "it is no program of this machine, or a script without a first line `#!…`".to_owned(),
            status: DENIED,
        });
    }
    report(arguments, context, &observed, &listing)?;
    Ok(Exit::Program(status(&observed.run.ending)))
}

/// What shells exit with where a command may not be executed, and where there is none (POSIX,
/// Shell Command Language, 2.8.2).
const DENIED: u8 = 126;
const MISSING: u8 = 127;

fn not_runnable(error: NotRunnable) -> Failure {
    let (help, status) = match &error {
        NotRunnable::Missing { .. } => (
            "`mmaplings observe -- COMMAND` takes what you would type in a shell, without pipes and quotes",
            MISSING,
        ),
        NotRunnable::Denied { .. } => ("name a program", DENIED),
    };
    Failure::Unrunnable { message: error.to_string(), help: help.to_owned(), status }
}

/// What is to be listed, and what must be traced beyond the usual calls for it.
fn listing(arguments: &ObserveArgs) -> Result<(Listing, Vec<String>), Failure> {
    let lines = if arguments.all { usize::MAX } else { LINES };
    let mut names: Vec<String> = Vec::new();
    let mut all = false;
    for name in arguments.calls.iter().map(|name| name.trim()).filter(|name| !name.is_empty()) {
        match name {
            "all" => all = true,
            "memory" => names.extend(MEMORY_CALLS.map(ToOwned::to_owned)),
            name if table::TABLE.iter().any(|traced| traced.name == name) => names.push(name.to_owned()),
            name => return Err(unknown_call(name)),
        }
    }
    let also_traced = names.iter().filter(|name| table::on_request().any(|known| known == **name));
    let also_traced = also_traced.cloned().collect();
    Ok((Listing { names: (!all).then_some(names), lines }, also_traced))
}

fn unknown_call(name: &str) -> Failure {
    let known = || table::TABLE.iter().map(|traced| traced.name);
    let mut all: Vec<&str> = known().collect();
    all.sort_unstable();
    all.dedup();
    let help = match prose::nearest(name, known()) {
        Some(near) => format!("did you mean {near}? Those that can be are: {}", prose::list(&all)),
        None => format!("those that can be are: {}", prose::list(&all)),
    };
    Failure::usage(format!("the call {name:?} cannot be traced"), help)
}

/// A report that cannot be written is told before the program runs.
fn try_writing(file: &Path) -> Result<(), Failure> {
    OpenOptions::new().append(true).create(true).open(file).map(drop).map_err(|error| {
        Failure::usage(
            format!("{} cannot be written: {error}", file.display()),
            "name a file in a directory that is there",
        )
    })
}

fn report(
    arguments: &ObserveArgs,
    context: &Context,
    observed: &Observation,
    listing: &Listing,
) -> Result<(), Failure> {
    let at = arguments.at.as_deref();
    if let Some(wanted) = at
        && !observed.run.snapshots.iter().any(|snapshot| snapshot.checkpoint.as_str() == wanted)
    {
        context.warn(&context.error_look.tell("observe-no-checkpoint", [("checkpoint", wanted.into())]));
    }
    let at = at.filter(|at| observed.run.snapshots.iter().any(|stop| stop.checkpoint.as_str() == *at));
    if let Some(file) = &arguments.html {
        let page = pages::observation(context.look.speech, observed, listing, at);
        write(file, &page, context)?;
    }
    let look = match &arguments.output {
        None => context.error_look,
        Some(_) => Look { colour: Colour::Off, ..context.error_look },
    };
    let text = if arguments.json {
        json(observed)?
    } else {
        let mut text = observation(&look, observed, listing, at);
        if !io::stdout().is_terminal() && observed.run.snapshots.iter().any(|stop| !is_exit(stop)) {
            text += &look.wrap(&format!("{} ", look.say("note")), &look.say("observe-buffered"));
        }
        text
    };
    match &arguments.output {
        Some(file) => write(file, &text, context)?,
        None => io::stderr().write_all(text.as_bytes())?,
    }
    Ok(())
}

fn is_dash(file: &Path) -> bool {
    file.as_os_str() == "-"
}

/// Writes a report where it was asked for. A device or a pipe cannot be replaced as a file is.
fn write(file: &Path, text: &str, context: &Context) -> Result<(), Failure> {
    if is_dash(file) {
        return context.print(text);
    }
    if fs::metadata(file).is_ok_and(|file| !file.is_file()) {
        return Ok(fs::write(file, text)?);
    }
    write_atomically(file, text.as_bytes()).map_err(Failure::fault)
}

fn json(observed: &Observation) -> Result<String, Failure> {
    let mut counts = std::collections::BTreeMap::new();
    for call in &observed.run.calls {
        *counts.entry(call.name.as_str()).or_default() += 1;
    }
    let report = Report { schema: SCHEMA, counts, observation: observed };
    Ok(serde_json::to_string_pretty(&report).map_err(Failure::fault)? + "\n")
}

/// The exit status that says how the program ended, as shells do.
fn status(ending: &Ending) -> u8 {
    let signal = |name: &str| {
        let signal: Option<nix::sys::signal::Signal> = name.parse().ok();
        signal.map_or(255, |signal| 128 + signal as u8)
    };
    match ending {
        Ending::Exited { status } => u8::try_from(*status & 0xff).unwrap_or(255),
        Ending::Signalled { signal: name, .. } => signal(name),
        Ending::Killed { .. } => signal("SIGKILL"),
        Ending::NotStarted { .. } => DENIED,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_programs_status_is_passed_on() {
        assert_eq!(status(&Ending::Exited { status: 3 }), 3);
        let signalled = |signal: &str| Ending::Signalled { signal: signal.into(), address: None, code: None };
        assert_eq!(status(&signalled("SIGINT")), 130);
        assert_eq!(status(&signalled("SIGSEGV")), 139);
        assert_eq!(status(&signalled("SIGRTMIN+3")), 255);
    }
}
