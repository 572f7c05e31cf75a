//! The JSON Schemas of a course's files, for completion and checking in editors.
//!
//! They say what the format's types say, less what TOML does not have (null). What
//! goes beyond one value (names that must exist) only [`load`](super::load) knows.

use schemars::schema_for;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::judgement::marking::{RubricDocument, WordsDocument};
use crate::vocabulary::lesson::{AttemptList, Course, Lesson};

/// A kind of file of a course.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Document {
    /// `course.toml`
    Course,
    /// `lesson.toml`
    Lesson,
    /// `attempts.toml`
    Attempts,
    /// `rubrics/STEP.toml`
    Rubric,
    /// `words.toml`
    Words,
}

impl Document {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Course, Self::Lesson, Self::Attempts, Self::Rubric, Self::Words];

    /// The name of such a file.
    #[must_use]
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Course => "course.toml",
            Self::Lesson => "lesson.toml",
            Self::Attempts => "attempts.toml",
            Self::Rubric => "rubric.toml",
            Self::Words => "words.toml",
        }
    }
}

impl Document {
    /// Whether a course's file is of this kind.
    #[must_use]
    pub fn is_kind_of(self, path: &str) -> bool {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        match self {
            Self::Rubric => folder.ends_with("/rubrics") && name.ends_with(".toml"),
            Self::Course | Self::Lesson | Self::Attempts | Self::Words => name == self.file_name(),
        }
    }
}

/// The JSON Schema (draft 2020-12) of a kind of file.
#[must_use]
pub fn schema(document: Document) -> Value {
    let schema = match document {
        Document::Course => schema_for!(Course),
        Document::Lesson => schema_for!(Lesson),
        Document::Attempts => schema_for!(AttemptList),
        Document::Rubric => schema_for!(RubricDocument),
        Document::Words => schema_for!(WordsDocument),
    };
    let mut schema = schema.to_value();
    without_null(&mut schema);
    schema["title"] = format!("mmaplings {}", document.file_name()).into();
    schema
}

/// Takes null out of a schema: an optional key of TOML is left out, never null.
fn without_null(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            if let Some(Value::Array(types)) = object.get_mut("type") {
                types.retain(|kind| kind != "null");
                if let [only] = types.as_slice() {
                    let only = only.clone();
                    object.insert("type".to_owned(), only);
                }
            }
            if object.get("default").is_some_and(Value::is_null) {
                object.remove("default");
            }
            if let Some(Value::Array(choices)) = object.get_mut("anyOf") {
                choices.retain(|choice| choice.get("type").is_none_or(|kind| kind != "null"));
                if let [Value::Object(only)] = choices.as_slice() {
                    let only: Map<String, Value> = only.clone();
                    object.remove("anyOf");
                    for (key, value) in only {
                        object.entry(key).or_insert(value);
                    }
                }
            }
            object.values_mut().for_each(without_null);
        }
        Value::Array(items) => items.iter_mut().for_each(without_null),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mentions_null(value: &Value) -> bool {
        match value {
            Value::Null => true,
            Value::String(text) => text == "null",
            Value::Array(items) => items.iter().any(mentions_null),
            Value::Object(object) => object.values().any(mentions_null),
            _ => false,
        }
    }

    #[test]
    fn no_schema_speaks_of_null() {
        for document in Document::ALL {
            assert!(!mentions_null(&schema(document)), "{document:?}");
        }
    }

    #[test]
    fn an_optional_key_has_the_schema_of_its_value() {
        let lesson = schema(Document::Lesson);
        assert_eq!(lesson["properties"]["book"]["type"], "string");
        let size = &lesson["$defs"]["Selector"]["properties"]["size"];
        assert_eq!(size["$ref"], "#/$defs/Expr");
        assert!(size["description"].as_str().is_some_and(|text| text.starts_with("The length")));
    }
}
