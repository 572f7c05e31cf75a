//! Values: the sizes, offsets, bytes and keys that a drill draws anew for each
//! run, and the small arithmetic in which scenes and checks speak of them.
//!
//! An expression is a sum of products over integers, sizes and names:
//! `size`, `2 * size + 4 KiB`, `(count - 1) * page`. `page` is always there: the
//! machine's page size in bytes.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::words::ids::ValueName;

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

    /// `template` with every `{name}` replaced by its value; `{{` stands for a brace.
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
                let name = &behind[..close];
                let value = self.get(name).ok_or_else(|| ValueError::unknown(name))?;
                filled.push_str(&value.to_string());
                rest = &behind[close + 1..];
            } else {
                return Err(ValueError::OpenBrace);
            }
        }
        filled.push_str(rest);
        Ok(filled)
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
    #[error("cannot read {text:?} as an expression: {problem}")]
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
            ("{{literal}}", "{literal}"),
        ] {
            assert_eq!(values().fill(template).as_deref(), Ok(filled), "{template}");
        }
    }

    #[test]
    fn bad_templates_are_refused() {
        assert_eq!(values().fill("{nope}"), Err(ValueError::unknown("nope")));
        for open in ["{size", "size}", "{"] {
            assert_eq!(values().fill(open), Err(ValueError::OpenBrace), "{open}");
        }
    }
}
