//! Grading a class, beside compiling and running the same programs bare.
//!
//! Submissions are made from the course's known-bad attempts and model programs, each made
//! a source of its own by a comment, so that nothing is compiled only once. The same
//! sources are then compiled by the same commands and run with the same arguments and
//! input, unconfined and unobserved, by as many workers. The goal is 0.8 times the bare
//! throughput, and memory that does not grow with the class.
//! `cargo bench --bench grading [-- SUBMISSIONS [JOBS]]`

#![expect(clippy::print_stdout, reason = "a benchmark tells its figures")]

use std::convert::Infallible;
use std::error::Error;
use std::fs;
use std::io::Write;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use mmaplings::assemblies::classroom::{
    Assignment, GradeJob, KeepEvidence, Kept, Moment, Store, Submission, class, grade,
};
use mmaplings::assemblies::drill::Places;
use mmaplings::edges::compiler::{Bounds, Colour, Compilation, Compiler, Source, SourceText, Toolchain};
use mmaplings::edges::{course_files, sandbox};
use mmaplings::flow::cancel::CancelToken;
use mmaplings::judgement::course::{LoadedCourse, LoadedLesson, load};
use mmaplings::judgement::draw::{self, Files, FixturePlan, Occasion, Scale};
use mmaplings::judgement::grading::Scheme;
use mmaplings::vocabulary::lesson::{Drill, Language};
use mmaplings::vocabulary::scene::{Action, Disk, Scene};
use mmaplings::vocabulary::value::{Value, Values};
use mmaplings::words::ids::ProgramName;
use mmaplings::words::speech::Speech;
use mmaplings::words::units::Bytes;
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;

const SUBMISSIONS: usize = 300;
const SEED: u64 = 7;

type Fallible<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// A submission: one program of one drill.
struct Work<'c> {
    drill: &'c Drill,
    lesson: &'c LoadedLesson,
    program: ProgramName,
    language: Language,
    text: String,
}

fn main() -> Fallible<()> {
    let mut numbers = std::env::args().filter_map(|argument| argument.parse::<usize>().ok());
    let submissions = numbers.next().unwrap_or(SUBMISSIONS);
    let jobs = numbers.next().and_then(NonZeroUsize::new).unwrap_or(NonZeroUsize::MIN.saturating_add(1));
    let course = load(&course_files::embedded()).map_err(|_| "the built-in course does not load")?;
    let works = works(&course, submissions);
    let folder = tempfile::tempdir()?;
    let students = hand_in(&works, folder.path())?;
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache").join("mmaplings");
    let [kit, programs, files] = ["kit", "programs", "files"].map(|name| cache.join(name));
    let bench = Bench {
        course: &course,
        works: &works,
        toolchain: &Toolchain::new(),
        places: Places { kit: &kit, programs: &programs, files: &files },
        jobs,
    };

    bench.graded(&students[..1], &folder.path().join("warm"))?; // the kit is made now, if it is not there
    let before = spent()?;
    let (graded, third, whole) = bench.graded(&students, &folder.path().join("out"))?;
    let between = spent()?;
    let bare = bench.bare(&folder.path().join("bare"))?;
    // Unlike the time by the clock, this is nearly the same on a machine that has other work.
    let (spent_grading, spent_bare) = (between - before, spent()? - between);
    let ratio = bare.as_secs_f64() / graded.as_secs_f64();
    println!("{submissions} submissions, {jobs} jobs");
    println!("bare    {bare:>8.1?}  {:>5.1} a second", rate(submissions, bare));
    println!("graded  {graded:>8.1?}  {:>5.1} a second", rate(submissions, graded));
    let spent = spent_grading.as_secs_f64() / spent_bare.as_secs_f64();
    println!("processor time {spent:.2} times the bare one");
    println!(
        "throughput {ratio:.2} times the bare one  goal 0.80 {}",
        if ratio >= 0.8 { "met" } else { "MISSED" }
    );
    println!("resident memory {} after a third, {} at the end", Bytes::kib(third), Bytes::kib(whole));
    Ok(())
}

