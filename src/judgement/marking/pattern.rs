//! The pattern language: what a rubric writes to say when a fact is stated.
//!
//! It is modelled on Moodle's PMatch and goes beyond it in denials and stems.
//!
//! | pattern | matches |
//! | --- | --- |
//! | `page` | that word, inflected, in either spelling, or a little misspelt |
//! | `=page` | exactly that word |
//! | `alloc*` | any word that begins so |
//! | `#4KiB`, `#128` | that number, in any way of writing it |
//! | `@ram` | any word or phrase of the class `ram`, or the named pattern `ram` |
//! | `[on its own]` | these words side by side (articles may stand between) |
//! | `a b` | both, in any order, within the reach |
//! | `a > b` | `a`, later `b`, within the reach |
//! | `a+b` | `b` after `a`, at most four words between |
//! | `a&b` | `b` after `a`, at most one word between |
//! | `a \| b` | either |
//! | `a?` | `a` or not: for the middle of a `+` |
//! | `^`, `$` | the beginning, the end of a clause |
//! | `!a` | `a`, denied |
//! | `~a` | `a`, said or denied |
//! | `-a` | no `a` in the clauses that the rest matched in |
//! | `--a` | no `a` in the sentences that the rest matched in |
//! | `a ; b` | both, anywhere in the answer |
//! | `( … )` | a group |
//! | `… /12` | in a group or pattern: how far it may reach, in words |
//!
//! A word without a mark has to be said, not denied. The reach is 14 words unless told;
//! commas count one word more, colons and brackets two. No pattern reaches beyond its
//! sentence, and `+` not beyond a colon or bracket.

use std::ops::Range;

/// A class of words, as numbered by the lexicon that a rubric is compiled with.
pub(super) type ClassId = u16;
/// A named pattern, as numbered by the rubric.
pub(super) type NamedId = u16;

/// Whether a word must be said or denied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Want {
    Affirmed,
    Denied,
    Any,
}

/// How far around a match something must be absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Around {
    /// In the clauses that it spans.
    Clauses,
    /// In the sentences that it spans.
    Sentences,
}

/// A pattern, compiled.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    /// One of the class's words or phrases.
    Class(ClassId),
    /// A pattern with a name.
    Named(NamedId),
    /// The first word of a clause.
    ClauseStart,
    /// The last word of a clause.
    ClauseEnd,
    /// All of them, in any order, no wider than `reach`; and none of `absent` around.
    All { nodes: Vec<Node>, absent: Vec<(Around, Node)>, reach: u32 },
    /// One after another, no wider than `reach`.
    Then { nodes: Vec<Node>, reach: u32 },
    /// Each close behind the one before: no more words between than its number says.
    Near(Vec<(u32, Node)>),
    /// Any of them.
    Any(Vec<Node>),
    /// All of them, however far apart; found where the first is.
    Across(Vec<Node>),
    /// There or not.
    Optional(Box<Node>),
    /// With another want than the pattern around it.
    Wanted(Want, Box<Node>),
}

/// How many words `+` lets stand between its neighbours.
const NEAR: u32 = 4;
/// How many `&` does.
const TIGHT: u32 = 1;
/// How far a pattern reaches unless told.
const REACH: u32 = 14;

/// What is wrong with a pattern, and where in it (bytes).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PatternProblem {
    pub(super) span: Range<usize>,
    pub(super) message: String,
}

/// Where a pattern's names and words are looked up.
pub(super) trait Names {
    /// The class of a literal: `word`, `=word`, `wor*`, `#4KiB`, or several words side by side.
    fn literal(&mut self, text: &str) -> Result<ClassId, String>;
    /// The class or pattern called `name`.
    fn named(&mut self, name: &str) -> Result<Node, String>;
}

/// Parses a pattern.
pub(super) fn parse(text: &str, names: &mut dyn Names) -> Result<Node, PatternProblem> {
    let mut parser = Parser { text, at: 0, names };
    let node = parser.alternatives()?;
    parser.skip_spaces();
    if parser.at < text.len() {
        return Err(parser.problem(parser.at..text.len(), "nothing can follow here"));
    }
    Ok(node)
}

