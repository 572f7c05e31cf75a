//! From TOML to the format's types, with every complaint told where it stands.
//!
//! `deserr` walks the file and goes on after an error; this module gives it the
//! file's values, gathers what it says against them, and puts that into words.

use std::ops::ControlFlow;

use deserr::{
    DeserializeError, Deserr, ErrorKind, IntoValue, MergeWithError, Value, ValueKind, ValuePointerRef,
};
use schemars::JsonSchema;
use toml::Spanned;
use toml::de::{DeInteger, DeValue};

use crate::judgement::course::problem::Problem;
use crate::judgement::course::source::{Place, SourceFile, Turn, way};
use crate::vocabulary::scene::{Action, Source};

/// Reads a file's values as a `T`. Where the file is not even TOML (`problems` is not empty),
/// complaints that may be no more than the echo of that are left out.
pub(super) fn read<T: Deserr<Complaints>>(
    file: &SourceFile,
    root: &Spanned<DeValue<'_>>,
    mut problems: Vec<Problem>,
) -> Result<T, Vec<Problem>> {
    let whole = problems.is_empty();
    let spoiled: Vec<usize> = problems.iter().filter_map(|problem| Some(problem.position()?.0)).collect();
    strange_values(file, root, &mut problems);
    let complaints = match deserr::deserialize::<T, _, Complaints>(Node(root)) {
        Ok(value) if problems.is_empty() => return Ok(value),
        Ok(_) => return Err(problems),
        Err(Complaints(complaints)) => complaints,
    };
    for complaint in complaints {
        let missing = matches!(complaint.about, About::Missing { .. });
        let problem = complaint.problem(Place::root(file, root));
        let echo = missing || problem.position().is_some_and(|(line, _)| spoiled.contains(&line));
        if whole || !echo {
            problems.push(problem);
        }
    }
    Err(problems)
}

/// TOML has values that no key of the format takes: dates, and integers beyond 64 bits.
fn strange_values(file: &SourceFile, node: &Spanned<DeValue<'_>>, problems: &mut Vec<Problem>) {
    let strange = |message| Problem::at(&file.path, &file.text, node.span(), message);
    match node.get_ref() {
        DeValue::Datetime(_) => {
            problems.push(strange("no key takes a date").help("put it in quotes to make it a text"));
        }
        DeValue::Integer(number) if integer(number).is_none() => {
            problems.push(strange("this integer does not fit in 64 bits"));
        }
        DeValue::Array(items) => items.iter().for_each(|item| strange_values(file, item, problems)),
        DeValue::Table(table) => table.values().for_each(|value| strange_values(file, value, problems)),
        _ => {}
    }
}

fn integer(number: &DeInteger<'_>) -> Option<i64> {
    i64::from_str_radix(number.as_str(), number.radix()).ok()
}

/// A value of the file, for `deserr`.
struct Node<'a>(&'a Spanned<DeValue<'a>>);

impl<'a> IntoValue for Node<'a> {
    type Sequence = Vec<Self>;
    type Map = Entries<'a>;

    fn kind(&self) -> ValueKind {
        match self.0.get_ref() {
            DeValue::String(_) | DeValue::Datetime(_) => ValueKind::String,
            DeValue::Integer(number) if number.as_str().starts_with('-') => ValueKind::NegativeInteger,
            DeValue::Integer(_) => ValueKind::Integer,
            DeValue::Float(_) => ValueKind::Float,
            DeValue::Boolean(_) => ValueKind::Boolean,
            DeValue::Array(_) => ValueKind::Sequence,
            DeValue::Table(_) => ValueKind::Map,
        }
    }

    fn into_value(self) -> Value<Self> {
        match self.0.get_ref() {
            DeValue::String(text) => Value::String(text.to_string()),
            DeValue::Datetime(date) => Value::String(date.to_string()),
            DeValue::Integer(number) => {
                // What does not fit has been told by `strange_values`.
                let number = integer(number).unwrap_or_default();
                u64::try_from(number).map_or(Value::NegativeInteger(number), Value::Integer)
            }
            DeValue::Float(number) => Value::Float(number.as_str().parse().unwrap_or(f64::NAN)),
            DeValue::Boolean(flag) => Value::Boolean(*flag),
            DeValue::Array(items) => Value::Sequence(items.iter().map(Node).collect()),
            DeValue::Table(table) => Value::Map(Entries(
                table.iter().map(|(key, value)| (key.get_ref().to_string(), Node(value))).collect(),
            )),
        }
    }
}

/// The entries of a table, for `deserr`.
struct Entries<'a>(Vec<(String, Node<'a>)>);

