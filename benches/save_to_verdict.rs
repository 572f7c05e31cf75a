//! From save to verdict: what the runner adds to compiling and running a program bare.
//!
//! Both are measured in turn in one process, on the model programs of lesson 03, so
//! that the ratio says the same on any machine. The goal is 1.25 times the bare
//! compile and run, and 30 ms.

#![expect(clippy::print_stdout, reason = "a benchmark tells its figures")]

use std::error::Error;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use mmaplings::assemblies::drill::{self, DrillJob, Outcome, Places};
use mmaplings::edges::compiler::{Colour, Source, SourceText, Toolchain};
use mmaplings::flow::cancel::CancelToken;
use mmaplings::judgement::draw::Scale;
use mmaplings::judgement::verdict;
use mmaplings::vocabulary::lesson::{Drill, Language, Lesson, Step};
use mmaplings::words::speech::Speech;

const ROUNDS: u32 = 15;
const LESSON: &str = "03-untouched-memory";
const PAGES: u32 = 3000;

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let lesson: Lesson =
        toml::from_str(&fs::read_to_string(root.join("lessons").join(LESSON).join("lesson.toml"))?)?;
    let drills = lesson.step.into_iter().filter_map(|step| match step {
        Step::Drill(drill) => Some(drill),
        _ => None,
    });
    let folder = tempfile::tempdir()?;
    let toolchain = Toolchain::new();
    for drill in drills {
        for language in Language::ALL {
            let model = root
                .join("solutions")
                .join(LESSON)
                .join(language.folder())
                .join(format!("reserve.{}", language.extension()));
            let bench = Bench {
                drill: &drill,
                language,
                text: fs::read_to_string(model)?,
                toolchain: &toolchain,
                folder: folder.path(),
            };
            bench.report()?;
        }
    }
    Ok(())
}

struct Bench<'a> {
    drill: &'a Drill,
    language: Language,
    text: String,
    toolchain: &'a Toolchain,
    folder: &'a Path,
}

impl Bench<'_> {
    fn report(&self) -> Result<(), Box<dyn Error>> {
        self.full(0)?; // makes the dependency kit, if there is none yet
        let (mut compile, mut run, mut full) = (Vec::new(), Vec::new(), Vec::new());
        for round in 1..=ROUNDS {
            let (compiled, ran) = self.bare(round)?;
            compile.push(compiled);
            run.push(ran);
            full.push(self.full(round)?);
        }
        let (compile, run, full) = (median(compile), median(run), median(full));
        let goal = (compile + run).mul_f64(1.25) + Duration::from_millis(30);
        println!(
            "{:4}  bare compile {compile:>8.1?}  bare run {run:>8.1?}  save to verdict {full:>8.1?}  ratio {:.2}  goal {goal:>8.1?} {}",
            self.language.name(),
            full.as_secs_f64() / (compile + run).as_secs_f64(),
            if full <= goal { "met" } else { "MISSED" },
        );
        Ok(())
    }

    /// A source that nobody has compiled yet.
    fn save(&self, round: u32, purpose: &str) -> Result<PathBuf, Box<dyn Error>> {
        let path = self.folder.join(format!("reserve.{}", self.language.extension()));
        fs::write(&path, format!("{}// {purpose} {round}\n", self.text))?;
        Ok(path)
    }

    fn full(&self, round: u32) -> Result<Duration, Box<dyn Error>> {
        let path = self.save(round, "full")?;
        let sources =
            [Source { program: "reserve".parse()?, language: self.language, text: SourceText::File(path) }];
        let [kit, programs, files] = ["kit", "programs", "files"].map(|name| self.folder.join(name));
        let began = Instant::now();
        let outcome = drill::run(&DrillJob {
            drill: self.drill,
            sources: &sources,
            seed: u64::from(round),
            scale: Scale::Full,
            toolchain: self.toolchain,
            places: Places { kit: &kit, programs: &programs, files: &files },
            colour: Colour::Always,
            cancel: &CancelToken::new(),
            progress: &|_| (),
        })?;
        let Outcome::Evidence(evidence) = outcome else { return Err("cancelled".into()) };
        let verdict = verdict::judge(&self.drill.check, &evidence, Speech::ENGLISH);
        let took = began.elapsed();
        if verdict.outcome != verdict::Outcome::Passed {
            return Err(format!("the model program misses: {verdict:?}").into());
        }
        Ok(took)
    }

    /// The same program compiled by the same command and run alone.
    fn bare(&self, round: u32) -> Result<(Duration, Duration), Box<dyn Error>> {
        let path = self.save(round, "bare")?;
        let program = self.folder.join("bare");
        let mut command = match self.language {
            Language::C => {
                let mut command = Command::new(&self.toolchain.c()?.cc);
                command.args([
                    "-std=gnu17",
                    "-Wall",
                    "-Wextra",
                    "-O1",
                    "-g1",
                    "-D_GNU_SOURCE",
                    "-pthread",
                    "-o",
                ]);
                command.arg(&program);
                command
            }
            Language::Rust => {
                let kit: serde_json::Value =
                    serde_json::from_slice(&fs::read(self.folder.join("kit/kit.json"))?)?;
                let mut command = Command::new(&self.toolchain.rust()?.rustc);
                command.args(["--edition=2024", "-Copt-level=1", "-Ccodegen-units=2", "-Cembed-bitcode=no"]);
                command.args(["-Cdebuginfo=line-tables-only", "-Coverflow-checks=yes"]);
                for name in ["memmap2", "libc"] {
                    let path = kit[name].as_str().ok_or("the kit names its crates")?;
                    command.args(["--extern", &format!("{name}={path}")]);
                }
                let dependencies = kit["dependencies"].as_str().ok_or("the kit names its folder")?;
                command.args(["-L", &format!("dependency={dependencies}")]).arg("--out-dir").arg(self.folder);
                command.arg(format!("--emit=link={}", program.display()));
                command
            }
        };
        let began = Instant::now();
        if !command.arg(&path).status()?.success() {
            return Err("the model program does not compile".into());
        }
        let compiled = began.elapsed();

        let lines: String = (0..PAGES).map(|page| format!("{}\n", u64::from(page) * 1_048_576)).collect();
        let input = self.folder.join("offsets");
        fs::write(&input, lines)?;
        let began = Instant::now();
        let status = Command::new(&program)
            .args([(10_u64 << 30).to_string(), PAGES.to_string()])
            .stdin(File::open(&input)?)
            .stdout(Stdio::null())
            .status()?;
        if !status.success() {
            return Err("the model program fails".into());
        }
        Ok((compiled, began.elapsed()))
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