fn rate(submissions: usize, took: Duration) -> f64 {
    f64::from(u32::try_from(submissions).unwrap_or(u32::MAX)) / took.as_secs_f64()
}

/// Programs of drills that ask for one program and no file: those can be run bare by anybody.
fn works(course: &LoadedCourse, count: usize) -> Vec<Work<'_>> {
    let simple =
        |scene: &Scene| scene.file.is_empty() && scene.disk == Disk::Plain && scene.memory_limit.is_none();
    let mut all: Vec<Work<'_>> = Vec::new();
    for lesson in &course.lessons {
        for drill in lesson.drills().filter(|drill| drill.scene.iter().all(simple)) {
            let [program] = drill.programs.as_slice() else { continue };
            let mut add = |language, text: &String| {
                all.push(Work { drill, lesson, program: program.clone(), language, text: text.clone() });
            };
            for language in Language::ALL {
                lesson.models_of(drill, language).values().for_each(|text| add(language, text));
            }
            for attempt in lesson.attempts.iter().filter(|attempt| attempt.attempt.drill == drill.id) {
                attempt.sources.values().for_each(|text| add(attempt.language, text));
            }
        }
    }
    let one = |number: usize| {
        let Work { drill, lesson, ref program, language, ref text } = all[number % all.len()];
        let text = format!("{text}// submission {number}\n");
        Work { drill, lesson, program: program.clone(), language, text }
    };
    (0..count).map(one).collect()
}

fn hand_in(works: &[Work<'_>], folder: &Path) -> Fallible<Vec<Submission>> {
    let mut directories = Vec::new();
    for (number, work) in works.iter().enumerate() {
        let directory = folder.join(format!("s{number:04}"));
        let lesson = directory.join(work.lesson.id.as_str());
        fs::create_dir_all(&lesson)?;
        fs::write(lesson.join(format!("{}.{}", work.program, work.language.extension())), &work.text)?;
        directories.push(directory);
    }
    Ok(class(&directories)?)
}

struct Bench<'a> {
    course: &'a LoadedCourse,
    works: &'a [Work<'a>],
    toolchain: &'a Toolchain,
    places: Places<'a>,
    jobs: NonZeroUsize,
}

impl Bench<'_> {
    /// How long grading takes, and the resident memory after a third of it and at the end, in KiB.
    fn graded(&self, students: &[Submission], out: &Path) -> Fallible<(Duration, u64, u64)> {
        let assignment = Assignment {
            course: self.course,
            course_sha256: String::new(),
            lessons: self.course.lessons.iter().filter(|lesson| lesson.drills().next().is_some()).collect(),
            scheme: Scheme::default(),
            seed: SEED,
            scale: Scale::Full,
            level: sandbox::level()?,
            least: sandbox::Level::Calls,
            evidence: KeepEvidence::No,
        };
        let drills: usize = assignment.lessons.iter().map(|lesson| lesson.drills().count()).sum();
        let (decided, third) = (AtomicUsize::new(0), AtomicU64::new(0));
        let began = Instant::now();
        let graded = grade(&GradeJob {
            speech: Speech::ENGLISH,
            assignment: &assignment,
            submissions: students,
            store: &Store::open(out)?,
            kept: Kept::Anew,
            toolchain: self.toolchain,
            places: self.places,
            // No submission of these answers anything.
            executable: Path::new("mmaplings"),
            jobs: self.jobs,
            cancel: &CancelToken::new(),
            progress: &|moment| {
                if let Moment::Decided(more) = moment {
                    let before = decided.fetch_add(more, Ordering::Relaxed);
                    let mark = students.len() * drills / 3;
                    if before < mark && before + more >= mark {
                        third.store(resident(), Ordering::Relaxed);
                    }
                }
            },
        })?;
        let took = began.elapsed();
        if graded.len() != students.len() || graded.iter().any(|student| student.faults > 0) {
            return Err("not all were graded".into());
        }
        Ok((took, third.into_inner(), resident()))
    }

    /// How long the same takes bare.
    fn bare(&self, folder: &Path) -> Fallible<Duration> {
        fs::create_dir_all(folder)?;
        let next = AtomicUsize::new(0);
        let began = Instant::now();
        let worker = || -> Fallible<()> {
            while let Some(work) = self.works.get(next.fetch_add(1, Ordering::Relaxed)) {
                self.one_bare(work, folder)?;
            }
            Ok(())
        };
        thread::scope(|scope| {
            let workers: Vec<_> = (0..self.jobs.get()).map(|_| scope.spawn(worker)).collect();
            workers.into_iter().try_for_each(|worker| worker.join().map_err(|_| "a worker panicked")?)
        })?;
        Ok(began.elapsed())
    }

    fn one_bare(&self, work: &Work<'_>, folder: &Path) -> Fallible<()> {
        let compiler = Compiler {
            toolchain: self.toolchain,
            kit: self.places.kit,
            cache: folder,
            colour: Colour::Never,
            bounds: Bounds::Free,
        };
        let text = SourceText::Memory(work.text.clone().into_bytes());
        let source = Source { program: work.program.clone(), language: work.language, text };
        let compiled = compiler.compile(&source, &CancelToken::new(), &|| ())?;
        let Compilation::Compiled { executable, .. } = compiled else { return Ok(()) };
        for scene in &work.drill.scene {
            for repetition in 0..scene.repeat {
                let occasion = Occasion {
                    seed: SEED,
                    scene: &scene.id,
                    repetition,
                    page_size: Bytes::kib(4),
                    scale: Scale::Full,
                };
                let (values, _) = draw::draw(&work.drill.values, scene, occasion, &mut NoFiles)?;
                run(&executable, scene, &values)?;
            }
        }
        Ok(())
    }
}

