//! Model programs and known-bad attempts: that they are there, and that between them
//! they put every check of every drill to the test.

use std::collections::{BTreeMap, BTreeSet};

use crate::judgement::course::checks;
use crate::judgement::course::edits::{self, Misfit};
use crate::judgement::course::files::CourseFiles;
use crate::judgement::course::problem::Problem;
use crate::judgement::course::reading;
use crate::judgement::course::source::{Place, SourceFile};
use crate::judgement::course::steps::{distinct, said};
use crate::judgement::course::{LoadedAttempt, SOLUTIONS, Sources};
use crate::vocabulary::lesson::{Attempt, AttemptList, Drill, Edit, Language, Lesson, Step};
use crate::words::ids::{LessonId, ProgramName};

/// The attempts of a lesson; `lesson_place` is its `lesson.toml`.
pub(super) fn load(
    files: &CourseFiles,
    id: &LessonId,
    lesson: &Lesson,
    models: &Sources,
    lesson_place: Place<'_>,
    problems: &mut Vec<Problem>,
) -> Vec<LoadedAttempt> {
    let drills: Vec<(usize, &Drill)> = lesson
        .step
        .iter()
        .enumerate()
        .filter_map(|(index, step)| if let Step::Drill(drill) = step { Some((index, drill)) } else { None })
        .collect();
    let Some(&(first, _)) = drills.first() else { return Vec::new() };
    let folder = format!("{SOLUTIONS}/{id}/attempts");
    let path = format!("{folder}/attempts.toml");
    let Some(bytes) = files.bytes(&path) else {
        let problem = lesson_place.key("step").index(first).key("id").problem(format!("`{path}` is missing"));
        problems
            .push(problem.label("this drill").help("a drill has known-bad attempts that fail its checks"));
        return Vec::new();
    };
    let file = match SourceFile::read(&path, bytes) {
        Ok(file) => file,
        Err(problem) => {
            problems.push(problem);
            return Vec::new();
        }
    };
    let (root, unreadable) = file.parse();
    let list: AttemptList = match reading::read(&file, &root, unreadable) {
        Ok(list) => list,
        Err(found) => {
            problems.extend(found);
            return Vec::new();
        }
    };
    let place = Place::root(&file, &root).key("attempt");
    let ids = list.attempt.iter().enumerate();
    distinct(ids.map(|(i, attempt)| (attempt.id.as_str(), place.index(i).key("id"))), "attempt", problems);
    let drills: Vec<&Drill> = drills.into_iter().map(|(_, drill)| drill).collect();
    let around = Around { files, folder: &folder, models, drills: &drills };
    let loaded = list
        .attempt
        .iter()
        .enumerate()
        .filter_map(|(index, attempt)| one(&around, attempt, place.index(index), problems))
        .collect();
    strays(files, &folder, &list, problems);
    untried(lesson, &list, lesson_place, problems);
    loaded
}

/// What an attempt is held against.
struct Around<'a> {
    files: &'a CourseFiles,
    folder: &'a str,
    models: &'a Sources,
    drills: &'a [&'a Drill],
}

fn one(
    around: &Around<'_>,
    attempt: &Attempt,
    place: Place<'_>,
    problems: &mut Vec<Problem>,
) -> Option<LoadedAttempt> {
    said(&attempt.fault, place.key("fault"), problems);
    let drill = around.drills.iter().find(|drill| drill.id == attempt.drill);
    if drill.is_none() {
        let names = around.drills.iter().map(|drill| drill.id.as_str());
        let problem = place.key("drill").problem(format!("the lesson has no drill `{}`", attempt.drill));
        problems.push(problem.label("unknown drill").suggest(attempt.drill.as_str(), "drill", names));
    }
    if attempt.misses.is_empty() {
        let problem = place.key("misses").problem("an attempt misses at least one check");
        problems.push(problem.help("name the check that shows what is wrong with it"));
    }
    let misses = place.key("misses");
    for (index, id) in attempt.misses.iter().enumerate() {
        if attempt.misses[..index].contains(id) {
            problems.push(misses.index(index).problem(format!("`{id}` is named twice")));
        } else if let Some(drill) = drill {
            checks::known(drill, id, misses.index(index), problems);
        }
    }
    if attempt.files.is_empty() && attempt.edit.is_empty() {
        let problem = place.key("files").problem("an attempt has at least one file of its own");
        problems.push(problem.help("or say in [[attempt.edit]] where it differs from the model program"));
    }
    let mut sources = BTreeMap::new();
    let mut languages = BTreeSet::new();
    for (program, name) in &attempt.files {
        let here = place.key("files").key(program.as_str());
        if let Some(drill) = drill
            && !drill.programs.contains(program)
        {
            let word = place.key("files").name(program.as_str());
            problems.push(unknown(program.as_str(), drill, word));
        }
        languages.extend(language_of(name, here, problems));
        match source(around.files, &format!("{}/{name}", around.folder)) {
            Some(Ok(text)) => {
                sources.insert(program.clone(), text);
            }
            Some(Err(problem)) => problems.push(problem),
            None => {
                let there = around.files.under(around.folder).filter(|name| language(name).is_some());
                let problem = here.problem(format!("`{}/{name}` is missing", around.folder));
                problems.push(problem.label("no such file").suggest(name, "file", there));
            }
        }
    }
    for (index, edit) in attempt.edit.iter().enumerate() {
        languages.extend(language_of(&edit.file, place.key("edit").index(index).key("file"), problems));
    }
    if languages.len() > 1 {
        problems.push(place.key("files").problem("the files of one attempt are all in one language"));
    }
    let language = languages.pop_first()?;
    if let Some(drill) = drill {
        let edited = edited(around, attempt, language, drill, place.key("edit"), problems);
        sources.extend(edited);
    }
    Some(LoadedAttempt { attempt: attempt.clone(), language, sources })
}

