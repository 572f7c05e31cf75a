//! The pages of one mapping as cells, each cell a page or a group of neighbours.
//!
//! A cell shows the state of which the process has most of its own in that group
//! (a copy above anonymous memory above shared pages …), and whether all pages of
//! the group are in it; the exact counts stand below.

use super::layout::{heading, line, name, right};
use crate::assemblies::ui::look::{Look, Role, Telling, widest};
use crate::facts::mapping::{Flavour, Mapping};
use crate::facts::page_map::{PageMap, PageState};
use crate::words::speech::shown;
use crate::words::units::{Bytes, Pages};

/// How wide the column of counts is at least.
const COUNT: usize = 14;

/// The most rows of cells.
const ROWS: u64 = 16;

/// The pages of `mapping` as text.
#[must_use]
pub fn residency(look: &Look, mapping: &Mapping, pages: &PageMap, page_size: Bytes) -> String {
    let present: Vec<(PageState, u64)> = PageState::ALL
        .into_iter()
        .map(|state| (state, pages.count(state)))
        .filter(|&(_, count)| count > 0)
        .collect();
    let said = [
        ("permissions", shown(mapping.perms)),
        ("name", name(look.speech, mapping).into()),
        ("pages", pages.pages().into()),
        ("size", shown(page_size)),
    ];
    let title = look.tell("pages-title", said);
    match look.telling {
        Telling::Words => {
            let mut text = look.wrap("", &format!("{title}."));
            for (state, count) in present {
                let said = [("pages", count.into()), ("state", look.say(says(state)).into())];
                text += &look.wrap("", &look.tell("pages-state", said));
            }
            text
        }
        Telling::Pictures => {
            let mut text = heading(look, &title);
            text += &grid(look, pages, page_size);
            text.push('\n');
            let counts: Vec<String> = present
                .iter()
                .map(|(_, count)| look.tell("pages-count", [("pages", (*count).into())]))
                .collect();
            let wide = widest(&counts).max(COUNT);
            for ((state, _), count) in present.iter().zip(&counts) {
                let sign = look.paint(role(*state), glyph(look, *state, Share::Whole));
                text += &line(&format!("  {sign} {}  {}", right(look, count, wide), look.say(says(*state))));
            }
            text
        }
    }
}

fn grid(look: &Look, pages: &PageMap, page_size: Bytes) -> String {
    // An offset of up to ten digits stands before each row.
    let per_row = (look.width.saturating_sub(12) as u64 / 8 * 8).max(8);
    let group = pages.pages().div_ceil(per_row * ROWS).max(1).next_power_of_two();
    let cells = cells(pages, group);
    let mut text = String::new();
    if group > 1 {
        let size = Pages(group).bytes(page_size);
        text += &format!(
            "{}\n",
            look.paint(
                Role::Faint,
                look.tell("pages-cell", [("pages", group.into()), ("size", shown(size))])
            )
        );
    }
    for (row, chunk) in cells.chunks(usize::try_from(per_row).unwrap_or(64)).enumerate() {
        let offset = Pages(row as u64 * per_row * group).bytes(page_size);
        let mut drawn = String::new();
        let mut chunk = chunk.iter().peekable();
        while let Some(&(state, share)) = chunk.next() {
            let mut same = glyph(look, state, share).to_owned();
            while chunk.next_if(|&&(other, of)| (other, of) == (state, share)).is_some() {
                same += glyph(look, state, share);
            }
            drawn += &look.paint(role(state), same);
        }
        text += &line(&format!("{} {drawn}", look.paint(Role::Faint, format!("{offset:>10}"))));
    }
    text
}

/// How much of a group is in the state that its cell shows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Share {
    Whole,
    Part,
}

fn cells(pages: &PageMap, group: u64) -> Vec<(PageState, Share)> {
    let mut cells = Vec::new();
    let (mut state, mut filled, mut of_state) = (PageState::Absent, 0, 0);
    for run in &pages.0 {
        let mut left = run.pages;
        while left > 0 {
            let taken = left.min(group - filled);
            match run.state.cmp(&state) {
                _ if filled == 0 => (state, of_state) = (run.state, taken),
                std::cmp::Ordering::Greater => (state, of_state) = (run.state, taken),
                std::cmp::Ordering::Equal => of_state += taken,
                std::cmp::Ordering::Less => {}
            }
            filled += taken;
            left -= taken;
            if filled == group {
                cells.push((state, if of_state == group { Share::Whole } else { Share::Part }));
                (state, filled, of_state) = (PageState::Absent, 0, 0);
            }
        }
    }
    if filled > 0 {
        cells.push((state, if of_state == filled { Share::Whole } else { Share::Part }));
    }
    cells
}

const fn glyph<'a>(look: &Look, state: PageState, share: Share) -> &'a str {
    let (whole, part) = match state {
        PageState::Absent => (look.pick("·", "."), look.pick("·", ".")),
        PageState::Swapped => (look.pick("◌", "W"), look.pick("◌", "w")),
        PageState::Zero => (look.pick("○", "Z"), look.pick("○", "z")),
        PageState::Cached => (look.pick("▒", "C"), look.pick("░", "c")),
        PageState::Shared => (look.pick("▚", "S"), look.pick("▘", "s")),
        PageState::Dirty => (look.pick("▓", "D"), look.pick("▖", "d")),
        PageState::Anonymous => (look.pick("█", "A"), look.pick("▄", "a")),
        PageState::Copied => (look.pick("◆", "P"), look.pick("◇", "p")),
    };
    match share {
        Share::Whole => whole,
        Share::Part => part,
    }
}

const fn role(state: PageState) -> Role {
    match state {
        PageState::Absent | PageState::Swapped | PageState::Zero => Role::Faint,
        PageState::Cached => Role::Memory(Some(Flavour::PrivateFile)),
        PageState::Shared => Role::Memory(Some(Flavour::SharedFile)),
        PageState::Anonymous => Role::Memory(Some(Flavour::PrivateAnonymous)),
        PageState::Dirty => Role::Warning,
        PageState::Copied => Role::Bad,
    }
}

/// The message that says what a state is.
const fn says(state: PageState) -> &'static str {
    match state {
        PageState::Absent => "state-absent",
        PageState::Swapped => "state-swapped",
        PageState::Zero => "state-zero",
        PageState::Cached => "state-cached",
        PageState::Shared => "state-shared",
        PageState::Dirty => "state-dirty",
        PageState::Anonymous => "state-anonymous",
        PageState::Copied => "state-copied",
    }
}
