//! One address space: a line a mapping, in order of address, with a bar to a
//! logarithmic scale of which the resident part is filled.

use super::layout::{
    LogScale, flavour_words, heading, key, left, letters, line, name, path, permission_words, right,
};
use crate::assemblies::ui::look::{Look, Role, Telling, widest};
use crate::facts::mapping::{Flavour, Mapping};
use crate::words::speech::{Speech, shown};
use crate::words::units::{Addr, Bytes};

/// An address space and how it is to be shown.
#[derive(Clone, Copy, Debug)]
pub struct AddressSpace<'a> {
    /// Whose it is: `reserve (process 4711)`.
    pub title: &'a str,
    /// Its mappings, in order of address.
    pub mappings: &'a [Mapping],
    /// Whether neighbours of one file are one line.
    pub folding: Folding,
}

/// Whether neighbouring mappings of one file (a library's code, data, constants) are one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Folding {
    /// They are.
    Files,
    /// Each mapping is a line.
    Nothing,
}

/// Free address space of at least this much between two mappings is shown.
pub const GAP: Bytes = Bytes::gib(1);

/// One or several neighbouring mappings that are one line.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// The first of them.
    pub first: &'a Mapping,
    /// How many there are.
    pub count: usize,
    /// The first address behind the last of them.
    pub end: Addr,
    /// Their lengths together.
    pub size: Bytes,
    /// What of them is resident.
    pub resident: Bytes,
}

/// The kernel's half of the addresses. The `[vsyscall]` page lies there, which maps lists
/// for every process of x86-64 though it is in none of their address spaces.
const KERNEL_HALF: Addr = Addr(1 << 63);

/// An address space as text.
#[must_use]
pub fn address_space(look: &Look, model: &AddressSpace<'_>) -> String {
    let rows = rows(model);
    let title = title(look.speech, model);
    match look.telling {
        Telling::Words => words(look, &title, &rows),
        Telling::Pictures => picture(look, &title, &rows),
    }
}

/// The mappings of a process's own half of the addresses.
fn of_user<'a>(model: &AddressSpace<'a>) -> &'a [Mapping] {
    let user = model.mappings.partition_point(|mapping| mapping.start < KERNEL_HALF);
    &model.mappings[..user]
}

/// What stands over the picture: whose it is, and how much there is.
#[must_use]
pub fn title(speech: Speech, model: &AddressSpace<'_>) -> String {
    let mappings = of_user(model);
    let mapped: Bytes = mappings.iter().map(Mapping::size).sum();
    let resident: Bytes = mappings.iter().map(|mapping| mapping.books.rss).sum();
    let said = [
        ("title", model.title.into()),
        ("mappings", mappings.len().into()),
        ("mapped", shown(mapped)),
        ("resident", shown(resident)),
    ];
    speech.tell("space-title", said)
}

/// The lines of the picture, in order of address.
#[must_use]
pub fn rows<'a>(model: &AddressSpace<'a>) -> Vec<Row<'a>> {
    let mut rows: Vec<Row<'a>> = Vec::new();
    for mapping in of_user(model) {
        if let Some(row) = rows.last_mut()
            && model.folding == Folding::Files
            && mapping.inode != 0
            && (row.first.device, row.first.inode) == (mapping.device, mapping.inode)
        {
            row.count += 1;
            row.end = mapping.end;
            row.size += mapping.size();
            row.resident += mapping.books.rss;
            continue;
        }
        rows.push(Row {
            first: mapping,
            count: 1,
            end: mapping.end,
            size: mapping.size(),
            resident: mapping.books.rss,
        });
    }
    rows
}

