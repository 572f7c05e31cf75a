//! Matching: where in an answer a pattern holds.
//!
//! Every part of a pattern is evaluated to the spans of tokens that it matches; parts
//! are joined to wider spans as long as those stay within reach. Before that, a pattern
//! of which some needed class is not in the answer at all is passed over.

use std::cell::RefCell;
use std::rc::Rc;

use super::denial::Sense;
use super::lexicon::{Postings, Span};
use super::pattern::{Around, NamedId, Node, Want};
use super::structure::Structure;

/// More ways to match than this add nothing; the narrowest are kept.
const MOST_SPANS: usize = 32;

/// A named pattern's spans, once found, for each of the three wants.
type Memory = RefCell<Vec<[Option<Rc<[Span]>>; 3]>>;

/// How closely a pattern's distances are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// As written.
    AsWritten,
    /// Half as far again: what matches only so was nearly said.
    Wider,
}

/// An answer, ready for patterns to be tried on it.
pub(super) struct Matcher<'a> {
    postings: &'a Postings,
    structure: &'a Structure,
    senses: &'a [Sense],
    named: &'a [Node],
    reach: Reach,
    memory: Memory,
    possible: RefCell<Vec<Option<bool>>>,
}

impl<'a> Matcher<'a> {
    pub(super) fn new(
        postings: &'a Postings,
        structure: &'a Structure,
        senses: &'a [Sense],
        named: &'a [Node],
        reach: Reach,
    ) -> Self {
        Self {
            postings,
            structure,
            senses,
            named,
            reach,
            memory: RefCell::new(vec![[None, None, None]; named.len()]),
            possible: RefCell::new(vec![None; named.len()]),
        }
    }

    /// Where `pattern` matches.
    pub(super) fn spans(&self, pattern: &Node) -> Vec<Span> {
        if self.is_possible(pattern) { self.eval(pattern, Want::Affirmed) } else { Vec::new() }
    }

    fn is_possible(&self, node: &Node) -> bool {
        match node {
            Node::Class(class) => !self.postings.of(*class).is_empty(),
            Node::Named(name) => self.is_named_possible(*name),
            Node::ClauseStart | Node::ClauseEnd | Node::Optional(_) => true,
            Node::All { nodes, .. } | Node::Then { nodes, .. } => {
                nodes.iter().all(|node| self.is_possible(node))
            }
            Node::Near(nodes) => nodes.iter().all(|(_, node)| self.is_possible(node)),
            Node::Across(nodes) => nodes.iter().all(|node| self.is_possible(node)),
            Node::Any(nodes) => nodes.iter().any(|node| self.is_possible(node)),
            Node::Wanted(_, node) => self.is_possible(node),
        }
    }

    fn is_named_possible(&self, name: NamedId) -> bool {
        let index = usize::from(name);
        if let Some(known) = self.possible.borrow()[index] {
            return known;
        }
        let possible = self.is_possible(&self.named[index]);
        self.possible.borrow_mut()[index] = Some(possible);
        possible
    }

    fn eval(&self, node: &Node, want: Want) -> Vec<Span> {
        match node {
            Node::Class(class) => {
                let spans = self.postings.of(*class).iter().copied();
                spans.filter(|span| self.has_sense(*span, want)).collect()
            }
            Node::Named(name) => self.eval_named(*name, want).to_vec(),
            Node::ClauseStart => (0..self.structure.len())
                .filter(|&i| self.structure.starts_clause(i))
                .filter_map(|i| u16::try_from(i).ok())
                .map(|i| Span { start: i, end: i })
                .collect(),
            Node::ClauseEnd => (0..self.structure.len())
                .filter(|&i| self.structure.ends_clause(i))
                .filter_map(|i| u16::try_from(i).ok())
                .map(|i| Span { start: i, end: i })
                .collect(),
            Node::All { nodes, absent, reach } => {
                let mut spans = self.join(nodes, want, *reach, |_, _| true);
                if !absent.is_empty() {
                    self.keep_without(&mut spans, absent, want);
                }
                spans
            }
            Node::Then { nodes, reach } => self.join(nodes, want, *reach, |one, next| next.start > one.end),
            Node::Near(nodes) => self.eval_near(nodes, want),
            Node::Any(nodes) => {
                let mut spans: Vec<Span> = nodes
                    .iter()
                    .filter(|node| self.is_possible(node))
                    .flat_map(|node| self.eval(node, want))
                    .collect();
                self.narrowest(&mut spans);
                spans
            }
            Node::Across(nodes) => {
                let mut spans = nodes.iter().map(|node| self.eval(node, want));
                let first = spans.next().unwrap_or_default();
                if spans.all(|spans| !spans.is_empty()) { first } else { Vec::new() }
            }
            Node::Optional(node) => self.eval(node, want),
            Node::Wanted(own, node) => self.eval(node, compose(want, *own)),
        }
    }

    fn eval_named(&self, name: NamedId, want: Want) -> Rc<[Span]> {
        let (index, slot) = (usize::from(name), want as usize);
        if let Some(known) = &self.memory.borrow()[index][slot] {
            return Rc::clone(known);
        }
        let node = &self.named[index];
        let spans: Rc<[Span]> =
            if self.is_possible(node) { self.eval(node, want).into() } else { Rc::new([]) };
        self.memory.borrow_mut()[index][slot] = Some(Rc::clone(&spans));
        spans
    }

