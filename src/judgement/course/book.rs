//! The pages of a course's book, so that what a lesson links to is there.

use std::collections::{BTreeMap, BTreeSet};

use crate::judgement::course::files::CourseFiles;
use crate::judgement::course::problem::Problem;
use crate::judgement::course::source::Place;

/// Where the book's pages lie.
pub(super) const FOLDER: &str = "book/src";

/// The anchors of each page, by its path in the book.
pub(super) struct Book(BTreeMap<String, BTreeSet<String>>);

impl Book {
    /// The book of a course; nothing where the course brings none.
    pub(super) fn of(files: &CourseFiles) -> Option<Self> {
        let pages: BTreeMap<_, _> = files
            .under(FOLDER)
            .filter(|page| page.ends_with(".md") && *page != "SUMMARY.md")
            .map(|page| {
                (page.to_owned(), anchors(&files.text(&format!("{FOLDER}/{page}")).unwrap_or_default()))
            })
            .collect();
        (!pages.is_empty()).then_some(Self(pages))
    }

    /// Whether `link` leads anywhere.
    pub(super) fn check(&self, link: &str, place: Place<'_>, problems: &mut Vec<Problem>) {
        let (page, anchor) = link.split_once('#').map_or((link, None), |(page, anchor)| (page, Some(anchor)));
        let Some(anchors) = self.0.get(page) else {
            problems.push(
                place
                    .problem(format!("the book has no page `{page}`"))
                    .label(format!("not in {FOLDER}"))
                    .suggest(page, "page", self.0.keys().map(String::as_str)),
            );
            return;
        };
        if let Some(anchor) = anchor
            && !anchors.contains(anchor)
        {
            problems.push(
                place
                    .problem(format!("the page `{page}` has no heading `#{anchor}`"))
                    .label("no such heading")
                    .suggest(anchor, "heading", anchors.iter().map(String::as_str)),
            );
        }
    }
}

/// The anchors that mdBook gives to a page's headings: the heading in lower case with
/// hyphens for spaces, or what is written behind it as `{#name}`.
fn anchors(page: &str) -> BTreeSet<String> {
    let mut anchors = BTreeSet::new();
    let mut fence: Option<&str> = None;
    for line in page.lines() {
        let line = line.trim_end();
        let mark = ["```", "~~~"].into_iter().find(|mark| line.trim_start().starts_with(mark));
        match (fence, mark) {
            (None, Some(opening)) => fence = Some(opening),
            (Some(opening), Some(closing)) if opening == closing => fence = None,
            _ => {}
        }
        let title = line.trim_start_matches('#');
        if fence.is_some() || title.len() == line.len() || !title.starts_with(' ') {
            continue;
        }
        let explicit = title.rsplit_once("{#").and_then(|(_, name)| name.strip_suffix('}'));
        let plain = explicit.map_or_else(|| anchor(title), str::to_owned);
        let mut name = plain.clone();
        let mut repeats = 0;
        while !anchors.insert(name.clone()) {
            repeats += 1;
            name = format!("{plain}-{repeats}");
        }
    }
    anchors
}

fn anchor(title: &str) -> String {
    let title = title.trim().chars();
    title
        .filter_map(|c| match c {
            c if c.is_whitespace() => Some('-'),
            c if c.is_alphanumeric() || matches!(c, '_' | '-') => Some(c.to_ascii_lowercase()),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_become_anchors_as_in_mdbook() {
        let page = "# What RSS counts\n```\n# not a heading\n```\n## `mmap`, twice\n## mmap, twice\n### Odd {#own}\n#none\n";
        let expected = ["mmap-twice", "mmap-twice-1", "own", "what-rss-counts"];
        assert_eq!(anchors(page).iter().map(String::as_str).collect::<Vec<_>>(), expected);
    }
}
