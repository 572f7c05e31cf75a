//! The child's life: read the request, make the ground firm, do the operations,
//! answer.

use std::fs;
use std::io::{self, Read, Write};
use std::process::ExitCode;

use nix::sys::prctl;
use nix::sys::signal::Signal;
use nix::sys::statfs::{OVERLAYFS_SUPER_MAGIC, TMPFS_MAGIC, statfs};
use nix::sys::statvfs::statvfs;
use nix::unistd::{SysconfVar, getppid, sysconf};

use super::foundation::{Foundation, Ground};
use super::laboratory::{Laboratory, Trouble};
use super::protocol::{Request, Response};
use crate::facts::books::size;
use crate::judgement::prediction::{Needs, survey_experiment};
use crate::vocabulary::experiment::{Experiment, HugePages, Measurement, Operation, Quantity};
use crate::words::units::Bytes;

/// Room left for everybody else on the disk.
const SPARED_DISK: Bytes = Bytes::mib(64);

/// Does the experiment that stdin asks for and answers on stdout.
pub(super) fn serve() -> ExitCode {
    let response = match respond() {
        Ok(response) => response,
        Err(Trouble::Unmeasurable { reason }) => Response::Inconclusive { reason },
        Err(trouble) if trouble.is_want_of_room() => Response::Inconclusive { reason: trouble.whole() },
        Err(trouble) => Response::Failed { message: trouble.whole() },
    };
    let written = serde_json::to_vec(&response)
        .map_err(io::Error::from)
        .and_then(|text| io::stdout().lock().write_all(&text));
    if written.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn respond() -> Result<Response, Trouble> {
    let request = receive()?;
    let Request { experiment, .. } = &request;
    if experiment.huge_pages == HugePages::Disabled {
        prctl::set_thp_disable(true).map_err(Trouble::of("disable transparent huge pages"))?;
    }
    let page_size = page_size()?;
    let needs = survey_experiment(experiment, page_size).map_err(|problems| Trouble::Wrong {
        problems: problems.iter().map(|problem| format!("{}: {}", problem.at, problem.text)).collect(),
    })?;
    refuse_without_room(needs, &request)?;
    refuse_what_the_file_system_hides(experiment, &request)?;

    let mut laboratory = Laboratory::new(&request, page_size)?;
    let foundation = Foundation::survey().map_err(Trouble::of("read this process's own mappings"))?;
    foundation.set_apart();
    let ground = foundation.populate();
    laboratory.begin(&experiment.operations, &foundation)?;

    let mut notes = Vec::new();
    if ground == Ground::Soft {
        notes.push("this kernel cannot populate memory ahead (Linux 5.14), so that a few faults and pages of the measuring process itself may be in the figure".to_owned());
    }
    let what = experiment.measure.what;
    let reading = laboratory.reading(&experiment.measure)?.ok_or_else(|| Trouble::Unmeasurable {
        reason: format!("this kernel keeps no book of {what} ({})", book_of(what)),
    })?;
    Ok(Response::Read(Measurement {
        quantity: what,
        readings: vec![reading],
        page_size,
        subject_size: laboratory.size_of(&experiment.measure.of),
        notes,
    }))
}

fn receive() -> Result<Request, Trouble> {
    prctl::set_pdeathsig(Signal::SIGKILL).map_err(Trouble::of("tie this process's life to the runner's"))?;
    let mut text = Vec::new();
    io::stdin().lock().read_to_end(&mut text).map_err(Trouble::of("read the request"))?;
    let request: Request =
        serde_json::from_slice(&text).map_err(io::Error::from).map_err(Trouble::of("read the request"))?;
    if u32::try_from(getppid().as_raw()) != Ok(request.runner) {
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
