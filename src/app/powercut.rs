//! `powercut DIR -- COMMAND`: the power-cut disk for any program.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use clap::{ArgGroup, Args, ValueEnum};
use regex::bytes::Regex;

use super::context::Context;
use super::exit::{Exit, Failure};
use crate::assemblies::powercut::{Because, CutError, Moment, Output, Report, cut_under};
use crate::edges::disk::{
    self, Availability, CutAt, DiskError, DiskOptions, Fault, FlushEdge, PowerCutDisk, read_tree, write_tree,
};
use crate::facts::powercut::{Entries, Survivors};
use crate::words::units::Bytes;

/// Arguments of `powercut`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("moment").args(["after_flushes", "before_flush", "after_writes", "at_line"]))]
pub struct PowercutArgs {
    /// The directory that the command works in or on: a copy of it is the disk, mounted
    /// over it while the command runs; the directory itself is not changed
    pub dir: PathBuf,

    /// The command and its arguments, after `--`
    #[arg(last = true, required = true, value_name = "COMMAND")]
    pub command: Vec<OsString>,

    /// Cut the power right after the N-th flush (fsync, fdatasync, msync with MS_SYNC)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub after_flushes: Option<u64>,

    /// Cut it when the N-th flush is asked for, and do not do it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub before_flush: Option<u64>,

    /// Cut it right after the kernel has handed over the N-th write
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub after_writes: Option<u64>,

    /// Cut it when the command has printed a line that matches; it may come some lines
    /// further before it is stopped
    #[arg(long, value_name = "REGEX")]
    pub at_line: Option<Regex>,

    /// What is let survive of what was not flushed
    #[arg(long, value_name = "WHO", default_value = "flushed")]
    pub survivors: SurvivorsChoice,

    /// The seed from which `--survivors subset` is drawn
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,

    /// Where the surviving files go; a directory that is not there yet, or empty
    /// [default: DIR-survivors]
    #[arg(long, value_name = "OUT")]
    pub survivors_to: Option<PathBuf>,

    /// A shell command to run on the disk after the power is back, such as a recovery;
    /// its exit status becomes this command's verdict
    #[arg(long, value_name = "SHELL COMMAND")]
    pub recover: Option<OsString>,

    /// What makes the names in a directory durable
    #[arg(long, value_name = "HOW", default_value = "strict")]
    pub entries: EntriesChoice,

    /// Let the N-th flush fail with EIO
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub fail_flush: Option<u64>,

    /// The size of the disk
    #[arg(long, value_name = "SIZE", default_value = "256 MiB")]
    pub size: Bytes,

    /// Print the report as JSON on standard output, the command's own output on standard error
    #[arg(long)]
    pub json: bool,
}

/// `--survivors`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SurvivorsChoice {
    /// Only what was flushed
    Flushed,
    /// Everything written
    Everything,
    /// Some pages and names and not others, as the seed draws
    Subset,
}

/// `--entries`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum EntriesChoice {
    /// Only a flush of the directory, as fsync(2) promises
    Strict,
    /// Any flush, as ext4 and XFS do
    Journalled,
}

