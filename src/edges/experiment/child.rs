//! The child's life: read the request, make the ground firm, do the operations,
//! answer.

use std::fs;
use std::io::{self, Read, Write};
use std::process::ExitCode;

use nix::sys::prctl;
use nix::sys::signal::Signal;
use nix::sys::statfs::{OVERLAYFS_SUPER_MAGIC, TMPFS_MAGIC, statfs};
use nix::sys::statvfs::statvfs;
use nix::unistd::{SysconfVar, getppid, pause, sysconf};

use super::foundation::{Foundation, Ground};
use super::laboratory::{Laboratory, Trouble};
use super::protocol::{Parent, Request, Response, Task, Then};
use crate::facts::books::size;
use crate::judgement::prediction::{Needs, Problem, survey_experiment, survey_operations};
use crate::vocabulary::experiment::{Experiment, HugePages, Measurement, Operation, Quantity};
use crate::words::units::Bytes;

/// Room left for everybody else on the disk.
const SPARED_DISK: Bytes = Bytes::mib(64);

/// Does what stdin asks for and answers on stdout.
pub(super) fn serve() -> ExitCode {
    match respond() {
        Ok(answered) => answered,
        Err(Trouble::Unmeasurable { reason }) => say(&Response::Inconclusive { reason }),
        Err(trouble) if trouble.is_want_of_room() => say(&Response::Inconclusive { reason: trouble.whole() }),
        Err(trouble) => say(&Response::Failed { message: trouble.whole() }),
    }
}