impl<'a> deserr::Map for Entries<'a> {
    type Value = Node<'a>;
    type Iter = std::vec::IntoIter<(String, Node<'a>)>;

    fn len(&self) -> usize {
        self.0.len()
    }

    fn remove(&mut self, key: &str) -> Option<Self::Value> {
        let at = self.0.iter().position(|(name, _)| name == key)?;
        Some(self.0.remove(at).1)
    }

    fn into_iter(self) -> Self::Iter {
        self.0.into_iter()
    }
}

/// What `deserr` has against a file's values.
#[derive(Debug)]
pub(super) struct Complaints(Vec<Complaint>);

#[derive(Debug)]
struct Complaint {
    way: Vec<Turn>,
    about: About,
}

#[derive(Debug)]
enum About {
    Kind { found: ValueKind, accepted: Vec<ValueKind> },
    Missing { key: String },
    UnknownKey { key: String, accepted: Vec<String> },
    UnknownValue { value: String, accepted: Vec<String> },
    Length { found: usize, expected: usize },
    Said { message: String },
}

impl MergeWithError<Self> for Complaints {
    fn merge(so_far: Option<Self>, other: Self, _: ValuePointerRef<'_>) -> ControlFlow<Self, Self> {
        let mut complaints = so_far.map(|Self(complaints)| complaints).unwrap_or_default();
        complaints.extend(other.0);
        ControlFlow::Continue(Self(complaints))
    }
}

impl DeserializeError for Complaints {
    fn error<V: IntoValue>(
        so_far: Option<Self>,
        error: ErrorKind<'_, V>,
        location: ValuePointerRef<'_>,
    ) -> ControlFlow<Self, Self> {
        let owned = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect();
        let about = match error {
            ErrorKind::IncorrectValueKind { actual, accepted } => {
                About::Kind { found: actual.kind(), accepted: accepted.to_vec() }
            }
            ErrorKind::MissingField { field } => About::Missing { key: field.to_owned() },
            ErrorKind::UnknownKey { key, accepted } => {
                About::UnknownKey { key: key.to_owned(), accepted: owned(accepted) }
            }
            ErrorKind::UnknownValue { value, accepted } => {
                About::UnknownValue { value: value.to_owned(), accepted: owned(accepted) }
            }
            ErrorKind::BadSequenceLen { actual, expected } => {
                About::Length { found: deserr::Sequence::len(&actual), expected }
            }
            ErrorKind::Unexpected { msg } => About::Said { message: msg },
        };
        Self::merge(so_far, Self(vec![Complaint { way: way(location), about }]), location)
    }
}

impl Complaint {
    fn problem(&self, root: Place<'_>) -> Problem {
        let place = root.follow(&self.way);
        match &self.about {
            About::Kind { found, accepted } => {
                let message = format!("{} is needed here, not {}", needed(accepted), noun(*found));
                place.problem(message).label(format!("this is {}", noun(*found)))
            }
            About::Missing { key } => place
                .problem(format!("the key `{key}` is missing"))
                .label("of this table")
                .help(format!("add `{key} = …`")),
            About::Said { message } if message == WRONG_TAG => wrong_tag(place),
            About::UnknownKey { key, accepted } => place
                .name(key)
                .problem(format!("there is no key `{key}` here"))
                .label("unknown key")
                .suggest(key, "key", accepted.iter().map(String::as_str)),
            About::UnknownValue { value, accepted } => unknown_value(place, value, accepted),
            About::Length { found, expected } => {
                place.problem(format!("{expected} values are needed here, not {found}"))
            }
            About::Said { message } => match self.way.last() {
                // A key that is no name: what is wrong is the key, not its value.
                Some(Turn::Key(key)) if message.starts_with(&format!("{key:?} is not ")) => {
                    said(root.follow(&self.way[..self.way.len() - 1]).name(key), message)
                }
                _ => said(place, message),
            },
        }
    }
}

/// What `deserr` says where the key that chooses among tables has an unknown value; it does
/// not say which values there are.
const WRONG_TAG: &str = "Incorrect tag value";

fn wrong_tag(place: Place<'_>) -> Problem {
    let choosers = [("do", tags::<Action>("do")), ("draw", tags::<Source>("draw"))];
    for (key, accepted) in choosers {
        if let Some(value) = place.text_of(key) {
            return unknown_value(place.key(key), value, &accepted);
        }
    }
    place.problem("this table is of no known kind")
}

/// The values of the key that chooses among the variants of `T`, as its schema lists them.
fn tags<T: JsonSchema>(key: &str) -> Vec<String> {
    let schema = schemars::schema_for!(T).to_value();
    let variants = schema["oneOf"].as_array().into_iter().flatten();
    variants.filter_map(|variant| variant["properties"][key]["const"].as_str()).map(str::to_owned).collect()
}

fn unknown_value(place: Place<'_>, value: &str, accepted: &[String]) -> Problem {
    place.problem(format!("`{value}` is not a value that this key takes")).label("unknown value").suggest(
        value,
        "value",
        accepted.iter().map(String::as_str),
    )
}

/// Puts the message of a leaf, or of a number that does not fit, into this file's words.
fn said(place: Place<'_>, message: &str) -> Problem {
    let quoted: Vec<String> = message.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    if message.starts_with("unknown variant")
        && let [value, accepted @ ..] = quoted.as_slice()
    {
        return unknown_value(place, value, accepted);
    }
    if message.starts_with("value: `")
        && let [value, limit] = quoted.as_slice()
    {
        return place.problem(format!("{value} is out of range: the limit is {limit}"));
    }
    // serde: `invalid type: string "x", expected u64`
    if let Some((found, expected)) =
        message.strip_prefix("invalid type: ").and_then(|m| m.split_once(", expected "))
    {
        return place.problem(format!("{expected} is needed here, not {found}"));
    }
    place.problem(message)
}

fn noun(kind: ValueKind) -> &'static str {
    match kind {
        ValueKind::Null => "nothing",
        ValueKind::Boolean => "`true` or `false`",
        ValueKind::Integer => "an integer",
        ValueKind::NegativeInteger => "a negative integer",
        ValueKind::Float => "a fraction",
        ValueKind::String => "a text",
        ValueKind::Sequence => "a list",
        ValueKind::Map => "a table",
    }
}

fn needed(accepted: &[ValueKind]) -> &'static str {
    match accepted {
        [ValueKind::Integer] => "an integer, 0 or more,",
        [ValueKind::Integer, ValueKind::NegativeInteger] => "an integer",
        [ValueKind::Float, ..] => "a number",
        [only] => noun(*only),
        _ => "another kind of value",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_lists_the_tags() {
        assert!(tags::<Action>("do").contains(&"send-each".to_owned()));
        assert!(tags::<Source>("draw").contains(&"sum-of-bytes".to_owned()));
    }
}
