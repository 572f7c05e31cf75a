//! What a class is graded by: the lessons, the scheme, the seed; and which drills run alone.

use crate::edges::compiler::{Source, SourceText};
use crate::edges::sandbox::Level;
use crate::judgement::course::{LoadedCourse, LoadedLesson};
use crate::judgement::draw::Scale;
use crate::judgement::grading::Scheme;
use crate::vocabulary::check::Expectation;
use crate::vocabulary::lesson::{Drill, Language};
use crate::vocabulary::scene::{Company, Disk};
use crate::words::digest;
use crate::words::ids::{LessonId, ProgramName};

/// What a class is graded by.
#[derive(Clone, Debug)]
pub struct Assignment<'c> {
    /// The course.
    pub course: &'c LoadedCourse,
    /// SHA-256 of the course's lessons, as files.
    pub course_sha256: String,
    /// The lessons that are graded, in the course's order.
    pub lessons: Vec<&'c LoadedLesson>,
    /// What things are worth.
    pub scheme: Scheme,
    /// The seed of every run: all students are asked the same.
    pub seed: u64,
    /// How large the files may be that can be made smaller.
    pub scale: Scale,
    /// How far programs and compilers are confined here.
    pub level: Level,
    /// How far they must be confined: a result of an earlier grading that was less is none.
    pub least: Level,
    /// Whether what was seen is kept.
    pub evidence: KeepEvidence,
}

/// Whether the evidence of each drill is kept, for a student to dispute its verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeepEvidence {
    /// It is.
    Yes,
    /// The verdict alone is.
    No,
}

impl Assignment<'_> {
    /// Whether only one drill of the lessons graded has a program of this name, so that a file
    /// outside any lesson's folder can be meant for no other.
    #[must_use]
    pub fn is_only_program_called(&self, name: &ProgramName) -> bool {
        let drills = self.lessons.iter().flat_map(|lesson| lesson.drills());
        drills.filter(|drill| drill.programs.contains(name)).count() == 1
    }

    /// What a drill's verdict depends on, as a hash: a verdict is kept from one grading to the
    /// next as long as this stays. What things are worth is no part of it.
    #[must_use]
    pub fn stamp(&self, lesson: &LessonId, drill: &Drill, versions: &[Vec<Source>]) -> String {
        let mut text = format!("{} {lesson} {} {:?}\n", env!("CARGO_PKG_VERSION"), self.seed, self.scale);
        // A drill is plain data: it can always be written down.
        text += &serde_json::to_string(drill).unwrap_or_default();
        for source in versions.iter().flatten() {
            let hash = match &source.text {
                SourceText::Memory(bytes) => digest::sha256(bytes),
                SourceText::File(path) => path.display().to_string(),
            };
            text += &format!("\n{} {} {hash}", source.program, source.language.name());
        }
        digest::sha256(text.as_bytes())
    }
}

/// How a drill's programs are run when a class is graded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// Beside others.
    SideBySide,
    /// Beside others; but a miss counts only if it is found again with nothing beside it.
    Confirmed,
    /// With nothing beside them.
    Alone,
}

/// How a drill's programs are run.
///
/// They must be alone where a scene says so or limits memory, and where a check asks what came
/// from storage: the page cache, which all share, can make that more and less than it is. What
/// the kernel has written back by the time of a power cut others may hasten a little: what is
/// missed there counts when it is missed alone.
#[must_use]
pub fn manner(drill: &Drill) -> Manner {
    let mut checks = drill.check.iter().map(|check| &check.expect);
    if drill.scene.iter().any(|scene| scene.company() == Company::Alone)
        || checks.any(|expect| matches!(expect, Expectation::DiskRead(_)))
    {
        Manner::Alone
    } else if drill.scene.iter().any(|scene| scene.disk == Disk::PowerCut) {
        Manner::Confirmed
    } else {
        Manner::SideBySide
    }
}

/// The sets of programs that a student may be meant to be graded by: one for each language
/// in which they wrote something. A program that they have in the other language only is
/// taken from there. Where both are the starter's there is none.
#[must_use]
pub fn versions(
    lesson: &LoadedLesson,
    drill: &Drill,
    text: &dyn Fn(&ProgramName, Language) -> Option<Vec<u8>>,
) -> Versions {
    let mut versions: Vec<Vec<Source>> = Vec::new();
    let (mut untouched, mut lacking) = (false, None);
    for preferred in Language::ALL {
        let [one, other] = match preferred {
            Language::Rust => [Language::Rust, Language::C],
            Language::C => [Language::C, Language::Rust],
        };
        if !drill.programs.iter().any(|program| text(program, one).is_some()) {
            continue;
        }
        let source = |program: &ProgramName| {
            let found =
                [one, other].into_iter().find_map(|language| Some((language, text(program, language)?)));
            found
                .map(|(language, bytes)| Source {
                    program: program.clone(),
                    language,
                    text: SourceText::Memory(bytes),
                })
                .ok_or_else(|| program.clone())
        };
        match drill.programs.iter().map(source).collect::<Result<Vec<Source>, ProgramName>>() {
            Err(program) => lacking = Some(program),
            Ok(sources) if sources.iter().all(|source| is_starter(lesson, source)) => untouched = true,
            Ok(sources) if !versions.contains(&sources) => versions.push(sources),
            Ok(_) => {}
        }
    }
    match (versions.is_empty(), lacking) {
        (false, _) => Versions::Some(versions),
        (true, Some(program)) => Versions::Lacking(program),
        (true, None) if untouched => Versions::Untouched,
        (true, None) => Versions::None,
    }
}

/// What there is to grade of a drill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Versions {
    /// These programs; the best version counts.
    Some(Vec<Vec<Source>>),
    /// The starter alone, which is known to miss.
    Untouched,
    /// Not all programs are there: this one is not.
    Lacking(ProgramName),
    /// Nothing.
    None,
}

fn is_starter(lesson: &LoadedLesson, source: &Source) -> bool {
    let starter = lesson.starters.get(&(source.program.clone(), source.language));
    match (starter, &source.text) {
        (Some(starter), SourceText::Memory(bytes)) => starter.as_bytes() == bytes.as_slice(),
        _ => false,
    }
}
