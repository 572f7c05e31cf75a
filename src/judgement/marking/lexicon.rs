//! The lexicon: which classes each word of an answer belongs to.
//!
//! A rubric is compiled with the classes that its patterns use. Words are held by
//! stem, phrases by the stem of their first word; a word that is neither known nor
//! ordinary English is taken for the nearest known one, if that is near enough.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::english::{self, Stems};
use super::misspelling::Misspellings;
use super::pattern::ClassId;
use super::structure::Structure;
use super::tokens::{Kind, Number, Parting, Tokens, bytes_in};

/// A word as the lexicon keeps it: a stem, or `=` and an exact form.
type KeyId = u32;

/// The tokens from the first to the last of a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Span {
    pub(super) start: u16,
    pub(super) end: u16,
}

#[derive(Debug, Default)]
struct Head {
    classes: Vec<ClassId>,
    phrases: Vec<(Box<[KeyId]>, ClassId)>,
    /// Phrases within which a word of the class does not count.
    excluded: Vec<(Box<[KeyId]>, ClassId)>,
}

/// The words of a rubric's classes.
pub(super) struct Lexicon {
    keys: HashMap<Box<str>, KeyId>,
    heads: Vec<Head>,
    prefixes: Vec<(Box<str>, ClassId)>,
    numbers: Vec<(Number, ClassId)>,
    misspellings: Misspellings<KeyId>,
    function_words: Misspellings<&'static str>,
    ordinary: Arc<HashSet<Box<str>>>,
    stems: Stems,
    classes: usize,
}

impl std::fmt::Debug for Lexicon {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lexicon")
            .field("keys", &self.keys.len())
            .field("classes", &self.classes)
            .finish_non_exhaustive()
    }
}

/// Gathers classes, then builds the lexicon.
pub(super) struct LexiconBuilder {
    keys: HashMap<Box<str>, KeyId>,
    heads: Vec<Head>,
    prefixes: Vec<(Box<str>, ClassId)>,
    numbers: Vec<(Number, ClassId)>,
    surfaces: Vec<(String, KeyId)>,
    stems: Stems,
    classes: usize,
}

impl LexiconBuilder {
    pub(super) fn new() -> Self {
        Self {
            keys: HashMap::new(),
            heads: Vec::new(),
            prefixes: Vec::new(),
            numbers: Vec::new(),
            surfaces: Vec::new(),
            stems: Stems::new(),
            classes: 0,
        }
    }

    /// A new class, empty.
    pub(super) fn class(&mut self) -> Result<ClassId, String> {
        let class =
            ClassId::try_from(self.classes).map_err(|_| "a rubric uses at most 65,535 classes".to_owned())?;
        self.classes += 1;
        Ok(class)
    }

    /// Adds a word, phrase, `=exact`, `prefix*` or `#number` to `class`; `-phrase` takes that
    /// phrase's words out of it.
    pub(super) fn add(&mut self, class: ClassId, entry: &str) -> Result<(), String> {
        let entry = entry.trim().to_lowercase();
        if let Some(phrase) = entry.strip_prefix('-') {
            let keys = self.keys(phrase);
            let [first, rest @ ..] = keys.as_slice() else {
                return Err("a `-` stands before a phrase".to_owned());
            };
            self.heads[*first as usize].excluded.push((rest.into(), class));
            return Ok(());
        }
        if let Some(text) = entry.strip_prefix('#') {
            self.numbers.push((parse_number(text)?, class));
            return Ok(());
        }
        if let Some(prefix) = entry.strip_suffix('*') {
            if prefix.is_empty() || prefix.contains(' ') {
                return Err(format!("`{entry}`: a `*` ends a word of at least one letter"));
            }
            self.prefixes.push((prefix.into(), class));
            return Ok(());
        }
        match self.keys(&entry).as_slice() {
            [] => return Err("an entry is a word or a phrase, not nothing".to_owned()),
            [one] => {
                let classes = &mut self.heads[*one as usize].classes;
                if !classes.contains(&class) {
                    classes.push(class);
                }
            }
            [first, rest @ ..] => self.heads[*first as usize].phrases.push((rest.into(), class)),
        }
        Ok(())
    }

