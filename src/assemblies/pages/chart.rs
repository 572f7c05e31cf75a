//! Charts as SVG in the page.
//!
//! Places across are percentages and heights are pixels, so that a chart fills a screen or a
//! telephone with its text at the page's own size, without a script.

use maud::{Markup, html};

use super::page::table;
use crate::words::speech::Speech;

/// A figure over time, known from each of its points on until the next.
pub struct Series<'a> {
    /// What it is: `Resident memory`.
    pub title: &'a str,
    /// Microseconds since the run began, and the figure from then on.
    pub points: &'a [(u64, u64)],
    /// When the run ended, in microseconds.
    pub end: u64,
    /// The figure as text.
    pub says: &'a dyn Fn(u64) -> String,
    /// The time as text.
    pub time: &'a dyn Fn(u64) -> String,
    /// The colour's class: `pa`, `sf`, ….
    pub colour: &'static str,
}

/// A moment to be marked in a chart over time.
#[derive(Clone, Debug)]
pub struct Mark {
    /// Microseconds since the run began.
    pub at: u64,
    /// What happened.
    pub label: String,
}

/// A part of a bar.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// How much of the whole.
    pub share: f64,
    /// The colour's class.
    pub class: &'static str,
}

/// The most columns of a chart; more points than that are summed up by their largest.
const COLUMNS: u64 = 240;
const HEIGHT: f64 = 120.0;

/// A figure over time, as a chart and as a table.
#[must_use]
pub fn over_time(speech: Speech, series: &Series<'_>, marks: &[Mark]) -> Markup {
    let most = series.points.iter().map(|&(_, value)| value).max().unwrap_or(0);
    let end = series.end.max(1);
    let percent = |at: u64| format!("{:.2}%", at.min(end) as f64 * 100.0 / end as f64);
    let says = |value: u64| (series.says)(value);
    let said = [
        ("title", series.title.into()),
        ("most", says(most).into()),
        ("time", (series.time)(series.end).into()),
    ];
    let summary = speech.tell("html-chart", said);
    html! {
        figure {
            figcaption { (summary) }
            svg height="160" role="img" aria-label=(summary) {
                @for column in columns(series, end) {
                    @let height = column.value as f64 * HEIGHT / most.max(1) as f64;
                    rect class=(series.colour) shape-rendering="crispEdges" x=(percent(column.from))
                        width={ (format!("{:.2}", (column.until - column.from) as f64 * 100.0 / end as f64 + 0.05)) "%" }
                        y=(format!("{:.1}", 4.0 + HEIGHT - height)) height=(format!("{height:.1}")) {}
                }
                line.axis x1="0" x2="100%" y1="124.5" y2="124.5" {}
                @for (number, mark) in marks.iter().enumerate() {
                    line.mark x1=(percent(mark.at)) x2=(percent(mark.at)) y1="0" y2="124" {}
                    circle.dot cx=(percent(mark.at)) cy="124" r="3" {
                        title { (labelled(speech, mark, series)) }
                    }
                    @if marks.len() <= 12 {
                        text x=(percent(mark.at)) y="140" text-anchor=(anchor(mark.at, end)) { (number + 1) }
                    }
                }
                text x="0" y="156" { "0" }
                text x="100%" y="156" text-anchor="end" { ((series.time)(series.end)) }
            }
            (figures(speech, series))
        }
    }
}

fn labelled(speech: Speech, mark: &Mark, series: &Series<'_>) -> String {
    let said = [("what", mark.label.as_str().into()), ("time", (series.time)(mark.at).into())];
    speech.tell("html-mark", said)
}

fn anchor(at: u64, end: u64) -> &'static str {
    match at.saturating_mul(100) / end {
        0..2 => "start",
        98.. => "end",
        _ => "middle",
    }
}

/// Rows of the table under a chart, at most.
const ROWS: usize = 24;

fn figures(speech: Speech, series: &Series<'_>) -> Markup {
    let step = series.points.len().div_ceil(ROWS).max(1);
    let last = series.points.len().saturating_sub(1);
    let shown = series.points.iter().enumerate().filter(|(index, _)| index % step == 0 || *index == last);
    let rows: Vec<Vec<Markup>> = shown
        .map(|(_, &(at, value))| vec![html! { ((series.time)(at)) }, html! { ((series.says)(value)) }])
        .collect();
    html! {
        details {
            summary { (speech.say("html-as-table")) }
            (table(series.title, &[&speech.say("html-after"), series.title], &[0, 1], &rows))
        }
    }
}

struct Column {
    from: u64,
    until: u64,
    value: u64,
}

/// The chart's columns: one for each point, or the largest of each of [`COLUMNS`] equal times.
fn columns(series: &Series<'_>, end: u64) -> Vec<Column> {
    let mut spans: Vec<Column> = Vec::new();
    for (index, &(at, value)) in series.points.iter().enumerate() {
        let until = series.points.get(index + 1).map_or(end, |&(next, _)| next).min(end);
        if until > at {
            spans.push(Column { from: at, until, value });
        }
    }
    if spans.len() as u64 <= COLUMNS {
        return spans;
    }
    let edge = |column: u64| u64::try_from(u128::from(end) * u128::from(column) / u128::from(COLUMNS));
    (0..COLUMNS)
        .filter_map(|column| {
            let (from, until) = (edge(column).ok()?, edge(column + 1).ok()?);
            let first = spans.partition_point(|span| span.until <= from);
            let within = spans[first..].iter().take_while(|span| span.from < until);
            within.map(|span| span.value).max().map(|value| Column { from, until, value })
        })
        .collect()
}

/// A bar of several parts, which together are at most the whole. `says` tells it in words.
#[must_use]
pub fn progress_bar(says: &str, parts: &[Part]) -> Markup {
    let mut from = 0.0_f64;
    let placed: Vec<(f64, f64, &str)> = parts
        .iter()
        .map(|part| {
            let start = from;
            let share = part.share.clamp(0.0, 1.0 - start);
            from += share;
            (start * 100.0, share * 100.0, part.class)
        })
        .collect();
    html! {
        svg height="14" role="img" aria-label=(says) {
            title { (says) }
            rect.empty x="0" width="100%" height="14" rx="3" {}
            @for (start, share, class) in placed {
                rect class=(class) x={ (format!("{start:.2}")) "%" } width={ (format!("{share:.2}")) "%" }
                    height="14" rx="3" {}
            }
        }
    }
}
