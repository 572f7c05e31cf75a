//! Compiling all programs of a drill, side by side.

use std::any::Any;
use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::process::Command;
use std::thread;

use super::{DrillError, DrillJob, Progress, Step, Trust};
use crate::edges::cgroup::Ceiling;
use crate::edges::compiler::{Bounds, Compilation, CompileError, Compiler, Reach, Source};
use crate::edges::sandbox::{self, Enclosure, Policy, Sockets, Subject};
use crate::vocabulary::confinement::ResourceLimit;
use crate::vocabulary::evidence::Build;
use crate::words::ids::ProgramName;
use crate::words::units::Bytes;

/// How each program compiled, and where those are that did.
type Programs = (BTreeMap<ProgramName, Build>, BTreeMap<ProgramName, PathBuf>);

pub(super) fn compile(
    job: &DrillJob<'_>,
    trust: Trust,
    ceiling: Option<&Ceiling>,
) -> Result<Step<Programs>, DrillError> {
    let sources = job
        .drill
        .programs
        .iter()
        .map(|program| {
            let found = job.sources.iter().find(|source| source.program == *program);
            found.ok_or_else(|| DrillError::NoSource { program: program.clone() })
        })
        .collect::<Result<Vec<&Source>, DrillError>>()?;
    let lay = |command: &mut Command, reach: &Reach<'_>| confine(command, reach, ceiling);
    let compiler = Compiler {
        toolchain: job.toolchain,
        kit: job.places.kit,
        cache: job.places.programs,
        colour: job.colour,
        bounds: match trust {
            Trust::Own => Bounds::Free,
            Trust::Stranger => Bounds::Laid(&lay),
        },
    };
    let compile = |source: &Source| {
        (job.progress)(Progress::Compiling { program: &source.program });
        compiler.compile(source, job.cancel, &|| (job.progress)(Progress::BuildingKit))
    };
    // The last in this thread: most drills have one program, and need no other.
    let compilations: Vec<Result<Compilation, CompileError>> = thread::scope(|scope| {
        let (last, others) = match sources.split_last() {
            Some((last, others)) => (Some(last), others),
            None => (None, &[][..]),
        };
        let threads: Vec<_> = others.iter().map(|source| scope.spawn(|| compile(source))).collect();
        let last = last.map(|source| compile(source));
        let joined = threads.into_iter().map(|thread| match thread.join() {
            Ok(compilation) => compilation,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        joined.chain(last).collect()
    });
    let (mut builds, mut programs) = (BTreeMap::new(), BTreeMap::new());
    for (source, compilation) in sources.into_iter().zip(compilations) {
        let compilation = compilation?;
        let Some(build) = compilation.build() else { return Ok(Step::Cancelled) };
        builds.insert(source.program.clone(), build);
        if let Compilation::Compiled { executable, .. } = compilation {
            programs.insert(source.program.clone(), executable);
        }
    }
    Ok(Step::Done((builds, programs)))
}

/// The largest file that a stranger's compiler may write. A program of the course takes 5 MiB.
const LARGEST_PROGRAM: Bytes = Bytes::mib(256);

/// The address space of a stranger's compiler; rustc takes a third of it for a program of the course.
const COMPILER_MEMORY: Bytes = Bytes::gib(4);

/// Seconds of processor time of each process of a stranger's compiler; a program of the course takes less than 1.
const COMPILER_SECONDS: u64 = 10;

/// Lays bounds on a compiler; what it gives must outlive it.
fn confine(
    command: &mut Command,
    reach: &Reach<'_>,
    ceiling: Option<&Ceiling>,
) -> io::Result<Box<dyn Any + Send>> {
    let policy = Policy {
        subject: Subject::Compiler,
        readable: &reach.readable,
        writable: &[reach.writable],
        sockets: Sockets::Forbidden,
        file_size: LARGEST_PROGRAM,
    };
    let (mut confinement, _) = sandbox::confine(&policy).map_err(io::Error::other)?;
    confinement.limits.push(ResourceLimit {
        resource: libc::RLIMIT_AS,
        soft: COMPILER_MEMORY.0,
        hard: COMPILER_MEMORY.0,
    });
    // The soft limit ends it by SIGXCPU, which says why; the hard one would not.
    confinement.limits.push(ResourceLimit {
        resource: libc::RLIMIT_CPU,
        soft: COMPILER_SECONDS,
        hard: COMPILER_SECONDS + 5,
    });
    let enclosure = Enclosure::open(&policy).map_err(io::Error::other)?;
    if let Some(enclosure) = &enclosure {
        enclosure.confine(&mut confinement)?;
    }
    if let Some(ceiling) = ceiling {
        ceiling.confine(&mut confinement).map_err(io::Error::other)?;
    }
    sandbox::apply(command, confinement);
    Ok(Box::new(enclosure))
}
