//! A whole page, its style, and the small pieces that pages have in common.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::words::speech::Speech;

/// What a piece of text says by its colour, beside its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// It went right.
    Good,
    /// It went wrong.
    Bad,
    /// It could not be told, or wants attention.
    Unsure,
    /// None of these.
    Neutral,
}

impl Tone {
    const fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Bad => "bad",
            Self::Unsure => "unsure",
            Self::Neutral => "neutral",
        }
    }
}

/// A page in a language: its title, what stands under the title, and what it is about.
#[must_use]
pub fn page(speech: Speech, title: &str, lead: &Markup, body: &Markup) -> String {
    let program = concat!("mmaplings ", env!("CARGO_PKG_VERSION"));
    let made = speech.tell("html-made", [("program", program.into())]);
    html! {
        (DOCTYPE)
        html lang=(speech.language()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                // Should markup slip through after all, it still runs nothing and fetches nothing.
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                meta name="color-scheme" content="light dark";
                meta name="generator" content=(program);
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    h1 { (title) }
                    div.lead { (lead) }
                }
                main { (body) }
                footer { (made) }
            }
        }
    }
    .into_string()
}

/// A word or two in a coloured frame: `passed`.
#[must_use]
pub fn tag(tone: Tone, text: &str) -> Markup {
    html! { span class={ "tag " (tone.class()) } { (text) } }
}

/// A figure and what it is: `34 mappings made`.
#[must_use]
pub fn fact(figure: &str, what: &str) -> Markup {
    html! { div.fact { dd { (figure) } dt { (what) } } }
}

/// Several [`fact`]s in a row.
#[must_use]
pub fn facts(facts: &[Markup]) -> Markup {
    html! { dl.facts { @for fact in facts { (fact) } } }
}

/// A table that scrolls by itself where the page is too narrow for it. `numbers` are the
/// columns, from 0, that are set to the right.
#[must_use]
pub fn table<C: AsRef<str>>(caption: &str, columns: &[C], numbers: &[usize], rows: &[Vec<Markup>]) -> Markup {
    let class = |column: usize| numbers.contains(&column).then_some("number");
    html! {
        div.scroll tabindex="0" role="region" aria-label=(caption) {
            table {
                caption { (caption) }
                thead { tr {
                    @for (index, column) in columns.iter().enumerate() {
                        th scope="col" class=[class(index)] { (column.as_ref()) }
                    }
                } }
                tbody {
                    @for row in rows {
                        tr { @for (index, cell) in row.iter().enumerate() {
                            td class=[class(index)] { (cell) }
                        } }
                    }
                }
            }
        }
    }
}

/// The style of all pages. Colours of flavours are told apart by people who do not see red or
/// green too (after Okabe and Ito), and every one is also a letter.
const STYLE: &str = "
:root {
  color-scheme: light dark;
  --ground: #fdfdfb; --raised: #f3f2ee; --ink: #1d1f21; --faint: #5d6166; --rule: #d8d6cf;
  --link: #0b57a4; --good: #12693b; --bad: #a8201a; --unsure: #7a5200;
  --pa: #0072b2; --sa: #a8518a; --pf: #00805c; --sf: #b35900; --kernel: #74787d;
  --empty: #e4e2db;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #16181a; --raised: #202326; --ink: #e6e4df; --faint: #a3a7ab; --rule: #3a3e42;
    --link: #7db7f0; --good: #6fcf97; --bad: #ff8a80; --unsure: #e6b450;
    --pa: #56b4e9; --sa: #dd9cc4; --pf: #35c39a; --sf: #f0a24b; --kernel: #9a9ea3;
    --empty: #34383c;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1rem; max-width: 62rem; background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: break-word;
}
h1 { font-size: 1.7rem; line-height: 1.2; margin: .5rem 0; }
h2 { font-size: 1.25rem; margin: 2.2rem 0 .6rem; padding-top: .6rem; border-top: 1px solid var(--rule); }
h3 { font-size: 1.05rem; margin: 1.4rem 0 .4rem; }
p { max-width: 44rem; margin: .5rem 0; }
a { color: var(--link); }
code, pre, .address { font: .875em/1.45 ui-monospace, monospace; }
pre { overflow-x: auto; background: var(--raised); padding: .6rem .8rem; border-radius: .3rem; margin: .5rem 0; }
.lead, footer, figcaption, .note { color: var(--faint); }
footer { margin-top: 3rem; padding-top: .6rem; border-top: 1px solid var(--rule); font-size: .875rem; }
.tag { display: inline-block; padding: 0 .5em; border: 1px solid currentColor; border-radius: .8em;
  font-size: .85em; line-height: 1.5; white-space: nowrap; }
.good { color: var(--good); } .bad { color: var(--bad); } .unsure { color: var(--unsure); }
.neutral { color: var(--faint); }
.facts { display: flex; flex-wrap: wrap; gap: .6rem; margin: 1rem 0; padding: 0; }
.fact { background: var(--raised); border-radius: .3rem; padding: .5rem .8rem; min-width: 7.5rem; }
.fact dd { margin: 0; font-size: 1.25rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.fact dt { color: var(--faint); font-size: .875rem; }
.scroll { overflow-x: auto; margin: .6rem 0; }
table { border-collapse: collapse; min-width: 100%; font-size: .9rem; }
caption { text-align: left; color: var(--faint); padding: .2rem 0; }
th, td { text-align: left; vertical-align: top; padding: .25rem .7rem .25rem 0; border-bottom: 1px solid var(--rule); }
th { font-weight: 600; white-space: nowrap; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.number { padding-left: .7rem; }
figure { margin: 1rem 0; }
figcaption { margin-bottom: .3rem; }
svg { display: block; width: 100%; overflow: visible; }
svg text { fill: var(--faint); font: 12px system-ui, sans-serif; }
details { margin: .4rem 0; } summary { cursor: pointer; color: var(--link); }
.pa { fill: var(--pa); } .sa { fill: var(--sa); } .pf { fill: var(--pf); } .sf { fill: var(--sf); }
.kernel { fill: var(--kernel); } .empty { fill: var(--empty); } .outline { fill-opacity: .28; }
.axis { stroke: var(--rule); } .mark { stroke: var(--ink); stroke-dasharray: 3 3; } .dot { fill: var(--ink); }
.letters { display: inline-block; min-width: 2em; font-weight: 700; }
.letters.pa { color: var(--pa); } .letters.sa { color: var(--sa); } .letters.pf { color: var(--pf); }
.letters.sf { color: var(--sf); } .letters.kernel { color: var(--kernel); }
.space { display: grid; grid-template-columns: auto auto minmax(6rem, 1fr) auto; gap: .15rem .7rem;
  align-items: center; font-size: .9rem; margin: .6rem 0; }
.space .size { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.space .name { grid-column: 2 / -1; color: var(--faint); font-size: .85rem; margin-bottom: .3rem; overflow-wrap: anywhere; }
.space .gap { grid-column: 1 / -1; color: var(--faint); font-size: .85rem; border-top: 1px dashed var(--rule); }
.key { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; font-size: .9rem; color: var(--faint); padding: 0; list-style: none; }
.link { border-left: .25rem solid var(--sf); padding: .3rem .8rem; margin: .6rem 0; background: var(--raised); }
@media print { body { max-width: none; } details { display: block; } }
";
