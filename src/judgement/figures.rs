//! Figures of a drill's runs: gathered from evidence, laid out as a table, compared.
//!
//! They are a small part of the evidence, kept in the workspace after a drill, so that
//! questions can be asked about them later (`judgement::measured`). Only a run that came
//! to its own end has figures.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::vocabulary::comparison::{Figure, RunOf, RunTable};
use crate::vocabulary::evidence::{Completion, Ending, Evidence, Run, SceneRun, Snapshot};
use crate::words::ids::{Checkpoint, InstanceName, SceneId};
use crate::words::speech::{Speech, exact};
use crate::words::units::Bytes;

/// What one run took.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RunFigures {
    /// From its start to its end, in microseconds, less the time it stood frozen.
    pub microseconds: u64,
    /// Bytes fetched from storage for it.
    pub disk_read: Option<u64>,
    /// Page faults that did not wait for storage.
    pub minor_faults: Option<u64>,
    /// Page faults that did.
    pub major_faults: Option<u64>,
    /// What its scene's programs could use together, in bytes; nothing where that was not limited.
    pub memory_limit: Option<u64>,
}

/// The figures of a run, or why there are none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Taken {
    /// It came to its end.
    Figures(RunFigures),
    /// It did not, or it was not run at all.
    Missing {
        /// Why.
        reason: String,
    },
}

/// One run with its figures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Which run.
    pub run: RunOf,
    /// What it took.
    pub taken: Taken,
}

/// The figures of all runs of a drill; of scenes that repeat, the last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Figures(pub Vec<Entry>);

/// A drill's runs as a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Table {
    /// What it shows.
    pub title: String,
    /// Its lines.
    pub rows: Vec<Row>,
}

/// A line of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Row {
    /// What the run is called.
    pub says: String,
    /// What it took.
    #[serde(flatten)]
    pub taken: Taken,
}

impl RunFigures {
    /// One of them, if it was counted.
    #[must_use]
    pub const fn get(&self, figure: Figure) -> Option<u64> {
        match figure {
            Figure::DiskRead => self.disk_read,
            Figure::MinorFaults => self.minor_faults,
            Figure::MajorFaults => self.major_faults,
        }
    }
}

impl Figures {
    /// The figures of all runs in `evidence`.
    #[must_use]
    pub fn of(speech: Speech, evidence: &Evidence) -> Self {
        let mut entries: Vec<Entry> = Vec::new();
        for scene in &evidence.scenes {
            entries.retain(|entry| entry.run.scene != scene.scene);
            entries.extend(scene.instances.iter().map(|name| Entry {
                run: RunOf { scene: scene.scene.clone(), of: name.clone() },
                taken: taken(speech, scene, name),
            }));
        }
        Self(entries)
    }

    /// The figures of one run.
    ///
    /// # Errors
    /// Where there are none, with the reason.
    pub fn run(&self, speech: Speech, run: &RunOf) -> Result<&RunFigures, String> {
        match self.0.iter().find(|entry| entry.run == *run).map(|entry| &entry.taken) {
            Some(Taken::Figures(figures)) => Ok(figures),
            Some(Taken::Missing { reason }) => Err(reason.clone()),
            None => {
                let with = [("who", (&run.of).into()), ("scene", (&run.scene).into())];
                Err(speech.tell("undecided-not-run-in-scene", with))
            }
        }
    }
}

/// The table that a drill asks for.
#[must_use]
pub fn table(speech: Speech, asked: &RunTable, evidence: &Evidence) -> Table {
    let row = |row: &crate::vocabulary::comparison::TableRow| {
        let scene = evidence.scenes.iter().rfind(|scene| scene.scene == row.scene);
        let filled = scene.and_then(|scene| scene.values.fill(row.says.text()).ok());
        let missing = || Taken::Missing {
            reason: speech.tell("undecided-scene-not-run", [("scene", (&row.scene).into())]),
        };
        Row {
            says: filled.unwrap_or_else(|| row.says.text().to_owned()),
            taken: scene.map_or_else(missing, |scene| taken(speech, scene, &row.of)),
        }
    };
    Table { title: asked.title.clone(), rows: asked.row.iter().map(row).collect() }
}

fn taken(speech: Speech, scene: &SceneRun, name: &InstanceName) -> Taken {
    let missing = |reason: String| Taken::Missing { reason };
    if let Completion::Impossible { reason } = &scene.completion {
        return missing(reason.clone());
    }
    let Some(run) = scene.runs.get(name) else { return missing(speech.say("run-never-started")) };
    if run.limit.is_some() || !matches!(run.ending, Ending::Exited { .. }) {
        return missing(speech.say("run-unended"));
    }
    let of = |figure| figure_of(run, figure, None, None);
    Taken::Figures(RunFigures {
        microseconds: run.run_us,
        disk_read: of(Figure::DiskRead),
        minor_faults: of(Figure::MinorFaults),
        major_faults: of(Figure::MajorFaults),
        memory_limit: scene.memory_group.map(|group| group.limit.0),
    })
}

