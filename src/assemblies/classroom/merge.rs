//! A class graded in pieces, put together again: which students a piece has ([`Shard`]), and
//! how the directories of results of all pieces become one ([`merge`]).
//!
//! Pieces go together only if they are of one class: graded by the same runner, course, seed,
//! lessons and weights. What confined the programs may differ from machine to machine; each
//! result says it for itself, and the class is as confined as the least of them.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::str::FromStr;

use super::formats::Class;
use super::result::{Finding, Graded, GradedBy};
use super::store::{ResultsError, Store};
use super::work::summary;
use crate::edges::sandbox::Level;
use crate::judgement::grading::Marks;
use crate::words::digest;

/// A piece of a class: the `index`th of `count`, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    index: u32,
    count: u32,
}

/// What is no piece of a class.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{written:?} is no piece of a class: it is written 2/8, the second of eight")]
pub struct NoShard {
    /// What was written.
    pub written: String,
}

impl FromStr for Shard {
    type Err = NoShard;

    fn from_str(written: &str) -> Result<Self, NoShard> {
        let parts = written
            .split_once('/')
            .and_then(|(index, count)| Some(Self { index: index.parse().ok()?, count: count.parse().ok()? }));
        let fits = parts.filter(|shard| (1..=shard.count).contains(&shard.index));
        fits.ok_or_else(|| NoShard { written: written.to_owned() })
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
    }
}

impl Shard {
    /// Whether a student of this key belongs to the piece. It depends on the key alone: whoever
    /// hands in late moves nobody else to another piece.
    #[must_use]
    pub fn has(self, key: &str) -> bool {
        let hash = digest::sha256(key.as_bytes());
        // The hash is hexadecimal, and longer than that.
        let number = hash.get(..15).and_then(|digits| u64::from_str_radix(digits, 16).ok()).unwrap_or(0);
        number % u64::from(self.count) == u64::from(self.index - 1)
    }
}

