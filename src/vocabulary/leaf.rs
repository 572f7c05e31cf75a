//! Leaves of a course file: ids, sizes, expressions, flavours and permissions.
//!
//! The tree of a course file is read by `deserr`, which goes on after an error
//! and says where each one stands; a leaf is read by its own `serde` rules, and
//! whatever it says against the text becomes one located problem.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::str::FromStr;

use deserr::{
    DeserializeError, Deserr, ErrorKind, IntoValue, Map, Sequence, Value, ValueKind, ValuePointerRef,
    take_cf_content,
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::facts::mapping::{Flavour, Perms};
use crate::words::ids::{
    CheckId, Checkpoint, InstanceName, LessonId, PointId, ProgramName, ResultName, SceneId, StepId, ValueName,
};
use crate::words::units::{Bytes, NotASize};

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

/// A table with names of the author's choosing as keys. (`deserr`'s own reading of a
/// `BTreeMap` forgets the complaints of its entries.)
pub(crate) struct Keyed<K, T>(BTreeMap<K, T>);

impl<K, T> Keyed<K, T> {
    /// The entries.
    pub(crate) fn entries(self) -> BTreeMap<K, T> {
        self.0
    }
}

impl<K, T, E> Deserr<E> for Keyed<K, T>
where
    K: FromStr<Err: std::fmt::Display> + Ord,
    T: Deserr<E>,
    E: DeserializeError,
{
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, E> {
        let table = match value {
            Value::Map(table) => table,
            actual => {
                let kind = ErrorKind::IncorrectValueKind { actual, accepted: &[ValueKind::Map] };
                return Err(take_cf_content(E::error(None, kind, location)));
            }
        };
        let mut entries = BTreeMap::new();
        let mut complaints: Option<E> = None;
        for (name, value) in table.into_iter() {
            let here = location.push_key(&name);
            let more = match (name.parse::<K>(), T::deserialize_from_value(value.into_value(), here)) {
                (Ok(key), Ok(value)) => {
                    entries.insert(key, value);
                    continue;
                }
                (Ok(_), Err(complaint)) => E::merge(complaints.take(), complaint, here),
                (Err(error), Ok(_)) => {
                    E::error::<V>(complaints.take(), ErrorKind::Unexpected { msg: error.to_string() }, here)
                }
                (Err(error), Err(complaint)) => {
                    let kind: ErrorKind<'_, V> = ErrorKind::Unexpected { msg: error.to_string() };
                    let both = take_cf_content(E::error(complaints.take(), kind, here));
                    E::merge(Some(both), complaint, here)
                }
            };
            match more {
                ControlFlow::Continue(more) => complaints = Some(more),
                ControlFlow::Break(all) => return Err(all),
            }
        }
        complaints.map_or(Ok(Self(entries)), Err)
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
    Flavour,
    Perms,
);

/// A size as a lesson writes it: `"2 GiB"`, or a plain integer of bytes.
#[derive(Deserialize, JsonSchema)]
#[serde(untagged, expecting = "a size in quotes (\"2 GiB\") or an integer of bytes is needed here")]
pub(crate) enum WrittenSize {
    Number(u64),
    Text(String),
}

impl<E: DeserializeError> Deserr<E> for Bytes {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, E> {
        match read(value, location)? {
            WrittenSize::Number(number) => Ok(Self(number)),
            WrittenSize::Text(text) => text.parse().map_err(|error: NotASize| {
                let kind: ErrorKind<'_, V> = ErrorKind::Unexpected { msg: error.to_string() };
                take_cf_content(E::error(None, kind, location))
            }),
        }
    }
}
