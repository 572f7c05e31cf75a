//! Address spaces in a page: the same lines, scale, letters and words as in the terminal.

use maud::{Markup, html};

use super::chart::{Part, progress_bar};
use super::page::table;
use crate::assemblies::ui::pictures::{
    AddressSpace, GAP, Link, LogScale, Row, Side, flavour_words, letters, links, name, rows, title,
};
use crate::facts::mapping::{Flavour, Mapping};
use crate::words::speech::{Speech, shown};
use crate::words::units::Bytes;

/// How fine the scale of the bars is.
const CELLS: usize = 200;

/// An address space: a bar a line to a logarithmic scale, of which the resident part is filled.
#[must_use]
pub fn address_space(speech: Speech, model: &AddressSpace<'_>) -> Markup {
    let rows = rows(model);
    let largest = rows.iter().map(|row| row.size).max().unwrap_or_default();
    let scale = LogScale::new(largest, CELLS);
    let mut before = None;
    let gaps: Vec<Option<Bytes>> = rows
        .iter()
        .map(|row| {
            let end = before.replace(row.end)?;
            let free = Bytes(row.first.start.0.saturating_sub(end.0));
            (free >= GAP).then_some(free)
        })
        .collect();
    html! {
        figure {
            figcaption { (speech.tell("html-space", [("title", title(speech, model).into())])) }
            div.space {
                @for (row, gap) in rows.iter().zip(gaps) {
                    @if let Some(free) = gap { div.gap { (speech.tell("space-gap", [("size", shown(free))])) } }
                    (line(speech, row, scale))
                }
            }
            (key(speech, rows.iter().map(|row| row.first.flavour())))
            (as_table(speech, &rows))
        }
    }
}

fn line(speech: Speech, row: &Row<'_>, scale: LogScale) -> Markup {
    let flavour = row.first.flavour();
    let name = name(speech, row.first);
    let says = [("name", name.as_str().into()), ("size", shown(row.size)), ("resident", shown(row.resident))];
    let says = speech.tell("html-row", says);
    let share = |size: Bytes| scale.cells(size) as f64 / CELLS as f64;
    html! {
        span class={ "letters " (class(flavour)) } { (letters(flavour)) }
        code { (permissions(row)) }
        (bar(&says, class(flavour), share(row.size), share(row.resident)))
        span.size { (row.size) }
        span.name { (name) " " (speech.say("html-at")) " " span.address { (format!("{:x}", row.first.start.0)) } }
    }
}

/// A bar whose strong part lies over a faint one.
fn bar(says: &str, class: &'static str, whole: f64, filled: f64) -> Markup {
    let faint = match class {
        "pa" => "pa outline",
        "sa" => "sa outline",
        "pf" => "pf outline",
        "sf" => "sf outline",
        _ => "kernel outline",
    };
    let filled = filled.min(whole);
    progress_bar(says, &[Part { share: filled, class }, Part { share: whole - filled, class: faint }])
}

fn permissions(row: &Row<'_>) -> String {
    if row.count == 1 { row.first.perms.to_string() } else { format!("{}×", row.count) }
}

const fn class(flavour: Option<Flavour>) -> &'static str {
    match flavour {
        Some(Flavour::PrivateAnonymous) => "pa",
        Some(Flavour::SharedAnonymous) => "sa",
        Some(Flavour::PrivateFile) => "pf",
        Some(Flavour::SharedFile) => "sf",
        None => "kernel",
    }
}

fn key(speech: Speech, flavours: impl Iterator<Item = Option<Flavour>>) -> Markup {
    let occurring: Vec<Option<Flavour>> = flavours.collect();
    let all = Flavour::ALL.map(Some).into_iter().chain([None]);
    html! {
        ul.key {
            @for flavour in all.filter(|flavour| occurring.contains(flavour)) {
                li { span class={ "letters " (class(flavour)) } { (letters(flavour)) } (flavour_words(speech, flavour)) }
            }
        }
    }
}

fn as_table(speech: Speech, rows: &[Row<'_>]) -> Markup {
    let cells: Vec<Vec<Markup>> = rows
        .iter()
        .map(|row| {
            vec![
                html! { code { (format!("{:x}", row.first.start.0)) } },
                html! { code { (permissions(row)) } },
                html! { (flavour_words(speech, row.first.flavour())) },
                html! { (row.size) },
                html! { (row.resident) },
                html! { (name(speech, row.first)) },
            ]
        })
        .collect();
    let columns = speech.all(&[
        "html-address",
        "html-permissions",
        "html-flavour",
        "html-size",
        "html-resident",
        "html-name",
    ]);
    let table = table(&speech.say("html-mappings"), &columns, &[3, 4], &cells);
    html! { details { summary { (speech.say("html-as-table")) } (table) } }
}

/// Two address spaces, with what both map linked.
#[must_use]
pub fn pair(speech: Speech, one: &Side<'_>, other: &Side<'_>) -> Markup {
    let links = links(one.mappings, other.mappings);
    let carrying: Vec<&Link<'_>> = links.iter().filter(|link| link.carries_stores()).collect();
    html! {
        @for link in &carrying {
            div.link {
                p { strong { (name(speech, link.one)) } ", " (linked(speech, link)) "." }
                (end(speech, one.title, link.one))
                (end(speech, other.title, link.other))
            }
        }
        @if carrying.is_empty() {
            p.note { (nothing(speech, one, other)) }
        }
    }
}

fn linked(speech: Speech, link: &Link<'_>) -> String {
    let said = [("inode", shown(link.one.inode)), ("says", link.says(speech).into())];
    speech.tell("pair-inode", said)
}

fn nothing(speech: Speech, one: &Side<'_>, other: &Side<'_>) -> String {
    speech.tell("html-pair-nothing", [("one", one.title.into()), ("other", other.title.into())])
}

fn end(speech: Speech, title: &str, mapping: &Mapping) -> Markup {
    let resident = speech.tell("html-part-resident", [("size", shown(mapping.books.rss))]);
    html! {
        p {
            (title) ": " code { (mapping.perms) } " " (mapping.size()) " " (speech.say("html-at")) " "
            span.address { (format!("{:x}", mapping.start.0)) } ", " (resident)
        }
    }
}