    fn has_sense(&self, span: Span, want: Want) -> bool {
        match (want, self.senses[usize::from(span.start)]) {
            (_, Sense::Rejected) => false,
            (Want::Any, _) => true,
            (Want::Affirmed, sense) => sense != Sense::Denied,
            (Want::Denied, sense) => sense == Sense::Denied,
        }
    }

    fn is_one_sentence(&self, span: Span) -> bool {
        self.structure.sentence[usize::from(span.start)] == self.structure.sentence[usize::from(span.end)]
    }

    /// How far apart words may be where a pattern says `reach`.
    fn allowed(&self, reach: u32) -> u32 {
        match self.reach {
            Reach::AsWritten => reach,
            Reach::Wider => reach + reach / 2 + 1,
        }
    }

    fn width(&self, span: Span) -> u32 {
        self.structure.position[usize::from(span.end)] - self.structure.position[usize::from(span.start)]
    }

    fn join(
        &self,
        nodes: &[Node],
        want: Want,
        reach: u32,
        follows: impl Fn(Span, Span) -> bool,
    ) -> Vec<Span> {
        let mut joined: Option<Vec<Span>> = None;
        for node in nodes {
            if matches!(node, Node::Optional(_)) {
                continue;
            }
            let next = self.eval(node, want);
            let mut wider = match joined {
                None => next,
                Some(spans) => Self::pairs(&spans, &next, |one, other| {
                    let both = hull(one, other);
                    (follows(one, other)
                        && self.is_one_sentence(both)
                        && self.width(both) <= self.allowed(reach))
                    .then_some(both)
                }),
            };
            if wider.is_empty() {
                return wider;
            }
            self.narrowest(&mut wider);
            joined = Some(wider);
        }
        joined.unwrap_or_default()
    }

    fn eval_near(&self, nodes: &[(u32, Node)], want: Want) -> Vec<Span> {
        let mut chained: Vec<Span> = Vec::new();
        for (i, (gap, node)) in nodes.iter().enumerate() {
            let next = self.eval(node, want);
            if i == 0 {
                chained = next;
                if chained.is_empty() && !matches!(node, Node::Optional(_)) {
                    return chained;
                }
                continue;
            }
            // Behind a `^` and what is optional the next may stand where the clause begins.
            let at_start = matches!(nodes[0].1, Node::ClauseStart)
                && nodes[1..i].iter().all(|(_, node)| matches!(node, Node::Optional(_)));
            let just_started = matches!(nodes[i - 1].1, Node::ClauseStart);
            let mut longer = Self::pairs(&chained, &next, |one, other| {
                let (end, start) = (usize::from(one.end), usize::from(other.start));
                let meets =
                    start == end && ((at_start && one.start == one.end) || matches!(node, Node::ClauseEnd));
                let after = start > end || meets;
                let reach = if just_started { 1 } else { self.allowed(*gap) + 1 };
                (after
                    && self.structure.segment[start] == self.structure.segment[end]
                    && self.structure.position[start] - self.structure.position[end] <= reach)
                    .then(|| hull(one, other))
            });
            if matches!(node, Node::Optional(_)) {
                longer.extend_from_slice(&chained);
            }
            if longer.is_empty() {
                return longer;
            }
            self.narrowest(&mut longer);
            chained = longer;
        }
        chained
    }

    fn pairs(ones: &[Span], others: &[Span], join: impl Fn(Span, Span) -> Option<Span>) -> Vec<Span> {
        let mut joined = Vec::new();
        for &one in ones {
            joined.extend(others.iter().filter_map(|&other| join(one, other)));
        }
        joined
    }

    fn narrowest(&self, spans: &mut Vec<Span>) {
        if spans.len() > 1 {
            spans.sort_unstable();
            spans.dedup();
        }
        if spans.len() > MOST_SPANS {
            spans.sort_by_key(|span| self.width(*span));
            spans.truncate(MOST_SPANS);
        }
    }

    fn keep_without(&self, spans: &mut Vec<Span>, absent: &[(Around, Node)], want: Want) {
        for (around, node) in absent.iter().filter(|(_, node)| self.is_possible(node)) {
            let unwanted = self.eval(node, want);
            spans.retain(|span| {
                let (start, end) = (usize::from(span.start), usize::from(span.end));
                let around = match around {
                    Around::Clauses => self.structure.clauses_around(start, end),
                    Around::Sentences => self.structure.sentences_around(start, end),
                };
                !unwanted.iter().any(|other| {
                    around.contains(&usize::from(other.start)) && around.contains(&usize::from(other.end))
                })
            });
        }
    }
}

fn hull(one: Span, other: Span) -> Span {
    Span { start: one.start.min(other.start), end: one.end.max(other.end) }
}

/// A denial inside a denied group is said again.
fn compose(outer: Want, inner: Want) -> Want {
    match (outer, inner) {
        (Want::Any, _) | (_, Want::Any) => Want::Any,
        (Want::Affirmed, inner) => inner,
        (Want::Denied, Want::Affirmed) => Want::Denied,
        (Want::Denied, Want::Denied) => Want::Affirmed,
    }
}