fn picture(look: &Look, title: &str, rows: &[Row<'_>]) -> String {
    let columns = Columns::of(look, rows);
    let mut text = heading(look, title);
    let header = format!(
        "{} {} {} {} {} {} {}",
        left(look, &look.say("space-from"), columns.address),
        left(look, &look.say("space-permissions"), columns.permissions),
        left(look, "", 2),
        right(look, &look.say("space-size"), columns.size),
        left(look, &look.say("space-scale"), columns.bar),
        right(look, &look.say("space-resident"), columns.resident),
        look.say("space-name"),
    );
    text += &look.paint(Role::Faint, line(&header).trim_end());
    text.push('\n');
    let largest = rows.iter().map(|row| row.size).max().unwrap_or_default();
    let scale = LogScale::new(largest, columns.bar);
    let mut before: Option<Addr> = None;
    for row in rows {
        if let Some(end) = before {
            text += &gap(look, end, row.first.start);
        }
        before = Some(row.end);
        let flavour = row.first.flavour();
        let role = Role::Memory(flavour);
        let perms = if row.count == 1 {
            row.first.perms.to_string()
        } else {
            format!("{:>3}{}", row.count, look.pick("×", "x"))
        };
        let resident =
            if row.resident == Bytes(0) { look.pick("·", "-").to_owned() } else { row.resident.to_string() };
        text += &line(&format!(
            "{:0width$x} {} {} {} {} {} {}",
            row.first.start.0,
            left(look, &perms, columns.permissions),
            look.paint(role, left(look, letters(flavour), 2)),
            right(look, &row.size.to_string(), columns.size),
            scale.bar(look, role, row.size, row.resident),
            right(look, &resident, columns.resident),
            path(look, &name(look.speech, row.first), columns.name),
            width = columns.address,
        ));
    }
    text.push('\n');
    text + &key(look, rows.iter().map(|row| row.first.flavour()))
}

struct Columns {
    address: usize,
    permissions: usize,
    size: usize,
    resident: usize,
    bar: usize,
    name: usize,
}

impl Columns {
    fn of(look: &Look, rows: &[Row<'_>]) -> Self {
        let highest = rows.iter().map(|row| row.first.start.0).max().unwrap_or(0);
        let address = format!("{highest:x}").len().max(12);
        let wide = |name: &str, least: usize| widest(&[look.say(name)]).clamp(least, 12);
        let permissions = wide("space-permissions", 4);
        let (size, resident) = (wide("space-size", 8), wide("space-resident", 8));
        // The letters, and the blanks between the columns.
        let fixed = address + permissions + 2 + size + resident + 6;
        let room = look.width.saturating_sub(fixed).max(12);
        let bar = room / 2;
        Self { address, permissions, size, resident, bar, name: room - bar }
    }
}

fn gap(look: &Look, end: Addr, start: Addr) -> String {
    let free = Bytes(start.0.saturating_sub(end.0));
    if free < GAP {
        return String::new();
    }
    let text = format!("{} {}", look.pick("⋮", ":"), look.tell("space-gap", [("size", shown(free))]));
    format!("{}\n", look.paint(Role::Faint, text))
}

fn words(look: &Look, title: &str, rows: &[Row<'_>]) -> String {
    let mut text = look.wrap("", &look.tell("space-sentence", [("title", title.into())]));
    for row in rows {
        text += &look.wrap("", &sentence(look, row));
    }
    text
}

fn sentence(look: &Look, row: &Row<'_>) -> String {
    let Row { first, count, size, resident, .. } = row;
    let resident = match *resident {
        Bytes(0) => look.say("space-none-resident"),
        resident if resident == *size => look.say("space-all-resident"),
        resident => look.tell("space-part-resident", [("size", shown(resident))]),
    };
    let what = match (first.flavour(), *count) {
        (flavour, 1) => format!("{}, {}", flavour_words(look.speech, flavour), permission_words(look, first)),
        (Some(Flavour::SharedFile), count) => look.tell("space-several-shared", [("mappings", count.into())]),
        (_, count) => look.tell("space-several", [("mappings", count.into())]),
    };
    let said = [
        ("address", format!("{:x}", first.start.0).into()),
        ("name", name(look.speech, first).into()),
        ("what", what.into()),
        ("size", shown(size)),
        ("resident", resident.into()),
    ];
    look.tell("space-mapping", said)
}