/// Why pieces could not be put together.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// A directory holds no results.
    #[error("{} holds no results: there is no folder students in it", path.display())]
    NoResults {
        /// It.
        path: PathBuf,
    },
    /// No piece has a student.
    #[error("there is no student in any of them")]
    Nobody,
    /// Two results are not of one grading.
    #[error("{} and {} are not of one grading: {what} {differs}", one.display(), other.display(), differs = if what.ends_with('s') { "differ" } else { "differs" })]
    Differ {
        /// In what.
        what: &'static str,
        /// One result.
        one: PathBuf,
        /// The other.
        other: PathBuf,
    },
    /// A student was graded twice, by different work.
    #[error("{student} is in {} and in {}, with different work", one.display(), other.display())]
    Twice {
        /// Who.
        student: String,
        /// One piece.
        one: PathBuf,
        /// The other.
        other: PathBuf,
    },
    /// The directory to merge into is one of the pieces.
    #[error("{} is one of the pieces", path.display())]
    Onto {
        /// It.
        path: PathBuf,
    },
    /// The directory to merge into has students that no piece has.
    #[error("{} has results already, of {student} and perhaps others, who are in none of the pieces", path.display())]
    Foreign {
        /// The directory.
        path: PathBuf,
        /// One of them.
        student: String,
    },
    /// A result could not be read or kept.
    #[error(transparent)]
    Results(#[from] ResultsError),
    /// The system refused.
    #[error("cannot {what} {}", path.display())]
    System {
        /// What.
        what: &'static str,
        /// With which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// A class that was put together.
#[derive(Debug)]
pub struct Merged {
    /// The class.
    pub class: Class,
    /// Students who were in several pieces with the same work; one of the results was taken.
    pub repeated: Vec<String>,
    /// The levels of confinement that results were reached under, with how many of each.
    pub levels: BTreeMap<Level, usize>,
}

/// What must be the same in all results of a class, besides [`GradedBy`].
#[derive(PartialEq)]
struct Outline(Vec<(String, Vec<(String, Marks)>)>);

impl Outline {
    fn of(graded: &Graded) -> Self {
        let lessons = graded.lessons.iter().map(|lesson| {
            let steps = lesson.steps.iter().map(|step| (step.step.to_string(), step.score.possible));
            (lesson.lesson.to_string(), steps.collect())
        });
        Self(lessons.collect())
    }
}

/// Puts the results in `pieces` together in the directory `into`. Nothing is written before all
/// of them have been found to fit.
///
/// # Errors
/// Where they do not go together, or the system refuses.
pub fn merge(pieces: &[PathBuf], into: &Path) -> Result<Merged, MergeError> {
    let places = survey(pieces)?;
    fits(pieces, into, &places)?;
    let mut first: Option<(PathBuf, Graded)> = None;
    let (mut repeated, mut levels) = (Vec::new(), BTreeMap::new());
    let mut taken: Vec<(String, &Store)> = Vec::new();
    for (key, stores) in &places {
        let mut chosen: Option<(Graded, &Store)> = None;
        for store in stores {
            let graded = store.load(key)?;
            let path = file(store, key);
            match &first {
                None => first = Some((path, graded.clone())),
                Some((one, model)) => {
                    if let Some(what) = difference(model, &graded) {
                        return Err(MergeError::Differ { what, one: one.clone(), other: path });
                    }
                }
            }
            chosen = Some(match chosen {
                None => (graded, store),
                Some((other, elsewhere)) if other.submission == graded.submission => {
                    repeated.push(graded.student.clone());
                    // A grading that was stopped, or failed, gives way to one that was not.
                    if other.is_open() { (graded, store) } else { (other, elsewhere) }
                }
                Some((other, elsewhere)) => {
                    let (one, other_place) = (elsewhere.directory().to_owned(), store.directory().to_owned());
                    return Err(MergeError::Twice { student: other.student, one, other: other_place });
                }
            });
        }
        if let Some((graded, store)) = chosen {
            *levels.entry(graded.by.level).or_default() += 1;
            taken.push((key.clone(), store));
        }
    }
    let Some((_, model)) = first else { return Err(MergeError::Nobody) };
    repeated.dedup();
    let store = Store::open(into)?;
    let mut students = Vec::new();
    for (key, from) in taken {
        let graded = from.load(&key)?;
        copy_evidence(&graded, from.directory(), into)?;
        store.save(&graded)?;
        students.push(summary(graded.lessons.iter().map(|lesson| &lesson.lesson), &graded));
    }
    store.settle_seed(Some(model.by.seed), model.by.seed)?;
    let level = levels.keys().next().copied().unwrap_or(model.by.level);
    let lessons = model.lessons.iter().map(|lesson| (lesson.lesson.clone(), lesson.title.clone())).collect();
    // Why it was no further there is what the results of that level say.
    let no_further = model.by.no_further.filter(|_| level == model.by.level);
    let class = Class { by: GradedBy { level, no_further, ..model.by }, lessons, students, store };
    Ok(Merged { class, repeated, levels })
}

/// Where each student's results are, by key.
fn survey(pieces: &[PathBuf]) -> Result<BTreeMap<String, Vec<Store>>, MergeError> {
    let mut places: BTreeMap<String, Vec<Store>> = BTreeMap::new();
    for piece in pieces {
        if !piece.join("students").is_dir() {
            return Err(MergeError::NoResults { path: piece.clone() });
        }
        let store = Store::open(piece)?;
        for key in keys(piece)? {
            places.entry(key).or_default().push(store.clone());
        }
    }
    Ok(places)
}

/// The keys of the students in a directory of results.
fn keys(directory: &Path) -> Result<Vec<String>, MergeError> {
    let students = directory.join("students");
    let failed = |source| MergeError::System { what: "list", path: students.clone(), source };
    let mut keys = Vec::new();
    for entry in fs::read_dir(&students).map_err(failed)? {
        let name = entry.map_err(failed)?.file_name();
        if let Some(key) = name.to_str().and_then(|name| name.strip_suffix(".json"))
            && !key.starts_with('.')
        {
            keys.push(key.to_owned());
        }
    }
    keys.sort();
    Ok(keys)
}

/// That the directory to merge into holds nothing that would be taken for a part of the class.
fn fits(pieces: &[PathBuf], into: &Path, places: &BTreeMap<String, Vec<Store>>) -> Result<(), MergeError> {
    let real = into.canonicalize().ok();
    if real.is_some() && pieces.iter().any(|piece| piece.canonicalize().ok() == real) {
        return Err(MergeError::Onto { path: into.to_owned() });
    }
    if into.join("students").is_dir()
        && let Some(student) = keys(into)?.into_iter().find(|key| !places.contains_key(key))
    {
        return Err(MergeError::Foreign { path: into.to_owned(), student });
    }
    Ok(())
}

fn file(store: &Store, key: &str) -> PathBuf {
    store.directory().join("students").join(format!("{key}.json"))
}

/// In what two results are not of one grading.
fn difference(one: &Graded, other: &Graded) -> Option<&'static str> {
    let (left, right) = (&one.by, &other.by);
    if left.runner != right.runner {
        Some("the runner's version")
    } else if left.course != right.course || left.course_sha256 != right.course_sha256 {
        Some("the course")
    } else if left.seed != right.seed {
        Some("the seed")
    } else if Outline::of(one) != Outline::of(other) {
        Some("the lessons or the weights")
    } else {
        None
    }
}

/// Brings what was seen of a student's drills along.
fn copy_evidence(graded: &Graded, from: &Path, into: &Path) -> Result<(), MergeError> {
    for (_, step) in graded.steps() {
        let Finding::Judged(judged) = &step.finding else { continue };
        let Some(place) = judged.evidence.as_deref().map(Path::new).filter(|place| is_inside(place)) else {
            continue;
        };
        let (source, target) = (from.join(place), into.join(place));
        let failed = |what, path: &Path| {
            let path = path.to_owned();
            move |source| MergeError::System { what, path, source }
        };
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder).map_err(failed("make", folder))?;
        }
        fs::copy(&source, &target).map_err(failed("copy", &source))?;
    }
    Ok(())
}

