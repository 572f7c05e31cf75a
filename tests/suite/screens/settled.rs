//! What differs from run to run, taken out of a screen: addresses, times, process ids, seeds,
//! the names of temporary folders, and the phase of what turns while it waits.
//!
//! Nothing else is: lengths of bars, flavours, labels, sizes and counts stay as they are, and
//! what is taken out leaves as many columns as it had wherever columns are aligned, so that a
//! picture that is wrong is another picture.

use std::sync::LazyLock;

use regex::{Captures, Regex};

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).unwrap()
}

/// Addresses have eleven digits or more; the short hash of a source has eight, and stays.
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| regex(r"\b(0x)?[0-9a-f]{11,16}\b"));
static TIME: LazyLock<Regex> = LazyLock::new(|| regex(r"(?m)(^| +)(\d+(?:\.\d+)? (?:ns|us|ms|s))( +|$|\b)"));
static PROCESS: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(\bprocess(?:es)? |\bchild |/proc/)(\d+\)?)( {2,})?"));
static SEED: LazyLock<Regex> = LazyLock::new(|| regex(r"(seed[ =])\d+"));
/// Where the line is broken depends on how long the seed is; by what was seen, on the machine.
static SUMMARY: LazyLock<Regex> = LazyLock::new(|| regex(r"(seed SEED)\s+(·|-) seen by [^\n]*"));
static FOLDER: LazyLock<Regex> =
    LazyLock::new(|| regex(r"\.tmp[A-Za-z0-9]{6}|mmaplings-(?:scene-)?[A-Za-z0-9]{6}\b"));
static TURNING: LazyLock<Regex> = LazyLock::new(|| regex(r"[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] "));
static TURNING_ASCII: LazyLock<Regex> = LazyLock::new(|| regex(r"(?m)^[-|/\\] (running|compiling|writing)"));
static DATE: LazyLock<Regex> = LazyLock::new(|| regex(r"\d{4}-\d\d-\d\d \d\d:\d\d"));

/// The text without what differs from run to run.
pub(crate) fn settled(text: &str) -> String {
    let text = ADDRESS.replace_all(text, |found: &Captures<'_>| {
        let prefix = found.get(1).map_or("", |prefix| prefix.as_str());
        prefix.to_owned() + &"x".repeat(found[0].len() - prefix.len())
    });
    let text = TIME.replace_all(&text, |found: &Captures<'_>| time(&found[1], &found[2], &found[3]));
    let text = PROCESS.replace_all(&text, |found: &Captures<'_>| {
        let width = found[2].len() + found.get(3).map_or(0, |gap| gap.len());
        let name = if found[2].ends_with(')') { "PID)" } else { "PID" };
        // Without a gap behind it there is no column to be kept.
        let width = if found.get(3).is_some() { width } else { 0 };
        format!("{}{name:<width$}", &found[1])
    });
    let text = SEED.replace_all(&text, "${1}SEED");
    let text = SUMMARY.replace_all(&text, "$1 $2 seen by INSTRUMENTS");
    let text = FOLDER.replace_all(&text, "FOLDER");
    let text = TURNING.replace_all(&text, "⠿ ");
    let text = TURNING_ASCII.replace_all(&text, "| $1");
    DATE.replace_all(&text, "YYYY-MM-DD HH:MM").into_owned()
}

/// `TIME` in place of one, in as many columns where it stands in a column of its own: more than
/// one space before or behind it says so.
fn time(before: &str, figure: &str, behind: &str) -> String {
    const WORD: &str = "TIME";
    let width = before.len() + figure.len() + behind.len();
    match (before.len(), behind.len()) {
        (2.., 0) if width > WORD.len() => format!("{WORD:>width$}"),
        (before, 2..) if width > before + WORD.len() => {
            let rest = width - before;
            format!("{}{WORD:<rest$}", " ".repeat(before))
        }
        _ => format!("{before}{WORD}{behind}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_from_run_to_run_is_taken_out_and_columns_stay() {
        for (one, other) in [
            ("7f1371e07000 r--p PF  348 KiB", "55d2a9c01000 r--p PF  348 KiB"),
            ("  341 us    mmap(NULL) = 0x7fd2865fb000", "  2.6 ms    mmap(NULL) = 0x7ffff65fb000"),
            ("0              3.1 ms", "0             13.1 ms"),
            ("cat (process 7): 3 mappings", "cat (process 12135): 3 mappings"),
            ("cat (process 7)       sh (process 8)", "cat (process 12135)   sh (process 8)"),
            ("exit status 0 in 3.1 ms", "exit status 0 in 13 s"),
            ("try `--seed 7`", "try `--seed 1316068461`"),
            ("passed · seed 7 · seen by ptrace", "passed · seed 1316068461\n  · seen by ptrace and perf"),
            ("⠋ running: map", "⠧ running: map"),
            ("/ running: map", "- running: map"),
            ("passed on 2026-11-25 03:45", "passed on 2027-01-01 13:00"),
            ("/tmp/.tmpAb12Cd/shared.bin", "/tmp/.tmpZZZZZZ/shared.bin"),
        ] {
            assert_eq!(settled(one), settled(other));
            assert_ne!(settled(one), one, "nothing was taken out");
        }
    }

    #[test]
    fn what_makes_a_picture_right_is_left() {
        for text in [
            "rw-p PA  64 MiB ████████████░░░░  192 KiB (anonymous)",
            "── touch.c (1a2b3c4d) ──",
            "48 pages, 12 calls, exit status 0",
            "- a list",
            "| a table |",
        ] {
            assert_eq!(settled(text), text);
        }
        // A column that is not where it was is seen.
        assert_ne!(settled("  341 us    mmap"), settled("  341 us   mmap"));
        assert_ne!(settled("7f1371e07000  r"), settled("7f1371e07000 r"));
    }
}
