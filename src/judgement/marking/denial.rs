//! Denial: which words of an answer are said, and which denied.
//!
//! A denial belongs to its clause: in *no disk is touched, the kernel flushes later*
//! only the first half is denied. Two denials cancel. *Not until X* denies nothing and
//! affirms nothing alone: the words it spans are taken either way, since *no memory is
//! given until it is touched* says both that none is given and when it is.
//! What is said only to be rejected (*it is not true that*) counts neither way.

use super::english::{self, Negator, Part};
use super::structure::{Structure, ends_clause};
use super::tokens::{Parting, Tokens};

/// Whether a word is said or denied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sense {
    /// Said.
    Affirmed,
    /// Under an odd number of denials.
    Denied,
    /// In a *not until*: true to either reading.
    Either,
    /// In a claim that is rejected whole (*it is not true that …*), and not denied within it:
    /// whatever it says, the writer does not.
    Rejected,
}

/// The sense of each token.
pub(super) fn senses(tokens: &Tokens, structure: &Structure) -> Vec<Sense> {
    let words: Vec<&str> = tokens.tokens.iter().map(|token| tokens.word(token)).collect();
    let partings: Vec<Parting> = tokens.tokens.iter().map(|token| token.parting).collect();
    Denials::new(&words, &partings, structure).senses()
}

/// Words past which a denial does not reach.
fn ends_denial(word: &str) -> bool {
    ends_clause(word) && !matches!(word, "and" | "then")
        || matches!(
            word,
            "except" | "as" | "before" | "after" | "only" | "just" | "whatever" | "however" | "no"
        )
}

fn is_until(word: &str) -> bool {
    matches!(word, "until" | "till" | "before" | "unless" | "til" | "except")
}

fn is_false(word: &str) -> bool {
    matches!(
        word,
        "false"
            | "wrong"
            | "untrue"
            | "incorrect"
            | "myth"
            | "misconception"
            | "mistaken"
            | "nonsense"
            | "fallacy"
    )
}

fn is_true(word: &str) -> bool {
    matches!(word, "true" | "case" | "correct" | "right")
}

/// How far back *until … nothing* may have begun, and how far ahead *not … until* may go.
const UNTIL_REACH: usize = 16;

struct Denials<'a> {
    words: &'a [&'a str],
    partings: &'a [Parting],
    structure: &'a Structure,
    count: Vec<u8>,
    either: Vec<bool>,
    rejected: Vec<bool>,
}

