//! What an experiment came to: the readings of each repetition, in the unit of
//! the kernel's books.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Quantity, Unit};
use crate::words::units::Bytes;

/// What came of running an experiment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Outcome {
    /// It was measured.
    Measured(Measurement),
    /// This machine cannot measure it.
    Inconclusive {
        /// Why.
        reason: String,
    },
}

/// The readings of an experiment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Measurement {
    /// What was measured.
    pub quantity: Quantity,
    /// One for each repetition, in order, in the unit of the quantity; below zero
    /// where the quantity fell between the marks.
    pub readings: Vec<i64>,
    /// The page size of the machine.
    pub page_size: Bytes,
    /// The size of the mapping or file measured; nothing for the process.
    pub subject_size: Option<Bytes>,
    /// What a reader of the figure should know of how it was had.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

impl Measurement {
    /// The middle reading; of an even number, the lower of the two in the middle.
    /// Nothing where there are none.
    #[must_use]
    pub fn median(&self) -> Option<i64> {
        let mut sorted = self.readings.clone();
        sorted.sort_unstable();
        sorted.get(sorted.len().saturating_sub(1) / 2).copied()
    }

    /// `reading` in another unit, where the quantity can be told in it.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "readings stay far below 2^53")]
    pub fn in_unit(&self, reading: i64, unit: Unit) -> Option<f64> {
        let page = self.page_size.0 as f64;
        let natural = self.quantity.unit();
        let value = reading as f64;
        let bytes = match natural {
            Unit::Bytes => Some(value),
            Unit::Pages => Some(value * page),
            Unit::Faults | Unit::Mappings | Unit::Percent => None,
        };
        match unit {
            unit if unit == natural => Some(value),
            Unit::Bytes => bytes,
            Unit::Pages => bytes.map(|bytes| bytes / page),
            Unit::Percent => match (bytes, self.subject_size) {
                (Some(bytes), Some(Bytes(size))) if size > 0 => Some(bytes * 100.0 / size as f64),
                _ => None,
            },
            Unit::Faults | Unit::Mappings => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measurement(quantity: Quantity, readings: &[i64]) -> Measurement {
        Measurement {
            quantity,
            readings: readings.to_vec(),
            page_size: Bytes::kib(4),
            subject_size: Some(Bytes::mib(1)),
            notes: Vec::new(),
        }
    }

    #[test]
    fn the_median_is_the_middle_reading() {
        for (readings, median) in
            [(&[][..], None), (&[7], Some(7)), (&[9, 1, 5], Some(5)), (&[4, 2], Some(2))]
        {
            assert_eq!(measurement(Quantity::Rss, readings).median(), median, "{readings:?}");
        }
    }

    #[test]
    fn readings_are_told_in_the_units_that_fit_them() {
        let rss = measurement(Quantity::Rss, &[]);
        assert_eq!(rss.in_unit(8192, Unit::Pages), Some(2.0));
        assert_eq!(rss.in_unit(524_288, Unit::Percent), Some(50.0));
        assert_eq!(rss.in_unit(8192, Unit::Faults), None);
        let faults = measurement(Quantity::MinorFaults, &[]);
        assert_eq!(faults.in_unit(3, Unit::Faults), Some(3.0));
        assert_eq!(faults.in_unit(3, Unit::Bytes), None);
    }
}
