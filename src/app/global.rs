//! The options of all commands, as typed and as meant: [`Global::look`] is how output
//! is to look.

use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::assemblies::ui::look::{Colour, Glyphs, Look, Telling, USUAL_WIDTH, glyphs_of_locale};
use crate::words::speech::Speech;

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
        self.look_by(terminal, width_of(stream), &|name| {
            std::env::var_os(name).filter(|value| !value.is_empty())
        })
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
        Look { colour, glyphs, telling, width, speech: Speech::ENGLISH }
    }
}

/// The least columns that anything is set for.
const LEAST_WIDTH: usize = 20;

/// The columns that there are now.
#[must_use]
pub fn width_of(stream: Stream) -> usize {
    let terminal = match stream {
        Stream::Stdout => console::Term::stdout(),
        Stream::Stderr => console::Term::stderr(),
    };
    let width = terminal.size_checked().map_or(USUAL_WIDTH, |(_, columns)| usize::from(columns));
    width.max(LEAST_WIDTH)
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Alone {
        #[command(flatten)]
        global: Global,
    }

    fn look(arguments: &[&str], terminal: bool, environment: &[(&str, &str)]) -> Look {
        let arguments = ["mmaplings"].iter().chain(arguments);
        let cli = Alone::try_parse_from(arguments).unwrap();
        cli.global.look_by(terminal, 100, &|name| {
            let found = environment.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| OsString::from(value))
        })
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
