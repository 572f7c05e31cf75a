//! Pages stand alone, and nothing that is put into them becomes markup.

use maud::html;

use super::*;
use crate::assemblies::ui::pictures::{AddressSpace, Folding, Side};
use crate::facts::smaps;
use crate::words::speech::Speech;

const HOSTILE: &str = "<script>alert('1')</script>\"&";

fn series<'a>(points: &'a [(u64, u64)], end: u64) -> Series<'a> {
    Series {
        title: "Resident",
        points,
        end,
        says: &|value| format!("{value} KiB"),
        time: &|at| format!("{at} us"),
        colour: "pa",
    }
}

/// Every tag that is opened is closed, in order; gives the names of all.
fn elements(page: &str) -> Vec<String> {
    const VOID: [&str; 4] = ["meta", "br", "hr", "!DOCTYPE"];
    let mut open: Vec<String> = Vec::new();
    let mut all = Vec::new();
    for piece in page.split('<').skip(1) {
        let (tag, _) = piece.split_once('>').expect("a tag ends");
        let name = tag.split_whitespace().next().unwrap().to_owned();
        if let Some(closed) = name.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(closed), "near {piece:?}");
        } else {
            all.push(name.clone());
            if !VOID.contains(&name.as_str()) {
                open.push(name);
            }
        }
    }
    assert!(open.is_empty(), "left open: {open:?}");
    all
}

#[test]
fn what_is_put_into_a_page_is_text() {
    let smaps = format!(
        "7f0000000000-7f0000001000 rw-s 00000000 fe:00 12 /tmp/{HOSTILE}\nRss: 4 kB\n\
         7f0040000000-7f0040001000 rw-p 00000000 00:00 0 \nRss: 0 kB\n"
    );
    let mappings = smaps::parse(smaps.as_bytes()).unwrap();
    let model = AddressSpace { title: HOSTILE, mappings: &mappings, folding: Folding::Files };
    let side = Side { title: HOSTILE, mappings: &mappings };
    let marks = [Mark { at: 5, label: HOSTILE.to_owned() }];
    let body = html! {
        (tag(Tone::Bad, HOSTILE))
        (facts(&[fact(HOSTILE, HOSTILE)]))
        (table(HOSTILE, &[HOSTILE], &[0], &[vec![html! { (HOSTILE) }]]))
        (progress_bar(HOSTILE, &[Part { share: 2.0, class: "pa" }]))
        (over_time(Speech::ENGLISH, &series(&[(0, 3)], 10), &marks))
        (address_space(Speech::ENGLISH, &model))
        (pair(Speech::ENGLISH, &side, &side))
    };
    let page = page(Speech::ENGLISH, HOSTILE, &html! { (HOSTILE) }, &body);
    let elements = elements(&page);
    assert!(!elements.iter().any(|name| name == "script"), "{page}");
    assert!(elements.iter().any(|name| name == "svg"));
    // Within an attribute a quotation mark would end it.
    assert!(!page.contains("alert('1')</script>\""), "{page}");
}

#[test]
fn a_page_asks_the_network_for_nothing() {
    let page = page(Speech::ENGLISH, "t", &html! {}, &html! { p { "b" } });
    for reference in ["http:", "https:", "src=", "@import", "url("] {
        assert!(!page.contains(reference), "{reference} in {page}");
    }
    assert!(page.starts_with("<!DOCTYPE html><html lang="));
    assert!(page.contains("prefers-color-scheme: dark"));
}

/// Heights of the columns, by where they begin.
fn columns(markup: &maud::Markup) -> Vec<(String, String)> {
    markup
        .0
        .split("<rect ")
        .skip(1)
        .map(|rect| {
            let of = |key: &str| {
                rect.split_once(&format!("{key}=\"")).unwrap().1.split_once('"').unwrap().0.to_owned()
            };
            (of(" x"), of(" height"))
        })
        .collect()
}

#[test]
fn a_chart_over_time_is_to_scale() {
    let chart = over_time(Speech::ENGLISH, &series(&[(0, 10), (50, 40), (90, 20)], 100), &[]);
    let expected = [("0.00%", "30.0"), ("50.00%", "120.0"), ("90.00%", "60.0")];
    let expected = expected.map(|(x, height)| (x.to_owned(), height.to_owned()));
    assert_eq!(columns(&chart), expected);
}

#[test]
fn many_points_become_columns_that_keep_the_peaks() {
    let points: Vec<(u64, u64)> = (0..10_000).map(|n| (n * 10, if n == 7_003 { 900 } else { 1 })).collect();
    let columns = columns(&over_time(Speech::ENGLISH, &series(&points, 100_000), &[]));
    assert_eq!(columns.len(), 240);
    assert_eq!(columns.iter().filter(|(_, height)| height == "120.0").count(), 1);
}

#[test]
fn nothing_at_all_is_a_chart_too() {
    let chart = over_time(Speech::ENGLISH, &series(&[], 0), &[Mark { at: 0, label: "x".to_owned() }]);
    assert!(columns(&chart).is_empty());
    elements(&chart.0);
}
