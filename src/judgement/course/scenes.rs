//! Scenes: that a script speaks of programs that run, files that are there and values
//! that are drawn, and that nothing in it waits for what cannot come.

use std::collections::{BTreeMap, BTreeSet};

use crate::judgement::course::problem::Problem;
use crate::judgement::course::source::Place;
use crate::judgement::course::steps::{distinct, said};
use crate::judgement::course::values::Scope;
use crate::vocabulary::lesson::Drill;
use crate::vocabulary::scene::{Action, Disk, Fill, Fixture, Keep, Scene, Then};
use crate::words::ids::{InstanceName, ProgramName};

/// All scenes of a drill.
pub(super) fn check(drill: &Drill, place: Place<'_>, problems: &mut Vec<Problem>) {
    let scenes = place.key("scene");
    if drill.scene.is_empty() {
        problems.push(scenes.problem("a drill has at least one scene"));
    }
    let ids = drill.scene.iter().enumerate();
    distinct(ids.map(|(i, scene)| (scene.id.as_str(), scenes.index(i).key("id"))), "scene", problems);
    for (index, scene) in drill.scene.iter().enumerate() {
        one(drill, scene, scenes.index(index), problems);
    }
    let started: BTreeSet<&ProgramName> = drill.scene.iter().flat_map(programs).collect();
    for (index, program) in drill.programs.iter().enumerate() {
        if !drill.scene.is_empty() && !started.contains(program) {
            let place = place.key("programs").index(index);
            problems.push(place.problem(format!("no scene starts `{program}`")).label("never run"));
        }
    }
}

fn programs(scene: &Scene) -> impl Iterator<Item = &ProgramName> {
    scene.script.iter().filter_map(|action| match action {
        Action::Start { program, .. } => Some(program),
        _ => None,
    })
}

fn one(drill: &Drill, scene: &Scene, place: Place<'_>, problems: &mut Vec<Problem>) {
    said(&scene.title, place.key("title"), problems);
    if scene.repeat == 0 {
        problems.push(place.key("repeat").problem("a scene is run at least once"));
    }
    if scene.patience_ms == 0 {
        problems.push(place.key("patience_ms").problem("with no patience at all, nothing can be waited for"));
    }
    if programs(scene).next().is_none() {
        let problem = place.key("script").problem(format!("the scene `{}` starts no program", scene.id));
        problems.push(problem.help("begin with `{ do = \"start\", program = … }`"));
    }
    let scope = Scope::in_scene(drill, scene);
    if let Some(limit) = &scene.memory_limit {
        scope.expression(limit, place.key("memory_limit"), problems);
    }
    fixtures(drill, scene, &scope, place.key("file"), problems);
    script(drill, scene, &scope, place.key("script"), problems);
}

fn fixtures(drill: &Drill, scene: &Scene, scope: &Scope<'_>, place: Place<'_>, problems: &mut Vec<Problem>) {
    let files = scene.file.iter().enumerate();
    distinct(files.clone().map(|(i, file)| (file.id.as_str(), place.index(i).key("id"))), "file", problems);
    distinct(
        files.clone().map(|(i, file)| (file.name.as_str(), place.index(i).key("name"))),
        "file name",
        problems,
    );
    for (index, fixture) in files {
        let here = place.index(index);
        if drill.values.contains_key(&fixture.id) {
            let problem = here.key("id").problem(format!("`{}` is already a value of the drill", fixture.id));
            problems.push(problem.help("a file's id is the value that holds its path: choose another"));
        }
        if fixture.name.is_empty() || fixture.name.starts_with('.') || fixture.name.contains(['/', '\0']) {
            let problem = here.key("name").problem(format!("{:?} is not a plain file name", fixture.name));
            problems.push(problem.help("the runner chooses the folder: give a name such as `shared.bin`"));
        }
        content(fixture, here, problems);
        if let Some(size) = &fixture.size {
            scope.expression(size, here.key("size"), problems);
        }
        if let Some(text) = &fixture.text {
            scope.template(text, here.key("text"), problems);
        }
    }
}

/// A fixture has the size or the text that its fill asks for, and nothing else.
fn content(fixture: &Fixture, place: Place<'_>, problems: &mut Vec<Problem>) {
    let fill = match fixture.fill {
        Fill::Absent => "absent",
        Fill::Zero => "zero",
        Fill::Random => "random",
        Fill::Text => "text",
    };
    let (sized, worded) = match fixture.fill {
        Fill::Absent => (false, false),
        Fill::Zero | Fill::Random => (true, false),
        Fill::Text => (false, true),
    };
    for (key, given, wanted) in
        [("size", fixture.size.is_some(), sized), ("text", fixture.text.is_some(), worded)]
    {
        match (given, wanted) {
            (false, true) => {
                let problem = place.problem(format!("a file with `fill = \"{fill}\"` needs a `{key}`"));
                problems.push(problem.help(format!("add `{key} = …`")));
            }
            (true, false) => {
                let problem =
                    place.name(key).problem(format!("a file with `fill = \"{fill}\"` has no `{key}`"));
                problems.push(match (fixture.fill, key) {
                    (Fill::Absent, "size") => {
                        problem.help("`fill = \"zero\"` or `fill = \"random\"` makes one of a size")
                    }
                    (Fill::Absent, _) => problem.help("`fill = \"text\"` makes one of a text"),
                    _ => problem,
                });
            }
            _ => {}
        }
    }
    if fixture.keep == Keep::Cache && fixture.fill == Fill::Absent {
        problems.push(place.key("keep").problem("a file that is not made cannot be kept"));
    }
}

