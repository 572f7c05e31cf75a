//! Mutants: programs that are wrong in one small way each, made from a right one.
//!
//! The mistakes are those that people make with `mmap`: the other sharing, a flush left
//! out or weakened, a wrong length, offset or protection, a file that was never made
//! long enough, the wrong descriptor. A drill whose checks let one of them pass has a
//! hole, or the mistake makes no difference in it; which, a person must say.
//!
//! Sources are changed as text, call by call; a mutant that does not compile is no mutant.

use crate::vocabulary::lesson::Language;

/// A program with one mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mutant {
    /// The line that was changed, from 1.
    pub line: usize,
    /// What was there.
    pub before: String,
    /// What is there now.
    pub after: String,
    /// The whole source.
    pub source: String,
}

/// A word that is put in the place of another, in the languages in which both are words.
const WORDS: [(&str, &str); 14] = [
    ("MAP_SHARED", "MAP_PRIVATE"),
    ("MAP_PRIVATE", "MAP_SHARED"),
    ("MS_SYNC", "MS_ASYNC"),
    ("PROT_READ | PROT_WRITE", "PROT_READ"),
    ("MADV_DONTNEED", "MADV_FREE"),
    ("O_RDWR", "O_RDONLY"),
    ("map_mut(", "map_copy("),
    ("map_copy(", "map_mut("),
    ("flush()", "flush_async()"),
    ("flush_range(", "flush_async_range("),
    ("Advice::DontNeed", "Advice::Normal"),
    ("UncheckedAdvice::DontNeed", "UncheckedAdvice::Free"),
    ("PROT_NONE", "PROT_READ"),
    ("MREMAP_MAYMOVE", "0"),
];