struct Parser<'t, 'n> {
    text: &'t str,
    at: usize,
    names: &'n mut dyn Names,
}

impl Parser<'_, '_> {
    fn problem(&self, span: Range<usize>, message: impl Into<String>) -> PatternProblem {
        PatternProblem { span, message: message.into() }
    }

    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn skip_spaces(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += self.peek().map_or(0, char::len_utf8);
        }
    }

    fn eat(&mut self, wanted: char) -> bool {
        if self.peek() == Some(wanted) {
            self.at += wanted.len_utf8();
            return true;
        }
        false
    }

    fn alternatives(&mut self) -> Result<Node, PatternProblem> {
        let mut nodes = vec![self.across()?];
        loop {
            self.skip_spaces();
            if !self.eat('|') {
                break;
            }
            nodes.push(self.across()?);
        }
        Ok(only_or(nodes, Node::Any))
    }

    fn across(&mut self) -> Result<Node, PatternProblem> {
        let mut nodes = vec![self.sequence()?];
        loop {
            self.skip_spaces();
            if !self.eat(';') {
                break;
            }
            nodes.push(self.sequence()?);
        }
        Ok(only_or(nodes, Node::Across))
    }

    fn sequence(&mut self) -> Result<Node, PatternProblem> {
        let mut reach = None;
        let mut nodes = vec![self.group(&mut reach)?];
        loop {
            self.skip_spaces();
            if !self.eat('>') {
                break;
            }
            nodes.push(self.group(&mut reach)?);
        }
        let reach = reach.unwrap_or(REACH);
        if nodes.len() > 1 {
            return Ok(Node::Then { nodes, reach });
        }
        let mut node = nodes.remove(0);
        if let Node::All { reach: own, .. } = &mut node {
            *own = reach;
        }
        Ok(node)
    }

    fn reach(&mut self) -> Result<u32, PatternProblem> {
        let start = self.at;
        self.at += 1;
        let digits = self.text[self.at..].bytes().take_while(u8::is_ascii_digit).count();
        let number = self.text[self.at..self.at + digits].parse();
        self.at += digits;
        number.map_err(|_| self.problem(start..self.at, "a reach is a number: `/12`"))
    }

    fn group(&mut self, reach: &mut Option<u32>) -> Result<Node, PatternProblem> {
        let start = self.at;
        let (mut nodes, mut absent) = (Vec::new(), Vec::new());
        loop {
            self.skip_spaces();
            match self.peek() {
                None | Some('|' | ';' | '>' | ')') => break,
                Some('/') => *reach = Some(self.reach()?),
                Some('-') => {
                    self.at += 1;
                    let around = if self.eat('-') { Around::Sentences } else { Around::Clauses };
                    absent.push((around, self.chain()?));
                }
                Some(_) => nodes.push(self.chain()?),
            }
        }
        if nodes.is_empty() {
            let end = self.at.max(start + 1).min(self.text.len());
            return Err(self.problem(start.min(end)..end, "a word is wanted here"));
        }
        if nodes.len() == 1 && absent.is_empty() {
            return Ok(nodes.remove(0));
        }
        Ok(Node::All { nodes, absent, reach: REACH })
    }

    fn chain(&mut self) -> Result<Node, PatternProblem> {
        let mut nodes = vec![(0, self.item()?)];
        loop {
            let gap = match self.peek() {
                Some('+') => NEAR,
                Some('&') => TIGHT,
                _ => break,
            };
            self.at += 1;
            nodes.push((gap, self.item()?));
        }
        if nodes.len() == 1 {
            return Ok(nodes.remove(0).1);
        }
        Ok(Node::Near(nodes))
    }

    fn item(&mut self) -> Result<Node, PatternProblem> {
        let want = match self.peek() {
            Some('!') => Some(Want::Denied),
            Some('~') => Some(Want::Any),
            _ => None,
        };
        if want.is_some() {
            self.at += 1;
        }
        let mut node = self.primary()?;
        if let Some(want) = want {
            node = Node::Wanted(want, Box::new(node));
        }
        if self.eat('?') {
            node = Node::Optional(Box::new(node));
        }
        Ok(node)
    }

    fn primary(&mut self) -> Result<Node, PatternProblem> {
        let start = self.at;
        if self.eat('(') {
            let node = self.alternatives()?;
            self.skip_spaces();
            if !self.eat(')') {
                return Err(self.problem(start..self.at, "this bracket is not closed"));
            }
            return Ok(node);
        }
        if self.eat('[') {
            let length = self.text[self.at..]
                .find(']')
                .ok_or_else(|| self.problem(start..self.text.len(), "this bracket is not closed"))?;
            let words = &self.text[self.at..self.at + length];
            self.at += length + 1;
            return self.literal(start, words);
        }
        if self.eat('^') {
            return Ok(Node::ClauseStart);
        }
        if self.eat('$') {
            return Ok(Node::ClauseEnd);
        }
        let end = self.text[self.at..]
            .find(|c: char| c.is_whitespace() || "|;>()[]/+&?!~^$".contains(c))
            .map_or(self.text.len(), |length| self.at + length);
        let word = &self.text[self.at..end];
        self.at = end;
        match word.strip_prefix('@') {
            Some(name) => self.names.named(name).map_err(|message| self.problem(start..end, message)),
            None => self.literal(start, word),
        }
    }

    fn literal(&mut self, start: usize, words: &str) -> Result<Node, PatternProblem> {
        if words.trim().is_empty() {
            return Err(
                self.problem(start..self.at.max(start + 1).min(self.text.len()), "a word is wanted here")
            );
        }
        let class = self.names.literal(words).map_err(|message| self.problem(start..self.at, message))?;
        Ok(Node::Class(class))
    }
}

