//! Columns, bars and names: what the pictures have in common.

use console::{Alignment, measure_text_width, pad_str, truncate_str};

use crate::assemblies::ui::look::{Look, Role};
use crate::facts::mapping::{Backing, Flavour, Mapping};
use crate::words::speech::Speech;
use crate::words::units::Bytes;

/// `text` in exactly `width` columns, cut at its end.
pub(super) fn left(look: &Look, text: &str, width: usize) -> String {
    let cut = truncate_str(text, width, look.pick("…", "~"));
    pad_str(&cut, width, Alignment::Left, None).into_owned()
}

/// `text` in exactly `width` columns, to the right.
pub(super) fn right(look: &Look, text: &str, width: usize) -> String {
    let cut = truncate_str(text, width, look.pick("…", "~"));
    pad_str(&cut, width, Alignment::Right, None).into_owned()
}

/// A path in at most `width` columns, cut at its start: its end says most.
pub(super) fn path(look: &Look, text: &str, width: usize) -> String {
    let mut kept = text;
    if measure_text_width(kept) <= width {
        return kept.to_owned();
    }
    while measure_text_width(kept) + 1 > width {
        let mut rest = kept.chars();
        if rest.next().is_none() {
            break;
        }
        kept = rest.as_str();
    }
    format!("{}{kept}", look.pick("…", "~"))
}

/// A line without the blanks at its end, and with its newline.
pub(super) fn line(text: &str) -> String {
    format!("{}\n", text.trim_end())
}

/// A heading over a picture.
pub(super) fn heading(look: &Look, text: &str) -> String {
    format!("{}\n", look.paint(Role::Heading, truncate_str(text, look.width, look.pick("…", "~"))))
}

/// Lengths on a logarithmic scale: a page is one step, and each step doubles.
#[derive(Clone, Copy, Debug)]
pub struct LogScale {
    largest: Bytes,
    cells: usize,
}

/// The smallest page of the machines that Linux runs on here: the scale's unit, whatever the machine's.
const UNIT: u64 = 4096;

impl LogScale {
    /// A scale on which `largest` is `cells` wide.
    #[must_use]
    pub const fn new(largest: Bytes, cells: usize) -> Self {
        Self { largest, cells }
    }

    /// How many cells `size` takes; at least one if it is anything.
    #[must_use]
    pub fn cells(self, size: Bytes) -> usize {
        let doublings = |size: Bytes| u64::from((size.0 / UNIT).checked_ilog2().map_or(0, |log| log + 1));
        if size.0 == 0 {
            return 0;
        }
        let most = doublings(self.largest).max(1);
        let cells = doublings(size).min(most) * self.cells as u64 / most;
        usize::try_from(cells).unwrap_or(self.cells).max(1)
    }

    /// A bar of which the resident part is filled.
    pub(super) fn bar(self, look: &Look, role: Role, size: Bytes, resident: Bytes) -> String {
        let whole = self.cells(size);
        let filled = self.cells(resident.min(size)).min(whole);
        let full = look.pick("█", "#").repeat(filled);
        let empty = look.pick("░", ".").repeat(whole - filled);
        let bar = format!("{}{}", look.paint(role, full), look.paint(role, empty));
        format!("{bar}{}", " ".repeat(self.cells.saturating_sub(whole)))
    }
}

/// The two letters of a flavour, which say without colour what the colour says.
#[must_use]
pub const fn letters(flavour: Option<Flavour>) -> &'static str {
    match flavour {
        Some(Flavour::PrivateAnonymous) => "PA",
        Some(Flavour::SharedAnonymous) => "SA",
        Some(Flavour::PrivateFile) => "PF",
        Some(Flavour::SharedFile) => "SF",
        None => "K",
    }
}

/// A flavour in words; the kernel's own mappings have none.
#[must_use]
pub fn flavour_words(speech: Speech, flavour: Option<Flavour>) -> String {
    speech.say(match flavour {
        Some(Flavour::PrivateAnonymous) => "flavour-private-anonymous",
        Some(Flavour::SharedAnonymous) => "flavour-shared-anonymous",
        Some(Flavour::PrivateFile) => "flavour-private-file",
        Some(Flavour::SharedFile) => "flavour-shared-file",
        None => "flavour-kernel",
    })
}

/// The key to the letters and colours, for the flavours that occur.
pub(super) fn key(look: &Look, flavours: impl IntoIterator<Item = Option<Flavour>>) -> String {
    let occurring: Vec<Option<Flavour>> = flavours.into_iter().collect();
    let all = Flavour::ALL.map(Some).into_iter().chain([None]);
    let entries: Vec<String> = all
        .filter(|flavour| occurring.contains(flavour))
        .map(|flavour| {
            format!(
                "{} {}",
                look.paint(Role::Memory(flavour), letters(flavour)),
                flavour_words(look.speech, flavour)
            )
        })
        .collect();
    look.wrap("", &entries.join(look.pick(" · ", " | ")))
}

/// What a mapping is called: its path, what the kernel calls it, or what it is.
#[must_use]
pub fn name(speech: Speech, mapping: &Mapping) -> String {
    match mapping.backing() {
        Backing::Anonymous if mapping.path.is_empty() => speech.say("named-anonymous"),
        Backing::SharedAnonymous => speech.say("named-shared-anonymous"),
        Backing::Memfd { name } => format!("memfd:{name}"),
        _ => printable(&mapping.path),
    }
}

/// A path without what would move the cursor or change colours: a file may be called anything.
pub(super) fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// Permissions in words, for those who hear them.
pub(super) fn permission_words(look: &Look, mapping: &Mapping) -> String {
    let perms = mapping.perms;
    let all = [
        (perms.read, "permission-read"),
        (perms.write, "permission-write"),
        (perms.execute, "permission-execute"),
    ];
    let held: Vec<String> =
        all.into_iter().filter(|(held, _)| *held).map(|(_, name)| look.say(name)).collect();
    if held.is_empty() { look.say("permission-none") } else { look.list(&held) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_doubles_by_the_step_and_never_hides_a_page() {
        let scale = LogScale::new(Bytes::gib(1), 19);
        assert_eq!(scale.cells(Bytes(0)), 0);
        assert_eq!(scale.cells(Bytes(1)), 1);
        assert_eq!(scale.cells(Bytes::kib(4)), 1);
        assert_eq!(scale.cells(Bytes::kib(8)), 2);
        assert_eq!(scale.cells(Bytes::gib(1)), 19);
        assert_eq!(scale.cells(Bytes::gib(8)), 19, "what is larger than the largest fills the scale");
    }

    #[test]
    fn paths_lose_their_beginning_and_texts_their_end() {
        assert_eq!(path(&Look::PLAIN, "/usr/lib/libc.so.6", 10), "…libc.so.6");
        assert_eq!(left(&Look::PLAIN, "private anonymous", 8), "private…");
        assert_eq!(right(&Look::PLAIN, "4 KiB", 8), "   4 KiB");
    }
}