    /// The keys of a word or phrase, less its articles.
    fn keys(&mut self, entry: &str) -> Vec<KeyId> {
        let plain = entry.replace(['-', '\''], " ");
        let entry = if entry.starts_with('=') || is_mark(entry) { entry } else { &plain };
        let words: Vec<&str> = entry.split_whitespace().collect();
        let kept: Vec<&str> = words.iter().copied().filter(|word| !english::is_article(word)).collect();
        let words = if kept.is_empty() { words } else { kept };
        words.into_iter().map(|word| self.key(word)).collect()
    }

    fn key(&mut self, word: &str) -> KeyId {
        let exact = word.starts_with('=');
        let name = if exact { word.into() } else { self.stems.stem(word).into_owned() };
        let next = KeyId::try_from(self.heads.len()).unwrap_or(KeyId::MAX);
        let key = *self.keys.entry(name.clone().into()).or_insert(next);
        if key == next {
            self.heads.push(Head::default());
        }
        if !exact {
            for form in english::inflections(word) {
                if self.stems.stem(&form) == name.as_str() {
                    self.surfaces.push((form, key));
                }
            }
        }
        key
    }

    /// Builds the lexicon; `ordinary` words are never taken for misspelt ones.
    pub(super) fn build(mut self, ordinary: Arc<HashSet<Box<str>>>) -> Lexicon {
        self.surfaces.sort_unstable();
        self.surfaces.dedup();
        Lexicon {
            misspellings: Misspellings::new(self.surfaces),
            function_words: Misspellings::new(english::OFTEN_MISSPELT.map(|word| (word.to_owned(), word))),
            keys: self.keys,
            heads: self.heads,
            prefixes: self.prefixes,
            numbers: self.numbers,
            ordinary,
            stems: self.stems,
            classes: self.classes,
        }
    }
}

/// Permissions such as `rw-s` keep their hyphen.
fn is_mark(word: &str) -> bool {
    matches!(word.len(), 3 | 4) && word.contains('-') && word.bytes().all(|b| b"rwxps-".contains(&b))
}

fn parse_number(text: &str) -> Result<Number, String> {
    let digits = text.find(|c: char| c.is_ascii_alphabetic() && c != 'x').unwrap_or(text.len());
    let (number, unit) = if text.starts_with("0x") { (text, "") } else { text.split_at(digits) };
    let value = match number.strip_prefix("0x") {
        Some(hex) => u32::from_str_radix(hex, 16).ok().map(f64::from),
        None => number.trim().parse::<f64>().ok(),
    };
    let value = value.ok_or_else(|| format!("`#{text}` is not a number"))?;
    match unit.trim() {
        "" => Ok(Number::Plain(value)),
        unit => bytes_in(unit)
            .map(|bytes| Number::Bytes(value * bytes))
            .ok_or_else(|| format!("`{unit}` is not a unit of bytes: use B, KiB, MiB or GiB")),
    }
}

fn same_number(one: Number, other: Number) -> bool {
    let near = |a: f64, b: f64| (a - b).abs() <= a.abs().max(b.abs()) * 0.001;
    match (one, other) {
        (Number::Plain(a), Number::Plain(b)) | (Number::Bytes(a), Number::Bytes(b)) => near(a, b),
        // `0x1000` and `4096` are bytes where bytes are looked for; `4` is not 4 bytes.
        (Number::Plain(a), Number::Bytes(b)) | (Number::Bytes(b), Number::Plain(a)) => {
            near(a, b) && a >= 1024.0
        }
    }
}

/// Where the classes are in an answer: the spans of each, by [`ClassId`].
pub(super) struct Postings(Vec<Vec<Span>>);

impl Postings {
    pub(super) fn of(&self, class: ClassId) -> &[Span] {
        self.0.get(usize::from(class)).map_or(&[], Vec::as_slice)
    }
}

/// A word as found: as it stands, and by its stem.
#[derive(Debug, Clone, Copy, Default)]
struct Found {
    exact: Option<KeyId>,
    stem: Option<KeyId>,
}

impl Found {
    fn keys(self) -> impl Iterator<Item = KeyId> {
        self.exact.into_iter().chain(self.stem)
    }
}

