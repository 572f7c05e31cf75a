//! The runs of a drill beside each other: a table of what each took, and a plot of it.
//!
//! Bars begin at nothing and are in proportion to the longest of their kind. What was not
//! measured has no bar and says why below.

use console::{measure_text_width, truncate_str};

use crate::assemblies::ui::look::{Glyphs, Look, Role, Telling, padded, widest};
use crate::judgement::figures::{Row, RunFigures, Table, Taken};
use crate::words::units::Bytes;

/// The widest that names of runs may be.
const WIDEST_NAME: usize = 34;

/// The longest that a bar may be.
const LONGEST_BAR: usize = 30;

/// The columns of a value in the plot: `1,023.9 MiB`.
const VALUE: usize = 10;

/// The table, and the plot below it.
#[must_use]
pub fn runs(look: &Look, table: &Table) -> String {
    match look.telling {
        Telling::Words => words(look, table),
        Telling::Pictures => {
            let mut text = format!("{}\n", look.paint(Role::Heading, &table.title));
            text += &lines(look, table);
            text += &plot(look, table);
            text + &reasons(look, table)
        }
    }
}

/// Line by line, for who hears them read.
fn words(look: &Look, table: &Table) -> String {
    let mut text = look.wrap("", &format!("{}:", table.title));
    for row in &table.rows {
        let told = match &row.taken {
            Taken::Missing { reason } => unmeasured(look, reason),
            Taken::Figures(figures) => {
                let or_unknown = |text: Option<String>| text.unwrap_or_else(|| look.say("runs-unknown"));
                let said = [
                    ("time", time(figures.microseconds).into()),
                    ("disk", or_unknown(figures.disk_read.map(size)).into()),
                    ("minor", or_unknown(figures.minor_faults.map(grouped)).into()),
                    ("major", or_unknown(figures.major_faults.map(grouped)).into()),
                ];
                look.tell("runs-figures", said)
            }
        };
        text += &look.wrap("", &format!("{}: {told}.", row.says));
    }
    text
}

fn unmeasured(look: &Look, reason: &str) -> String {
    look.tell("runs-missing", [("reason", reason.into())])
}

/// The heads of the table's columns and how wide they are: as wide as their figures, or their heads.
fn columns(look: &Look) -> [(String, usize); 4] {
    [("runs-time", 9), ("runs-disk", 10), ("runs-minor", 12), ("runs-major", 12)].map(|(name, least)| {
        let head = look.say(name);
        let wide = measure_text_width(&head).max(least);
        (head, wide)
    })
}

fn right(text: &str, width: usize) -> String {
    format!("{}{text}", " ".repeat(width.saturating_sub(measure_text_width(text))))
}

fn lines(look: &Look, table: &Table) -> String {
    let width = name_width(look, table);
    let columns = columns(look);
    let heads =
        columns.iter().fold(" ".repeat(width), |line, (head, wide)| format!("{line} {}", right(head, *wide)));
    let mut text = format!("{}\n", look.paint(Role::Faint, heads.trim_end()));
    for row in &table.rows {
        let name = name(look, row, width);
        let none = look.pick("–", "-").to_owned();
        let cells = match &row.taken {
            Taken::Missing { .. } => [none.clone(), none.clone(), none.clone(), none],
            Taken::Figures(figures) => [
                time(figures.microseconds),
                figures.disk_read.map_or_else(|| none.clone(), size),
                figures.minor_faults.map_or_else(|| none.clone(), grouped),
                figures.major_faults.map_or(none, grouped),
            ],
        };
        let row = cells
            .iter()
            .zip(&columns)
            .fold(name, |line, (cell, (_, wide))| format!("{line} {}", right(cell, *wide)));
        text += &format!("{row}\n");
    }
    text
}

