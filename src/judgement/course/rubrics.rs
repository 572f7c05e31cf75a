//! Rubrics: that each free text has one that can be read, and that none is left over.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::judgement::course::LESSONS;
use crate::judgement::course::files::CourseFiles;
use crate::judgement::course::problem::Problem;
use crate::judgement::course::shelf::{ORDINARY, WORDS};
use crate::judgement::course::source::{Place, SourceFile};
use crate::judgement::marking::{Rubric, RubricProblems, Words};
use crate::vocabulary::lesson::{Lesson, Step};
use crate::words::ids::{LessonId, StepId};

/// The words that the rubrics of a course share; nothing if they cannot be read.
pub(super) fn words(files: &CourseFiles, problems: &mut Vec<Problem>) -> Option<Words> {
    let path = WORDS.to_owned();
    let file = match SourceFile::read(&path, files.bytes(&path).unwrap_or_default()) {
        Ok(file) => file,
        Err(problem) => {
            problems.push(problem);
            return None;
        }
    };
    let words = Words::parse(&file.text).map_err(|found| tell(&file, &found, problems)).ok()?;
    Some(words.with_ordinary(&files.text(ORDINARY).unwrap_or_default()))
}

fn tell(file: &SourceFile, found: &RubricProblems, problems: &mut Vec<Problem>) {
    let told = found.0.iter();
    problems.extend(
        told.map(|problem| {
            Problem::at(&file.path, &file.text, problem.span.clone(), problem.message.clone())
        }),
    );
}

/// The rubrics of a lesson; `steps` is the place of its steps.
pub(super) fn load(
    files: &CourseFiles,
    id: &LessonId,
    lesson: &Lesson,
    words: Option<&Words>,
    steps: Place<'_>,
    problems: &mut Vec<Problem>,
) -> BTreeMap<StepId, Arc<Rubric>> {
    let folder = format!("{LESSONS}/{id}/rubrics");
    let mut rubrics = BTreeMap::new();
    for (index, step) in lesson.step.iter().enumerate() {
        let Step::Text(text) = step else { continue };
        let path = format!("{folder}/{}.toml", text.id);
        let Some(bytes) = files.bytes(&path) else {
            let problem = steps.index(index).key("id").problem(format!("the rubric `{path}` is missing"));
            problems.push(problem.label("cannot be marked"));
            continue;
        };
        if let Some(rubric) = words.and_then(|words| one(&path, bytes, &text.id, words, problems)) {
            rubrics.insert(text.id.clone(), Arc::new(rubric));
        }
    }
    for name in files.under(&folder) {
        let texts = lesson.step.iter().filter(|step| matches!(step, Step::Text(_)));
        let texts: Vec<&str> = texts.map(|step| step.id().as_str()).collect();
        if let Some(stem) = name.strip_suffix(".toml")
            && !texts.contains(&stem)
        {
            let message = format!("no text question is called `{stem}`");
            problems.push(Problem::of_file(format!("{folder}/{name}"), message).suggest(
                stem,
                "text question",
                texts,
            ));
        }
    }
    rubrics
}

fn one(path: &str, bytes: &[u8], id: &StepId, words: &Words, problems: &mut Vec<Problem>) -> Option<Rubric> {
    let file = match SourceFile::read(path, bytes) {
        Ok(file) => file,
        Err(problem) => {
            problems.push(problem);
            return None;
        }
    };
    match Rubric::parse(&file.text, words) {
        Ok(rubric) => {
            if rubric.question != *id {
                let start = file.text.find("question").unwrap_or_default();
                let message =
                    format!("this rubric is for `{}`, and its file is named for `{id}`", rubric.question);
                problems.push(Problem::at(path, &file.text, start..start + 1, message));
            }
            Some(rubric)
        }
        Err(found) => {
            tell(&file, &found, problems);
            None
        }
    }
}