impl Lexicon {
    /// The word that holds a sentence together and that `word` was meant to be, if it is misspelt.
    pub(super) fn function_word_meant(&self, word: &str) -> Option<&'static str> {
        if word.len() < 4
            || !self.may_be_misspelt(word)
            || self.keys.contains_key(self.stems.stem(word).as_ref())
        {
            return None;
        }
        self.function_words.meant(word).map(|(_, meant)| meant)
    }

    /// Finds every class in the answer.
    pub(super) fn post(&self, tokens: &Tokens, structure: &Structure) -> Postings {
        let mut postings = Postings(vec![Vec::new(); self.classes]);
        let count = structure.len();
        let mut exact_form = String::from("=");
        let found: Vec<Found> = tokens
            .tokens
            .iter()
            .map(|token| match token.kind {
                Kind::Word => self.find(tokens.word(token), &mut exact_form),
                Kind::Number(_) => Found::default(),
            })
            .collect();
        for i in 0..count {
            let token = &tokens.tokens[i];
            let at = position(i);
            match token.kind {
                Kind::Number(number) => {
                    for (wanted, class) in &self.numbers {
                        if same_number(number, *wanted) {
                            postings.0[usize::from(*class)].push(Span { start: at, end: at });
                        }
                    }
                }
                Kind::Word => {
                    for (prefix, class) in &self.prefixes {
                        if tokens.word(token).starts_with(&**prefix) {
                            postings.0[usize::from(*class)].push(Span { start: at, end: at });
                        }
                    }
                    for key in found[i].keys() {
                        self.post_head(key, i, tokens, &found, &mut postings);
                    }
                }
            }
        }
        for i in 0..count {
            for key in found[i].keys() {
                self.take_excluded(key, i, tokens, &found, &mut postings);
            }
        }
        postings
    }

    fn post_head(&self, key: KeyId, i: usize, tokens: &Tokens, found: &[Found], postings: &mut Postings) {
        let head = &self.heads[key as usize];
        let start = position(i);
        for class in &head.classes {
            push_new(&mut postings.0[usize::from(*class)], Span { start, end: start });
        }
        for (rest, class) in &head.phrases {
            if let Some(end) = phrase_end(rest, i, tokens, found) {
                push_new(&mut postings.0[usize::from(*class)], Span { start, end: position(end) });
            }
        }
    }

    /// Takes back what stands within a phrase that its class excludes.
    fn take_excluded(&self, key: KeyId, i: usize, tokens: &Tokens, found: &[Found], postings: &mut Postings) {
        for (rest, class) in &self.heads[key as usize].excluded {
            if let Some(end) = phrase_end(rest, i, tokens, found) {
                let around = position(i)..=position(end);
                postings.0[usize::from(*class)]
                    .retain(|span| !(around.contains(&span.start) && around.contains(&span.end)));
            }
        }
    }

    fn find(&self, word: &str, exact_form: &mut String) -> Found {
        exact_form.truncate(1);
        exact_form.push_str(word);
        let exact = self.keys.get(exact_form.as_str()).copied();
        let stem = self.stems.stem(word);
        let mut stem_key = self.keys.get(stem.as_ref()).copied();
        if stem_key.is_none() && exact.is_none() && self.may_be_misspelt(word) {
            stem_key = self.misspellings.meant(word).map(|(_, key)| key);
        }
        Found { exact, stem: stem_key }
    }

    fn may_be_misspelt(&self, word: &str) -> bool {
        !english::part(word).is_function() && !self.ordinary.contains(word)
    }
}

fn push_new(spans: &mut Vec<Span>, span: Span) {
    if spans.last() != Some(&span) {
        spans.push(span);
    }
}

/// Token numbers fit: an answer is cut long before 65,535 words.
fn position(i: usize) -> u16 {
    u16::try_from(i).unwrap_or(u16::MAX)
}

/// Where the phrase that goes on with `rest` after token `i` ends, if it is there.
fn phrase_end(rest: &[KeyId], i: usize, tokens: &Tokens, found: &[Found]) -> Option<usize> {
    let mut at = i;
    for wanted in rest {
        let mut fillers = 0;
        loop {
            at += 1;
            let token = tokens.tokens.get(at)?;
            if token.parting > Parting::Space {
                return None;
            }
            if found[at].keys().any(|key| key == *wanted) {
                break;
            }
            if fillers == 2 || !english::is_filler(tokens.word(token)) {
                return None;
            }
            fillers += 1;
        }
    }
    Some(at)
}
