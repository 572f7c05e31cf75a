//! Evidence in a file: what a drill's run left, with the checks it was judged by, so
//! that the same verdict can be derived again elsewhere, by somebody who has neither
//! the course nor the programs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::vocabulary::check::Check;
use crate::vocabulary::evidence::Evidence;
use crate::vocabulary::lesson::Language;
use crate::words::ids::{LessonId, ProgramName, StepId};

/// The content of an evidence file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceFile {
    /// The version of this format: [`EvidenceFile::FORMAT`].
    pub format: u32,
    /// The course's title.
    pub course: String,
    /// The lesson.
    pub lesson: LessonId,
    /// The drill in it.
    pub drill: StepId,
    /// The language that each program was written in.
    pub languages: BTreeMap<ProgramName, Language>,
    /// The drill's checks, as they were.
    pub checks: Vec<Check>,
    /// What the run left.
    pub evidence: Evidence,
}

/// Why a text is not an evidence file that can be read here.
#[derive(Debug, thiserror::Error)]
pub enum EvidenceFileError {
    /// It is no evidence, or it is damaged.
    #[error("this is not an evidence file")]
    Unreadable(#[from] serde_json::Error),
    /// It was written by another version of the runner.
    #[error("this evidence file is of format {found}, and format {} can be read", EvidenceFile::FORMAT)]
    Format {
        /// Its format.
        found: u32,
    },
}

impl EvidenceFile {
    /// The version of the format that is written and read here.
    pub const FORMAT: u32 = 2;

    /// Its text, in JSON.
    ///
    /// # Errors
    /// Never for what a run left; a caller may have put in what JSON cannot say.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    /// Reads its text.
    ///
    /// # Errors
    /// Where it is of another format, or none.
    pub fn from_json(text: &[u8]) -> Result<Self, EvidenceFileError> {
        #[derive(Deserialize)]
        struct Head {
            format: u32,
        }
        let Head { format } = serde_json::from_slice(text)?;
        if format != Self::FORMAT {
            return Err(EvidenceFileError::Format { found: format });
        }
        Ok(serde_json::from_slice(text)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::units::Bytes;

    #[test]
    fn what_is_written_is_read_again() {
        let check = "id = 'ends'\nsays = 'it ends'\nwhy = 'because'\nexpect = { kind = 'ending', of = 'a' }";
        let file = EvidenceFile {
            format: EvidenceFile::FORMAT,
            course: "mmap".to_owned(),
            lesson: "03-untouched-memory".parse().unwrap(),
            drill: "reserve".parse().unwrap(),
            languages: BTreeMap::from([("reserve".parse().unwrap(), Language::C)]),
            checks: vec![toml::from_str(check).unwrap()],
            evidence: Evidence {
                seed: u64::MAX,
                builds: BTreeMap::new(),
                scenes: Vec::new(),
                instruments: vec!["perf".to_owned()],
                page_size: Bytes::kib(4),
                confinement: Some(crate::vocabulary::confinement::Level::Signals),
            },
        };
        let text = file.to_json().unwrap();
        assert_eq!(EvidenceFile::from_json(text.as_bytes()).unwrap(), file);
    }

    #[test]
    fn other_formats_and_other_texts_are_told_apart() {
        let told = |text: &str| EvidenceFile::from_json(text.as_bytes()).unwrap_err().to_string();
        assert_eq!(told("{\"format\": 9}"), "this evidence file is of format 9, and format 2 can be read");
        for text in ["", "{}", "{\"format\": 2}", "\x7fELF", "{\"format\": 2, \"course\": \"x\"}"] {
            assert_eq!(told(text), "this is not an evidence file", "{text:?}");
        }
    }
}
