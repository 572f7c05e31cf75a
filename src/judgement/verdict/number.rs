//! Measured numbers, the bounds that they were held against, and how both are written.

use serde::Serialize;

use crate::words::units::Bytes;

/// A measured number, with the bounds that it was held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Reading {
    /// What was measured.
    pub measured: i64,
    /// What it must be at the least.
    pub least: Option<i64>,
    /// What it may be at the most.
    pub most: Option<i64>,
    /// In what all three are counted.
    pub unit: ReadingUnit,
}

/// In what a reading is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReadingUnit {
    /// Calls, faults, signals, processes.
    Number,
    /// Bytes.
    Bytes,
    /// Hundredths of a percent.
    PercentHundredths,
}

impl ReadingUnit {
    /// `number` of it, in words: `8 KiB`, `12.5%`, `16`.
    #[must_use]
    pub fn write(self, number: i64) -> String {
        match self {
            Self::Number => number.to_string(),
            Self::Bytes => amount(number),
            Self::PercentHundredths => {
                let sign = if number < 0 { "-" } else { "" };
                let hundredths = number.unsigned_abs();
                let digits = format!("{}.{:02}", hundredths / 100, hundredths % 100);
                format!("{sign}{}%", digits.trim_end_matches('0').trim_end_matches('.'))
            }
        }
    }
}

/// A signed amount of memory: `-4 KiB`.
pub(super) fn amount(bytes: i64) -> String {
    let sign = if bytes < 0 { "-" } else { "" };
    format!("{sign}{}", Bytes(bytes.unsigned_abs()))
}
