//! Markdown as it is read in a terminal.

use termimad::crossterm::style::{Attribute, Color};
use termimad::{Alignment, MadSkin};

use crate::assemblies::ui::look::{Colour, Glyphs, Look};

/// `text` set for the look's reading width. Code blocks are not broken.
#[must_use]
pub fn markdown(look: &Look, text: &str) -> String {
    let mut skin = match look.colour {
        Colour::On => coloured(),
        Colour::Off => MadSkin::no_style(),
    };
    for header in &mut skin.headers {
        header.align = Alignment::Left;
    }
    if look.glyphs == Glyphs::Ascii {
        skin.limit_to_ascii();
    }
    let set = skin.text(text.trim(), Some(look.reading_width())).to_string();
    let set = if look.colour == Colour::Off { console::strip_ansi_codes(&set).into_owned() } else { set };
    let mut lines: Vec<&str> = set.lines().map(str::trim_end).collect();
    while lines.last().is_some_and(|line| line.is_empty()) {
        lines.pop();
    }
    let mut set = lines.join("\n");
    set.push('\n');
    match look.glyphs {
        Glyphs::Unicode => set,
        Glyphs::Ascii => ascii(&set),
    }
}

fn coloured() -> MadSkin {
    let mut skin = MadSkin::default();
    skin.set_headers_fg(Color::Cyan);
    skin.bold.set_fg(Color::Reset);
    skin.bold.add_attr(Attribute::Bold);
    skin.inline_code.set_fgbg(Color::Cyan, Color::Reset);
    skin.code_block.set_fgbg(Color::Reset, Color::Reset);
    skin
}

/// `text` in ASCII, each character by one that looks like it, so that drawings keep
/// their shape; `?` for what has none.
#[must_use]
pub fn ascii(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            c if c.is_ascii() => c,
            '─' | '━' | '═' | '╌' | '┄' | '–' | '—' | '‐' | '−' => '-',
            '│' | '┃' | '║' | '╎' | '┆' => '|',
            '┌' | '┐' | '└' | '┘' | '├' | '┤' | '┬' | '┴' | '┼' | '╭' | '╮' | '╰' | '╯' | '╔' | '╗' | '╚'
            | '╝' | '╠' | '╣' | '╦' | '╩' | '╬' => '+',
            '▲' | '↑' => '^',
            '▼' | '↓' => 'v',
            '▶' | '▸' | '►' | '→' => '>',
            '◀' | '◂' | '◄' | '←' => '<',
            '█' | '▓' | '■' => '#',
            '▒' | '░' | '□' | '·' => '.',
            '•' | '×' | '✓' => '*',
            '‘' | '’' | '′' => '\'',
            '“' | '”' => '"',
            '≈' => '~',
            '\u{a0}' => ' ',
            _ => '?',
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# A promise\n\nSome *text* with `code` and a\nlist:\n\n* one\n* two\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\n```text\n┌──┐\n│  │ →\n└──┘\n```\n";

    #[test]
    fn text_is_set_without_a_trace_of_colour() {
        insta::assert_snapshot!(markdown(&Look { width: 40, ..Look::PLAIN }, TEXT));
    }

    #[test]
    fn text_is_set_in_ascii() {
        let set = markdown(&Look { width: 40, glyphs: Glyphs::Ascii, ..Look::PLAIN }, TEXT);
        assert!(set.is_ascii(), "{set}");
        assert!(set.contains("+--+\n|  | >\n+--+"), "{set}");
    }

    #[test]
    fn colour_is_there_where_it_is_wanted() {
        let set = markdown(&Look { colour: Colour::On, ..Look::PLAIN }, TEXT);
        assert!(set.contains("\u{1b}["), "{set}");
    }
}
