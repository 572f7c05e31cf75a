//! One address space: a line a mapping, in order of address, with a bar to a
//! logarithmic scale of which the resident part is filled.

use super::layout::{
    LogScale, flavour_words, heading, key, left, letters, line, name, path, permission_words, right,
};
use crate::assemblies::ui::look::{Look, Role, Telling};
use crate::facts::mapping::{Flavour, Mapping};
use crate::words::prose;
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
    let title = title(model);
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
pub fn title(model: &AddressSpace<'_>) -> String {
    let mappings = of_user(model);
    let mapped: Bytes = mappings.iter().map(Mapping::size).sum();
    let resident: Bytes = mappings.iter().map(|mapping| mapping.books.rss).sum();
    let count = prose::count(mappings.len(), "mapping");
    format!("{}: {count}, {mapped} mapped, {resident} resident", model.title)
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
        "{} {} {} {} {} {} name",
        left(look, "from", columns.address),
        left(look, "perm", 4),
        left(look, "", 2),
        right(look, "size", 8),
        left(look, "(log scale)", columns.bar),
        right(look, "resident", 8),
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
            left(look, &perms, 4),
            look.paint(role, left(look, letters(flavour), 2)),
            right(look, &row.size.to_string(), 8),
            scale.bar(look, role, row.size, row.resident),
            right(look, &resident, 8),
            path(look, &name(row.first), columns.name),
            width = columns.address,
        ));
    }
    text.push('\n');
    text + &key(look, rows.iter().map(|row| row.first.flavour()))
}

struct Columns {
    address: usize,
    bar: usize,
    name: usize,
}

impl Columns {
    fn of(look: &Look, rows: &[Row<'_>]) -> Self {
        let highest = rows.iter().map(|row| row.first.start.0).max().unwrap_or(0);
        let address = format!("{highest:x}").len().max(12);
        // Permissions, letters, two sizes, and the blanks between the columns.
        let fixed = address + 4 + 2 + 8 + 8 + 6;
        let room = look.width.saturating_sub(fixed).max(12);
        let bar = room / 2;
        Self { address, bar, name: room - bar }
    }
}

fn gap(look: &Look, end: Addr, start: Addr) -> String {
    let free = Bytes(start.0.saturating_sub(end.0));
    if free < GAP {
        return String::new();
    }
    let text = format!("{} {free} of addresses without a mapping", look.pick("⋮", ":"));
    format!("{}\n", look.paint(Role::Faint, text))
}

fn words(look: &Look, title: &str, rows: &[Row<'_>]) -> String {
    let mut text = look.wrap("", &format!("Address space of {title}."));
    for row in rows {
        text += &look.wrap("", &sentence(row));
    }
    text
}

fn sentence(row: &Row<'_>) -> String {
    let Row { first, count, size, resident, .. } = row;
    let resident = match *resident {
        Bytes(0) => "nothing of it resident".to_owned(),
        resident if resident == *size => "all of it resident".to_owned(),
        resident => format!("{resident} of it resident"),
    };
    let what = match (first.flavour(), *count) {
        (flavour, 1) => format!("{}, {}", flavour_words(flavour), permission_words(first)),
        (Some(Flavour::SharedFile), count) => format!("{count} mappings, the first shared file-backed"),
        (_, count) => format!("{count} mappings of one file"),
    };
    format!("At {:x}: {}, {what}, {size}, {resident}.", first.start.0, name(first))
}
