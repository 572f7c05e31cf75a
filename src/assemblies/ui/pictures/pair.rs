//! Two address spaces side by side, with what both map linked.
//!
//! Two mappings are linked where they show the same bytes of the same inode. What
//! a link means hangs on both: a store through a shared mapping is seen through any
//! other; a private mapping sees stores until its own first one to the page.

use super::layout::{flavour_words, heading, key, left, letters, line, name, path, right};
use crate::assemblies::ui::look::{Look, Role, Telling};
use crate::facts::mapping::{Mapping, Sharing};
use crate::words::prose;
use crate::words::units::{Addr, Bytes};

/// One of the two.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// Whose address space it is: `writer`.
    pub title: &'a str,
    /// Its mappings, in order of address.
    pub mappings: &'a [Mapping],
}

/// Two address spaces as text.
#[must_use]
pub fn pair(look: &Look, one: &Side<'_>, other: &Side<'_>) -> String {
    let links = links(one.mappings, other.mappings);
    let shared: Vec<&Link<'_>> = links.iter().filter(|link| link.carries_stores()).collect();
    let files = names_of(links.iter().filter(|link| !link.carries_stores()).map(|link| link.one));
    match look.telling {
        Telling::Words => words(look, one, other, &shared, &files),
        Telling::Pictures => picture(look, one, other, &shared, &files),
    }
}

/// Two mappings that show the same bytes of the same inode.
#[derive(Clone, Copy, Debug)]
pub struct Link<'a> {
    /// That of the one.
    pub one: &'a Mapping,
    /// That of the other.
    pub other: &'a Mapping,
}

impl Link<'_> {
    /// Whether a store by one of the two may be seen by the other.
    #[must_use]
    pub fn carries_stores(&self) -> bool {
        [self.one, self.other].iter().any(|mapping| mapping.perms.sharing == Sharing::Shared)
    }

    /// What the link means, in words.
    #[must_use]
    pub fn says(&self) -> &'static str {
        let by = |mapping: &Mapping| mapping.perms.sharing == Sharing::Shared && mapping.perms.write;
        match (by(self.one), by(self.other)) {
            (true, true) => "stores by either are seen by both",
            (true, false) => "stores by the first are seen by the second",
            (false, true) => "stores by the second are seen by the first",
            (false, false) => "both read the same pages",
        }
    }
}

/// What two address spaces have in common, in order of address in the first.
#[must_use]
pub fn links<'a>(one: &'a [Mapping], other: &'a [Mapping]) -> Vec<Link<'a>> {
    let same = |a: &Mapping, b: &Mapping| {
        same_file(a, b) && a.offset.0 < b.offset.0 + b.size().0 && b.offset.0 < a.offset.0 + a.size().0
    };
    let pairs = one
        .iter()
        .flat_map(|a| other.iter().filter(move |b| same(a, b)).map(move |b| Link { one: a, other: b }));
    pairs.collect()
}

fn same_file(one: &Mapping, other: &Mapping) -> bool {
    one.inode != 0 && (one.device, one.inode) == (other.device, other.inode)
}

fn names_of<'a>(mappings: impl Iterator<Item = &'a Mapping>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for mapping in mappings {
        let full = name(mapping);
        let short = full.rsplit('/').next().unwrap_or(&full).to_owned();
        if !names.contains(&short) {
            names.push(short);
        }
    }
    names
}

/// What a process has for itself: anonymous memory, and files that the other does not map.
fn own<'a>(side: &Side<'a>, other: &Side<'a>) -> Vec<&'a Mapping> {
    let common = |mapping: &Mapping| other.mappings.iter().any(|of_other| same_file(mapping, of_other));
    side.mappings.iter().filter(|mapping| mapping.flavour().is_some() && !common(mapping)).collect()
}

fn picture(look: &Look, one: &Side<'_>, other: &Side<'_>, shared: &[&Link<'_>], files: &[String]) -> String {
    // Between the two sides runs the link.
    const LINK: usize = 6;
    let width = (look.width.saturating_sub(LINK) / 2).max(24);
    let between = " ".repeat(LINK);
    let mut text = heading(look, &format!("{}{between}{}", left(look, one.title, width), other.title));
    for link in shared {
        let (start, middle, end) = (look.pick("●", "o"), look.pick("━", "="), look.pick("●", "o"));
        let drawn = look.paint(Role::Strong, format!(" {start}{}{end} ", middle.repeat(LINK - 4)));
        text += &line(&format!("{}{drawn}{}", cell(look, link.one, width), cell(look, link.other, width)));
        text +=
            &format!("{}\n", look.paint(Role::Faint, format!("  inode {}: {}", link.one.inode, link.says())));
    }
    if shared.is_empty() {
        text += &format!("{}\n", look.paint(Role::Faint, "nothing that one stores can be seen by the other"));
    }
    text.push('\n');
    let (ours, theirs) = (own(one, other), own(other, one));
    for row in 0..ours.len().max(theirs.len()) {
        let side = |mappings: &[&Mapping]| {
            mappings.get(row).map_or_else(|| " ".repeat(width), |mapping| cell(look, mapping, width))
        };
        text += &line(&format!("{}{between}{}", side(&ours), side(&theirs)));
    }
    if !files.is_empty() {
        text += &look.wrap("", &format!("Both map the same files privately: {}.", prose::list(files)));
    }
    let flavours = one.mappings.iter().chain(other.mappings).map(Mapping::flavour).filter(Option::is_some);
    text.push('\n');
    text + &key(look, flavours)
}

fn cell(look: &Look, mapping: &Mapping, width: usize) -> String {
    let flavour = mapping.flavour();
    // Letters, permissions, a size, and blanks between them.
    let room = width.saturating_sub(2 + 4 + 8 + 3);
    let size = right(look, &mapping.size().to_string(), 8);
    let named = path(look, &name(mapping), room);
    format!(
        "{} {} {size} {}",
        look.paint(Role::Memory(flavour), left(look, letters(flavour), 2)),
        mapping.perms,
        left(look, &named, room)
    )
}

fn words(look: &Look, one: &Side<'_>, other: &Side<'_>, shared: &[&Link<'_>], files: &[String]) -> String {
    let mut text = look.wrap("", &format!("Two address spaces: {} and {}.", one.title, other.title));
    for link in shared {
        let at = |side: &Side<'_>, mapping: &Mapping| {
            format!("{} maps it {} at {:x}", side.title, mapping.perms, mapping.start.0)
        };
        let sentence = format!(
            "Both map {} (inode {}, {}): {}, {}; {}.",
            name(link.one),
            link.one.inode,
            link.one.size(),
            at(one, link.one),
            at(other, link.other),
            link.says()
        );
        text += &look.wrap("", &sentence);
    }
    if shared.is_empty() {
        text += &look.wrap("", "Nothing that one stores can be seen by the other.");
    }
    for (side, mappings) in [(one, own(one, other)), (other, own(other, one))] {
        for mapping in mappings {
            let Mapping { start: Addr(start), .. } = mapping;
            let sentence = format!(
                "Only {} maps {}, {}, {}, at {start:x}.",
                side.title,
                name(mapping),
                flavour_words(mapping.flavour()),
                Bytes(mapping.size().0)
            );
            text += &look.wrap("", &sentence);
        }
    }
    if !files.is_empty() {
        text += &look.wrap("", &format!("Both map the same files privately: {}.", prose::list(files)));
    }
    text
}
