//! Two address spaces side by side, with what both map linked.
//!
//! Two mappings are linked where they show the same bytes of the same inode. What
//! a link means hangs on both: a store through a shared mapping is seen through any
//! other; a private mapping sees stores until its own first one to the page.

use super::layout::{flavour_words, heading, key, left, letters, line, name, path, right};
use crate::assemblies::ui::look::{Look, Role, Telling};
use crate::facts::mapping::{Mapping, Sharing};
use crate::words::speech::{Speech, shown};

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
    let files = names_of(look, links.iter().filter(|link| !link.carries_stores()).map(|link| link.one));
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
    pub fn says(&self, speech: Speech) -> String {
        let by = |mapping: &Mapping| mapping.perms.sharing == Sharing::Shared && mapping.perms.write;
        speech.say(match (by(self.one), by(self.other)) {
            (true, true) => "link-both",
            (true, false) => "link-first",
            (false, true) => "link-second",
            (false, false) => "link-read",
        })
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

fn names_of<'a>(look: &Look, mappings: impl Iterator<Item = &'a Mapping>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for mapping in mappings {
        let full = name(look.speech, mapping);
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
        let said = [("inode", shown(link.one.inode)), ("says", link.says(look.speech).into())];
        let said = format!("  {}", look.tell("pair-inode", said));
        text += &format!("{}\n", look.paint(Role::Faint, said));
    }
    if shared.is_empty() {
        text += &format!("{}\n", look.paint(Role::Faint, look.say("pair-nothing")));
    }
    text.push('\n');
    let (ours, theirs) = (own(one, other), own(other, one));
    for row in 0..ours.len().max(theirs.len()) {
        let side = |mappings: &[&Mapping]| {
            mappings.get(row).map_or_else(|| " ".repeat(width), |mapping| cell(look, mapping, width))
        };
        text += &line(&format!("{}{between}{}", side(&ours), side(&theirs)));
    }
    text += &privately(look, files);
    let flavours = one.mappings.iter().chain(other.mappings).map(Mapping::flavour).filter(Option::is_some);
    text.push('\n');
    text + &key(look, flavours)
}

fn cell(look: &Look, mapping: &Mapping, width: usize) -> String {
    let flavour = mapping.flavour();
    // Letters, permissions, a size, and blanks between them.
    let room = width.saturating_sub(2 + 4 + 8 + 3);
    let size = right(look, &mapping.size().to_string(), 8);
    let named = path(look, &name(look.speech, mapping), room);
    format!(
        "{} {} {size} {}",
        look.paint(Role::Memory(flavour), left(look, letters(flavour), 2)),
        mapping.perms,
        left(look, &named, room)
    )
}

/// The files that both map, each for itself.
fn privately(look: &Look, files: &[String]) -> String {
    if files.is_empty() {
        return String::new();
    }
    look.wrap("", &look.tell("pair-private", [("files", look.list(files).into())]))
}

fn words(look: &Look, one: &Side<'_>, other: &Side<'_>, shared: &[&Link<'_>], files: &[String]) -> String {
    let mut text =
        look.wrap("", &look.tell("pair-title", [("one", one.title.into()), ("other", other.title.into())]));
    let address = |mapping: &Mapping| format!("{:x}", mapping.start.0).into();
    for link in shared {
        let at = |side: &Side<'_>, mapping: &Mapping| {
            let said = [
                ("who", side.title.into()),
                ("permissions", shown(mapping.perms)),
                ("address", address(mapping)),
            ];
            look.tell("pair-maps", said)
        };
        let said = [
            ("name", name(look.speech, link.one).into()),
            ("inode", shown(link.one.inode)),
            ("size", shown(link.one.size())),
            ("one", at(one, link.one).into()),
            ("other", at(other, link.other).into()),
            ("says", link.says(look.speech).into()),
        ];
        text += &look.wrap("", &look.tell("pair-linked", said));
    }
    if shared.is_empty() {
        text += &look.wrap("", &look.say("pair-nothing-sentence"));
    }
    for (side, mappings) in [(one, own(one, other)), (other, own(other, one))] {
        for mapping in mappings {
            let said = [
                ("who", side.title.into()),
                ("name", name(look.speech, mapping).into()),
                ("flavour", flavour_words(look.speech, mapping.flavour()).into()),
                ("size", shown(mapping.size())),
                ("address", address(mapping)),
            ];
            text += &look.wrap("", &look.tell("pair-only", said));
        }
    }
    text + &privately(look, files)
}
