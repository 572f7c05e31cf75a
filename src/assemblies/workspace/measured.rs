//! What was measured of the learner's own runs: kept for the questions that ask about it.

use std::fs;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{Workspace, WorkspaceError, refused};
use crate::edges::store::write_atomically;
use crate::judgement::figures::Figures;
use crate::words::ids::{LessonId, StepId};

/// The version of the format that is written.
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Kept {
    version: u32,
    runs: Figures,
}

impl Workspace {
    /// The figures of the last run of a drill that was kept. A file that cannot be read counts
    /// as none: the next run writes it anew.
    #[must_use]
    pub fn measured(&self, lesson: &LessonId, drill: &StepId) -> Option<Figures> {
        let bytes = fs::read(self.measured_path(lesson, drill)).ok()?;
        let kept: Kept = serde_json::from_slice(&bytes).ok()?;
        (kept.version == VERSION).then_some(kept.runs)
    }

    /// Keeps the figures of a run of a drill.
    ///
    /// # Errors
    /// Where the system refuses.
    pub fn keep_measured(
        &self,
        lesson: &LessonId,
        drill: &StepId,
        figures: Figures,
    ) -> Result<(), WorkspaceError> {
        let path = self.measured_path(lesson, drill);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(refused("make", folder))?;
        }
        let text = serde_json::to_string_pretty(&Kept { version: VERSION, runs: figures })
            .expect("names, numbers and texts always serialise");
        Ok(write_atomically(&path, text.as_bytes())?)
    }

    fn measured_path(&self, lesson: &LessonId, drill: &StepId) -> PathBuf {
        self.state_directory().join("measured").join(format!("{lesson}.{drill}.json"))
    }
}