/// What a running program can still do, as the script goes on.
struct Standing<'a> {
    /// The checkpoint at which the script holds it.
    held: Option<&'a str>,
    stdin_closed: bool,
    over: bool,
}

fn script(drill: &Drill, scene: &Scene, scope: &Scope<'_>, place: Place<'_>, problems: &mut Vec<Problem>) {
    let mut running: BTreeMap<InstanceName, Standing<'_>> = BTreeMap::new();
    let all: BTreeSet<InstanceName> = scene
        .script
        .iter()
        .filter(|action| matches!(action, Action::Start { .. }))
        .filter_map(Action::instance)
        .collect();
    for (index, action) in scene.script.iter().enumerate() {
        let here = place.index(index);
        words(drill, action, scope, here, problems);
        let of_the_disk = matches!(
            action,
            Action::SetCut { .. } | Action::Cut { .. } | Action::FailFlush { .. } | Action::FillDisk {}
        );
        if of_the_disk && scene.disk != Disk::PowerCut {
            let problem = here.key("do").problem("this needs a disk whose power can be cut");
            problems.push(problem.help("add `disk = \"power-cut\"` to the scene"));
        }
        if let Action::Cut { .. } = action {
            for standing in running.values_mut() {
                (standing.over, standing.held) = (true, None);
            }
        }
        let Some(instance) = action.instance() else { continue };
        if let Action::Start { name, .. } = action {
            let start = here.key(if name.is_some() { "name" } else { "program" });
            let standing = Standing { held: None, stdin_closed: false, over: false };
            if running.insert(instance.clone(), standing).is_some() {
                let problem = start.problem(format!("`{instance}` has been started already"));
                problems.push(problem.help("give this one a `name` of its own"));
            }
            continue;
        }
        let who = here.key(if matches!(action, Action::Send { .. } | Action::SendEach { .. }) {
            "to"
        } else {
            "of"
        });
        let Some(standing) = running.get_mut(&instance) else {
            problems.push(if all.contains(&instance) {
                who.problem(format!("`{instance}` is started only later")).label("not running yet")
            } else {
                let names = all.iter().map(InstanceName::as_str);
                let problem = who.problem(format!("nothing called `{instance}` runs in this scene"));
                problem.label("unknown program").suggest(instance.as_str(), "running program", names)
            });
            continue;
        };
        problems.extend(contradiction(action, &instance, standing).map(|message| here.problem(message)));
        go_on(action, standing);
    }
}

/// Names in an action other than that of the running program.
fn words(drill: &Drill, action: &Action, scope: &Scope<'_>, place: Place<'_>, problems: &mut Vec<Problem>) {
    match action {
        Action::Start { program, args, .. } => {
            if !drill.programs.contains(program) {
                let names = drill.programs.iter().map(ProgramName::as_str);
                problems.push(
                    place
                        .key("program")
                        .problem(format!("`{program}` is not a program of this drill"))
                        .label("unknown program")
                        .suggest(program.as_str(), "program", names),
                );
            }
            for (index, argument) in args.iter().enumerate() {
                scope.template(argument, place.key("args").index(index), problems);
            }
        }
        Action::Send { line, .. } => scope.template(line, place.key("line"), problems),
        Action::SendEach { values, line, .. } => {
            scope.list(values, place.key("values"), problems);
            if let Some(line) = line {
                scope.with_each().template(line, place.key("line"), problems);
            }
        }
        Action::Truncate { file, to } => {
            scope.file(file, place.key("file"), problems);
            scope.expression(to, place.key("to"), problems);
        }
        Action::Store { offset, byte, .. } => {
            scope.expression(offset, place.key("offset"), problems);
            scope.expression(byte, place.key("byte"), problems);
        }
        Action::DropCache { file } => scope.file(file, place.key("file"), problems),
        Action::SetCut { nth, .. } | Action::FailFlush { nth } => {
            scope.expression(nth, place.key("nth"), problems);
        }
        Action::CloseStdin { .. }
        | Action::Checkpoint { .. }
        | Action::Release { .. }
        | Action::Result { .. }
        | Action::Snapshot { .. }
        | Action::Kill { .. }
        | Action::End { .. }
        | Action::Pause { .. }
        | Action::Cut { .. }
        | Action::FillDisk {} => {}
    }
}

/// Why the action cannot be done, or what it waits for cannot come.
fn contradiction(action: &Action, instance: &InstanceName, standing: &Standing<'_>) -> Option<String> {
    let moves = matches!(action, Action::Checkpoint { .. } | Action::End { .. });
    if let Action::Release { .. } = action
        && standing.held.is_none()
    {
        return Some(format!("`{instance}` is not held at a checkpoint"));
    }
    if let (true, Some(checkpoint)) = (moves, standing.held) {
        return Some(format!("`{instance}` is still held at `{checkpoint}`: release it first"));
    }
    let sends = matches!(action, Action::Send { .. } | Action::SendEach { .. } | Action::CloseStdin { .. });
    if sends && standing.stdin_closed {
        return Some(format!("the stdin of `{instance}` has been closed already"));
    }
    // A result may have been printed long before it is waited for, and so it may come after the end.
    let needs_life = !matches!(action, Action::End { .. } | Action::Result { .. });
    (needs_life && standing.over).then(|| format!("`{instance}` has ended by then"))
}

fn go_on<'a>(action: &'a Action, standing: &mut Standing<'a>) {
    match action {
        Action::Checkpoint { name, then: Then::Hold, .. } => standing.held = Some(name.as_str()),
        Action::Release { .. } => standing.held = None,
        Action::CloseStdin { .. } => standing.stdin_closed = true,
        Action::Kill { .. } | Action::End { .. } => {
            standing.over = true;
            standing.held = None;
        }
        _ => {}
    }
}
