//! The layout of a course: which files there must be, and the reading of each.

use std::collections::{BTreeMap, BTreeSet};

use deserr::Deserr;

use crate::judgement::course::book::Book;
use crate::judgement::course::files::CourseFiles;
use crate::judgement::course::hints as hint_lines;
use crate::judgement::course::problem::{Problem, Problems};
use crate::judgement::course::reading::{self, Complaints};
use crate::judgement::course::source::{Place, SourceFile};
use crate::judgement::course::steps::{self, Hints, distinct, hints, said};
use crate::judgement::course::{
    LESSONS, LoadedCourse, LoadedLesson, SOLUTIONS, Sources, attempts, checks, measured, messages, rubrics,
    scenes, values,
};
use crate::judgement::marking::Words;
use crate::vocabulary::lesson::{Course, Drill, Language, Lesson, Step};
use crate::vocabulary::sketch::Sketch;
use crate::words::ids::{LessonId, ProgramName};

/// Reads a course and checks that it makes sense.
///
/// # Errors
/// All the problems of all its files.
pub fn load(files: &CourseFiles) -> Result<LoadedCourse, Problems> {
    let mut problems = Vec::new();
    let course = course(files, &mut problems);
    let listed: Vec<LessonId> =
        course.iter().flat_map(|course| &course.part).flat_map(|part| part.lessons.clone()).collect();
    let book = Book::of(files);
    let language = course.as_ref().map_or("en", |course| course.lang.as_str());
    let words = rubrics::words(files, &mut problems).map(|words| words.in_language(language));
    messages::check(files, &mut problems);
    let mut lessons: BTreeMap<LessonId, LoadedLesson> = BTreeMap::new();
    for folder in files.folders(LESSONS) {
        let Ok(id) = folder.parse::<LessonId>() else {
            let problem = Problem::of_file(format!("{LESSONS}/{folder}"), "this folder cannot be a lesson's");
            problems.push(problem.help("name it in lower case with hyphens: `03-untouched-memory`"));
            continue;
        };
        // A folder that nobody lists and that has no lesson.toml is not a lesson, or not yet.
        let is_lesson = files.contains(&format!("{LESSONS}/{id}/lesson.toml"));
        if is_lesson && course.is_some() && !listed.contains(&id) {
            let problem =
                Problem::of_file(format!("{LESSONS}/{id}"), "no part of the course lists this lesson");
            problems.push(
                problem.help(format!("add \"{id}\" to the `lessons` of a part in {LESSONS}/course.toml")),
            );
        }
        let order = course.is_some().then_some(listed.as_slice());
        if let Some(loaded) =
            lesson(files, &id, &Around { order, book: book.as_ref(), words: words.as_ref() }, &mut problems)
        {
            lessons.insert(id, loaded);
        }
    }
    let folders = files.folders(LESSONS);
    for folder in files.folders(SOLUTIONS) {
        if !folders.contains(folder) {
            problems.push(
                Problem::of_file(format!("{SOLUTIONS}/{folder}"), "these solutions belong to no lesson")
                    .suggest(folder, "lesson", folders.iter().copied()),
            );
        }
    }
    match (Problems::of(problems), course) {
        (Some(problems), _) => Err(problems),
        (None, Some(course)) => {
            let lessons = listed.iter().filter_map(|id| lessons.remove(id)).collect();
            Ok(LoadedCourse { course, lessons })
        }
        (None, None) => unreachable!("a course.toml that cannot be read is a problem"),
    }
}