fn plot(look: &Look, table: &Table) -> String {
    let longest = |of: fn(&RunFigures) -> Option<u64>| {
        table.rows.iter().filter_map(|row| figures(row).and_then(of)).max().unwrap_or(0)
    };
    let of_time: fn(&RunFigures) -> Option<u64> = |figures| Some(figures.microseconds);
    let of_disk: fn(&RunFigures) -> Option<u64> = |figures| figures.disk_read;
    let (most_time, most_disk) = (longest(of_time), longest(of_disk));
    if most_time == 0 {
        return String::new();
    }
    let width = name_width(look, table);
    // Name, two bars, two values, and the spaces between them.
    let bar = look.width.saturating_sub(width + 2 * VALUE + 4).min(2 * LONGEST_BAR) / 2;
    if bar < 4 {
        return String::new();
    }
    let column = bar + 1 + VALUE;
    let time_head = padded(&look.say("runs-time"), column);
    let heads = format!("{:width$} {time_head} {}", "", look.say("runs-from-the-disk"));
    let mut text = format!("\n{}\n", look.paint(Role::Faint, heads));
    for row in table.rows.iter() {
        let Some(figures) = figures(row) else { continue };
        let first = drawn(look, figures.microseconds, most_time, bar, &time(figures.microseconds));
        let second = figures
            .disk_read
            .map(|bytes| drawn(look, bytes, most_disk, bar, &size(bytes)))
            .unwrap_or_default();
        let gap = " ".repeat(column.saturating_sub(measure_text_width(&first)));
        text += &format!("{} {first}{gap} {second}\n", name(look, row, width));
    }
    text
}

/// A bar with its value behind it.
fn drawn(look: &Look, number: u64, most: u64, length: usize, value: &str) -> String {
    let bar = look.paint(Role::Good, bar(look, number, most, length));
    let space = if bar.is_empty() { "" } else { " " };
    format!("{bar}{space}{value}")
}

/// Of something, at least a sliver is seen.
fn bar(look: &Look, number: u64, most: u64, length: usize) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    if number == 0 || most == 0 {
        return String::new();
    }
    let length = length as u128;
    let scaled = |steps: u128| (u128::from(number) * length * steps).div_ceil(u128::from(most));
    match look.glyphs {
        Glyphs::Ascii => "#".repeat(usize::try_from(scaled(1)).unwrap_or_default()),
        Glyphs::Unicode => {
            let eighths = usize::try_from(scaled(8)).unwrap_or_default();
            "█".repeat(eighths / 8) + EIGHTHS[eighths % 8]
        }
    }
}

/// Why runs have no figures: once where it is one reason for all.
fn reasons(look: &Look, table: &Table) -> String {
    let missing: Vec<(&str, &str)> = table
        .rows
        .iter()
        .filter_map(|row| match &row.taken {
            Taken::Missing { reason } => Some((row.says.as_str(), reason.as_str())),
            Taken::Figures(_) => None,
        })
        .collect();
    let none = format!("{} ", look.pick("–", "-"));
    match missing.as_slice() {
        [(_, one), others @ ..] if others.iter().all(|(_, other)| other == one) => {
            look.wrap(&look.paint(Role::Warning, none), &unmeasured(look, one))
        }
        several => several
            .iter()
            .map(|(name, reason)| {
                look.wrap(&look.paint(Role::Warning, &none), &format!("{name}: {}", unmeasured(look, reason)))
            })
            .collect(),
    }
}

const fn figures(row: &Row) -> Option<&RunFigures> {
    match &row.taken {
        Taken::Figures(figures) => Some(figures),
        Taken::Missing { .. } => None,
    }
}

fn name_width(look: &Look, table: &Table) -> usize {
    let names: Vec<&str> = table.rows.iter().map(|row| row.says.as_str()).collect();
    let figures: usize = columns(look).iter().map(|(_, wide)| wide + 1).sum();
    widest(&names).min(WIDEST_NAME).min(look.width.saturating_sub(figures + 1).max(8))
}

fn name(look: &Look, row: &Row, width: usize) -> String {
    let short = truncate_str(&row.says, width, look.pick("…", "~"));
    let space = " ".repeat(width.saturating_sub(measure_text_width(&short)));
    format!("{short}{space}")
}

/// `312 ms`, `4.71 s`, `71 s`.
fn time(microseconds: u64) -> String {
    match microseconds {
        0..=9_999 => format!("{}.{} ms", microseconds / 1000, microseconds % 1000 / 100),
        10_000..=999_999 => format!("{} ms", microseconds / 1000),
        1_000_000..=9_999_999 => {
            format!("{}.{:02} s", microseconds / 1_000_000, microseconds % 1_000_000 / 10_000)
        }
        10_000_000..=99_999_999 => {
            format!("{}.{} s", microseconds / 1_000_000, microseconds % 1_000_000 / 100_000)
        }
        _ => format!("{} s", microseconds / 1_000_000),
    }
}