/// The model programs that an attempt changes, as it has them.
fn edited(
    around: &Around<'_>,
    attempt: &Attempt,
    language: Language,
    drill: &Drill,
    place: Place<'_>,
    problems: &mut Vec<Problem>,
) -> BTreeMap<ProgramName, String> {
    let mut edits: BTreeMap<&ProgramName, Vec<(usize, &Edit)>> = BTreeMap::new();
    for (index, edit) in attempt.edit.iter().enumerate() {
        let here = place.index(index).key("file");
        let stem = edit.file.rsplit_once('.').map_or(edit.file.as_str(), |(stem, _)| stem);
        match drill.programs.iter().find(|program| program.as_str() == stem) {
            None => problems.push(unknown(stem, drill, here)),
            Some(program) if attempt.files.contains_key(program) => {
                let problem = here.problem(format!("`{program}` is a file of the attempt's own"));
                problems.push(problem.help("only a model program is edited"));
            }
            Some(program) => edits.entry(program).or_default().push((index, edit)),
        }
    }
    let mut sources = BTreeMap::new();
    for (program, edits) in edits {
        // That a model program is missing is told of the lesson.
        let Some(model) = around.models.get(&(program.clone(), language)) else { continue };
        let (indices, edits): (Vec<usize>, Vec<&Edit>) = edits.into_iter().unzip();
        match edits::edited(model, &edits) {
            Ok(text) => {
                sources.insert(program.clone(), text);
            }
            Err((which, misfit)) => {
                let file = &edits[which].file;
                let here = place.index(indices[which]).key("find");
                problems.push(match misfit {
                    Misfit::Absent => here
                        .problem(format!("the model program {file} has no such text"))
                        .help("it is found letter by letter, spaces and line ends too"),
                    Misfit::Repeated(times) => here
                        .problem(format!("this text stands {times} times in the model program {file}"))
                        .help("take in enough of what is around the place"),
                    Misfit::Overlapping => here.problem("another edit changes a part of this place"),
                    Misfit::Idle => here.problem("this edit changes nothing"),
                });
            }
        }
    }
    sources
}

fn unknown(program: &str, drill: &Drill, place: Place<'_>) -> Problem {
    let names = drill.programs.iter().map(ProgramName::as_str);
    let problem = place.problem(format!("`{program}` is not a program of the drill `{}`", drill.id));
    problem.label("unknown program").suggest(program, "program", names)
}

/// The language that a file's ending tells.
fn language_of(name: &str, place: Place<'_>, problems: &mut Vec<Problem>) -> Option<Language> {
    let language = language(name);
    if language.is_none() {
        let problem = place.problem(format!("`{name}` is in no language that is known here"));
        problems.push(problem.help("file names end in `.rs` or `.c`"));
    }
    language
}

fn language(name: &str) -> Option<Language> {
    let (_, ending) = name.rsplit_once('.')?;
    Language::ALL.into_iter().find(|language| language.extension() == ending)
}

/// The text of a program, or why it cannot be read; nothing where there is no such file.
pub(super) fn source(files: &CourseFiles, path: &str) -> Option<Result<String, Problem>> {
    let bytes = files.bytes(path)?;
    Some(SourceFile::read(path, bytes).map(|file| file.text.to_string()))
}

/// Programs among the attempts that no attempt names.
fn strays(files: &CourseFiles, folder: &str, list: &AttemptList, problems: &mut Vec<Problem>) {
    let named: BTreeSet<&str> =
        list.attempt.iter().flat_map(|attempt| attempt.files.values().map(String::as_str)).collect();
    for name in files.under(folder) {
        if language(name).is_some() && !named.contains(name) {
            let problem = Problem::of_file(format!("{folder}/{name}"), "no attempt names this program");
            problems.push(problem.help("name it in attempts.toml, or take it away"));
        }
    }
}

/// Checks that no attempt is declared to miss: nobody knows whether they can fail.
fn untried(lesson: &Lesson, list: &AttemptList, place: Place<'_>, problems: &mut Vec<Problem>) {
    for (index, step) in lesson.step.iter().enumerate() {
        let Step::Drill(drill) = step else { continue };
        let tried: BTreeSet<_> = list
            .attempt
            .iter()
            .filter(|attempt| attempt.drill == drill.id)
            .flat_map(|attempt| &attempt.misses)
            .collect();
        for (number, check) in drill.check.iter().enumerate() {
            if !tried.contains(&check.id) {
                let place = place.key("step").index(index).key("check").index(number).key("id");
                problems.push(
                    place
                        .problem(format!("no attempt misses the check `{}`", check.id))
                        .label("never seen to fail")
                        .help("add a program to the attempts that is wrong in just this way"),
                );
            }
        }
    }
}
