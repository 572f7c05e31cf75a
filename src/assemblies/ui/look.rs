//! The look of output: colour or none, Unicode or ASCII, pictures or words, and
//! how wide.
//!
//! Decided once, from the options and the environment, and passed to every
//! rendering, so that rendering is a pure function of a model and a look.

use std::ffi::OsStr;

use console::measure_text_width;

use crate::facts::mapping::Flavour;
use crate::words::speech::{Speech, Value};

/// How output is to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Whether styles are written.
    pub colour: Colour,
    /// Which characters there are to draw with.
    pub glyphs: Glyphs,
    /// Whether shapes may carry meaning.
    pub telling: Telling,
    /// Columns there are.
    pub width: usize,
    /// The language in which the interface speaks.
    pub speech: Speech,
}

/// Whether escape sequences for colour and weight are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// They are.
    On,
    /// They are not; what colour says is said by words or shapes too.
    Off,
}

/// The characters there are to draw with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyphs {
    /// Box drawing, block elements, ticks.
    Unicode,
    /// What has been on every terminal since 1963.
    Ascii,
}

/// How things are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Telling {
    /// With pictures, marks and alignment.
    Pictures,
    /// In words alone, line by line, for a screen reader or a braille display.
    Words,
}

/// What a piece of text is for; the palette is here and nowhere else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A heading.
    Heading,
    /// What went right.
    Good,
    /// What went wrong.
    Bad,
    /// What could not be told, or wants attention.
    Warning,
    /// Something to type, press or open.
    Command,
    /// What may be passed over.
    Faint,
    /// What stands out.
    Strong,
    /// Memory of a flavour, or of the kernel's own making.
    Memory(Option<Flavour>),
}

/// The columns assumed where nobody says: the width of a card, a terminal, a page.
pub const USUAL_WIDTH: usize = 80;

/// Text wider than this is tiresome to read, however wide the terminal.
pub const READING_WIDTH: usize = 96;

impl Look {
    /// No colour, Unicode, pictures, 80 columns, English.
    pub const PLAIN: Self = Self {
        colour: Colour::Off,
        glyphs: Glyphs::Unicode,
        telling: Telling::Pictures,
        width: USUAL_WIDTH,
        speech: Speech::ENGLISH,
    };

    /// `text` in the style of `role`.
    #[must_use]
    pub fn paint(&self, role: Role, text: impl AsRef<str>) -> String {
        let text = text.as_ref();
        if self.colour == Colour::Off || text.is_empty() {
            return text.to_owned();
        }
        let style = console::Style::new().force_styling(true);
        let style = match role {
            Role::Heading => style.bold().cyan(),
            Role::Good => style.green(),
            Role::Bad => style.red(),
            Role::Warning => style.yellow(),
            Role::Command => style.cyan(),
            Role::Faint => style.dim(),
            Role::Strong => style.bold(),
            Role::Memory(None) => style.dim(),
            Role::Memory(Some(Flavour::PrivateAnonymous)) => style.blue(),
            Role::Memory(Some(Flavour::SharedAnonymous)) => style.magenta(),
            Role::Memory(Some(Flavour::PrivateFile)) => style.green(),
            Role::Memory(Some(Flavour::SharedFile)) => style.yellow(),
        };
        style.apply_to(text).to_string()
    }

    /// The interface's message of that name.
    #[must_use]
    pub fn say(&self, name: &str) -> String {
        self.speech.say(name)
    }

