//! Topics: what an answer speaks of at each of its words.
//!
//! An aspect's value holds from where it is named until another value is. When one aspect
//! changes, what was named along with its old value ends too, unless it was a heading over
//! all that follows (*Anonymous ones: private …, shared …*) or the change is one of the
//! thing spoken of (*make it shared and …*).

use super::english::Part;
use super::matching::Matcher;
use super::rubric::Aspect;
use super::structure::Structure;
use super::tokens::{Kind, Parting, Tokens};

/// What the answer speaks of at each of its tokens, aspect by aspect.
pub(super) struct Topics {
    states: Vec<Vec<Option<u8>>>,
}

/// A heading names its aspects within this many words of each other.
const HEADING: usize = 4;

/// A value named at a token.
#[derive(Clone, Copy)]
struct Opened {
    value: u8,
    /// Whether it is said of what was spoken of before.
    of_the_same: bool,
}

impl Topics {
    pub(super) fn find(
        aspects: &[Aspect],
        matcher: &Matcher<'_>,
        tokens: &Tokens,
        structure: &Structure,
    ) -> Self {
        let count = structure.len();
        if aspects.is_empty() {
            return Self { states: Vec::new() };
        }
        let mut opened: Vec<Vec<Option<Opened>>> = vec![vec![None; count]; aspects.len()];
        for (aspect, opened) in aspects.iter().zip(&mut opened) {
            for (value, named) in (0_u8..).zip(&aspect.values) {
                for span in named.opens.iter().flat_map(|pattern| matcher.spans(&pattern.node)) {
                    let (start, end) = (usize::from(span.start), usize::from(span.end));
                    let of_the_same = speaks_of_the_same(tokens, structure, start, end);
                    opened[start].get_or_insert(Opened { value, of_the_same });
                }
            }
        }
        // An aspect named without the others is a heading over what follows, whatever the others
        // become; so is *for files, …*.
        let is_alone = |aspect: usize, i: usize| {
            let around = i.saturating_sub(HEADING)..(i + HEADING + 1).min(count);
            let fronted = structure.starts_clause(i)
                && matches!(structure.part[i], Part::Preposition | Part::Subordinator);
            let goes_with = |at: usize| {
                structure.segment[at] == structure.segment[i]
                    && (!fronted || structure.clause[at] == structure.clause[i])
            };
            !opened.iter().enumerate().any(|(other, opened)| {
                let mut near = around.clone().filter(|&at| goes_with(at));
                other != aspect && near.any(|at| opened[at].is_some())
            })
        };
        let mut states: Vec<Vec<Option<u8>>> = vec![vec![None; count]; aspects.len()];
        let mut over_all = vec![true; aspects.len()];
        let mut headed: Vec<Option<(u8, u16)>> = vec![None; aspects.len()];
        for i in 0..count {
            let before = |states: &Vec<Vec<Option<u8>>>, aspect: usize| {
                i.checked_sub(1).and_then(|i| states[aspect][i])
            };
            let starts_anew = begins_item(tokens, structure, i);
            for aspect in 0..aspects.len() {
                if starts_anew && !over_all[aspect] {
                    states[aspect][i] = opened[aspect][i].map(|opened| opened.value);
                    continue;
                }
                states[aspect][i] = opened[aspect][i].map(|opened| opened.value).or(before(&states, aspect));
                if let Some(opened) = opened[aspect][i] {
                    // *For files, …*: the heading is also a name of its own.
                    let named_again = headed[aspect] == Some((opened.value, structure.clause[i]));
                    over_all[aspect] = named_again || is_alone(aspect, i);
                    headed[aspect] = over_all[aspect].then_some((opened.value, structure.clause[i]));
                }
            }
            for aspect in 0..aspects.len() {
                let old = before(&states, aspect);
                let same = opened[aspect][i].is_some_and(|opened| opened.of_the_same);
                if old.is_none() || states[aspect][i] == old || same {
                    continue;
                }
                for other in (0..aspects.len()).filter(|&other| other != aspect && !over_all[other]) {
                    let from = i.saturating_sub(HEADING);
                    let near = opened[other][from..=i].iter().rev().copied().flatten().next();
                    states[other][i] = near.map(|opened| opened.value);
                }
            }
        }
        Self { states }
    }

    /// Where the topic changes, what it is from there on: the first token, and the names of the values.
    pub(super) fn changes<'n>(&self, aspects: &'n [Aspect]) -> Vec<(usize, Vec<&'n str>)> {
        let at = |token: usize| -> Vec<&'n str> {
            let values = self.states.iter().zip(aspects);
            values
                .map(|(states, aspect)| {
                    states[token].map_or("-", |value| aspect.values[usize::from(value)].name.as_str())
                })
                .collect()
        };
        let count = self.states.first().map_or(0, Vec::len);
        let mut changes: Vec<(usize, Vec<&str>)> = (0..count).map(|token| (token, at(token))).collect();
        changes.dedup_by(|later, earlier| later.1 == earlier.1);
        changes
    }

    /// Whether the answer speaks of something else at `token`.
    pub(super) fn is_elsewhere(&self, about: &[Option<u8>], token: u16) -> bool {
        about.iter().zip(&self.states).any(|(wanted, states)| {
            let here = states[usize::from(token)];
            wanted.is_some() && here.is_some() && here != *wanted
        })
    }

    pub(super) fn is_about(&self, about: &[Option<u8>], token: u16) -> bool {
        about
            .iter()
            .zip(&self.states)
            .all(|(wanted, states)| wanted.is_none() || states[usize::from(token)] == *wanted)
    }
}

/// Whether token `i` counts the items of a list: *Third: …*, *4. …*.
fn begins_item(tokens: &Tokens, structure: &Structure, i: usize) -> bool {
    let starts = i == 0 || structure.sentence[i - 1] != structure.sentence[i];
    let parted = tokens.tokens.get(i + 1).is_some_and(|next| next.parting >= Parting::Comma);
    starts
        && parted
        && match tokens.tokens[i].kind {
            Kind::Number(_) => true,
            Kind::Word => matches!(
                tokens.word(&tokens.tokens[i]),
                "one"
                    | "two"
                    | "three"
                    | "four"
                    | "first"
                    | "second"
                    | "third"
                    | "fourth"
                    | "firstly"
                    | "secondly"
                    | "thirdly"
                    | "fourthly"
                    | "lastly"
                    | "finally"
            ),
        }
}

/// Whether the tokens say something of what was spoken of before: *make it shared*, *if it is private*,
/// *a shared one*.
fn speaks_of_the_same(tokens: &Tokens, structure: &Structure, start: usize, end: usize) -> bool {
    let from = start.saturating_sub(2);
    let one = tokens.tokens.get(end + 1).map_or("", |next| tokens.word(next));
    if matches!(one, "one" | "ones") || matches!(tokens.word(&tokens.tokens[end]), "one" | "ones") {
        return true;
    }
    (from..=end).filter(|&at| structure.clause[at] == structure.clause[end]).any(|at| {
        structure.part[at] == Part::Pronoun
            && matches!(tokens.word(&tokens.tokens[at]), "it" | "them" | "they")
    })
}
