//! Tables of runs, comparisons, and questions about what was measured: that they speak of
//! runs that there are.

use crate::judgement::course::problem::Problem;
use crate::judgement::course::source::Place;
use crate::judgement::course::steps::{Hints, different, hints, said};
use crate::judgement::course::values::Scope;
use crate::vocabulary::check::ExpectedComparison;
use crate::vocabulary::comparison::{Comparison, Measured, RunTable};
use crate::vocabulary::lesson::{Drill, Lesson, Step};
use crate::vocabulary::scene::{Action, Scene};
use crate::words::ids::{InstanceName, SceneId};

/// The table of a drill.
pub(super) fn table(drill: &Drill, table: &RunTable, place: Place<'_>, problems: &mut Vec<Problem>) {
    said(&table.title, place.key("title"), problems);
    if table.row.is_empty() {
        problems.push(place.key("row").problem("a table has at least one line"));
    }
    for (index, row) in table.row.iter().enumerate() {
        let here = place.key("row").index(index);
        said(row.says.text(), here.key("says"), problems);
        if let Some(scene) = run(drill, &row.scene, &row.of, here, ("scene", "of"), problems) {
            Scope::in_scene(drill, scene).template(&row.says, here.key("says"), problems);
        }
    }
}

/// A check that compares: the other run, and the bounds.
pub(super) fn check(
    drill: &Drill,
    expected: &ExpectedComparison,
    place: Place<'_>,
    problems: &mut Vec<Problem>,
) {
    if let Some(scene) = &expected.with_scene {
        run(drill, scene, &expected.with, place, ("with_scene", "with"), problems);
    } else if expected.of == expected.with {
        let problem = place.key("with").problem(format!("`{}` is compared with itself", expected.of));
        problems.push(problem.help("name another running program, or another scene by `with_scene`"));
    }
    bounded(expected.at_least_percent, expected.at_most_percent, place, problems);
}

/// A question about the runs of a drill before it.
pub(super) fn question(
    lesson: &Lesson,
    step: usize,
    measured: &Measured,
    place: Place<'_>,
    problems: &mut Vec<Problem>,
) {
    said(&measured.ask, place.key("ask"), problems);
    said(&measured.none, place.key("none"), problems);
    hints(&measured.hints, Hints::UpToThree, place, problems);
    let drills = || {
        lesson.step[..step].iter().filter_map(|step| match step {
            Step::Drill(drill) => Some(drill),
            _ => None,
        })
    };
    let options = place.key("option");
    if measured.option.is_empty() {
        problems.push(options.problem("there is nothing to choose from"));
    }
    let texts = measured.option.iter().enumerate();
    different(texts.map(|(i, option)| (option.text.trim(), options.index(i).key("text"))), problems);
    let drill = drills().find(|drill| drill.id == measured.drill);
    match drill {
        None => {
            let names = drills().map(|drill| drill.id.as_str());
            let problem = place
                .key("drill")
                .problem(format!("no drill before this step is called `{}`", measured.drill));
            problems.push(problem.suggest(measured.drill.as_str(), "drill", names));
        }
        Some(drill) if drill.table.is_none() => {
            let problem =
                place.key("drill").problem(format!("the drill `{}` has no table of runs", drill.id));
            problems.push(problem.help("add `[step.table]` to it: its figures are what is kept"));
        }
        Some(_) => {}
    }
    for (index, option) in measured.option.iter().enumerate() {
        let here = options.index(index);
        said(&option.text, here.key("text"), problems);
        said(&option.feedback, here.key("feedback"), problems);
        let Comparison { of, with, at_least_percent, at_most_percent, .. } = &option.right_if;
        let here = here.key("right_if");
        bounded(*at_least_percent, *at_most_percent, here, problems);
        if let Some(drill) = drill {
            run(drill, &of.scene, &of.of, here.key("of"), ("scene", "of"), problems);
            run(drill, &with.scene, &with.of, here.key("with"), ("scene", "of"), problems);
        }
    }
}

fn bounded(least: Option<u32>, most: Option<u32>, place: Place<'_>, problems: &mut Vec<Problem>) {
    if least.is_none() && most.is_none() {
        let help = "add `at_least_percent = …`, `at_most_percent = …` or both";
        problems.push(place.problem("this asks for nothing").help(help));
    }
    if least.zip(most).is_some_and(|(least, most)| least > most) {
        problems.push(place.key("at_most_percent").problem("nothing lies between these bounds"));
    }
}

/// That a scene runs something of that name; `keys` are those of the scene and of the name.
fn run<'d>(
    drill: &'d Drill,
    id: &SceneId,
    of: &InstanceName,
    place: Place<'_>,
    keys: (&str, &str),
    problems: &mut Vec<Problem>,
) -> Option<&'d Scene> {
    let Some(scene) = drill.scene.iter().find(|scene| scene.id == *id) else {
        let names = drill.scene.iter().map(|scene| scene.id.as_str());
        let problem = place.key(keys.0).problem(format!("no scene is called `{id}`"));
        problems.push(problem.label("unknown scene").suggest(id.as_str(), "scene", names));
        return None;
    };
    let started = scene.script.iter().filter(|action| matches!(action, Action::Start { .. }));
    let names: Vec<InstanceName> = started.filter_map(Action::instance).collect();
    if !names.contains(of) {
        let problem = place.key(keys.1).problem(format!("nothing called `{of}` runs in the scene `{id}`"));
        let names = names.iter().map(InstanceName::as_str);
        problems.push(problem.label("unknown program").suggest(of.as_str(), "running program", names));
    }
    Some(scene)
}