/// Answers, in one line.
fn say(response: &Response) -> ExitCode {
    let written = serde_json::to_vec(response).map_err(io::Error::from).and_then(|mut text| {
        text.push(b'\n');
        let mut stdout = io::stdout().lock();
        stdout.write_all(&text)?;
        stdout.flush()
    });
    if written.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn respond() -> Result<ExitCode, Trouble> {
    let request = receive()?;
    if request.task.huge_pages() == HugePages::Disabled {
        prctl::set_thp_disable(true).map_err(Trouble::of("disable transparent huge pages"))?;
    }
    let page_size = page_size()?;
    let needs = surveyed(&request.task, page_size).map_err(|problems| Trouble::Wrong {
        problems: problems.iter().map(|problem| format!("{}: {}", problem.at, problem.text)).collect(),
    })?;
    refuse_without_room(needs, &request)?;
    if let Task::Measure(experiment) = &request.task {
        refuse_what_the_file_system_hides(experiment, &request)?;
    }

    let mut laboratory = Laboratory::new(&request, page_size)?;
    let foundation = Foundation::survey().map_err(Trouble::of("read this process's own mappings"))?;
    foundation.set_apart();
    let ground = foundation.populate();
    laboratory.begin(request.task.operations(), &foundation)?;
    match &request.task {
        Task::Measure(experiment) => {
            Ok(say(&Response::Read(measured(experiment, &laboratory, ground, page_size)?)))
        }
        Task::Stand { then, .. } => {
            let exit = say(&Response::Standing(laboratory.standing()));
            if *then == Then::End {
                return Ok(exit);
            }
            loop {
                pause();
            }
        }
    }
}

fn surveyed(task: &Task, page_size: Bytes) -> Result<Needs, Vec<Problem>> {
    match task {
        Task::Measure(experiment) => survey_experiment(experiment, page_size),
        Task::Stand { operations, .. } => {
            survey_operations(operations, page_size).map(|standing| standing.needs)
        }
    }
}

fn measured(
    experiment: &Experiment,
    laboratory: &Laboratory,
    ground: Ground,
    page_size: Bytes,
) -> Result<Measurement, Trouble> {
    let mut notes = Vec::new();
    if ground == Ground::Soft {
        notes.push("this kernel cannot populate memory ahead (Linux 5.14), so that a few faults and pages of the measuring process itself may be in the figure".to_owned());
    }
    let what = experiment.measure.what;
    let reading = laboratory.reading(&experiment.measure)?.ok_or_else(|| Trouble::Unmeasurable {
        reason: format!("this kernel keeps no book of {what} ({})", book_of(what)),
    })?;
    Ok(Measurement {
        quantity: what,
        readings: vec![reading],
        page_size,
        subject_size: laboratory.size_of(&experiment.measure.of),
        notes,
    })
}

fn receive() -> Result<Request, Trouble> {
    prctl::set_pdeathsig(Signal::SIGKILL).map_err(Trouble::of("tie this process's life to the runner's"))?;
    let mut text = Vec::new();
    io::stdin().lock().read_to_end(&mut text).map_err(Trouble::of("read the request"))?;
    let request: Request =
        serde_json::from_slice(&text).map_err(io::Error::from).map_err(Trouble::of("read the request"))?;
    if let Parent::Runner(runner) = request.parent
        && u32::try_from(getppid().as_raw()) != Ok(runner)
    {
        return Err(Trouble::Unmeasurable { reason: "the runner has ended".to_owned() });
    }
    Ok(request)
}

fn page_size() -> Result<Bytes, Trouble> {
    let size = sysconf(SysconfVar::PAGE_SIZE).map_err(Trouble::of("ask for the page size"))?;
    Ok(Bytes(size.and_then(|size| u64::try_from(size).ok()).unwrap_or(4096)))
}

fn refuse_without_room(needs: Needs, request: &Request) -> Result<(), Trouble> {
    let meminfo = fs::read_to_string("/proc/meminfo").map_err(Trouble::of("read /proc/meminfo"))?;
    if let Some(available) = size(&meminfo, "MemAvailable")
        && needs.memory.0 > available.0 / 2
    {
        return Err(Trouble::Unmeasurable {
            reason: format!("it fills {} of memory, and only {available} is free", needs.memory),
        });
    }
    let directory = statvfs(&request.directory).map_err(Trouble::of("ask for room on the disk"))?;
    let free = Bytes(directory.blocks_available().saturating_mul(directory.fragment_size()));
    if needs.disk > free.saturating_sub(SPARED_DISK) {
        return Err(Trouble::Unmeasurable {
            reason: format!("its files take {}, and only {free} is free on the disk", needs.disk),
        });
    }
    Ok(())
}

/// A figure that a file system cannot show is not measured as nought.
fn refuse_what_the_file_system_hides(experiment: &Experiment, request: &Request) -> Result<(), Trouble> {
    let has_files = experiment.operations.iter().any(|operation| matches!(operation, Operation::Create(_)));
    if !has_files {
        return Ok(());
    }
    let kind = statfs(&request.directory).map_err(Trouble::of("ask for the file system"))?.filesystem_type();
    let what = experiment.measure.what;
    let from_storage = matches!(what, Quantity::MajorFaults | Quantity::DiskRead | Quantity::DirtyPages);
    let in_cache = matches!(what, Quantity::CachedPages | Quantity::DirtyPages);
    if kind == TMPFS_MAGIC && from_storage {
        let reason = format!("its files would lie in a tmpfs, which has no storage behind it: no {what}");
        return Err(Trouble::Unmeasurable { reason });
    }
    if kind == OVERLAYFS_SUPER_MAGIC && in_cache {
        let reason =
            "its files would lie on an overlayfs, which answers cachestat(2) with noughts".to_owned();
        return Err(Trouble::Unmeasurable { reason });
    }
    Ok(())
}

const fn book_of(what: Quantity) -> &'static str {
    match what {
        Quantity::DiskRead => "/proc/self/io, CONFIG_TASK_IO_ACCOUNTING",
        Quantity::CachedPages | Quantity::DirtyPages => "cachestat(2), Linux 6.5",
        Quantity::MinorFaults | Quantity::MajorFaults => "getrusage(2)",
        Quantity::Rss | Quantity::Pss | Quantity::PrivateDirty | Quantity::Anonymous | Quantity::Mappings => {
            "/proc/self/smaps"
        }
    }
}