/// A scene as a shell would run it: arguments, all the input at once, and the end.
fn run(executable: &PathBuf, scene: &Scene, values: &Values) -> Fallible<()> {
    let (mut child, mut input) = (None, String::new());
    for action in &scene.script {
        match action {
            Action::Start { args, .. } => {
                let args = args.iter().map(|argument| values.fill(argument.text()));
                let mut command = Command::new(executable);
                command.args(args.collect::<Result<Vec<_>, _>>()?).stdin(Stdio::piped());
                child = Some(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn()?);
            }
            Action::Send { line, .. } => input += &(values.fill(line.text())? + "\n"),
            Action::SendEach { values: name, .. } => {
                if let Some(Value::Numbers(numbers)) = values.get(name.as_str()) {
                    numbers.iter().for_each(|number| input += &format!("{number}\n"));
                }
            }
            _ => {}
        }
    }
    let Some(mut child) = child else { return Ok(()) };
    if let Some(mut stdin) = child.stdin.take() {
        let _ = stdin.write_all(input.as_bytes()); // a bad program may not read it
    }
    wait(&mut child, Duration::from_millis(scene.patience_ms))
}

fn wait(child: &mut Child, patience: Duration) -> Fallible<()> {
    let until = Instant::now() + patience;
    while child.try_wait()?.is_none() {
        if Instant::now() >= until {
            child.kill()?;
        }
        thread::sleep(Duration::from_millis(1));
    }
    Ok(())
}

/// Processor time of this process and of those that it has waited for.
fn spent() -> Fallible<Duration> {
    let mut spent = Duration::ZERO;
    for who in [UsageWho::RUSAGE_SELF, UsageWho::RUSAGE_CHILDREN] {
        let usage = getrusage(who)?;
        for time in [usage.user_time(), usage.system_time()] {
            spent += Duration::from_micros(u64::try_from(time.num_microseconds())?);
        }
    }
    Ok(spent)
}

/// Resident memory of this process, in KiB (`proc_pid_status(5)`).
fn resident() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

/// The files of scenes that have none.
struct NoFiles;

impl Files for NoFiles {
    type Error = Infallible;
    fn path(&mut self, _: &FixturePlan) -> Result<String, Infallible> {
        Ok(String::new())
    }
    fn sum(&mut self, _: &FixturePlan) -> Result<u64, Infallible> {
        Ok(0)
    }
    fn byte(&mut self, _: &FixturePlan, _: u64) -> Result<Option<u8>, Infallible> {
        Ok(None)
    }
}
