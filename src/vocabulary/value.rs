//! Values: the sizes, offsets, bytes and keys that a drill draws anew for each
//! run, and the small arithmetic in which scenes and checks speak of them.
//!
//! An expression is a sum of products over integers, sizes and names:
//! `size`, `2 * size + 4 KiB`, `(count - 1) * page`. `page` is always there: the
//! machine's page size in bytes.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::vocabulary::expression;
use crate::vocabulary::leaf::leaves;
use crate::words::ids::ValueName;
use crate::words::units::Bytes;

/// One value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// An integer: a size in bytes, an offset, a count, a byte.
    Number(i64),
    /// A list of integers: offsets to touch, records to append.
    Numbers(Vec<i64>),
    /// A text: a key, a word.
    Text(String),
}

/// The values of one run of a scene, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Values(pub BTreeMap<ValueName, Value>);

impl Values {
    /// The value called `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// These values, and of a list the number that stands at `index` (from 0), as `each`, and its
    /// place, from 1, as `nth`.
    #[must_use]
    pub fn with_each(&self, each: i64, index: usize) -> Self {
        let nth = i64::try_from(index).unwrap_or(i64::MAX).saturating_add(1);
        let own = [(EACH, each), (NTH, nth)];
        let own =
            own.into_iter().filter_map(|(name, number)| Some((name.parse().ok()?, Value::Number(number))));
        Self(self.0.clone().into_iter().chain(own).collect())
    }

    /// `template` with every `{name}` replaced by its value, every `{name:bytes}` by its
    /// value as a size (`10 GiB`), and every `{name:x40}` by its value forty times over, joined by
    /// full stops; `{{` stands for a brace.
    ///
    /// # Errors
    /// Where a name is unknown, or a brace is left open.
    pub fn fill(&self, template: &str) -> Result<String, ValueError> {
        let mut filled = String::with_capacity(template.len());
        let mut rest = template;
        while let Some(brace) = rest.find(['{', '}']) {
            filled.push_str(&rest[..brace]);
            let (found, behind) = rest[brace..].split_at(1);
            if behind.starts_with(found) {
                filled.push_str(found);
                rest = &behind[1..];
            } else if found == "{" {
                let close = behind.find('}').ok_or(ValueError::OpenBrace)?;
                let (name, form) = placeholder(&behind[..close]);
                let value = self.get(name).ok_or_else(|| ValueError::unknown(name))?;
                match (value, form) {
                    (Value::Number(number), Form::Size) => {
                        filled.push_str(&Bytes(number.unsigned_abs()).to_string());
                    }
                    (value, Form::Times(times)) => {
                        filled.push_str(&vec![value.to_string(); times.into()].join("."));
                    }
                    (value, Form::Plain | Form::Size) => filled.push_str(&value.to_string()),
                }
                rest = &behind[close + 1..];
            } else {
                return Err(ValueError::OpenBrace);
            }
        }
        filled.push_str(rest);
        Ok(filled)
    }
}

/// An expression as a lesson writes it: checked to be readable, evaluated later
/// against the values of a run. Written as a text (`"2 * size"`) or as a plain integer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "Written", into = "String")]
#[schemars(with = "Written")]
pub struct Expr {
    text: String,
    tree: expression::Tree,
}

#[derive(Deserialize, JsonSchema)]
#[serde(untagged, expecting = "an integer or an expression in quotes (\"2 * size\") is needed here")]
enum Written {
    Number(i64),
    Text(String),
}

impl Expr {
    /// Reads `text`.
    ///
    /// # Errors
    /// Where it is not an expression.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        let tree = expression::parse(text)
            .map_err(|problem| ValueError::Syntax { text: text.to_owned(), problem })?;
        Ok(Self { text: text.to_owned(), tree })
    }

    /// Its text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The names it speaks of, `page` left out.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        self.tree.names().into_iter().filter(|&name| name != PAGE).collect()
    }

    /// Its number, given the values of a run and the machine's page size.
    ///
    /// # Errors
    /// Where a name is unknown or is no number, or the result does not fit in 64 bits.
    pub fn evaluate(&self, values: &Values, page_size: Bytes) -> Result<i64, ValueError> {
        let overflow = || ValueError::Overflow { text: self.text.clone() };
        let number = self.tree.evaluate(
            &|name| {
                if name == PAGE {
                    return Ok(i128::from(page_size.0));
                }
                match values.get(name) {
                    Some(Value::Number(number)) => Ok(i128::from(*number)),
                    Some(_) => Err(ValueError::NotANumber { name: name.to_owned() }),
                    None => Err(ValueError::unknown(name)),
                }
            },
            &overflow,
        )?;
        i64::try_from(number).map_err(|_| overflow())
    }
}

/// The name under which expressions find the machine's page size.
const PAGE: &str = "page";

impl TryFrom<Written> for Expr {
    type Error = ValueError;
    fn try_from(written: Written) -> Result<Self, ValueError> {
        match written {
            Written::Number(number) => Self::parse(&number.to_string()),
            Written::Text(text) => Self::parse(&text),
        }
    }
}

