//! Permissions of which a check leaves some open.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::facts::mapping::Perms;
use crate::vocabulary::leaf::leaves;

/// The permissions column of maps, in which a `?` stands for either letter: `r--?` is
/// readable and nothing else, shared or private.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String", extend("pattern" = "^[r?-][w?-][x?-][sp?]$"))]
pub struct PermsPattern([u8; 4]);

/// A text that is no such pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not permissions such as \"rw-p\", or \"r--?\" where one may be either")]
pub struct NotPermsPattern {
    text: String,
}

impl PermsPattern {
    /// Whether `perms` is one of those that are meant.
    #[must_use]
    pub fn matches(self, perms: Perms) -> bool {
        let column = perms.to_string();
        self.0.iter().zip(column.bytes()).all(|(&wanted, letter)| wanted == b'?' || wanted == letter)
    }
}

impl FromStr for PermsPattern {
    type Err = NotPermsPattern;

    fn from_str(text: &str) -> Result<Self, NotPermsPattern> {
        let error = || NotPermsPattern { text: text.to_owned() };
        let letters: [u8; 4] = text.as_bytes().try_into().map_err(|_| error())?;
        let known = letters.iter().zip(["r-?", "w-?", "x-?", "sp?"]);
        if known.into_iter().all(|(letter, allowed)| allowed.as_bytes().contains(letter)) {
            Ok(Self(letters))
        } else {
            Err(error())
        }
    }
}

impl fmt::Display for PermsPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0.map(char::from).iter().collect::<String>())
    }
}

impl TryFrom<String> for PermsPattern {
    type Error = NotPermsPattern;
    fn try_from(text: String) -> Result<Self, NotPermsPattern> {
        text.parse()
    }
}

impl From<PermsPattern> for String {
    fn from(pattern: PermsPattern) -> String {
        pattern.to_string()
    }
}

leaves!(PermsPattern);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_open_may_be_either() {
        let matches = |pattern: &str, perms: &str| {
            pattern.parse::<PermsPattern>().unwrap().matches(perms.parse().unwrap())
        };
        for perms in ["r--p", "r--s"] {
            assert!(matches("r--?", perms), "{perms}");
        }
        for perms in ["rw-p", "r-xs", "---p"] {
            assert!(!matches("r--?", perms), "{perms}");
        }
        assert!(matches("rw-p", "rw-p") && !matches("rw-p", "rw-s"));
        assert_eq!("r??s".parse::<PermsPattern>().unwrap().to_string(), "r??s");
    }

    #[test]
    fn what_is_no_pattern_is_told() {
        for text in ["", "r--", "w--p", "r--x", "r--p?", "rö?"] {
            let told = text.parse::<PermsPattern>().unwrap_err().to_string();
            assert!(told.contains("is not permissions such as"), "{text:?}: {told}");
        }
    }
}