/// What is done to a call's arguments.
enum Change {
    /// The call is not made; this stands for its value.
    Drop(&'static str),
    /// This argument, counted from 0, becomes another; `%` stands for what it was.
    Argument(usize, &'static str),
}

/// Calls that are changed, by the function's name.
const CALLS: [(&str, Change); 14] = [
    ("mmap", Change::Argument(1, "(%) / 2")),
    ("mmap", Change::Argument(1, "(%) * 2")),
    ("mmap", Change::Argument(4, "0")),
    ("mmap", Change::Argument(5, "(%) + 4096")),
    ("munmap", Change::Drop("0")),
    ("msync", Change::Drop("0")),
    ("msync", Change::Argument(1, "1")),
    ("fsync", Change::Drop("0")),
    ("fdatasync", Change::Drop("0")),
    ("ftruncate", Change::Drop("0")),
    ("ftruncate", Change::Argument(1, "(%) / 2")),
    ("madvise", Change::Drop("0")),
    ("madvise", Change::Argument(1, "(%) / 2")),
    ("mprotect", Change::Drop("0")),
];

/// Methods of Rust that are changed, likewise; the object in front stays.
const METHODS: [(&str, Change); 4] = [
    (".len", Change::Argument(0, "(%) / 2")),
    (".offset", Change::Argument(0, "(%) + 4096")),
    (".set_len", Change::Argument(0, "(%) / 2")),
    (".set_len", Change::Argument(0, "0")),
];

/// All mutants of a source.
#[must_use]
pub fn mutants(source: &str, language: Language) -> Vec<Mutant> {
    let mut found = Vec::new();
    for (word, other) in WORDS {
        for (at, _) in source.match_indices(word).filter(|(at, _)| is_word(source, *at, word)) {
            found.push(mutant(source, at, at + word.len(), other.to_owned()));
        }
    }
    let methods: &[(&str, Change)] = if language == Language::Rust { &METHODS } else { &[] };
    for (name, change) in CALLS.iter().chain(methods) {
        for (at, _) in source.match_indices(name).filter(|(at, _)| is_word(source, *at, name)) {
            let Some((arguments, end)) = arguments(source, at + name.len()) else { continue };
            match change {
                Change::Drop(value) => found.push(mutant(source, at, end, (*value).to_owned())),
                Change::Argument(number, change) => {
                    if let Some((start, end)) = arguments.get(*number).copied() {
                        let argument = source[start..end].trim();
                        let changed = change.replace('%', argument);
                        if changed != argument {
                            found.push(mutant(
                                source,
                                start,
                                end,
                                format!("{}{changed}", blank(&source[start..end])),
                            ));
                        }
                    }
                }
            }
        }
    }
    found.retain(|mutant| !is_comment(&mutant.before));
    found.sort_by_key(|mutant| mutant.line);
    found
}

fn blank(text: &str) -> &str {
    &text[..text.len() - text.trim_start().len()]
}

fn is_comment(line: &str) -> bool {
    let line = line.trim_start();
    ["//", "/*", "*", "#include"].iter().any(|start| line.starts_with(start))
}

/// Whether the word stands alone at `at`, so far as it begins or ends like a name.
fn is_word(source: &str, at: usize, word: &str) -> bool {
    let of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let before = source[..at].chars().next_back().is_some_and(of_name) && word.starts_with(of_name);
    let after = source[at + word.len()..].chars().next().is_some_and(of_name) && word.ends_with(of_name);
    !before && !after
}

fn mutant(source: &str, start: usize, end: usize, with: String) -> Mutant {
    let line_start = source[..start].rfind('\n').map_or(0, |newline| newline + 1);
    let line_end = source[end..].find('\n').map_or(source.len(), |newline| end + newline);
    let squeeze = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    Mutant {
        line: source[..start].matches('\n').count() + 1,
        before: squeeze(&source[line_start..line_end]),
        after: squeeze(&format!("{}{with}{}", &source[line_start..start], &source[end..line_end])),
        source: format!("{}{with}{}", &source[..start], &source[end..]),
    }
}

/// The arguments of a call whose name ends at `at`, as byte ranges, and where the call ends.
fn arguments(source: &str, at: usize) -> Option<(Vec<(usize, usize)>, usize)> {
    if !source[at..].starts_with('(') {
        return None;
    }
    let (mut depth, mut start, mut quoted) = (0_u32, at + 1, false);
    let mut arguments = Vec::new();
    let mut escaped = false;
    for (offset, letter) in source[at..].char_indices() {
        let here = at + offset;
        match letter {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' | '[' | '{' => depth += 1,
            ',' if depth == 1 => {
                arguments.push((start, here));
                start = here + 1;
            }
            ')' | ']' | '}' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    if !source[start..here].trim().is_empty() {
                        arguments.push((start, here));
                    }
                    return Some((arguments, here + 1));
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn lines(source: &str, language: Language) -> Vec<String> {
        mutants(source, language).into_iter().map(|mutant| mutant.after).collect()
    }

    #[test]
    fn calls_of_c_are_changed() {
        let source = "// mmap(0, size, MAP_SHARED)\np = mmap(NULL, f(a, b), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);\n";
        assert_eq!(
            lines(source, Language::C),
            [
                "p = mmap(NULL, f(a, b), PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);",
                "p = mmap(NULL, f(a, b), PROT_READ, MAP_SHARED, fd, 0);",
                "p = mmap(NULL, (f(a, b)) / 2, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);",
                "p = mmap(NULL, (f(a, b)) * 2, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);",
                "p = mmap(NULL, f(a, b), PROT_READ | PROT_WRITE, MAP_SHARED, 0, 0);",
                "p = mmap(NULL, f(a, b), PROT_READ | PROT_WRITE, MAP_SHARED, fd, (0) + 4096);",
            ]
        );
        assert_eq!(
            lines("if (msync(p, n, MS_SYNC) == -1) die();", Language::C),
            [
                "if (msync(p, n, MS_ASYNC) == -1) die();",
                "if (0 == -1) die();",
                "if (msync(p, 1, MS_SYNC) == -1) die();",
            ]
        );
    }

    #[test]
    fn methods_of_rust_are_changed() {
        assert_eq!(
            lines("let map = unsafe { MmapOptions::new().len(size).map_mut(&file)? };", Language::Rust),
            [
                "let map = unsafe { MmapOptions::new().len(size).map_copy(&file)? };",
                "let map = unsafe { MmapOptions::new().len((size) / 2).map_mut(&file)? };",
            ]
        );
        assert_eq!(lines("let n = text.len();", Language::Rust), Vec::<String>::new());
    }

    proptest! {
        #[test]
        fn any_text_has_mutants_or_none(source in "[mapsync(),\"\\\\ .lenMAP_SHARED\n{}é]{0,60}") {
            for mutant in mutants(&source, Language::Rust) {
                prop_assert_ne!(mutant.source, source.clone());
            }
        }
    }
}