/// Whether a place lies below the directory that it is told of.
fn is_inside(place: &Path) -> bool {
    place.components().all(|part| matches!(part, Component::Normal(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_student_is_in_one_piece_and_stays_there() {
        let shards: Vec<Shard> = (1..=7).map(|index| format!("{index}/7").parse().unwrap()).collect();
        let mut sizes = [0; 7];
        for student in 0..700 {
            let key = format!("student-{student}");
            let of: Vec<usize> = (0..7).filter(|&index| shards[index].has(&key)).collect();
            assert_eq!(of.len(), 1, "{key}");
            sizes[of[0]] += 1;
        }
        assert!(sizes.iter().all(|size| (60..140).contains(size)), "{sizes:?}");
        // By name alone, on every machine and in every version.
        assert!("3/3".parse::<Shard>().unwrap().has("alice"));
    }

    #[test]
    fn pieces_are_written_as_fractions() {
        assert_eq!("3/8".parse::<Shard>().unwrap().to_string(), "3/8");
        for written in ["", "3", "0/8", "9/8", "1/0", "-1/2", "1/2/3", "a/b"] {
            assert_eq!(
                written.parse::<Shard>().unwrap_err().to_string(),
                format!("{written:?} is no piece of a class: it is written 2/8, the second of eight")
            );
        }
    }

    #[test]
    fn evidence_is_looked_for_below_its_directory_only() {
        assert!(is_inside(Path::new("evidence/alice/03.reserve.json")));
        for place in ["/etc/passwd", "../x", "evidence/../../x"] {
            assert!(!is_inside(Path::new(place)), "{place}");
        }
    }
}
