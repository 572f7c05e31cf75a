//! Chapters of a course's book as they are read in a terminal: one text in Markdown, with
//! what mdBook would put in put in, pictures told by their descriptions, and links as names
//! that can be typed.
//!
//! What comes out is for `assemblies::ui::markdown`; what mdBook makes of the same pages is
//! its own business.

mod links;

use crate::judgement::course::CourseFiles;
use links::readable;

/// Where the book's pages lie.
const FOLDER: &str = "book/src";

/// An entry of the book's table of contents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// The title of a part; empty where a rule ends the parts.
    Part(String),
    /// A chapter.
    Chapter {
        /// Its title.
        title: String,
        /// Its page without the ending: `smaps`.
        name: String,
    },
}

/// The book's table of contents, as `SUMMARY.md` has it; empty where there is no book.
#[must_use]
pub fn contents(files: &CourseFiles) -> Vec<Entry> {
    let summary = files.text(&format!("{FOLDER}/SUMMARY.md")).unwrap_or_default();
    summary.lines().filter_map(entry).collect()
}

fn entry(line: &str) -> Option<Entry> {
    if line.trim() == "---" {
        return Some(Entry::Part(String::new()));
    }
    let line = line.trim().trim_start_matches(['-', '*']).trim_start();
    if let Some(title) = line.strip_prefix("# ") {
        // The first heading is that of the table itself.
        return (title != "Summary").then(|| Entry::Part(title.to_owned()));
    }
    let (title, rest) = line.strip_prefix('[')?.split_once("](")?;
    let name = rest.strip_suffix(')')?.strip_suffix(".md")?;
    Some(Entry::Chapter { title: title.to_owned(), name: name.to_owned() })
}

/// A page of the book, by its name without the ending; nothing where there is none.
#[must_use]
pub fn chapter(files: &CourseFiles, name: &str) -> Option<String> {
    let path = format!("{FOLDER}/{name}.md");
    let page = files.text(&path)?;
    let mut text = String::new();
    let mut code = Code::Outside;
    for line in page.lines() {
        let fence = line.trim_start().strip_prefix("```");
        if let Some(language) = fence {
            code = match code {
                Code::Outside if language.starts_with("rust") => Code::Rust,
                Code::Outside => Code::Other,
                Code::Rust | Code::Other => Code::Outside,
            };
            push(&mut text, line);
        } else if let Some(included) = include_of(line) {
            include(files, &path, included, code, &mut text);
        } else if code == Code::Outside {
            if let Some(line) = prose(line) {
                push(&mut text, &line);
            }
        } else if !(code == Code::Rust && is_hidden(line)) {
            push(&mut text, line);
        }
    }
    Some(text)
}

/// Whether a line is inside a block of code.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Code {
    Outside,
    Rust,
    Other,
}

fn push(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

/// mdBook leaves these lines of Rust out of what is shown.
fn is_hidden(line: &str) -> bool {
    let line = line.trim_start();
    line == "#" || line.starts_with("# ")
}

/// A line outside of code, as it is read; nothing where it is only for a browser.
fn prose(line: &str) -> Option<String> {
    let bare = line.trim();
    if matches!(bare, "<figure>" | "</figure>") || (bare.starts_with("<!--") && bare.ends_with("-->")) {
        return None;
    }
    if let Some(caption) = bare.strip_prefix("<figcaption>") {
        return Some(format!("> {}", readable(caption.trim_end_matches("</figcaption>"))));
    }
    let line = match line.rsplit_once(" {#") {
        Some((heading, _)) if line.starts_with('#') => heading,
        _ => line,
    };
    Some(readable(line))
}

/// What a line asks to have put in its place: `{{#include PATH}}`.
fn include_of(line: &str) -> Option<&str> {
    let inner = line.trim().strip_prefix("{{#")?.strip_suffix("}}")?;
    ["include ", "rustdoc_include ", "playground "]
        .iter()
        .find_map(|verb| inner.strip_prefix(verb))
        .map(str::trim)
}

fn include(files: &CourseFiles, from: &str, included: &str, code: Code, text: &mut String) {
    let (path, lines) = included.split_once(':').unwrap_or((included, ""));
    let Some(found) = files.text(&resolved(from, path)) else {
        push(text, &format!("({path} is not in this course)"));
        return;
    };
    if path.ends_with(".svg") && code == Code::Outside {
        let told = element(&found, "desc").or_else(|| element(&found, "title")).unwrap_or("a picture");
        push(text, &format!("> Picture: {}", told.trim()));
        return;
    }
    for line in chosen(&found, lines).filter(|line| !(code == Code::Rust && is_hidden(line))) {
        push(text, line);
    }
}

/// `path` seen from the file `from`, both relative to the course.
fn resolved(from: &str, path: &str) -> String {
    let mut folders: Vec<&str> = from.split('/').collect();
    folders.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => _ = folders.pop(),
            part => folders.push(part),
        }
    }
    folders.join("/")
}