/// The name of the snapshot that the observer takes of a process as it exits.
const EXIT: &str = "exit";

/// One figure of a run between two moments, its start and its end where none are given; nothing
/// where it was not counted, or a moment did not come.
#[must_use]
pub fn figure_of(
    run: &Run,
    figure: Figure,
    after: Option<&Checkpoint>,
    before: Option<&Checkpoint>,
) -> Option<u64> {
    let at = |moment: &str| {
        let of_process =
            |snapshot: &&Snapshot| snapshot.pid == run.pid && snapshot.checkpoint.as_str() == moment;
        run.snapshots.iter().find(of_process)
    };
    let value = |snapshot: &Snapshot| match figure {
        Figure::DiskRead => snapshot.io.as_ref().map(|io| io.read_bytes),
        Figure::MinorFaults => snapshot.faults.as_ref().map(|faults| faults.minor),
        Figure::MajorFaults => snapshot.faults.as_ref().map(|faults| faults.major),
    };
    let end = match (before, figure) {
        (Some(before), _) => value(at(before.as_str())?)?,
        (None, Figure::DiskRead) => value(at(EXIT)?)?,
        (None, Figure::MinorFaults) => run.faults.as_ref()?.minor,
        (None, Figure::MajorFaults) => run.faults.as_ref()?.major,
    };
    let start = match after {
        Some(after) => value(at(after.as_str())?)?,
        None => 0,
    };
    Some(end.saturating_sub(start))
}

/// An amount of a figure, in words: `640 MiB from the disk`, `3 major faults`.
#[must_use]
pub fn amount(speech: Speech, figure: Figure, number: u64) -> String {
    let number = match figure {
        Figure::DiskRead => return speech.tell("figure-from-disk", [("size", Bytes(number).into())]),
        Figure::MinorFaults | Figure::MajorFaults => [("number", exact(number.into()))],
    };
    speech.tell(if figure == Figure::MinorFaults { "faults-minor" } else { "faults-major" }, number)
}

/// What a figure counts, on its own: `bytes from the disk`.
#[must_use]
pub fn noun(speech: Speech, figure: Figure) -> String {
    speech.say(match figure {
        Figure::DiskRead => "figure-disk-read",
        Figure::MinorFaults => "figure-minor-faults",
        Figure::MajorFaults => "figure-major-faults",
    })
}

/// That a figure was not counted.
#[must_use]
pub fn uncounted(speech: Speech, figure: Figure) -> String {
    speech.tell("undecided-uncounted", [("figure", noun(speech, figure).into())])
}

/// Whether `number` lies within bounds in percent of `whole`.
#[must_use]
pub fn within(number: u64, whole: u64, at_least: Option<u32>, at_most: Option<u32>) -> bool {
    let (number, whole) = (u128::from(number) * 100, u128::from(whole));
    at_least.is_none_or(|percent| number >= whole * u128::from(percent))
        && at_most.is_none_or(|percent| number <= whole * u128::from(percent))
}

/// What share of `whole` a number is, in hundredths of a percent; no number is a share of nothing.
#[must_use]
pub fn hundredths(number: u64, whole: u64) -> Option<i64> {
    let hundredths = (u128::from(number) * 10_000).checked_div(u128::from(whole))?;
    Some(i64::try_from(hundredths).unwrap_or(i64::MAX))
}

/// The scene in `scenes` that a comparison names, the last of its runs.
#[must_use]
pub fn scene_of<'a>(scenes: &'a [SceneRun], id: &SceneId) -> Option<&'a SceneRun> {
    scenes.iter().rfind(|scene| scene.scene == *id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_exact_at_their_bounds() {
        assert!(within(50, 100, Some(50), None));
        assert!(!within(49, 100, Some(50), None));
        assert!(within(10, 100, None, Some(10)));
        assert!(!within(11, 100, None, Some(10)));
        assert!(within(0, 0, Some(50), Some(50)));
        assert!(within(u64::MAX, u64::MAX, Some(100), Some(100)));
    }

    #[test]
    fn amounts_read_as_a_person_says_them() {
        let amount = |figure, number| amount(Speech::ENGLISH, figure, number);
        assert_eq!(amount(Figure::DiskRead, 640 << 20), "640 MiB from the disk");
        assert_eq!(amount(Figure::MajorFaults, 1), "1 major fault");
        assert_eq!(amount(Figure::MinorFaults, 0), "0 minor faults");
    }
}
