//! Markdown as it is read in a terminal.

use termimad::crossterm::style::{Attribute, Color};
use termimad::{Alignment, MadSkin};

use crate::assemblies::ui::look::{Colour, Glyphs, Look};

/// `text` set for the look's reading width. Code blocks stand as they were written: a
/// line of smaps that is broken in two is no line of smaps.
#[must_use]
pub fn markdown(look: &Look, text: &str) -> String {
    let skin = skin(look);
    let mut set = String::new();
    for (kind, block) in blocks(text.trim()) {
        match kind {
            Block::Prose => {
                let prose = prose(&skin, look, block.trim_matches('\n'));
                // termimad takes the empty lines around a text away, and there they keep
                // code and words apart.
                if is_open(block.lines().next()) && !set.is_empty() {
                    set.push('\n');
                }
                set.push_str(&prose);
                if is_open(block.rsplit('\n').next()) && !set.ends_with("\n\n") {
                    set.push('\n');
                }
            }
            Block::Code => {
                set.push_str(&block);
                set.push('\n');
            }
        }
    }
    set.truncate(set.trim_end().len());
    set.push('\n');
    match look.glyphs {
        Glyphs::Unicode => set,
        Glyphs::Ascii => ascii(&set),
    }
}

/// Running text and tables, with the lines that fit the look.
fn prose(skin: &MadSkin, look: &Look, text: &str) -> String {
    let width = look.reading_width();
    let joined = match look.colour {
        Colour::On => joined(text),
        Colour::Off => shielded(&joined(text)),
    };
    // A table is laid out for its width by termimad. Lines of text are broken here: termimad
    // breaks them where a style begins, which parts a bracket from what is in it.
    let fixed = |line: &str| line.trim_start().starts_with('|') || line.trim_start().starts_with("---");
    let lines: Vec<&str> = joined.lines().collect();
    let mut set = String::new();
    for group in lines.chunk_by(|one, other| fixed(one) == fixed(other)) {
        let is_fixed = group.first().is_some_and(|line| fixed(line));
        let room = if is_fixed { width } else { UNBROKEN };
        let empty = |line: &&&str| line.trim().is_empty();
        let before = group.iter().take_while(empty).count();
        let behind = group.iter().rev().take_while(empty).count();
        let text = group.get(before..group.len().saturating_sub(behind)).unwrap_or_default();
        if before > 0 && !set.is_empty() {
            set.push('\n');
        }
        if text.is_empty() {
            continue;
        }
        let shown = skin.text(&text.join("\n"), Some(room)).to_string();
        let shown = match look.colour {
            Colour::On => shown,
            Colour::Off => unshielded(&console::strip_ansi_codes(&shown)),
        };
        for line in shown.lines() {
            if is_fixed {
                set.push_str(line.trim_end());
            } else {
                broken(line, width, &mut set);
            }
            set.push('\n');
        }
        if behind > 0 {
            set.push('\n');
        }
    }
    set
}

/// Wider than any line of a text.
const UNBROKEN: usize = 1 << 16;

/// Breaks a line at its spaces; the parts behind the first stand below its first word, and
/// below the bar of a quotation.
fn broken(line: &str, width: usize, set: &mut String) {
    let line = line.trim_end();
    let bare = console::strip_ansi_codes(line);
    let start = bare.trim_start_matches(' ');
    let margin = bare.len() - start.len();
    let mark = match start.split_once(' ') {
        Some((mark, _)) if is_mark(mark) => console::measure_text_width(mark) + 1,
        _ => 0,
    };
    let hanging = if start.starts_with(QUOTED) {
        format!("{}{QUOTED} ", " ".repeat(margin))
    } else {
        " ".repeat(margin + mark)
    };
    let mut used = 0;
    for (index, word) in line.split(' ').enumerate() {
        let wide = console::measure_text_width(word);
        let is_first = used <= console::measure_text_width(&hanging);
        if index > 0 && used + 1 + wide > width && !is_first {
            set.push('\n');
            set.push_str(&hanging);
            used = console::measure_text_width(&hanging);
        } else if index > 0 {
            set.push(' ');
            used += 1;
        }
        set.push_str(word);
        used += wide;
    }
}

/// The bar that termimad sets before a quotation.
const QUOTED: char = '▐';

