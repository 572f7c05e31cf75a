//! The command line: what can be typed, and the help that teaches it.
//!
//! Each command's arguments stand in that command's file, those of all commands in `global`.

use clap::{Parser, Subcommand};

use super::answer::AnswerArgs;
use super::check::{CheckArgs, JudgeArgs};
use super::completions::CompletionsArgs;
use super::course::CourseArgs;
use super::doctor::DoctorArgs;
use super::global::Global;
use super::grade::{GRADE_HELP, GradeArgs};
use super::hint::{HintArgs, SolutionArgs};
use super::init::InitArgs;
use super::list::{ListArgs, StatusArgs};
use super::maps::{MAPS_HELP, MapsArgs};
use super::mark::MarkArgs;
use super::observe::{OBSERVE_HELP, ObserveArgs};
use super::open::OpenArgs;
use super::powercut::PowercutArgs;
use super::read::{READ_HELP, ReadArgs};
use super::report::{REPORT_HELP, ReportArgs};
use super::reset::ResetArgs;
use super::sketch::{SKETCH_HELP, SketchArgs};
use super::specimen::{SPECIMEN_HELP, SpecimenArgs};
use super::start::{SessionArgs, WatchArgs};

/// A course in Linux mmap for the terminal.
///
/// You write programs that map memory; mmaplings runs them, freezes them where they
/// say so, and shows what the kernel's own books have to say about them.
#[derive(Debug, Parser)]
#[command(name = "mmaplings", version, after_help = AFTER_HELP, after_long_help = AFTER_LONG_HELP)]
pub struct Cli {
    /// What is typed before or after any command.
    #[command(flatten)]
    pub global: Global,
    /// What the course is told when it goes on, without a command.
    #[command(flatten)]
    pub session: SessionArgs,
    /// The command; without one, the course goes on where you left it.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a workspace: a folder for your programs and your progress
    #[command(after_help = INIT_HELP)]
    Init(InitArgs),
    /// Show all lessons, and where you are in them
    #[command(after_help = LIST_HELP)]
    List(ListArgs),
    /// Show where you are in the course
    Status(StatusArgs),
    /// Show what you did, step by step, and what your last run left; or write it as a web page
    #[command(after_help = REPORT_HELP)]
    Report(ReportArgs),
    /// Open a lesson and show it whole
    #[command(after_help = OPEN_HELP)]
    Open(OpenArgs),
    /// Read a lesson's chapter of the book
    #[command(after_help = READ_HELP)]
    Read(ReadArgs),
    /// Watch a lesson's programs and judge each save
    #[command(after_help = WATCH_HELP)]
    Watch(WatchArgs),
    /// Compile, run and judge what you wrote
    #[command(after_help = CHECK_HELP)]
    Check(CheckArgs),
    /// Derive a verdict again from the evidence kept of a run
    #[command(after_help = JUDGE_HELP)]
    Judge(JudgeArgs),
    /// Answer a lesson's questions from a file
    #[command(after_help = ANSWER_HELP)]
    Answer(AnswerArgs),
    /// Draw a lesson's maps: get a sheet, or have a drawing held against a live run
    #[command(after_help = SKETCH_HELP)]
    Sketch(SketchArgs),
    /// Look at a process held still for a lesson, and at what is asked about it
    #[command(after_help = SPECIMEN_HELP)]
    Specimen(SpecimenArgs),
    /// Show one more hint for a drill or a question
    Hint(HintArgs),
    /// Show the model programs of a lesson that is passed
    Solution(SolutionArgs),
    /// Show what this machine can observe, and how to get what is missing
    #[command(after_help = DOCTOR_HELP)]
    Doctor(DoctorArgs),
    /// Give a lesson's programs back as they were handed out; yours are kept
    Reset(ResetArgs),
    /// Print a script that completes commands in your shell
    #[command(after_help = COMPLETIONS_HELP)]
    Completions(CompletionsArgs),
    /// Grade a class: each student's programs and answers, confined
    #[command(after_help = GRADE_HELP)]
    Grade(Box<GradeArgs>),
    /// Write, check and prove courses
    Course(CourseArgs),
    /// Show the address space of any process, or of two and what they share
    #[command(after_help = MAPS_HELP)]
    Maps(MapsArgs),
    /// Run any program under the instruments, and tell what it did with memory
    #[command(after_help = OBSERVE_HELP)]
    Observe(ObserveArgs),
    /// Cut the power of a disk under any program, and look at what is left
    #[command(after_help = POWERCUT_HELP)]
    Powercut(Box<PowercutArgs>),
    /// Mark an answer to a question of free text, read from standard input
    #[command(after_help = MARK_HELP)]
    Mark(MarkArgs),
}

const AFTER_HELP: &str = "\
Type `mmaplings` alone to begin, or to carry on. `mmaplings --help` has examples and exit codes.";

