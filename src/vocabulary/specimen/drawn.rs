//! An operation with places for drawn values: a table as the lesson writes it, which
//! becomes an [`Operation`] once its values are known.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::vocabulary::experiment::{Operation, Size};
use crate::vocabulary::value::{Template, Value, ValueError, Values};
use crate::words::units::Bytes;

/// An operation in which texts may hold `{name}` and `{name:bytes}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DrawnOperation(Map<String, Json>);

/// Why a drawn operation is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAnOperation {
    /// A value cannot be put in.
    #[error(transparent)]
    Value(#[from] ValueError),
    /// With its values it is no operation.
    #[error("{0}")]
    Operation(String),
}

impl DrawnOperation {
    /// The operation with its values put in: `"{name}"` alone is a number, `"{name:bytes}"`
    /// a size.
    ///
    /// # Errors
    /// Where a value is unknown, or what comes out is no operation.
    pub fn fill(&self, values: &Values) -> Result<Operation, NotAnOperation> {
        let filled = filled(&Json::Object(self.0.clone()), values)?;
        serde_json::from_value(filled).map_err(|error| NotAnOperation::Operation(error.to_string()))
    }
}

fn filled(json: &Json, values: &Values) -> Result<Json, ValueError> {
    Ok(match json {
        Json::String(text) => text_or_number(text, values)?,
        Json::Array(items) => {
            Json::Array(items.iter().map(|item| filled(item, values)).collect::<Result<_, _>>()?)
        }
        Json::Object(entries) => Json::Object(
            entries
                .iter()
                .map(|(key, value)| Ok((key.clone(), filled(value, values)?)))
                .collect::<Result<_, ValueError>>()?,
        ),
        other => other.clone(),
    })
}

fn text_or_number(text: &str, values: &Values) -> Result<Json, ValueError> {
    let template = Template::try_from(text.to_owned())?;
    if let [name] = template.names()[..]
        && let Some(Value::Number(number)) = values.get(name)
    {
        if text == format!("{{{name}}}") {
            return Ok((*number).into());
        }
        // Written without loss, which `Values::fill` does not promise.
        if text == format!("{{{name}:bytes}}")
            && let Ok(bytes) = u64::try_from(*number)
        {
            return Ok(String::from(Size(Bytes(bytes))).into());
        }
    }
    values.fill(text).map(Json::String)
}

/// The schema cannot tell a drawn number from a written one: it leaves the keys to the runner.
impl JsonSchema for DrawnOperation {
    fn schema_name() -> Cow<'static, str> {
        "DrawnOperation".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "description": "An operation of an experiment, in which `\"{name}\"` stands for a drawn value \
                and `\"{name:bytes}\"` for one as a size."
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(toml: &str) -> Result<String, String> {
        let operation: DrawnOperation = toml::from_str(toml).unwrap();
        let number = |name: &str, number| (name.parse().unwrap(), Value::Number(number));
        let values = Values([number("size", (3 << 20) + 4096), number("count", 7)].into());
        operation
            .fill(&values)
            .map(|operation| serde_json::to_string(&operation).unwrap())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn drawn_values_are_put_in_as_numbers_and_sizes() {
        assert_eq!(
            fill("write = \"m\"\nfirst = \"{size:bytes}\"\nrandom = \"{count}\""),
            Ok(r#"{"write":"m","first":"3076 KiB","random":7}"#.to_owned())
        );
        assert_eq!(
            fill("fork = [{ read = \"m\", every = \"{count}\" }]\nstays = true"),
            Ok(r#"{"fork":[{"read":"m","every":7}],"stays":true}"#.to_owned())
        );
    }

    #[test]
    fn what_cannot_be_put_in_is_told() {
        for (toml, said) in [
            ("write = \"m\"\nrandom = \"{cuont}\"", "no value is called \"cuont\""),
            ("write = \"m\"\nrandom = \"{count\"", "has no partner"),
            ("wriet = \"m\"", "did you mean `write`?"),
            ("write = \"m\"\nrandom = \"many\"", "invalid type"),
        ] {
            let error = fill(toml).unwrap_err();
            assert!(error.contains(said), "{toml}: {error}");
        }
    }
}
