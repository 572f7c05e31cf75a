//! Values: that each name in an expression or a template leads to one, of the right
//! kind, and that none needs itself.

use std::collections::{BTreeMap, BTreeSet};

use crate::judgement::course::problem::Problem;
use crate::judgement::course::source::Place;
use crate::vocabulary::lesson::Drill;
use crate::vocabulary::scene::{Draw, Fixture, Scene, Source};
use crate::vocabulary::value::{EACH, Expr, NTH, Template, Values};
use crate::words::ids::ValueName;
use crate::words::units::Bytes;

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Number,
    Numbers,
    Text,
    /// The path of a fixture.
    Path,
}

impl Kind {
    const fn of(draw: &Draw) -> Self {
        match draw {
            Draw::From(Source::Distinct { .. }) => Self::Numbers,
            Draw::From(Source::Word { .. }) => Self::Text,
            Draw::Computed(_)
            | Draw::From(
                Source::Integer { .. }
                | Source::Scaled { .. }
                | Source::SumOfBytes { .. }
                | Source::ByteOf { .. },
            ) => Self::Number,
        }
    }

    const fn noun(self) -> &'static str {
        match self {
            Self::Number => "a number",
            Self::Numbers => "a list of numbers",
            Self::Text => "a text",
            Self::Path => "the path of a file",
        }
    }
}

/// The machine's page size, which expressions may always name.
const PAGE: &str = "page";

/// The values that can be named at some place of a drill.
pub(super) struct Scope<'a>(BTreeMap<&'a str, Kind>);

impl<'a> Scope<'a> {
    /// The drill's values and the paths of these fixtures.
    pub(super) fn of(drill: &'a Drill, fixtures: impl IntoIterator<Item = &'a Fixture>) -> Self {
        let drawn = drill.values.iter().map(|(name, draw)| (name.as_str(), Kind::of(draw)));
        let paths = fixtures.into_iter().map(|fixture| (fixture.id.as_str(), Kind::Path));
        Self(drawn.chain(paths).collect())
    }

    /// What can be named inside `scene`.
    pub(super) fn in_scene(drill: &'a Drill, scene: &'a Scene) -> Self {
        Self::of(drill, &scene.file)
    }

    /// What can be named where a template is filled for each number of a list.
    pub(super) fn with_each(&self) -> Self {
        let own = [(EACH, Kind::Number), (NTH, Kind::Number)];
        Self(self.0.clone().into_iter().chain(own).collect())
    }

    fn names(&self, kinds: &[Kind]) -> Vec<&'a str> {
        self.0.iter().filter(|(_, kind)| kinds.contains(kind)).map(|(name, _)| *name).collect()
    }

    /// Each name in an expression is a number.
    pub(super) fn expression(&self, expression: &Expr, place: Place<'_>, problems: &mut Vec<Problem>) {
        let names: BTreeSet<&str> = expression.names().into_iter().collect();
        for &name in &names {
            let place = place.word(name);
            match self.0.get(name) {
                Some(Kind::Number) => {}
                Some(kind) => problems.push(
                    place
                        .problem(format!("`{name}` is {}, not a number", kind.noun()))
                        .label("used as a number"),
                ),
                None => {
                    let known = self.names(&[Kind::Number]);
                    let known = known.into_iter().chain([PAGE]);
                    problems.push(unknown(place, name).suggest(name, "number", known));
                }
            }
        }
        if names.is_empty()
            && let Err(error) = expression.evaluate(&Values::default(), Bytes::kib(4))
        {
            problems.push(place.problem(error.to_string()));
        }
    }

    /// Each name in a template is a value.
    pub(super) fn template(&self, template: &Template, place: Place<'_>, problems: &mut Vec<Problem>) {
        let names: BTreeSet<&str> = template.names().into_iter().collect();
        for name in names.into_iter().filter(|name| !self.0.contains_key(name)) {
            let problem = unknown(place.word(name), name);
            problems.push(if name == PAGE {
                problem.help("`page` is for expressions: draw a value `page_size = \"page\"` and name that")
            } else {
                problem.suggest(name, "value", self.0.keys().copied())
            });
        }
    }

    /// The name is a list of numbers.
    pub(super) fn list(&self, name: &ValueName, place: Place<'_>, problems: &mut Vec<Problem>) {
        match self.0.get(name.as_str()) {
            Some(Kind::Numbers) => {}
            Some(kind) => {
                let problem = place.problem(format!("`{name}` is {}, not a list of numbers", kind.noun()));
                problems.push(problem.label("used as a list"));
            }
            None => {
                let lists = self.names(&[Kind::Numbers]);
                problems.push(unknown(place, name.as_str()).suggest(name.as_str(), "list of numbers", lists));
            }
        }
    }

    /// The name is a fixture.
    pub(super) fn file(&self, name: &ValueName, place: Place<'_>, problems: &mut Vec<Problem>) {
        if self.0.get(name.as_str()) != Some(&Kind::Path) {
            let problem = place.problem(format!("no file is called `{name}` in this scene"));
            let files = self.names(&[Kind::Path]);
            problems.push(problem.label("unknown file").suggest(name.as_str(), "file", files));
        }
    }
}

fn unknown(place: Place<'_>, name: &str) -> Problem {
    place.problem(format!("no value is called `{name}` here")).label("unknown value")
}