    /// The interface's message of that name, with what it speaks of put in.
    #[must_use]
    pub fn tell<'v>(&self, name: &str, with: impl IntoIterator<Item = (&'v str, Value<'v>)>) -> String {
        self.speech.tell(name, with)
    }

    /// `a, b and c`, in the interface's language.
    #[must_use]
    pub fn list<T: AsRef<str>>(&self, items: &[T]) -> String {
        self.speech.list(items)
    }

    /// The Unicode text, or what stands for it in ASCII.
    #[must_use]
    pub const fn pick<'a>(&self, unicode: &'a str, ascii: &'a str) -> &'a str {
        match self.glyphs {
            Glyphs::Unicode => unicode,
            Glyphs::Ascii => ascii,
        }
    }

    /// `text` as a note: what is not the result that was asked for, and is to be known.
    #[must_use]
    pub fn noted(&self, text: &str) -> String {
        self.wrap(&self.paint(Role::Warning, format!("{} ", self.say("note"))), text)
    }

    /// Why a question cannot be told on this machine.
    #[must_use]
    pub fn inconclusive(&self, reason: &str) -> String {
        self.wrap(&format!("{} ", self.say("live-inconclusive")), reason)
    }

    /// The width in which running text is set.
    #[must_use]
    pub fn reading_width(&self) -> usize {
        self.width.clamp(20, READING_WIDTH)
    }

    /// `text` broken at spaces into lines of the reading width, the first beginning
    /// with `first`, the others with as many columns of space. Line breaks of the
    /// text stay; words wider than the line stand alone.
    #[must_use]
    pub fn wrap(&self, first: &str, text: &str) -> String {
        let indent = measure_text_width(first);
        let room = self.reading_width().saturating_sub(indent).max(10);
        let mut lines: Vec<String> = Vec::new();
        for paragraph in text.trim_end().split('\n') {
            let mut line = String::new();
            for word in paragraph.split_whitespace() {
                let needed = measure_text_width(&line) + 1 + measure_text_width(word);
                if !line.is_empty() && needed > room {
                    lines.push(std::mem::take(&mut line));
                }
                if !line.is_empty() {
                    line.push(' ');
                }
                line.push_str(word);
            }
            lines.push(line);
        }
        let space = " ".repeat(indent);
        let mut wrapped = String::new();
        for (index, line) in lines.iter().enumerate() {
            let start = if index == 0 { first } else { &space };
            wrapped.push_str(format!("{start}{line}").trim_end());
            wrapped.push('\n');
        }
        wrapped
    }
}

/// `text` with as much space behind it as makes it `width` columns wide; as it is where it is wider.
#[must_use]
pub fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(measure_text_width(text))))
}

/// The columns that the widest of `texts` takes.
#[must_use]
pub fn widest<T: AsRef<str>>(texts: &[T]) -> usize {
    texts.iter().map(|text| measure_text_width(text.as_ref())).max().unwrap_or(0)
}

/// Whether a locale's name (`LC_ALL`, `LC_CTYPE` or `LANG`, the first that is set and
/// not empty, `locale(7)`) says that the terminal shows Unicode.
#[must_use]
pub fn glyphs_of_locale(locale: Option<&OsStr>) -> Glyphs {
    let name = locale.map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    if name.ends_with("utf-8") || name.ends_with("utf8") { Glyphs::Unicode } else { Glyphs::Ascii }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colour_is_written_only_where_it_is_on() {
        assert_eq!(Look::PLAIN.paint(Role::Good, "passed"), "passed");
        let colourful = Look { colour: Colour::On, ..Look::PLAIN };
        assert_eq!(colourful.paint(Role::Good, "passed"), "\u{1b}[32mpassed\u{1b}[0m");
    }

    #[test]
    fn text_is_wrapped_under_its_first_word() {
        let narrow = Look { width: 20, ..Look::PLAIN };
        assert_eq!(
            narrow.wrap("  a) ", "one two three four five\nsix"),
            "  a) one two three\n     four five\n     six\n"
        );
    }

    #[test]
    fn the_locale_says_which_characters_there_are() {
        assert_eq!(glyphs_of_locale(Some(OsStr::new("en_GB.UTF-8"))), Glyphs::Unicode);
        assert_eq!(glyphs_of_locale(Some(OsStr::new("C.utf8"))), Glyphs::Unicode);
        assert_eq!(glyphs_of_locale(Some(OsStr::new("C"))), Glyphs::Ascii);
        assert_eq!(glyphs_of_locale(None), Glyphs::Ascii);
    }
}