/// Reads a file into its type, and gives what can be read to `check`.
fn read<T: Deserr<Complaints>, R>(
    files: &CourseFiles,
    path: &str,
    problems: &mut Vec<Problem>,
    check: impl FnOnce(T, Place<'_>, &mut Vec<Problem>) -> R,
) -> Option<R> {
    let file = match SourceFile::read(path, files.bytes(path)?) {
        Ok(file) => file,
        Err(problem) => {
            problems.push(problem);
            return None;
        }
    };
    let (root, unreadable) = file.parse();
    match reading::read(&file, &root, unreadable) {
        Ok(value) => Some(check(value, Place::root(&file, &root), problems)),
        Err(found) => {
            problems.extend(found);
            None
        }
    }
}

fn course(files: &CourseFiles, problems: &mut Vec<Problem>) -> Option<Course> {
    let path = format!("{LESSONS}/course.toml");
    if !files.contains(&path) {
        let problem = Problem::of_file(&path, "there is no such file: this is not a course");
        problems.push(problem.help("`mmaplings course new DIR` makes one"));
        return None;
    }
    read(files, &path, problems, |course: Course, place, problems| {
        said(&course.title, place.key("title"), problems);
        said(&course.lang, place.key("lang"), problems);
        if course.part.iter().all(|part| part.lessons.is_empty()) {
            problems.push(place.key("part").problem("the course has no lesson"));
        }
        let mut all: Vec<(LessonId, Place<'_>)> = Vec::new();
        for (index, part) in course.part.iter().enumerate() {
            let part_place = place.key("part").index(index);
            said(&part.title, part_place.key("title"), problems);
            let lessons = part_place.key("lessons");
            all.extend(part.lessons.iter().enumerate().map(|(i, id)| (id.clone(), lessons.index(i))));
        }
        distinct(all.iter().map(|(id, place)| (id.as_str(), *place)), "lesson", problems);
        let folders = files.folders(LESSONS);
        for (id, place) in &all {
            if !files.contains(&format!("{LESSONS}/{id}/lesson.toml")) {
                let missing = place.problem(format!("`{LESSONS}/{id}/lesson.toml` is missing"));
                problems.push(if folders.contains(id.as_str()) {
                    missing.label("its folder has no lesson.toml")
                } else {
                    missing.label("no such folder").suggest(id.as_str(), "lesson", folders.iter().copied())
                });
            }
        }
        course
    })
}

/// What a lesson is read against.
struct Around<'a> {
    /// All lessons in the course's order, if that can be read.
    order: Option<&'a [LessonId]>,
    book: Option<&'a Book>,
    /// The words of the course's rubrics, if they can be read.
    words: Option<&'a Words>,
}

fn lesson(
    files: &CourseFiles,
    id: &LessonId,
    around: &Around<'_>,
    problems: &mut Vec<Problem>,
) -> Option<LoadedLesson> {
    let path = format!("{LESSONS}/{id}/lesson.toml");
    read(files, &path, problems, |lesson: Lesson, place, problems| {
        said(&lesson.title, place.key("title"), problems);
        if lesson.minutes == 0 {
            problems.push(place.key("minutes").problem("a lesson takes at least a minute"));
        }
        if lesson.step.is_empty() {
            problems.push(place.key("step").problem("a lesson has at least one step"));
        }
        if let Some(listed) = around.order {
            builds_on(id, &lesson, listed, place, problems);
        }
        if let (Some(book), Some(page)) = (around.book, &lesson.book) {
            book.check(page, place.key("book"), problems);
        }
        let steps_place = place.key("step");
        let ids = lesson.step.iter().enumerate();
        distinct(ids.map(|(i, step)| (step.id().as_str(), steps_place.index(i).key("id"))), "step", problems);
        let mut starters = Sources::new();
        let mut models = Sources::new();
        let mut specimens = Sources::new();
        for (index, step) in lesson.step.iter().enumerate() {
            let here = steps_place.index(index);
            steps::check(step, here, problems);
            if let Step::Measured(measured) = step {
                measured::question(&lesson, index, measured, here, problems);
            }
            if let Step::Drill(drill) = step {
                drill_alone(drill, around.book, here, problems);
                programs(files, &format!("{LESSONS}/{id}"), "starter", drill, here, &mut starters, problems);
                programs(
                    files,
                    &format!("{SOLUTIONS}/{id}"),
                    "model program",
                    drill,
                    here,
                    &mut models,
                    problems,
                );
                hint_lines::check(drill, &starters, &models, here, problems);
            }
            if let Step::Sketch(sketch) = step {
                specimens_of(files, id, sketch, here, &mut specimens, problems);
            }
        }
        strays(files, id, &lesson, problems);
        let attempts = attempts::load(files, id, &lesson, &models, place, problems);
        let rubrics = rubrics::load(files, id, &lesson, around.words, steps_place, problems);
        LoadedLesson { id: id.clone(), lesson, starters, models, specimens, attempts, rubrics }
    })
}

/// What a drill says, without the files around it.
fn drill_alone(drill: &Drill, book: Option<&Book>, place: Place<'_>, problems: &mut Vec<Problem>) {
    said(&drill.task, place.key("task"), problems);
    if drill.programs.is_empty() {
        problems.push(place.key("programs").problem("a drill has at least one program"));
    }
    let names = drill.programs.iter().enumerate();
    let names = names.map(|(i, program)| (program.as_str(), place.key("programs").index(i)));
    distinct(names, "program", problems);
    hints(&drill.hints, Hints::Three, place, problems);
    values::check(drill, place, problems);
    scenes::check(drill, place, problems);
    checks::check(drill, book, place, problems);
    if let Some(table) = &drill.table {
        measured::table(drill, table, place.key("table"), problems);
    }
}

/// The programs of a drill below `folder`, in every language.
fn programs(
    files: &CourseFiles,
    folder: &str,
    what: &str,
    drill: &Drill,
    place: Place<'_>,
    sources: &mut Sources,
    problems: &mut Vec<Problem>,
) {
    for (index, program) in drill.programs.iter().enumerate() {
        for language in Language::ALL {
            let path = format!("{folder}/{}/{program}.{}", language.folder(), language.extension());
            match attempts::source(files, &path) {
                Some(Ok(text)) => {
                    sources.insert((program.clone(), language), text);
                }
                Some(Err(problem)) => problems.push(problem),
                None => {
                    let place = place.key("programs").index(index);
                    let problem = place.problem(format!("the {what} `{path}` is missing"));
                    problems.push(problem.label(format!("has none in {}", language.name())));
                }
            }
        }
    }
}

fn builds_on(
    id: &LessonId,
    lesson: &Lesson,
    listed: &[LessonId],
    place: Place<'_>,
    problems: &mut Vec<Problem>,
) {
    let earlier = listed.split(|other| other == id).next().unwrap_or_default();
    for (index, needed) in lesson.builds_on.iter().enumerate() {
        let here = place.key("builds_on").index(index);
        if needed == id {
            problems.push(here.problem("a lesson cannot build on itself"));
        } else if !listed.contains(needed) {
            let names = listed.iter().map(LessonId::as_str);
            let problem = here.problem(format!("the course has no lesson `{needed}`"));
            problems.push(problem.label("unknown lesson").suggest(needed.as_str(), "lesson", names));
        } else if listed.contains(id) && !earlier.contains(needed) {
            let problem = here.problem(format!("`{needed}` comes only later in the course"));
            problems.push(
                problem.label("not yet taken").help(format!("reorder the lessons in {LESSONS}/course.toml")),
            );
        }
    }
}

/// A sketch's specimens, each of which is there in at least one language.
fn specimens_of(
    files: &CourseFiles,
    id: &LessonId,
    sketch: &Sketch,
    place: Place<'_>,
    sources: &mut Sources,
    problems: &mut Vec<Problem>,
) {
    for (index, program) in sketch.specimens.iter().enumerate() {
        let path = |language: Language| {
            format!("{LESSONS}/{id}/{}/{program}.{}", language.folder(), language.extension())
        };
        let mut found = false;
        for language in Language::ALL {
            match attempts::source(files, &path(language)) {
                Some(Ok(text)) => {
                    sources.insert((program.clone(), language), text);
                    found = true;
                }
                Some(Err(problem)) => {
                    problems.push(problem);
                    found = true;
                }
                None => {}
            }
        }
        if !found {
            let problem = place.key("specimens").index(index).problem("this specimen has no source");
            let [one, other] = Language::ALL.map(path);
            problems.push(problem.label("no such program").help(format!("write {one} or {other}")));
        }
    }
}

/// Programs beside a lesson that nothing in it asks for.
fn strays(files: &CourseFiles, id: &LessonId, lesson: &Lesson, problems: &mut Vec<Problem>) {
    let programs: BTreeSet<&ProgramName> = lesson
        .step
        .iter()
        .filter_map(|step| match step {
            Step::Drill(drill) => Some(&drill.programs),
            Step::Sketch(sketch) => Some(&sketch.specimens),
            _ => None,
        })
        .flatten()
        .collect();
    for root in [LESSONS, SOLUTIONS] {
        for language in Language::ALL {
            let folder = format!("{root}/{id}/{}", language.folder());
            for name in files.under(&folder) {
                let program = name.strip_suffix(language.extension()).and_then(|stem| stem.strip_suffix('.'));
                if let Some(program) = program
                    && !programs.iter().any(|name| name.as_str() == program)
                {
                    let names = programs.iter().map(|name| name.as_str());
                    let path = format!("{folder}/{name}");
                    let problem = Problem::of_file(
                        path,
                        format!("no drill or sketch of this lesson has a program `{program}`"),
                    );
                    problems.push(problem.suggest(program, "program", names));
                }
            }
        }
    }
}