/// The drill's own values: their names, what they are made of, and in which order.
pub(super) fn check(drill: &Drill, place: Place<'_>, problems: &mut Vec<Problem>) {
    let values = place.key("values");
    let scope = Scope::of(drill, drill.scene.iter().flat_map(|scene| &scene.file));
    for (name, draw) in &drill.values {
        let here = values.key(name.as_str());
        if name.as_str() == PAGE {
            let problem = values.name(PAGE).problem("`page` is always the machine's page size");
            problems.push(problem.help("choose another name"));
        } else if Kind::of(draw) == Kind::Number && !is_word(name.as_str()) {
            let better = name.as_str().replace('-', "_");
            let problem = values
                .name(name.as_str())
                .problem(format!("expressions cannot name a number `{name}`"))
                .label("must be letters, digits and `_`, a letter first");
            problems.push(if is_word(&better) {
                problem.help(format!("call it `{better}`"))
            } else {
                problem
            });
        }
        match draw {
            Draw::Computed(expression) => scope.expression(expression, here, problems),
            Draw::From(source) => {
                for (key, expression) in expressions(source) {
                    scope.expression(expression, here.key(key), problems);
                }
            }
        }
        match draw {
            Draw::From(Source::Word { letters }) if !(1..=64).contains(letters) => {
                problems.push(here.key("letters").problem("a word has 1 to 64 letters"));
            }
            Draw::From(Source::SumOfBytes { file } | Source::ByteOf { file, .. }) => {
                for scene in &drill.scene {
                    if !scene.file.iter().any(|fixture| fixture.id == *file) {
                        let files = scene.file.iter().map(|fixture| fixture.id.as_str());
                        problems.push(
                            here.key("file")
                                .problem(format!("the scene `{}` has no file `{file}`", scene.id))
                                .label("values are drawn for every scene")
                                .suggest(file.as_str(), "file", files),
                        );
                    }
                }
            }
            _ => {}
        }
    }
    circles(drill, values, problems);
}

fn is_word(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase()) && !name.contains('-')
}

/// The expressions of a source, with their keys.
fn expressions(source: &Source) -> Vec<(&'static str, &Expr)> {
    match source {
        Source::Integer { from, to, multiple_of } => [("from", from), ("to", to)]
            .into_iter()
            .chain(multiple_of.as_ref().map(|multiple| ("multiple_of", multiple)))
            .collect(),
        Source::Distinct { count, from, to, multiple_of } => [("count", count), ("from", from), ("to", to)]
            .into_iter()
            .chain(multiple_of.as_ref().map(|multiple| ("multiple_of", multiple)))
            .collect(),
        Source::ByteOf { offset, .. } => vec![("offset", offset)],
        Source::Scaled { size, largest } => std::iter::once(("size", size))
            .chain(largest.as_ref().map(|largest| ("largest", largest)))
            .collect(),
        Source::Word { .. } | Source::SumOfBytes { .. } => Vec::new(),
    }
}

/// The names that a value needs before it can be drawn: those it speaks of, and those of
/// which the file is made that it is read from.
fn needs<'a>(drill: &'a Drill, draw: &'a Draw) -> BTreeSet<&'a str> {
    let (expressions, file) = match draw {
        Draw::Computed(expression) => (vec![expression], None),
        Draw::From(source) => {
            let expressions = expressions(source).into_iter().map(|(_, expression)| expression).collect();
            match source {
                Source::SumOfBytes { file } | Source::ByteOf { file, .. } => (expressions, Some(file)),
                _ => (expressions, None),
            }
        }
    };
    let fixtures =
        drill.scene.iter().flat_map(|scene| &scene.file).filter(|fixture| Some(&fixture.id) == file);
    let of_files = fixtures.flat_map(|fixture| {
        let size = fixture.size.iter().flat_map(Expr::names);
        size.chain(fixture.text.iter().flat_map(Template::names))
    });
    expressions.into_iter().flat_map(Expr::names).chain(of_files).collect()
}

/// Tells each circle of values once, at its first name in the alphabet.
fn circles(drill: &Drill, values: Place<'_>, problems: &mut Vec<Problem>) {
    let needs: BTreeMap<&str, BTreeSet<&str>> =
        drill.values.iter().map(|(name, draw)| (name.as_str(), needs(drill, draw))).collect();
    let mut told: BTreeSet<&str> = BTreeSet::new();
    for &start in needs.keys() {
        if told.contains(start) {
            continue;
        }
        if let Some(circle) = circle(start, &needs) {
            told.extend(&circle);
            let way: Vec<String> = circle.iter().chain([&start]).map(|name| format!("`{name}`")).collect();
            problems.push(
                values
                    .name(start)
                    .problem(format!("`{start}` needs itself: {}", way.join(" needs ")))
                    .label("cannot be drawn"),
            );
        }
    }
}

/// The shortest way from `start` back to it, by breadth.
fn circle<'a>(start: &'a str, needs: &BTreeMap<&'a str, BTreeSet<&'a str>>) -> Option<Vec<&'a str>> {
    let mut ways: Vec<Vec<&str>> = vec![vec![start]];
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let mut next = 0;
    while let Some(way) = ways.get(next).cloned() {
        next += 1;
        for &name in way.last().and_then(|last| needs.get(last)).into_iter().flatten() {
            if name == start {
                return Some(way);
            }
            if seen.insert(name) {
                ways.push([way.as_slice(), &[name]].concat());
            }
        }
    }
    None
}