/// Runs the command, cuts the power, and shows what is left.
///
/// # Errors
/// Where the directories or the command are not as they must be, or the disk fails.
pub fn run(arguments: &PowercutArgs, context: &Context) -> Result<Exit, Failure> {
    let directory = arguments.dir.canonicalize().ok().filter(|path| path.is_dir()).ok_or_else(|| {
        Failure::usage(
            format!("{} is not a directory", arguments.dir.display()),
            "name the directory that the command works on",
        )
    })?;
    let kept_in = survivors_directory(arguments, &directory)?;
    // This process has one thread yet, so it can still move to where it may mount.
    if let Availability::Unavailable { reason, remedy } = disk::make_available() {
        let said = [("reason", reason.into()), ("remedy", remedy.into())];
        context.warn(&context.error_look.tell("cut-no-disk", said));
        return Ok(Exit::Inconclusive);
    }
    let mut disk = mount(arguments, &directory)?;
    if let Some(nth) = arguments.fail_flush {
        disk.inject(Fault::FlushFails { nth });
    }
    // Named anew, so that a working directory under the mount is the mounted one.
    let here = std::env::current_dir()?;
    let output = match arguments.json {
        true => Output { direct: io::stderr().into(), lines: &mut io::stderr() },
        false => Output { direct: Stdio::inherit(), lines: &mut io::stdout() },
    };
    let because = cut_under(&disk, &arguments.command, &here, &moment(arguments), output).map_err(
        |error| match error {
            CutError::Start { .. } => {
                Failure::usage(error.to_string(), "give a program after --, and its arguments")
            }
            CutError::Watch { .. } => Failure::fault(error),
        },
    )?;
    let survivors = match arguments.survivors {
        SurvivorsChoice::Flushed => Survivors::FlushedOnly,
        SurvivorsChoice::Everything => Survivors::Everything,
        SurvivorsChoice::Subset => Survivors::Subset { seed: arguments.seed },
    };
    let image = disk.image(survivors);
    write_tree(&image, &kept_in).map_err(Failure::fault)?;
    let report = Report::new(&disk, because, survivors, &image, &kept_in);
    if arguments.json {
        context.print_json(&report)?;
    } else {
        context.print(&report.summary(&context.look))?;
    }
    if matches!(report.because, Because::Ended { .. }) && !matches!(moment(arguments), Moment::End) {
        context.warn(&context.error_look.say("cut-too-early"));
    }
    match &arguments.recover {
        None => Ok(Exit::Passed),
        Some(command) => {
            disk.restart(image).map_err(Failure::fault)?;
            recover(command, &here)
        }
    }
}

fn moment(arguments: &PowercutArgs) -> Moment {
    if let Some(nth) = arguments.after_flushes {
        Moment::Request(CutAt::Flush { nth, edge: FlushEdge::After })
    } else if let Some(nth) = arguments.before_flush {
        Moment::Request(CutAt::Flush { nth, edge: FlushEdge::Before })
    } else if let Some(nth) = arguments.after_writes {
        Moment::Request(CutAt::Write { nth })
    } else {
        arguments.at_line.clone().map_or(Moment::End, Moment::Line)
    }
}

fn survivors_directory(arguments: &PowercutArgs, directory: &Path) -> Result<PathBuf, Failure> {
    let path = arguments.survivors_to.clone().unwrap_or_else(|| {
        let mut name = directory.as_os_str().to_owned();
        name.push("-survivors");
        PathBuf::from(name)
    });
    let help = "name another directory with --survivors-to, or remove this one";
    match fs::read_dir(&path).map(Iterator::count) {
        Ok(1..) => Err(Failure::usage(format!("{} is not empty", path.display()), help)),
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(Failure::usage(format!("{} cannot be used: {error}", path.display()), help))
        }
        _ if std::path::absolute(&path)?.starts_with(directory) => {
            let help = "name a directory outside of it with --survivors-to";
            Err(Failure::usage(format!("{} lies in the directory under test", path.display()), help))
        }
        _ => Ok(path),
    }
}

fn mount(arguments: &PowercutArgs, directory: &Path) -> Result<PowerCutDisk, Failure> {
    let image = read_tree(directory, arguments.size).map_err(|error| match error {
        DiskError::TooLarge { .. } => {
            Failure::usage(error.to_string(), "give the disk more room with --size")
        }
        _ => Failure::fault(error),
    })?;
    PowerCutDisk::mount(DiskOptions {
        mount_point: Some(directory.to_owned()),
        image: Some(image),
        capacity: arguments.size,
        entries: match arguments.entries {
            EntriesChoice::Strict => Entries::Strict,
            EntriesChoice::Journalled => Entries::Journalled,
        },
    })
    .map_err(Failure::fault)
}

fn recover(command: &OsString, directory: &Path) -> Result<Exit, Failure> {
    let mut shell = Command::new("/bin/sh");
    let status = shell.arg("-c").arg(command).current_dir(directory).status()?;
    Ok(if status.success() { Exit::Passed } else { Exit::Missed })
}
