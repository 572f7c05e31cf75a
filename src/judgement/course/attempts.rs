//! Model programs and known-bad attempts: that they are there, and that between them
//! they put every check of every drill to the test.

use std::collections::{BTreeMap, BTreeSet};

use crate::judgement::course::checks;
use crate::judgement::course::files::CourseFiles;
use crate::judgement::course::problem::Problem;
use crate::judgement::course::reading;
use crate::judgement::course::source::{Place, SourceFile};
use crate::judgement::course::steps::{distinct, said};
use crate::judgement::course::{LoadedAttempt, SOLUTIONS};
use crate::vocabulary::lesson::{Attempt, AttemptList, Drill, Language, Lesson, Step};
use crate::words::ids::{LessonId, ProgramName};

/// The attempts of a lesson; `lesson_place` is its `lesson.toml`.
pub(super) fn load(
    files: &CourseFiles,
    id: &LessonId,
    lesson: &Lesson,
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
    let loaded = list
        .attempt
        .iter()
        .enumerate()
        .filter_map(|(index, attempt)| one(files, &folder, attempt, &drills, place.index(index), problems))
        .collect();
    strays(files, &folder, &list, problems);
    untried(lesson, &list, lesson_place, problems);
    loaded
}

fn one(
    files: &CourseFiles,
    folder: &str,
    attempt: &Attempt,
    drills: &[&Drill],
    place: Place<'_>,
    problems: &mut Vec<Problem>,
) -> Option<LoadedAttempt> {
    said(&attempt.fault, place.key("fault"), problems);
    let drill = drills.iter().find(|drill| drill.id == attempt.drill);
    if drill.is_none() {
        let names = drills.iter().map(|drill| drill.id.as_str());
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
    if attempt.files.is_empty() {
        problems.push(place.key("files").problem("an attempt has at least one file of its own"));
    }
    let mut sources = BTreeMap::new();
    let mut languages = BTreeSet::new();
    for (program, name) in &attempt.files {
        let here = place.key("files").key(program.as_str());
        if let Some(drill) = drill
            && !drill.programs.contains(program)
        {
            let names = drill.programs.iter().map(ProgramName::as_str);
            let word = place.key("files").name(program.as_str());
            let problem = word.problem(format!("`{program}` is not a program of the drill `{}`", drill.id));
            problems.push(problem.label("unknown program").suggest(program.as_str(), "program", names));
        }
        match language(name) {
            Some(language) => {
                languages.insert(language);
            }
            None => problems.push(
                here.problem(format!("`{name}` is in no language that is known here"))
                    .help("file names end in `.rs` or `.c`"),
            ),
        }
        match source(files, &format!("{folder}/{name}")) {
            Some(Ok(text)) => {
                sources.insert(program.clone(), text);
            }
            Some(Err(problem)) => problems.push(problem),
            None => {
                let there: Vec<&str> = files.under(folder).filter(|name| language(name).is_some()).collect();
                let problem = here.problem(format!("`{folder}/{name}` is missing")).label("no such file");
                problems.push(problem.suggest(name, "file", there));
            }
        }
    }
    if languages.len() > 1 {
        problems.push(place.key("files").problem("the files of one attempt are all in one language"));
    }
    let language = languages.pop_first()?;
    Some(LoadedAttempt { attempt: attempt.clone(), language, sources })
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
