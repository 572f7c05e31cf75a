//! From a rubric as written to a rubric that marks: names looked up, patterns compiled.
//!
//! All problems are told at once, each with the bytes of the file that it is about.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;

use super::lexicon::LexiconBuilder;
use super::parroting::Asked;
use super::pattern::{self, ClassId, NamedId, Names, Node};
use super::rubric::{Aspect, Misconception, Pattern, Point, Rubric, Statement, Value, Weight};
use super::words::Words;
use super::written::{
    RubricAspect, RubricDocument, RubricMisconception, RubricPoint, RubricProblem, RubricProblems,
};
use crate::words::ids::PointId;
use crate::words::prose;

impl Rubric {
    /// Reads and compiles a rubric, with the words that its course shares.
    ///
    /// # Errors
    /// All problems of the file, each with its place.
    pub fn parse(toml: &str, words: &Words) -> Result<Self, RubricProblems> {
        let file: RubricDocument = toml::from_str(toml).map_err(|error| RubricProblems::of_toml(&error))?;
        let mut compiler = Compiler::new(toml, &file, words);
        let aspects: Vec<Aspect> = file.aspect.iter().map(|aspect| compiler.aspect(aspect)).collect();
        let points: Vec<Point> = file.point.into_iter().map(|point| compiler.point(point)).collect();
        let misconceptions: Vec<Misconception> = file
            .misconception
            .into_iter()
            .map(|misconception| compiler.misconception(misconception))
            .collect();
        if *file.cap.get_ref() == 0 || *file.cap.get_ref() > MOST_WORDS {
            compiler.complain(file.cap.span(), format!("the cap is between 1 and {MOST_WORDS} words"));
        }
        if points.iter().all(|point| point.weight == Weight::Extra) {
            compiler.complain(0..0, "a rubric has at least one core point");
        }
        if !compiler.problems.is_empty() {
            return Err(RubricProblems(compiler.problems));
        }
        Ok(Self {
            question: file.question,
            asked: Asked::new(&file.ask),
            ask: file.ask,
            model: file.model,
            cap: *file.cap.get_ref(),
            points,
            misconceptions,
            language: words.language,
            aspects,
            named: compiler.named,
            lexicon: compiler.lexicon.build(Arc::clone(&words.ordinary)),
        })
    }
}

/// The largest cap: an answer's words are numbered in 16 bits with room to spare.
const MOST_WORDS: usize = 5_000;

/// A named pattern while the rubric is compiled.
#[derive(Clone, Copy)]
enum NamedState {
    Compiling,
    Done(NamedId),
}

struct Compiler<'a> {
    toml: &'a str,
    /// Classes by name: the course's and the rubric's entries together.
    classes: BTreeMap<String, Vec<String>>,
    patterns: BTreeMap<String, Vec<String>>,
    lexicon: LexiconBuilder,
    class_ids: HashMap<String, ClassId>,
    literal_ids: HashMap<String, ClassId>,
    named_ids: HashMap<String, NamedState>,
    named: Vec<Node>,
    ids: HashSet<PointId>,
    aspect_values: Vec<(String, Vec<String>)>,
    problems: Vec<RubricProblem>,
}

impl<'a> Compiler<'a> {
    fn new(toml: &'a str, file: &RubricDocument, words: &Words) -> Self {
        let mut classes = words.words.clone();
        for (name, entries) in &file.words {
            classes.entry(name.clone()).or_default().extend(entries.iter().cloned());
        }
        let mut patterns = words.patterns.clone();
        for (name, texts) in &file.patterns {
            patterns.entry(name.clone()).or_default().extend(texts.iter().map(|text| text.get_ref().clone()));
        }
        let mut compiler = Self {
            toml,
            classes,
            patterns,
            lexicon: LexiconBuilder::new(),
            class_ids: HashMap::new(),
            literal_ids: HashMap::new(),
            named_ids: HashMap::new(),
            named: Vec::new(),
            ids: HashSet::new(),
            aspect_values: file
                .aspect
                .iter()
                .map(|aspect| (aspect.id.clone(), aspect.values.keys().cloned().collect()))
                .collect(),
            problems: Vec::new(),
        };
        for name in file.patterns.keys() {
            if let Err(message) = compiler.named(name) {
                let span = file.patterns[name].first().map_or(0..0, Spanned::span);
                compiler.complain(span, message);
            }
        }
        compiler
    }

    fn complain(&mut self, span: Range<usize>, message: impl Into<String>) {
        self.problems.push(RubricProblem { message: message.into(), span });
    }

    fn aspect(&mut self, aspect: &RubricAspect) -> Aspect {
        let values = aspect.values.iter();
        Aspect {
            values: values
                .map(|(name, texts)| Value { name: name.clone(), opens: self.compile(texts) })
                .collect(),
        }
    }

    fn point(&mut self, point: RubricPoint) -> Point {
        self.claim(&point.id);
        if point.says.is_empty() && point.within.is_empty() {
            self.complain(point.id.span(), "a point needs patterns: `says` or `within`");
        }
        Point {
            weight: if point.core { Weight::Core } else { Weight::Extra },
            fact: point.fact,
            hint: point.hint,
            says: self.statement(&point.says, &point.within, &point.about, &point.unless),
            maybe: self.compile(&point.maybe),
            id: point.id.into_inner(),
        }
    }

