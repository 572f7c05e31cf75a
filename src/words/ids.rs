//! Ids: the names that a course, a scene or a program gives to things.
//!
//! Each kind of name has a type of its own, so that a checkpoint is never
//! looked up among programs. All are lower-case words joined by hyphens
//! (`06-two-programs`, `reader-sees-store`), except results, which follow the
//! `NAME=VALUE` lines that programs print and may hold underscores.

use std::borrow::Borrow;
use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::words::speech;

/// A text that cannot be a name of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{text:?} is not {what}: use lower-case letters, digits, '-' and '_', and start with a letter or digit"
)]
pub struct NotAName {
    text: String,
    what: &'static str,
}

/// The longest name, in bytes: names become file names and table columns.
const LONGEST: usize = 64;

fn is_name(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() <= LONGEST
        && bytes.first().is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        && bytes.iter().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_'))
}

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident, $what:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(try_from = "String", into = "String")]
        #[schemars(with = "String", extend("pattern" = "^[a-z0-9][a-z0-9_-]*$", "maxLength" = LONGEST))]
        pub struct $name(String);

        impl $name {
            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = NotAName;
            fn from_str(text: &str) -> Result<Self, NotAName> {
                text.to_owned().try_into()
            }
        }

        impl TryFrom<String> for $name {
            type Error = NotAName;
            fn try_from(text: String) -> Result<Self, NotAName> {
                if is_name(&text) { Ok(Self(text)) } else { Err(NotAName { text, what: $what }) }
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.0
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl<'n> From<&'n $name> for speech::Value<'n> {
            fn from(name: &'n $name) -> Self {
                name.as_str().into()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
    )+};
}

names! {
    /// A lesson: the name of its directory, `03-untouched-memory`.
    LessonId, "a lesson's id";
    /// A step of a lesson, unique in it. Questions, sketches and drills are steps.
    StepId, "a step's id";
    /// A check of a drill, unique in it.
    CheckId, "a check's id";
    /// A scene of a drill, unique in it.
    SceneId, "a scene's id";
    /// A program that a drill asks for: `writer` is `rust/writer.rs` or `c/writer.c`.
    ProgramName, "a program's name";
    /// One running program in a scene: by default its program's name, else what `as` says.
    InstanceName, "an instance's name";
    /// A moment that a program names by printing `checkpoint NAME`.
    Checkpoint, "a checkpoint";
    /// The name in a `NAME=VALUE` line that a program prints.
    ResultName, "a result's name";
    /// A value that a drill draws from its seed and its scenes and checks speak of.
    ValueName, "a value's name";
    /// A mapping, a file or a moment in an experiment, by the name the experiment gives it.
    Label, "a label";
    /// A point credited, or a misconception called out, in the marking of a free text.
    PointId, "a point's id";
}

impl From<&ProgramName> for InstanceName {
    fn from(program: &ProgramName) -> Self {
        Self(program.0.clone())
    }
}

impl LessonId {
    /// The lesson's number as its directory says it: `3` for `03-untouched-memory`.
    #[must_use]
    pub fn number(&self) -> Option<u32> {
        self.0.split('-').next().and_then(|digits| digits.parse().ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_lower_case_words() {
        for good in ["03-untouched-memory", "anon_private", "w1", "3"] {
            assert!(good.parse::<StepId>().is_ok(), "{good:?}");
        }
        for bad in ["", "-x", "Reader", "a b", "a/b", "../x", "é", &"x".repeat(65)] {
            assert!(bad.parse::<StepId>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_lesson_knows_its_number() {
        let id: LessonId = "06-two-programs".parse().unwrap();
        assert_eq!(id.number(), Some(6));
    }
}
