//! A size as lesson files write it: `"64 MiB"`, `"1 B"`, never a bare number.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::words::units::{Bytes, NotASize};

/// A size written with its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String", extend("pattern" = r"^\s*[0-9]+\s*(B|KiB|MiB|GiB|TiB)?\s*$"))]
pub struct Size(pub Bytes);

impl TryFrom<String> for Size {
    type Error = NotASize;
    fn try_from(text: String) -> Result<Self, NotASize> {
        text.parse().map(Self)
    }
}

/// In the largest unit that divides it, so that reading it again gives the same size.
impl From<Size> for String {
    fn from(Size(bytes): Size) -> Self {
        ["TiB", "GiB", "MiB", "KiB"]
            .into_iter()
            .filter_map(|unit| Some((unit, Bytes::of_unit(unit)?.0)))
            .find(|&(_, scale)| bytes.0 != 0 && bytes.0.is_multiple_of(scale))
            .map_or_else(|| format!("{} B", bytes.0), |(unit, scale)| format!("{} {unit}", bytes.0 / scale))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_written_without_loss() {
        for bytes in [0, 1, 1025, 1536, 4096, 10 << 30, u64::MAX] {
            let text = String::from(Size(Bytes(bytes)));
            assert_eq!(Size::try_from(text.clone()), Ok(Size(Bytes(bytes))), "{text}");
        }
    }
}