impl From<Expr> for String {
    fn from(expression: Expr) -> Self {
        expression.text
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

/// What a number of a list is called where a template is filled for each of them, and its place.
pub const EACH: &str = "each";
/// See [`EACH`].
pub const NTH: &str = "nth";

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Plain,
    Size,
    Times(u16),
}

/// What stands between braces: the name, and how its value is to be written.
fn placeholder(inner: &str) -> (&str, Form) {
    match inner.split_once(':') {
        Some((name, "bytes")) => (name, Form::Size),
        Some((name, times)) => match times.strip_prefix('x').and_then(|times| times.parse().ok()) {
            Some(times) => (name, Form::Times(times)),
            None => (inner, Form::Plain),
        },
        None => (inner, Form::Plain),
    }
}

/// A text with `{name}` or `{name:bytes}` where a value belongs; checked when it is read, filled by [`Values::fill`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct Template(String);

impl Template {
    /// Its text, unfilled.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }

    /// The names it speaks of.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        let mut names = Vec::new();
        let mut rest = self.0.as_str();
        while let Some(brace) = rest.find(['{', '}']) {
            let (found, behind) = rest[brace..].split_at(1);
            if behind.starts_with(found) {
                rest = &behind[1..];
            } else {
                let Some(close) = behind.find('}') else { break };
                names.push(placeholder(&behind[..close]).0);
                rest = &behind[close + 1..];
            }
        }
        names
    }
}

impl TryFrom<String> for Template {
    type Error = ValueError;
    fn try_from(text: String) -> Result<Self, ValueError> {
        match Values::default().fill(&text) {
            Ok(_) | Err(ValueError::Unknown { .. }) => Ok(Self(text)),
            Err(error) => Err(error),
        }
    }
}

impl From<Template> for String {
    fn from(template: Template) -> Self {
        template.0
    }
}

/// Numbers are joined by spaces.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => f.pad(text),
            Self::Numbers(numbers) => {
                let words: Vec<String> = numbers.iter().map(ToString::to_string).collect();
                f.pad(&words.join(" "))
            }
        }
    }
}

leaves!(Expr, Template);

/// What is wrong with an expression or a template.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    /// It speaks of a value that the drill does not draw.
    #[error("no value is called {name:?}")]
    Unknown {
        /// The name.
        name: String,
    },
    /// A value is used as a number and is none.
    #[error("{name:?} is not a number")]
    NotANumber {
        /// The name.
        name: String,
    },
    /// A brace has no partner; a lone brace is written twice.
    #[error("a '{{' or '}}' has no partner (write it twice for the character itself)")]
    OpenBrace,
    /// The expression cannot be read.
    #[error("cannot read {text:?} as an expression: {problem}", text = shortened(text))]
    Syntax {
        /// The expression.
        text: String,
        /// What is wrong.
        problem: String,
    },
    /// It does not fit in 64 bits, or divides by zero.
    #[error("{text:?} does not fit in 64 bits, or divides by zero")]
    Overflow {
        /// The expression.
        text: String,
    },
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

impl ValueError {
    fn unknown(name: &str) -> Self {
        Self::Unknown { name: name.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values() -> Values {
        Values(BTreeMap::from([
            ("size".parse().unwrap(), Value::Number(4096)),
            ("word".parse().unwrap(), Value::Text("plum".to_owned())),
            ("list".parse().unwrap(), Value::Numbers(vec![3, -4])),
        ]))
    }

    #[test]
    fn templates_are_filled() {
        for (template, filled) in [
            ("", ""),
            ("put {size} {word}", "put 4096 plum"),
            ("{list}", "3 -4"),
            ("{size:bytes}", "4 KiB"),
            ("{word:x3}", "plum.plum.plum"),
            ("{size:x1}{size:x0}", "4096"),
            ("{{literal}}", "{literal}"),
        ] {
            assert_eq!(values().fill(template).as_deref(), Ok(filled), "{template}");
        }
    }

    #[test]
    fn a_template_may_be_filled_for_each_number_of_a_list() {
        assert_eq!(values().with_each(-4, 1).fill("{nth} {each:x2} {word}").as_deref(), Ok("2 -4.-4 plum"));
    }

    #[test]
    fn expressions_are_evaluated() {
        let page = Bytes::kib(4);
        for (text, number) in [
            ("7", 7),
            ("-3", -3),
            ("size", 4096),
            ("2 * size + 4 KiB", 12288),
            ("(size - 1) / page", 0),
            ("size % 1000", 96),
            ("10 GiB", 10 << 30),
            ("1 - 2 - 3", -4),
        ] {
            let expression = Expr::parse(text).unwrap();
            assert_eq!(expression.evaluate(&values(), page), Ok(number), "{text}");
        }
    }

    #[test]
    fn bad_expressions_are_refused() {
        for text in
            ["", "2 +", "size size", "(1", "1 KB", "4 * ", "a.b", "99999999999999999999999999999999999999999"]
        {
            assert!(Expr::parse(text).is_err(), "{text:?}");
        }
        let page = Bytes::kib(4);
        for text in ["nope", "word", "list", "1 / 0", "9223372036854775807 + 1"] {
            assert!(Expr::parse(text).unwrap().evaluate(&values(), page).is_err(), "{text:?}");
        }
    }

    #[test]
    fn bad_templates_are_refused() {
        assert_eq!(values().fill("{nope}"), Err(ValueError::unknown("nope")));
        assert_eq!(values().fill("{size:xq}"), Err(ValueError::unknown("size:xq")));
        for open in ["{size", "size}", "{"] {
            assert_eq!(values().fill(open), Err(ValueError::OpenBrace), "{open}");
        }
    }
}
