//! The command line: what can be typed, and the help that teaches it.
//!
//! Arguments as typed are turned into what is meant at once: [`Global::look`] is how
//! output is to look. Each command's arguments stand in that command's file.

use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::answer::AnswerArgs;
use super::check::{CheckArgs, JudgeArgs};
use super::completions::CompletionsArgs;
use super::course::CourseArgs;
use super::doctor::DoctorArgs;
use super::hint::{HintArgs, SolutionArgs};
use super::init::InitArgs;
use super::list::{ListArgs, StatusArgs};
use super::maps::{MAPS_HELP, MapsArgs};
use super::mark::MarkArgs;
use super::open::OpenArgs;
use super::powercut::PowercutArgs;
use super::reset::ResetArgs;
use super::sketch::{SKETCH_HELP, SketchArgs};
use super::start::WatchArgs;
use crate::assemblies::ui::look::{Colour, Glyphs, Look, Telling, USUAL_WIDTH, glyphs_of_locale};

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
    /// Open a lesson and show it whole
    #[command(after_help = OPEN_HELP)]
    Open(OpenArgs),
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
    /// Write, check and prove courses
    Course(CourseArgs),
    /// Show the address space of any process
    #[command(after_help = MAPS_HELP)]
    Maps(MapsArgs),
    /// Cut the power of a disk under any program, and look at what is left
    #[command(after_help = POWERCUT_HELP)]
    Powercut(Box<PowercutArgs>),
    /// Mark an answer to a question of free text, read from standard input
    #[command(after_help = MARK_HELP)]
    Mark(MarkArgs),
}

/// Options of all commands.
#[derive(Clone, Debug, Args)]
pub struct Global {
    /// Take the course in this directory instead of the one built in
    #[arg(long, global = true, value_name = "DIR", env = "MMAPLINGS_COURSE", hide_env = true)]
    pub course: Option<PathBuf>,

    /// Use the workspace in this directory instead of the one you are in
    #[arg(long, global = true, value_name = "DIR", env = "MMAPLINGS_WORKSPACE", hide_env = true)]
    pub workspace: Option<PathBuf>,

    /// When to use colour; `auto` heeds NO_COLOR and CLICOLOR_FORCE
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", hide_possible_values = false)]
    pub color: ColourChoice,

    /// Draw with ASCII characters only
    #[arg(long, global = true)]
    pub ascii: bool,

    /// Say everything in words, for a screen reader: no pictures, no colour
    #[arg(long, global = true)]
    pub plain: bool,
}

/// When colour is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ColourChoice {
    /// On a terminal that can show it.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Where something is written, as far as its look depends on that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

impl Global {
    /// How output to `stream` is to look, by the options and the environment.
    #[must_use]
    pub fn look(&self, stream: Stream) -> Look {
        let terminal = match stream {
            Stream::Stdout => io::stdout().is_terminal(),
            Stream::Stderr => io::stderr().is_terminal(),
        };
        let term = match stream {
            Stream::Stdout => console::Term::stdout(),
            Stream::Stderr => console::Term::stderr(),
        };
        let width = term.size_checked().map_or(USUAL_WIDTH, |(_, columns)| usize::from(columns));
        self.look_by(terminal, width, &|name| std::env::var_os(name).filter(|value| !value.is_empty()))
    }

    fn look_by(&self, terminal: bool, width: usize, variable: &dyn Fn(&str) -> Option<OsString>) -> Look {
        let forced = variable("CLICOLOR_FORCE").is_some_and(|value| value != "0");
        let barred = variable("NO_COLOR").is_some() || variable("TERM").is_some_and(|term| term == "dumb");
        let colour = match self.color {
            _ if self.plain => Colour::Off,
            ColourChoice::Always => Colour::On,
            ColourChoice::Auto if !barred && (terminal || forced) => Colour::On,
            ColourChoice::Auto | ColourChoice::Never => Colour::Off,
        };
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(variable);
        let glyphs = if self.ascii { Glyphs::Ascii } else { glyphs_of_locale(locale.as_deref()) };
        let telling = if self.plain { Telling::Words } else { Telling::Pictures };
        Look { colour, glyphs, telling, width: width.max(20) }
    }
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

Examples:
  mmaplings answer 3 --from answers.toml
  echo 'rss = \"512 KiB\"' | mmaplings answer 3 --from -

Exits with 0 if all answers given are right, with 1 if one is not. A prediction is never
wrong: it is held against the machine.";

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

    fn look(arguments: &[&str], terminal: bool, environment: &[(&str, &str)]) -> Look {
        let arguments = ["mmaplings"].iter().chain(arguments);
        let cli = Cli::try_parse_from(arguments).unwrap();
        cli.global.look_by(terminal, 100, &|name| {
            let found = environment.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| OsString::from(value))
        })
    }

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn colour_is_for_terminals_unless_someone_says_otherwise() {
        assert_eq!(look(&[], true, &[]).colour, Colour::On);
        assert_eq!(look(&[], false, &[]).colour, Colour::Off);
        assert_eq!(look(&[], true, &[("NO_COLOR", "1")]).colour, Colour::Off);
        assert_eq!(look(&[], true, &[("TERM", "dumb")]).colour, Colour::Off);
        assert_eq!(look(&[], false, &[("CLICOLOR_FORCE", "1")]).colour, Colour::On);
        assert_eq!(look(&["--color=always"], false, &[("NO_COLOR", "1")]).colour, Colour::On);
        assert_eq!(look(&["--color=never"], true, &[]).colour, Colour::Off);
        assert_eq!(look(&["--plain", "--color=always"], true, &[]).colour, Colour::Off);
    }

    #[test]
    fn characters_are_those_of_the_locale_unless_ascii_is_asked_for() {
        assert_eq!(look(&[], true, &[("LANG", "en_GB.UTF-8")]).glyphs, Glyphs::Unicode);
        assert_eq!(look(&[], true, &[("LANG", "en_GB.UTF-8"), ("LC_ALL", "C")]).glyphs, Glyphs::Ascii);
        assert_eq!(look(&["--ascii"], true, &[("LANG", "en_GB.UTF-8")]).glyphs, Glyphs::Ascii);
    }
}