/// Whether a word is the mark of an item or of a quotation.
fn is_mark(word: &str) -> bool {
    let number = word.strip_suffix('.').unwrap_or_default();
    word == "•"
        || word == "*"
        || word.starts_with(QUOTED)
        || (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether a line at the edge of a text is an empty one.
fn is_open(line: Option<&str>) -> bool {
    line.is_none_or(|line| line.trim().is_empty())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Block {
    Prose,
    Code,
}

/// The prose and the fenced code of a text, in order; the fences are left out.
fn blocks(text: &str) -> Vec<(Block, String)> {
    let mut blocks: Vec<(Block, Vec<&str>)> = vec![(Block::Prose, Vec::new())];
    for line in text.lines() {
        let kind = blocks.last().map_or(Block::Prose, |(kind, _)| *kind);
        if line.trim_start().starts_with("```") {
            let other = if kind == Block::Prose { Block::Code } else { Block::Prose };
            blocks.push((other, Vec::new()));
        } else if let Some((_, lines)) = blocks.last_mut() {
            lines.push(line);
        }
    }
    let filled = blocks.into_iter().filter(|(_, lines)| !lines.is_empty());
    filled.map(|(kind, lines)| (kind, lines.join("\n"))).collect()
}

fn skin(look: &Look) -> MadSkin {
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
    skin
}

/// `text` with the lines of each paragraph and list item joined: a line break in the source
/// is none in the text (CommonMark, "soft line breaks"), and termimad takes it for one.
fn joined(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut open = false;
    for line in text.lines() {
        let start = line.trim_start();
        let own_line = start.is_empty() || start.starts_with(['#', '|', '>']);
        match lines.last_mut().filter(|_| open && !own_line && !begins_item(start)) {
            Some(last) => {
                last.push(' ');
                last.push_str(start);
            }
            None => lines.push(line.to_owned()),
        }
        open = !own_line;
    }
    lines.join("\n")
}

/// What stands for the marks of Markdown that are to be seen: characters of the private
/// use area, one column wide.
const SHIELDS: [(char, char); 3] = [('`', '\u{e000}'), ('*', '\u{e001}'), ('~', '\u{e002}')];

/// `text` with its inline code shielded from termimad, backticks included: without colour
/// they are all that tells code from words.
fn shielded(text: &str) -> String {
    let shield = |c| SHIELDS.iter().find(|(mark, _)| *mark == c).map_or(c, |(_, shield)| *shield);
    let mut in_code = false;
    text.chars()
        .map(|c| match c {
            '`' => {
                in_code = !in_code;
                shield(c)
            }
            c if in_code => shield(c),
            c => c,
        })
        .collect()
}

fn unshielded(text: &str) -> String {
    text.chars()
        .map(|c| SHIELDS.iter().find(|(_, shield)| *shield == c).map_or(c, |(mark, _)| *mark))
        .collect()
}

/// Whether a line begins an item of a list: `* one`, `- one`, `1. one`.
fn begins_item(line: &str) -> bool {
    let numbered = line.trim_start_matches(|c: char| c.is_ascii_digit());
    line.starts_with("* ")
        || line.starts_with("- ")
        || (numbered.len() < line.len() && numbered.starts_with(". "))
}

fn coloured() -> MadSkin {
    let mut skin = MadSkin::default();
    skin.set_headers_fg(Color::Cyan);
    skin.bold.set_fg(Color::Reset);
    skin.bold.add_attr(Attribute::Bold);
    skin.inline_code.set_fgbg(Color::Cyan, Color::Reset);
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
    fn lines_of_a_paragraph_are_joined_and_those_of_tables_are_not() {
        assert_eq!(joined("# A\none\ntwo\n\nthree"), "# A\none two\n\nthree");
        assert_eq!(joined("1. one\n   and\n2. two\nmore"), "1. one and\n2. two more");
        assert_eq!(joined("| a |\n| - |\n| b |"), "| a |\n| - |\n| b |");
    }

    #[test]
    fn without_colour_code_keeps_its_marks() {
        let text = "Print `checkpoint mapped` through `char *p`, *not* `**q`.";
        let set = markdown(&Look::PLAIN, text);
        assert_eq!(set, "Print `checkpoint mapped` through `char *p`, not `**q`.\n");
    }

    #[test]
    fn brackets_stay_with_what_is_in_them_and_items_hang_below_their_first_word() {
        let look = Look { width: 30, ..Look::PLAIN };
        let text = "* **Offset, device, inode** are the file's own (`brk`) and more.\n* two\n\n> A quotation that is too long for one line.\n\n12. A numbered item that is too long for one.";
        assert_eq!(
            markdown(&look, text),
            "• Offset, device, inode are\n  the file's own (`brk`) and\n  more.\n• two\n\n▐ A quotation that is too long\n▐ for one line.\n\n12. A numbered item that is\n    too long for one.\n"
        );
    }

    #[test]
    fn code_is_never_broken() {
        let line = "7f10a0000000-7f10a0400000 rw-p 00000000 00:00 0     private, anonymous";
        let text = format!("a\nb\n```text\n  {line}\n```\nc\nd");
        let set = markdown(&Look { width: 40, ..Look::PLAIN }, &text);
        assert_eq!(set, format!("a b\n  {line}\nc d\n"));
    }

    #[test]
    fn empty_lines_around_code_stay() {
        let set =
            markdown(&Look::PLAIN, "a\n\n```text\n b\n```\n\n```text\n c\n```\n\nd\n```text\n\n e\n```\n");
        assert_eq!(set, "a\n\n b\n\n c\n\nd\n\n e\n");
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
