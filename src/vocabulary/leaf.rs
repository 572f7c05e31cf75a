//! Leaves of a course file: ids, sizes, expressions, flavours and permissions.
//!
//! The tree of a course file is read by `deserr`, which goes on after an error
//! and says where each one stands; a leaf is read by its own `serde` rules, and
//! whatever it says against the text becomes one located problem.

use deserr::{
    DeserializeError, ErrorKind, IntoValue, Map, Sequence, Value, ValuePointerRef, take_cf_content,
};
use serde::de::DeserializeOwned;

use crate::facts::mapping::{Flavour, Perms};
use crate::words::ids::{
    CheckId, Checkpoint, InstanceName, LessonId, PointId, ProgramName, ResultName, SceneId, StepId, ValueName,
};
use crate::words::units::Bytes;

/// Reads one value by its `serde` rules.
pub(crate) fn read<T: DeserializeOwned, E: DeserializeError, V: IntoValue>(
    value: Value<V>,
    location: ValuePointerRef<'_>,
) -> Result<T, E> {
    serde_json::from_value(to_json(value)).map_err(|error| {
        let kind: ErrorKind<'_, V> = ErrorKind::Unexpected { msg: error.to_string() };
        take_cf_content(E::error(None, kind, location))
    })
}

fn to_json<V: IntoValue>(value: Value<V>) -> serde_json::Value {
    match value {
        Value::Null => serde_json::Value::Null,
        Value::Boolean(flag) => flag.into(),
        Value::Integer(number) => number.into(),
        Value::NegativeInteger(number) => number.into(),
        Value::Float(number) => number.into(),
        Value::String(text) => text.into(),
        Value::Sequence(items) => items.into_iter().map(|item| to_json(item.into_value())).collect(),
        Value::Map(entries) => {
            entries.into_iter().map(|(key, entry)| (key, to_json(entry.into_value()))).collect()
        }
    }
}

macro_rules! leaves {
    ($($leaf:ty),+ $(,)?) => {$(
        impl<E: deserr::DeserializeError> deserr::Deserr<E> for $leaf {
            fn deserialize_from_value<V: deserr::IntoValue>(
                value: deserr::Value<V>,
                location: deserr::ValuePointerRef<'_>,
            ) -> Result<Self, E> {
                $crate::vocabulary::leaf::read(value, location)
            }
        }
    )+};
}

pub(crate) use leaves;

leaves!(
    CheckId,
    Checkpoint,
    InstanceName,
    LessonId,
    PointId,
    ProgramName,
    ResultName,
    SceneId,
    StepId,
    ValueName,
    Bytes,
    Flavour,
    Perms,
);