/// The lines that `7`, `7:`, `:12` or `7:12` choose, counted from 1; all, for an empty choice.
fn chosen<'a>(text: &'a str, lines: &str) -> impl Iterator<Item = &'a str> + use<'a> {
    let (from, to) = match lines.split_once(':') {
        Some((from, to)) => (from.parse().unwrap_or(1), to.parse().unwrap_or(usize::MAX)),
        None => match lines.parse() {
            Ok(line) => (line, line),
            Err(_) => (1_usize, usize::MAX),
        },
    };
    text.lines().skip(from.saturating_sub(1)).take((to.saturating_add(1)).saturating_sub(from.max(1)))
}

/// The content of the first element of that name in a picture.
fn element<'a>(svg: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = svg.split_once(&format!("<{name}"))?;
    let (_, content) = rest.split_once('>')?;
    content.split_once(&format!("</{name}>")).map(|(content, _)| content)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(pages: &[(&str, &str)]) -> CourseFiles {
        pages.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect()
    }

    #[test]
    fn the_contents_are_those_of_the_summary() {
        let files = files(&[(
            "book/src/SUMMARY.md",
            "# Summary\n\n[About](about.md)\n\n# One\n\n- [smaps](smaps.md)\n---\n[Words](glossary.md)\n",
        )]);
        let chapter =
            |title: &str, name: &str| Entry::Chapter { title: title.to_owned(), name: name.to_owned() };
        assert_eq!(
            contents(&files),
            [
                chapter("About", "about"),
                Entry::Part("One".to_owned()),
                chapter("smaps", "smaps"),
                Entry::Part(String::new()),
                chapter("Words", "glossary")
            ]
        );
    }

    #[test]
    fn what_mdbook_puts_in_is_put_in() {
        let files = files(&[
            (
                "book/src/a.md",
                "# A {#a}\n\n```rust\n{{#include ../../solutions/01/rust/a.rs}}\n```\n<figure>\n{{#include figures/f.svg}}\n<figcaption>Below [it](b.md#x).</figcaption>\n</figure>\n\n```c\n{{#include ../../solutions/01/c/a.c:2:3}}\n```\n{{#include nothing.md}}\n",
            ),
            ("book/src/figures/f.svg", "<svg><title>F</title><desc id=\"d\">A box.</desc></svg>"),
            ("solutions/01/rust/a.rs", "# hidden\n#[x]\nfn main() {}\n"),
            ("solutions/01/c/a.c", "one\ntwo\nthree\nfour\n"),
        ]);
        assert_eq!(
            chapter(&files, "a").unwrap(),
            "# A\n\n```rust\n#[x]\nfn main() {}\n```\n> Picture: A box.\n> Below it [b].\n\n```c\ntwo\nthree\n```\n(nothing.md is not in this course)\n"
        );
        assert_eq!(chapter(&files, "b"), None);
    }

    #[test]
    fn an_include_may_not_leave_the_course() {
        assert_eq!(resolved("book/src/a.md", "../../../../etc/passwd"), "etc/passwd");
        assert_eq!(resolved("book/src/a.md", "./figures/f.svg"), "book/src/figures/f.svg");
    }

    #[test]
    fn code_is_left_as_it_is() {
        let files = files(&[("book/src/a.md", "```text\n[a](b.md) <figure>\n# c\n```\n")]);
        assert_eq!(chapter(&files, "a").unwrap(), "```text\n[a](b.md) <figure>\n# c\n```\n");
    }
}