impl<'a> Denials<'a> {
    fn new(words: &'a [&'a str], partings: &'a [Parting], structure: &'a Structure) -> Self {
        Self {
            words,
            partings,
            structure,
            count: vec![0; words.len()],
            either: vec![false; words.len()],
            rejected: vec![false; words.len()],
        }
    }

    fn senses(mut self) -> Vec<Sense> {
        for i in 0..self.words.len() {
            if self.is_spent(i) {
                continue;
            }
            match english::negator(self.words[i]) {
                Some(reach) => self.deny(i, reach),
                None => {
                    self.attribute(i);
                }
            }
            self.refute(i);
        }
        (0..self.words.len())
            .map(|i| match (self.rejected[i], self.either[i], self.count[i] % 2) {
                (true, false, 1) | (false, false, 0) => Sense::Affirmed,
                (true, ..) => Sense::Rejected,
                (false, true, _) => Sense::Either,
                (false, false, _) => Sense::Denied,
            })
            .collect()
    }

    fn word(&self, i: usize) -> &str {
        self.words.get(i).copied().unwrap_or("")
    }

    fn back(&self, i: usize, by: usize) -> &str {
        i.checked_sub(by).map_or("", |at| self.word(at))
    }

    /// A negator that denies nothing where it stands: *not only*, *no matter*, *zero page*.
    fn is_spent(&self, i: usize) -> bool {
        let next = self.word(i + 1);
        match self.word(i) {
            "not" => {
                // *Not wrong* denies nothing; *not true that* is for [`Self::refute`] to judge.
                (1..=2).any(|by| is_false(self.word(i + by)))
                    || (1..=3).any(|by| is_true(self.word(i + by)) && self.word(i + by + 1) == "that")
                    || matches!(next, "only" | "just" | "merely" | "simply" | "sure" | "surprisingly")
            }
            "no" => {
                matches!(next, "matter" | "doubt" | "sooner" | "wonder" | "idea" | "surprise" | "problem")
                    || self.partings.get(i + 1).is_some_and(|&parting| parting >= Parting::Comma)
            }
            "zero" => {
                matches!(
                    next,
                    "page"
                        | "pages"
                        | "fill"
                        | "filled"
                        | "initialised"
                        | "initialized"
                        | "ed"
                        | "d"
                        | "out"
                        | "bytes"
                        | "byte"
                        | "memory"
                        | "and"
                        | "by"
                        | "on"
                        | "is"
                        | "at"
                        | "frame"
                ) || matches!(self.back(i, 1), "the" | "shared" | "be" | "to" | "almost" | "near" | "nearly")
            }
            // "Neither x nor y", "not x nor y": the first has denied both.
            "nor" => {
                let first = i.saturating_sub(12);
                (first..i).any(|at| {
                    self.structure.segment[at] == self.structure.segment[i]
                        && matches!(self.words[at], "neither" | "not" | "no" | "never" | "without")
                })
            }
            "nothing" => matches!(next, "but" | "more"),
            "none" => next == "other",
            "rather" => next != "than",
            "instead" => next != "of",
            "fails" => next != "to",
            "nobody" | "none_one" => matches!(next, "but"),
            _ => false,
        }
    }

    fn deny(&mut self, negator: usize, reach: Negator) {
        let end = self.end_of_denial(negator);
        if self.is_until_clause(negator, end) {
            let back = self.start_of_denial(negator, reach);
            for at in (back..end).filter(|&at| at != negator) {
                self.either[at] = true;
            }
            return;
        }
        let start = self.start_of_denial(negator, reach);
        for at in (start..end).filter(|&at| at != negator) {
            self.count[at] = self.count[at].saturating_add(1);
        }
        // "syscalls: none" denies what stands before the mark.
        let alone = self.structure.starts_clause(negator) && end == negator + 1;
        if alone && matches!(self.words[negator], "none" | "never" | "nothing") && negator > 0 {
            self.flip_clause_before(negator);
        }
    }

    fn flip_clause_before(&mut self, i: usize) {
        for at in self.structure.clauses_around(i - 1, i - 1) {
            self.count[at] = self.count[at].saturating_add(1);
        }
    }

    fn start_of_denial(&self, negator: usize, reach: Negator) -> usize {
        if reach == Negator::Forward || self.structure.starts_clause(negator) {
            return negator + 1;
        }
        let mut start = negator;
        while start > 0
            && negator - start < 2
            // In "no name no disk" each has its own denial.
            && self.count[start - 1] == 0
            && !self.structure.starts_clause(start)
            && match self.structure.part[start - 1] {
                Part::Content => true,
                Part::Preposition => matches!(self.words[start - 1], "out" | "up" | "off" | "down" | "over"),
                Part::Pronoun => matches!(self.words[start - 1], "you" | "me" | "us" | "it"),
                _ => false,
            }
        {
            start -= 1;
        }
        if start > 0
            && start < negator
            && matches!(
                self.words[start - 1],
                "with" | "at" | "by" | "on" | "for" | "in" | "of" | "to" | "under"
            )
            && (matches!(self.words[start], "out" | "up" | "off")
                || matches!(self.words[start - 1], "with" | "by" | "under"))
        {
            return negator + 1;
        }
        start
    }

    fn end_of_denial(&self, negator: usize) -> usize {
        let reach = match self.words[negator] {
            "instead" | "rather" => 6,
            "without" | "sans" | "minus" | "unlike" => 8,
            "avoid" | "avoids" | "avoiding" | "avoided" | "skip" | "skips" | "skipping" | "lack"
            | "lacks" => 7,
            "zero" => 2,
            "nor" | "neither" | "no" => 12,
            _ => 18,
        };
        let mut i = negator + 1;
        while i < self.words.len() && i - negator <= reach {
            let word = self.words[i];
            match self.partings[i] {
                Parting::Sentence | Parting::Strong => break,
                Parting::Comma if !self.list_goes_on(negator, i) => break,
                Parting::Comma | Parting::Space => {}
            }
            let stop = match word {
                _ if self.words[negator] == "without" && self.begins_noun_after_noun(negator, i) => true,
                // "a mapping without a file | is for …"
                _ if self.words[negator] == "without"
                    && self.structure.part[i] == Part::Auxiliary
                    && self.structure.part[i - 1] == Part::Content =>
                {
                    true
                }
                _ if self.begins_main_verb(negator, i) => true,
                "and" => !self.joins_more_denied(negator, i),
                "as" => self.words[negator] != "not" || self.word(i + 1) != "soon",
                "just" | "only" => i > negator + 1,
                "no" => i > negator + 1,
                // *No disk | nothing to clean*, but *it does not cost nothing*.
                "nothing" => i > negator + 1 && self.words[negator] == "no",
                _ => ends_denial(word),
            };
            if stop || (i > negator + 2 && self.begins_sentence_unmarked(i)) {
                break;
            }
            i += 1;
        }
        i
    }

    /// *Without a flush | the data is lost*, *without it | the data is*, but *without calling the kernel*.
    fn begins_noun_after_noun(&self, negator: usize, i: usize) -> bool {
        i > negator + 1
            && matches!(self.structure.part[i], Part::Determiner | Part::Pronoun)
            && (self.structure.part[i - 1] == Part::Content
                || (i == negator + 2 && self.structure.part[i - 1] == Part::Pronoun))
            && !self.words[i - 1].ends_with("ing")
    }

    /// *What has not been flushed | is lost*.
    fn begins_main_verb(&self, negator: usize, i: usize) -> bool {
        let participle = match self.word(negator + 1) {
            "been" | "yet" => self.structure.part.get(negator + 2) == Some(&Part::Content),
            word => word.ends_with("ed"),
        };
        participle
            && i > negator + 1
            && self.structure.part[i] == Part::Auxiliary
            && self.structure.part[i - 1] == Part::Content
    }

    /// A new sentence that no mark announces: *it doesn't give memory it gives addresses*.
    fn begins_sentence_unmarked(&self, i: usize) -> bool {
        matches!(self.words[i], "it" | "they" | "we" | "he" | "i")
            && self.structure.part[i - 1] == Part::Content
            && self.words.get(i + 1).is_some_and(|next| {
                let part = self.structure.part[i + 1];
                part == Part::Auxiliary
                    || part == Part::Adverb
                    || (part == Part::Content && next.ends_with('s'))
            })
    }

    /// After a comma, *no path, name or disk* goes on; *no path, it is closed* does not.
    fn list_goes_on(&self, negator: usize, comma: usize) -> bool {
        if !matches!(self.words[negator], "no" | "without" | "neither" | "not" | "never" | "nor") {
            return false;
        }
        if matches!(self.word(comma), "or" | "nor") {
            return true;
        }
        let end = (comma + 4).min(self.words.len());
        (comma..end)
            .take_while(|&at| at == comma || self.partings[at] <= Parting::Comma)
            .any(|at| matches!(self.words[at], "or" | "nor"))
            && self.structure.part[comma] == Part::Content
    }

    /// *No calls and copies* denies both; *not copied and the kernel flushes* does not.
    fn joins_more_denied(&self, negator: usize, and: usize) -> bool {
        if matches!(self.words[negator], "not" | "never" | "nothing" | "nobody" | "none") {
            return false;
        }
        let next = and + 1;
        next < self.words.len()
            && self.structure.part[next] == Part::Content
            && self.words[next..].iter().zip(&self.partings[next..]).skip(1).take(2).enumerate().all(
                |(n, (_, &parting))| {
                    n > 0
                        || parting > Parting::Space
                        || next + 1 >= self.words.len()
                        || self.structure.part[next + 1] == Part::Content
                        || self.structure.part[next + 1] == Part::Preposition
                },
            )
    }

    /// Whether the denial from `negator` to `end` is a *not until* or an *until …, not*.
    fn is_until_clause(&self, negator: usize, end: usize) -> bool {
        let sentence = self.structure.sentence[negator];
        let same = |at: usize| self.structure.sentence[at] == sentence;
        // One word may stand between: "not exist yet until".
        let ahead = end < self.words.len()
            && same(end)
            && (is_until(self.words[end]) && self.partings[end] <= Parting::Comma)
            || (end..self.words.len().min(end + 2)).any(|at| {
                same(at) && at == end && self.partings[at] <= Parting::Comma && is_until(self.words[at])
            });
        if ahead {
            return true;
        }
        let from = negator.saturating_sub(UNTIL_REACH);
        (from..negator).rev().take_while(|&at| same(at)).any(|at| {
            is_until(self.words[at])
                && self.words[at] != "except"
                && (self.structure.starts_clause(at)
                    && (at == 0 || self.partings[at] == Parting::Sentence || self.opens_clause_after_and(at)))
        })
    }

    fn opens_clause_after_and(&self, at: usize) -> bool {
        self.partings[at] >= Parting::Comma
            || matches!(self.back(at, 1), "and" | "so" | "but" | "because" | "that")
    }

    /// *People think that X*, *you'd expect X*: said, but not by the writer.
    fn attribute(&mut self, i: usize) {
        if !matches!(self.word(i), "think" | "believe" | "assume" | "suppose" | "expect" | "claim") {
            return;
        }
        let sayer = (1..=3).any(|by| {
            matches!(
                self.back(i, by),
                "people"
                    | "some"
                    | "many"
                    | "might"
                    | "may"
                    | "would"
                    | "could"
                    | "beginners"
                    | "often"
                    | "folks"
            )
        });
        if sayer {
            self.reject_claim(i + 1, |word| word == "but");
        }
    }

    fn reject_claim(&mut self, start: usize, ends: impl Fn(&str) -> bool) {
        for at in start..self.words.len() {
            // *It is not true that it is copied; it is shared*: what comes after is the writer's own again.
            let own_again = at >= start + 5
                && self.partings[at] == Parting::Strong
                && matches!(self.words[at], "it" | "they" | "instead" | "rather" | "actually");
            if self.partings[at] == Parting::Sentence || own_again || ends(self.words[at]) {
                break;
            }
            self.rejected[at] = !self.rejected[at];
        }
    }

    /// *It is false that X*, *it is not the case that X*; and *X. That's wrong.*
    fn refute(&mut self, i: usize) {
        let word = self.word(i);
        let false_word = is_false(word);
        let true_word = is_true(word) || word == "so";
        if !false_word && !true_word {
            return;
        }
        let denied = (1..=3).any(|by| matches!(self.back(i, by), "not" | "never" | "no"));
        if false_word == denied {
            return;
        }
        if matches!(self.word(i + 1), "that" | "to") && word != "so" {
            self.reject_claim(i + 2, |_| false);
            return;
        }
        let start = (1..=5).map_while(|by| i.checked_sub(by)).find(|&at| {
            matches!(
                self.words[at],
                "that" | "this" | "which" | "it" | "those" | "these" | "all" | "everything"
            ) && self.structure.starts_clause(at)
        });
        // *All of that is wrong* is about everything before.
        let all = start.is_some_and(|at| matches!(self.words[at], "all" | "everything"));
        let ends = self.partings.get(i + 1).is_none_or(|&parting| parting >= Parting::Comma);
        if let Some(start) = start
            && ends
            && start > 0
        {
            let sentence = self.structure.sentences_around(start - 1, start - 1);
            let from = if all { 0 } else { sentence.start };
            for rejected in &mut self.rejected[from..start] {
                *rejected = !*rejected;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tokens::tokenise;
    use super::*;

    /// The words of `answer` that are denied, those taken either way in brackets, and those of rejected claims in braces.
    fn denied(answer: &str) -> String {
        let tokens = tokenise(answer, 1000);
        let structure = Structure::read(&tokens);
        let shown =
            tokens.tokens.iter().zip(senses(&tokens, &structure)).filter_map(|(token, sense)| match sense {
                Sense::Affirmed => None,
                Sense::Denied => Some(tokens.word(token).to_owned()),
                Sense::Either => Some(format!("({})", tokens.word(token))),
                Sense::Rejected => Some(format!("{{{}}}", tokens.word(token))),
            });
        shown.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_denial_stays_in_its_clause() {
        assert_eq!(denied("it is not copied, the kernel flushes it"), "copied");
        assert_eq!(denied("it isn't on disk but in memory"), "on disk");
        assert_eq!(denied("no path, name or disk, and it is freed"), "path name or disk");
        assert_eq!(denied("the kernel hands out no memory"), "hands out memory");
        assert_eq!(denied("without a system call"), "a system call");
        assert_eq!(denied("no name no disk nothing to clean"), "name disk to clean");
        assert_eq!(denied("what has not been flushed is lost"), "been flushed");
    }

    #[test]
    fn two_denials_cancel() {
        assert_eq!(denied("it is not durable without msync"), "durable without");
        assert_eq!(denied("it is not true that it does not grow"), "{it} {does} {not}");
    }

    #[test]
    fn not_until_is_taken_either_way() {
        assert_eq!(denied("no memory is given until touched"), "(memory) (is) (given)");
        assert_eq!(denied("until touched, nothing is given"), "(is) (given)");
    }

    #[test]
    fn what_only_sounds_like_a_denial_denies_nothing() {
        assert_eq!(denied("not only faster, the zero page is shared no matter what"), "");
    }

    #[test]
    fn what_others_believe_is_not_claimed() {
        assert_eq!(denied("some people think it is faster but it depends"), "{it} {is} {faster}");
        assert_eq!(denied("It is always faster. That is wrong."), "{it} {is} {always} {faster}");
        assert_eq!(denied("It locks. It is fast. All of that is wrong."), "{it} {locks} {it} {is} {fast}");
    }
}