const AFTER_LONG_HELP: &str = "\
Examples:
  mmaplings                        begin, or carry on where you left
  mmaplings init ~/mmap --lang c   make a workspace for C programs
  mmaplings list                   all lessons, and where you are
  mmaplings open 6                 go to a lesson
  mmaplings check                  judge what you wrote in it
  mmaplings completions bash       complete commands in your shell

Exit codes:
  0   passed, or nothing was to be judged
  1   missed: the work does not do what the lesson asks yet
  2   used wrongly: arguments, folders, a question that needs a terminal
  3   the program does not compile
  4   inconclusive: this machine lacks an instrument that the verdict needs
  5   the course does not load
  70  a fault of mmaplings itself";

const INIT_HELP: &str = "\
Examples:
  mmaplings init                    a workspace for Rust in ./mmaplings
  mmaplings init ~/mmap --lang c    one for C elsewhere

The directory must be new or empty. Single lessons can be done in the other language:
  mmaplings open 6 --lang c";

const LIST_HELP: &str = "\
Examples:
  mmaplings list            all lessons
  mmaplings list memory     those with `memory` in their name or title
  mmaplings list --json     for scripts";

const OPEN_HELP: &str = "\
Examples:
  mmaplings open 6              the lesson with that number
  mmaplings open two            the lesson whose name begins so
  mmaplings open 6 --lang c     the same, its programs in C";

const WATCH_HELP: &str = "\
At a terminal this is what `mmaplings` alone does, with the questions left for later.
Without one it judges each save until it is interrupted.

Examples:
  mmaplings watch              the lesson that is open
  mmaplings watch 3            another
  mmaplings watch --advance    move on by itself after a pass";

const CHECK_HELP: &str = "\
Examples:
  mmaplings check                              the lesson that is open
  mmaplings check 3 6                          these two
  mmaplings check 3 --seed 7                   with the values that seed 7 draws
  mmaplings check 3 --keep-evidence run.json   and keep what was seen
  mmaplings check 4 --scale 64MiB              with a file that is no larger than that
  mmaplings check 5 --full                     with a file of 10 GiB in a memory of 8 GiB
  mmaplings check 3 --json                     for scripts

Exits with 0 if all passed, 1 for a miss, 3 if a program does not compile, 4 if this
machine cannot tell.";

const JUDGE_HELP: &str = "\
Example:
  mmaplings check 3 --keep-evidence run.json
  mmaplings judge --evidence run.json          the same verdict, without running anything";

const DOCTOR_HELP: &str = "\
Each instrument is tried. Exits with 4 if one is missing that lessons cannot do without.

Examples:
  mmaplings doctor            what works here
  mmaplings doctor --clean    remove the large files that are kept between runs";

const ANSWER_HELP: &str = "\
The file holds one line for each question, by the name that `mmaplings open LESSON` shows:

  who-sees = \"b\"                    # choice: a letter, a number from 1, or the option's text
  which-hold = [\"a\", \"c\"]           # choices: all that are right
  flavours = [\"c\", \"a\", \"d\", \"b\"]  # match: the partner of 1, of 2, …
  tree = [\"b\", \"a\", \"c\"]            # order: first to last
  rss = \"512 KiB\"                   # number: in any unit that fits
  one-byte = \"4 KiB\"                # prediction: it is measured at once
  not-durable = \"MS_ASYNC only …\"   # in your own words
  three-ways = \"\"\"                  # a drawing: as `mmaplings sketch` takes it
  0-100000 rw-p ? ? ? ?
  \"\"\"
  [four-lines]                      # a specimen: as `mmaplings specimen 10` shows it,
  seed = 7                          # with the seed that drew it
  the-file = \"c\"

Examples:
  mmaplings answer 3 --from answers.toml
  echo 'rss = \"512 KiB\"' | mmaplings answer 3 --from -

Exits with 0 if all answers given are right, with 1 if one is not, with 4 if a drawing or
a specimen cannot be held against anything on this machine. A prediction is never wrong:
it is held against the machine.";

const COMPLETIONS_HELP: &str = "\
Examples:
  mmaplings completions bash > ~/.local/share/bash-completion/completions/mmaplings
  mmaplings completions zsh  > ~/.zfunc/_mmaplings
  mmaplings completions fish > ~/.config/fish/completions/mmaplings.fish";

const POWERCUT_HELP: &str = "\
Examples:
  mmaplings powercut data -- ./save data/file               cut when it has ended
  mmaplings powercut data --after-flushes 3 -- ./save data/file
  mmaplings powercut data --at-line 'durable=7' --survivors subset --seed 4 -- ./save data/file
  mmaplings powercut data --recover './check data/file' -- ./save data/file

The disk keeps apart what a program wrote and what it flushed. When the power goes,
what was not flushed may be gone; --survivors says what of it is.";
const MARK_HELP: &str = "\
Examples:
  echo 'Because the page is only in RAM.' | mmaplings mark not-durable
  mmaplings mark not-durable --json < answer.txt
  mmaplings mark --jsonl < answers.jsonl     a line {\"id\", \"question\", \"answer\"} each";

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}