    fn misconception(&mut self, misconception: RubricMisconception) -> Misconception {
        self.claim(&misconception.id);
        if misconception.says.is_empty() && misconception.within.is_empty() {
            self.complain(misconception.id.span(), "a misconception needs patterns: `says` or `within`");
        }
        Misconception {
            belief: misconception.belief,
            why: misconception.why,
            says: self.statement(
                &misconception.says,
                &misconception.within,
                &misconception.about,
                &misconception.unless,
            ),
            id: misconception.id.into_inner(),
        }
    }

    fn claim(&mut self, id: &Spanned<PointId>) {
        if !self.ids.insert(id.get_ref().clone()) {
            self.complain(id.span(), format!("`{}` is named twice", id.get_ref()));
        }
    }

    fn statement(
        &mut self,
        says: &[Spanned<String>],
        within: &[Spanned<String>],
        about: &BTreeMap<String, Spanned<String>>,
        unless: &[Spanned<String>],
    ) -> Statement {
        for (aspect, value) in about {
            let Some((_, values)) = self.aspect_values.iter().find(|(id, _)| id == aspect) else {
                self.complain(value.span(), format!("no aspect is called `{aspect}`"));
                continue;
            };
            if !values.contains(value.get_ref()) {
                let message = format!("`{aspect}` is {}, not `{}`", prose::list(values), value.get_ref());
                self.complain(value.span(), message);
            }
        }
        let about = self
            .aspect_values
            .iter()
            .map(|(id, values)| {
                let value = about.get(id)?;
                let index = values.iter().position(|known| known == value.get_ref())?;
                u8::try_from(index).ok()
            })
            .collect();
        Statement {
            says: self.compile(says),
            within: self.compile(within),
            about,
            unless: self.compile(unless),
        }
    }

    fn compile(&mut self, texts: &[Spanned<String>]) -> Vec<Pattern> {
        let mut patterns = Vec::with_capacity(texts.len());
        for text in texts {
            match pattern::parse(text.get_ref(), self) {
                Ok(node) => patterns.push(Pattern { text: text.get_ref().clone(), node }),
                Err(problem) => {
                    let span = self.span_in(text, &problem.span);
                    self.complain(span, problem.message);
                }
            }
        }
        patterns
    }

    /// The bytes of the file that `part` of a pattern is: exact where the pattern stands in
    /// the file as it is, else the whole string.
    fn span_in(&self, text: &Spanned<String>, part: &Range<usize>) -> Range<usize> {
        let whole = text.span();
        let inner = self.toml.get(whole.clone()).and_then(|written| written.find(text.get_ref().as_str()));
        inner.map_or(whole.clone(), |offset| {
            whole.start + offset + part.start..whole.start + offset + part.end
        })
    }

    fn fill(&mut self, class: ClassId, name: &str, within: &mut Vec<String>) -> Result<(), String> {
        if within.iter().any(|outer| outer == name) {
            return Err(format!("the class @{name} holds itself"));
        }
        let Some(entries) = self.classes.get(name).cloned() else {
            return Err(self.unknown(name));
        };
        within.push(name.to_owned());
        for entry in &entries {
            match entry.strip_prefix('@') {
                Some(other) => self.fill(class, other, within)?,
                None => self.lexicon.add(class, entry).map_err(|message| format!("in @{name}: {message}"))?,
            }
        }
        within.pop();
        Ok(())
    }

    fn unknown(&self, name: &str) -> String {
        let known = self.classes.keys().chain(self.patterns.keys()).map(String::as_str);
        match prose::nearest(name, known) {
            Some(near) => format!("nothing is called @{name}: did you mean @{near}?"),
            None => format!("nothing is called @{name}"),
        }
    }
}

impl Names for Compiler<'_> {
    fn literal(&mut self, text: &str) -> Result<ClassId, String> {
        if let Some(&class) = self.literal_ids.get(text) {
            return Ok(class);
        }
        let class = self.lexicon.class()?;
        self.lexicon.add(class, text)?;
        self.literal_ids.insert(text.to_owned(), class);
        Ok(class)
    }

    fn named(&mut self, name: &str) -> Result<Node, String> {
        if let Some(&class) = self.class_ids.get(name) {
            return Ok(Node::Class(class));
        }
        match self.named_ids.get(name) {
            Some(NamedState::Compiling) => return Err(format!("the pattern @{name} holds itself")),
            Some(NamedState::Done(id)) => return Ok(Node::Named(*id)),
            None => {}
        }
        let Some(texts) = self.patterns.get(name).cloned() else {
            let class = self.lexicon.class()?;
            self.fill(class, name, &mut Vec::new())?;
            self.class_ids.insert(name.to_owned(), class);
            return Ok(Node::Class(class));
        };
        if self.classes.contains_key(name) {
            return Err(format!("@{name} is both a class of words and a pattern"));
        }
        self.named_ids.insert(name.to_owned(), NamedState::Compiling);
        let mut nodes = Vec::with_capacity(texts.len());
        for text in &texts {
            let node = pattern::parse(text, self).map_err(|problem| {
                let part = text.get(problem.span.clone()).unwrap_or(text);
                format!("in @{name}, at `{part}`: {}", problem.message)
            })?;
            nodes.push(node);
        }
        let id = NamedId::try_from(self.named.len()).map_err(|_| "too many patterns".to_owned())?;
        self.named.push(Node::Any(nodes));
        self.named_ids.insert(name.to_owned(), NamedState::Done(id));
        Ok(Node::Named(id))
    }
}