fn size(bytes: u64) -> String {
    Bytes(bytes).to_string()
}

/// `16,386`
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assemblies::ui::look::Colour;

    fn row(says: &str, microseconds: u64, disk_read: u64, minor: u64, major: u64) -> Row {
        let taken = Taken::Figures(RunFigures {
            microseconds,
            disk_read: Some(disk_read),
            minor_faults: Some(minor),
            major_faults: Some(major),
            memory_limit: None,
        });
        Row { says: says.to_owned(), taken }
    }

    fn table() -> Table {
        let missing = || Taken::Missing { reason: "no memory control group can be made here".to_owned() };
        Table {
            title: "What each run took".to_owned(),
            rows: vec![
                row("read, first", 312_345, 640 << 20, 123, 1),
                row("read, second", 53_000, 0, 99, 0),
                row("mmap, first", 1_286_000, 640 << 20, 8_198, 1_234_567),
                Row { says: "read, first, 512 MiB".to_owned(), taken: missing() },
                Row { says: "mmap, first, 512 MiB".to_owned(), taken: missing() },
            ],
        }
    }

    #[test]
    fn runs_stand_beside_each_other() {
        insta::assert_snapshot!(runs(&Look::PLAIN, &table()), @r"
        What each run took
                                  time  from disk minor faults major faults
        read, first             312 ms    640 MiB          123            1
        read, second             53 ms        0 B           99            0
        mmap, first             1.28 s    640 MiB        8,198    1,234,567
        read, first, 512 MiB         –          –            –            –
        mmap, first, 512 MiB         –          –            –            –

                             time                          from the disk
        read, first          ████▍ 312 ms                  ██████████████████ 640 MiB
        read, second         ▊ 53 ms                       0 B
        mmap, first          ██████████████████ 1.28 s     ██████████████████ 640 MiB
        – not measured: no memory control group can be made here
        ");
    }

    #[test]
    fn ascii_is_ascii_and_words_are_lines() {
        let ascii = Look { glyphs: Glyphs::Ascii, ..Look::PLAIN };
        assert!(runs(&ascii, &table()).is_ascii());
        let words = Look { telling: Telling::Words, ..Look::PLAIN };
        insta::assert_snapshot!(runs(&words, &table()), @r"
    What each run took:
    read, first: 312 ms, 640 MiB from the disk, 123 minor and 1 major faults.
    read, second: 53 ms, 0 B from the disk, 99 minor and 0 major faults.
    mmap, first: 1.28 s, 640 MiB from the disk, 8,198 minor and 1,234,567 major
    faults.
    read, first, 512 MiB: not measured: no memory control group can be made here.
    mmap, first, 512 MiB: not measured: no memory control group can be made here.
    ");
    }

    #[test]
    fn it_fits_whatever_the_width() {
        for width in [20, 40, 60, 80, 120, 200] {
            let look = Look { width, ..Look::PLAIN };
            let text = runs(&look, &table());
            let widest = text.lines().map(measure_text_width).max().unwrap();
            assert!(widest <= width.max(60), "{width}: {widest}\n{text}");
        }
    }

    #[test]
    fn colour_changes_nothing_but_colour() {
        let colourful = Look { colour: Colour::On, ..Look::PLAIN };
        assert_eq!(console::strip_ansi_codes(&runs(&colourful, &table())), runs(&Look::PLAIN, &table()));
    }

    #[test]
    fn amounts_are_short() {
        let times = [0, 950, 53_000, 1_286_000, 71_900_000, 901_000_000].map(time);
        assert_eq!(times, ["0.0 ms", "0.9 ms", "53 ms", "1.28 s", "71.9 s", "901 s"]);
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }

    #[test]
    fn the_least_has_a_bar_and_nothing_has_none() {
        assert_eq!(bar(&Look::PLAIN, 1, u64::MAX, 10), "▏");
        assert_eq!(bar(&Look::PLAIN, 0, 10, 10), "");
        assert_eq!(bar(&Look::PLAIN, u64::MAX, u64::MAX, 10), "█".repeat(10));
    }
}