fn only_or(mut nodes: Vec<Node>, many: impl FnOnce(Vec<Node>) -> Node) -> Node {
    if nodes.len() == 1 { nodes.remove(0) } else { many(nodes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Lengths;

    /// Numbers each literal by its length; knows only the name `ram`.
    impl Names for Lengths {
        fn literal(&mut self, text: &str) -> Result<ClassId, String> {
            Ok(u16::try_from(text.len()).unwrap())
        }
        fn named(&mut self, name: &str) -> Result<Node, String> {
            if name == "ram" { Ok(Node::Named(0)) } else { Err(format!("nothing is called @{name}")) }
        }
    }

    fn check(text: &str, expected: &Node) {
        assert_eq!(&parse(text, &mut Lengths).unwrap(), expected, "{text}");
    }

    #[test]
    fn patterns_parse() {
        use Node::{Across, All, Any, Class, ClauseStart, Named, Near, Optional, Then, Wanted};
        check("a", &Class(1));
        check("a|bb", &Any(vec![Class(1), Class(2)]));
        check("a bb", &All { nodes: vec![Class(1), Class(2)], absent: vec![], reach: REACH });
        check("a ; bb", &Across(vec![Class(1), Class(2)]));
        check("a > bb /5", &Then { nodes: vec![Class(1), Class(2)], reach: 5 });
        check("^+a&bb?", &Near(vec![(0, ClauseStart), (4, Class(1)), (1, Optional(Box::new(Class(2))))]));
        check("!@ram", &Wanted(Want::Denied, Box::new(Named(0))));
        check(
            "(a -bb)",
            &All { nodes: vec![Class(1)], absent: vec![(Around::Clauses, Class(2))], reach: REACH },
        );
        check(
            "(a --bb)",
            &All { nodes: vec![Class(1)], absent: vec![(Around::Sentences, Class(2))], reach: REACH },
        );
        check("[on its own]", &Class(10));
    }

    #[test]
    fn what_is_wrong_is_pointed_at() {
        for (text, span, message) in [
            ("a @disc", 2..7, "nothing is called @disc"),
            ("a (b", 2..4, "this bracket is not closed"),
            ("a | ", 3..4, "a word is wanted here"),
            ("a /x", 2..3, "a reach is a number: `/12`"),
        ] {
            assert_eq!(
                parse(text, &mut Lengths),
                Err(PatternProblem { span, message: message.into() }),
                "{text}"
            );
        }
    }
}
