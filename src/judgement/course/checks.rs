//! Checks: that each looks at programs that run, moments that are waited for, files and
//! values that are there, in every scene in which it must hold, and that it asks for
//! something.

mod sense;

use std::collections::BTreeSet;

use crate::judgement::course::book::Book;
use crate::judgement::course::measured;
use crate::judgement::course::problem::Problem;
use crate::judgement::course::source::Place;
use crate::judgement::course::steps::{distinct, said};
use crate::judgement::course::values::Scope;
use crate::vocabulary::check::{
    Check, Expectation, ExpectedCalls, ExpectedDiskRead, ExpectedEnding, ExpectedFaults, ExpectedFile,
    ExpectedListing, ExpectedMapping, ExpectedMemory, ExpectedOutput, ExpectedPages, ExpectedProcesses,
    ExpectedRow, ExpectedSeals, ExpectedSight, ExpectedSignal, ExpectedSurvival, ExpectedTraffic,
    ExpectedVersions, Offsets, Selector,
};
use crate::vocabulary::lesson::Drill;
use crate::vocabulary::scene::{Action, Scene};
use crate::vocabulary::value::{Expr, Template};
use crate::words::ids::{CheckId, Checkpoint, InstanceName, ValueName};

/// All checks of a drill.
pub(super) fn check(drill: &Drill, book: Option<&Book>, place: Place<'_>, problems: &mut Vec<Problem>) {
    let checks = place.key("check");
    if drill.check.is_empty() {
        problems.push(checks.problem("a drill has at least one check"));
    }
    let ids = drill.check.iter().enumerate();
    distinct(ids.map(|(i, check)| (check.id.as_str(), checks.index(i).key("id"))), "check", problems);
    for (index, check) in drill.check.iter().enumerate() {
        one(drill, check, book, checks.index(index), problems);
    }
    known(drill, &drill.starter_misses, place.key("starter_misses"), problems);
}

/// That a check of that name is there.
pub(super) fn known(drill: &Drill, id: &CheckId, place: Place<'_>, problems: &mut Vec<Problem>) {
    if !drill.check.iter().any(|check| check.id == *id) {
        let names = drill.check.iter().map(|check| check.id.as_str());
        let problem = place.problem(format!("the drill `{}` has no check `{id}`", drill.id));
        problems.push(problem.label("unknown check").suggest(id.as_str(), "check", names));
    }
}

fn one(drill: &Drill, check: &Check, book: Option<&Book>, place: Place<'_>, problems: &mut Vec<Problem>) {
    said(check.says.text(), place.key("says"), problems);
    said(&check.why, place.key("why"), problems);
    if let (Some(book), Some(page)) = (book, &check.book) {
        book.check(page, place.key("book"), problems);
    }
    for (index, id) in check.scenes.iter().enumerate() {
        if !drill.scene.iter().any(|scene| scene.id == *id) {
            let names = drill.scene.iter().map(|scene| scene.id.as_str());
            let problem = place.key("scenes").index(index).problem(format!("no scene is called `{id}`"));
            problems.push(problem.label("unknown scene").suggest(id.as_str(), "scene", names));
        }
    }
    let mut mentions = Mentions::default();
    let expect = place.key("expect");
    mentions.of(&check.expect, expect);
    sense::sense(&check.expect, expect, problems);
    if let Expectation::Compare(expected) = &check.expect {
        measured::check(drill, expected, expect, problems);
    }
    let scenes: Vec<&Scene> = drill.scene.iter().filter(|scene| holds_in(check, scene)).collect();
    if scenes.is_empty() && check.scenes.is_empty() {
        nowhere(drill, &mentions, expect, problems);
    }
    if scenes.is_empty() {
        mentions.names(
            &Scope::of(drill, drill.scene.iter().flat_map(|scene| &scene.file)),
            check,
            place,
            problems,
        );
    }
    // What is wrong in one scene is wrong in the next one too: told once.
    for scene in scenes {
        let before = problems.len();
        mentions.names(&Scope::in_scene(drill, scene), check, place, problems);
        mentions.moments(scene, problems);
        if problems.len() > before {
            break;
        }
    }
}

/// Whether a check must hold in a scene: one that it names, or one in which its programs run.
fn holds_in(check: &Check, scene: &Scene) -> bool {
    if check.scenes.is_empty() {
        check.expect.instances().into_iter().all(|instance| runs_in(scene, instance))
    } else {
        check.scenes.contains(&scene.id)
    }
}

fn instances(scene: &Scene) -> BTreeSet<InstanceName> {
    scene
        .script
        .iter()
        .filter(|action| matches!(action, Action::Start { .. }))
        .filter_map(Action::instance)
        .collect()
}

fn runs_in(scene: &Scene, instance: &InstanceName) -> bool {
    instances(scene).contains(instance)
}

/// A check whose programs run together in no scene.
fn nowhere(drill: &Drill, mentions: &Mentions<'_, '_>, place: Place<'_>, problems: &mut Vec<Problem>) {
    let all: BTreeSet<InstanceName> = drill.scene.iter().flat_map(instances).collect();
    let strangers: Vec<_> = mentions.instances.iter().filter(|(_, name)| !all.contains(*name)).collect();
    for (place, name) in &strangers {
        let problem = place.problem(format!("no scene runs anything called `{name}`"));
        let names = all.iter().map(InstanceName::as_str);
        problems.push(problem.label("unknown program").suggest(name.as_str(), "running program", names));
    }
    if strangers.is_empty() && !mentions.instances.is_empty() {
        problems.push(place.problem("no scene runs all of these programs: this check never applies"));
    }
}

/// Where the script first comes to a moment, by the number of its action.
fn moment(scene: &Scene, of: &InstanceName, checkpoint: &Checkpoint) -> Option<usize> {
    scene.script.iter().position(|action| match action {
        Action::Checkpoint { of: who, name, .. } | Action::Snapshot { of: who, name } => {
            who == of && name == checkpoint
        }
        _ => false,
    })
}

/// What an expectation speaks of, and where.
#[derive(Default)]
struct Mentions<'e, 'p> {
    instances: Vec<(Place<'p>, &'e InstanceName)>,
    moments: Vec<(Place<'p>, &'e InstanceName, &'e Checkpoint)>,
    /// Pairs of which the first must come before the second.
    spans: Vec<(Place<'p>, &'e InstanceName, &'e Checkpoint, &'e Checkpoint)>,
    files: Vec<(Place<'p>, &'e ValueName)>,
    lists: Vec<(Place<'p>, &'e ValueName)>,
    expressions: Vec<(Place<'p>, &'e Expr)>,
    templates: Vec<(Place<'p>, &'e Template)>,
    /// Templates that are filled for each number of a list.
    each: Vec<(Place<'p>, &'e Template)>,
}

impl<'e, 'p> Mentions<'e, 'p> {
    fn of(&mut self, expectation: &'e Expectation, place: Place<'p>) {
        match expectation {
            Expectation::Ending(ExpectedEnding { of, .. }) => self.instance("of", of, place),
            Expectation::Output(ExpectedOutput { of, number, text, .. }) => {
                self.instance("of", of, place);
                self.number("number", number.as_ref(), place);
                self.templates.extend(text.iter().map(|text| (place.key("text"), text)));
            }
            Expectation::Seen(ExpectedSight { by, from, number, .. }) => {
                self.instance("by", by, place);
                self.instance("from", from, place);
                self.number("number", Some(number), place);
            }
            Expectation::Mapping(ExpectedMapping { of, at, which, count, same_file_as }) => {
                self.instance("of", of, place);
                self.moment("at", of, Some(at), place);
                self.selector(which, place.key("which"));
                self.number("count", count.as_ref(), place);
                if let Some(other) = same_file_as {
                    let place = place.key("same_file_as");
                    self.instance("of", &other.of, place);
                    self.moment("at", &other.of, Some(&other.at), place);
                }
            }
            Expectation::Rss(ExpectedMemory { of, at, since, which, at_least, at_most, .. }) => {
                self.instance("of", of, place);
                self.moment("at", of, Some(at), place);
                self.moment("since", of, since.as_ref(), place);
                self.span("since", of, since.as_ref(), Some(at), place);
                if let Some(which) = which {
                    self.selector(which, place.key("which"));
                }
                self.bounds(at_least.as_ref(), at_most.as_ref(), place);
            }
            Expectation::Adjacent(ExpectedRow { of, at, row, .. }) => {
                self.instance("of", of, place);
                self.moment("at", of, Some(at), place);
                for (index, which) in row.iter().enumerate() {
                    self.selector(which, place.key("row").index(index));
                }
            }
            Expectation::Pages(ExpectedPages { of, at, which, exactly, including, excluding, .. }) => {
                self.instance("of", of, place);
                self.moment("at", of, Some(at), place);
                self.selector(which, place.key("which"));
                self.offsets("exactly", exactly.as_ref(), place);
                self.offsets("including", including.as_ref(), place);
                self.offsets("excluding", excluding.as_ref(), place);
            }
            Expectation::Seals(ExpectedSeals { of, at, which, .. }) => {
                self.instance("of", of, place);
                self.moment("at", of, Some(at), place);
                if let Some(which) = which {
                    self.selector(which, place.key("which"));
                }
            }
            Expectation::Signal(expected) => self.signal(expected, place),
            Expectation::Calls(ExpectedCalls { of, file, after, before, at_least, at_most, .. }) => {
                self.instance("of", of, place);
                self.files.extend(file.iter().map(|file| (place.key("file"), file)));
                self.window(of, after.as_ref(), before.as_ref(), place);
                self.bounds(at_least.as_ref(), at_most.as_ref(), place);
            }
            Expectation::BytesRead(ExpectedTraffic { of, after, before, at_least, at_most })
            | Expectation::BytesWritten(ExpectedTraffic { of, after, before, at_least, at_most }) => {
                self.instance("of", of, place);
                self.window(of, after.as_ref(), before.as_ref(), place);
                self.bounds(at_least.as_ref(), at_most.as_ref(), place);
            }
            Expectation::DiskRead(ExpectedDiskRead { of, after, before, cold, at_least, at_most }) => {
                self.instance("of", of, place);
                self.window(of, after.as_ref(), before.as_ref(), place);
                self.files.extend(cold.iter().map(|file| (place.key("cold"), file)));
                self.bounds(at_least.as_ref(), at_most.as_ref(), place);
            }
            Expectation::Faults(expected @ ExpectedFaults { of, after, before, cold, agrees_with, .. }) => {
                self.instance("of", of, place);
                self.window(of, after.as_ref(), before.as_ref(), place);
                self.files.extend(cold.iter().map(|file| (place.key("cold"), file)));
                self.bounds(expected.at_least.as_ref(), expected.at_most.as_ref(), place);
                let within = agrees_with.as_ref().map(|agreement| &agreement.within);
                self.number("within", within, place.key("agrees_with"));
            }
            Expectation::Compare(expected) => {
                let (after, before) = (expected.after.as_ref(), expected.before.as_ref());
                self.instance("of", &expected.of, place);
                self.window(&expected.of, after, before, place);
                if expected.with_scene.is_none() {
                    self.instance("with", &expected.with, place);
                    self.window(&expected.with, after, before, place);
                }
            }
            Expectation::File(ExpectedFile { file, length, changes }) => {
                self.files.push((place.key("file"), file));
                self.number("length", length.as_ref(), place);
                for (index, patch) in changes.iter().enumerate() {
                    let place = place.key("changes").index(index);
                    self.number("offset", Some(&patch.offset), place);
                    self.number("value", Some(&patch.value), place);
                }
            }
            Expectation::Survives(ExpectedSurvival { of, by, records, shown, .. }) => {
                self.instance("of", of, place);
                self.instance("by", by, place);
                self.lists.push((place.key("records"), records));
                self.each.extend(shown.iter().map(|shown| (place.key("shown"), shown)));
            }
            Expectation::Versions(expected) => self.versions(expected, place),
            Expectation::Untorn(ExpectedListing { by, records, shown, .. }) => {
                self.instance("by", by, place);
                self.lists.push((place.key("records"), records));
                self.each.extend(shown.iter().map(|shown| (place.key("shown"), shown)));
            }
            Expectation::Processes(ExpectedProcesses { of, at_least, at_most, .. }) => {
                self.instance("of", of, place);
                self.bounds(at_least.as_ref(), at_most.as_ref(), place);
            }
        }
    }

    fn signal(&mut self, expected: &'e ExpectedSignal, place: Place<'p>) {
        let ExpectedSignal { of, at, which, offset, after, before, at_least, at_most, .. } = expected;
        self.instance("of", of, place);
        self.moment("at", of, at.as_ref(), place);
        if let Some(which) = which {
            self.selector(which, place.key("which"));
        }
        self.number("offset", offset.as_ref(), place);
        self.window(of, after.as_ref(), before.as_ref(), place);
        self.bounds(at_least.as_ref(), at_most.as_ref(), place);
    }

    fn versions(&mut self, expected: &'e ExpectedVersions, place: Place<'p>) {
        let ExpectedVersions { of, versions, records, shown, since, .. } = expected;
        self.instance("of", of, place);
        let places = (0..).map(|index| place.key("versions").index(index));
        self.templates.extend(places.zip(versions));
        self.lists.extend(records.iter().map(|records| (place.key("records"), records)));
        self.each.extend(shown.iter().map(|shown| (place.key("shown"), shown)));
        if let Some(since) = since {
            self.instance("of", &since.of, place.key("since"));
        }
    }

    fn offsets(&mut self, key: &str, offsets: Option<&'e Offsets>, place: Place<'p>) {
        match offsets {
            Some(Offsets::Drawn(name)) => self.lists.push((place.key(key), name)),
            Some(Offsets::Written(written)) => {
                let places = (0..).map(|index| place.key(key).index(index));
                self.expressions.extend(places.zip(written));
            }
            None => {}
        }
    }

    fn selector(&mut self, selector: &'e Selector, place: Place<'p>) {
        self.files.extend(selector.file.iter().map(|file| (place.key("file"), file)));
        self.number("size", selector.size.as_ref(), place);
        self.number("at_least", selector.at_least.as_ref(), place);
        self.number("offset", selector.offset.as_ref(), place);
    }

    fn instance(&mut self, key: &str, instance: &'e InstanceName, place: Place<'p>) {
        self.instances.push((place.key(key), instance));
    }

    fn number(&mut self, key: &str, number: Option<&'e Expr>, place: Place<'p>) {
        self.expressions.extend(number.map(|number| (place.key(key), number)));
    }

    fn bounds(&mut self, at_least: Option<&'e Expr>, at_most: Option<&'e Expr>, place: Place<'p>) {
        self.number("at_least", at_least, place);
        self.number("at_most", at_most, place);
    }

    fn moment(&mut self, key: &str, of: &'e InstanceName, at: Option<&'e Checkpoint>, place: Place<'p>) {
        self.moments.extend(at.map(|at| (place.key(key), of, at)));
    }

    fn window(
        &mut self,
        of: &'e InstanceName,
        after: Option<&'e Checkpoint>,
        before: Option<&'e Checkpoint>,
        place: Place<'p>,
    ) {
        self.moment("after", of, after, place);
        self.moment("before", of, before, place);
        self.span("after", of, after, before, place);
    }

    fn span(
        &mut self,
        key: &str,
        of: &'e InstanceName,
        first: Option<&'e Checkpoint>,
        second: Option<&'e Checkpoint>,
        place: Place<'p>,
    ) {
        self.spans.extend(first.zip(second).map(|(first, second)| (place.key(key), of, first, second)));
    }

    /// The values and files that it names.
    fn names(&self, scope: &Scope<'_>, check: &Check, place: Place<'_>, problems: &mut Vec<Problem>) {
        scope.template(&check.says, place.key("says"), problems);
        for (place, template) in &self.templates {
            scope.template(template, *place, problems);
        }
        let each = scope.with_each();
        for (place, template) in &self.each {
            each.template(template, *place, problems);
        }
        for (place, expression) in &self.expressions {
            scope.expression(expression, *place, problems);
        }
        for (place, file) in &self.files {
            scope.file(file, *place, problems);
        }
        for (place, list) in &self.lists {
            scope.list(list, *place, problems);
        }
    }

    /// The running programs and moments that it names, in one scene.
    fn moments(&self, scene: &Scene, problems: &mut Vec<Problem>) {
        for (place, name) in &self.instances {
            if !runs_in(scene, name) {
                let names = instances(scene);
                let names = names.iter().map(InstanceName::as_str);
                let problem =
                    place.problem(format!("nothing called `{name}` runs in the scene `{}`", scene.id));
                problems.push(problem.label("unknown program").suggest(
                    name.as_str(),
                    "running program",
                    names,
                ));
            }
        }
        for (place, of, checkpoint) in &self.moments {
            if runs_in(scene, of) && moment(scene, of, checkpoint).is_none() {
                problems.push(unawaited(*place, scene, of, checkpoint));
            }
        }
        for (place, of, first, second) in &self.spans {
            if let (Some(first_at), Some(second_at)) = (moment(scene, of, first), moment(scene, of, second))
                && first_at >= second_at
            {
                let problem =
                    place.problem(format!("`{first}` does not come before `{second}` in `{}`", scene.id));
                problems.push(problem.label("nothing lies between the two"));
            }
        }
    }
}

/// A checkpoint that the scene does not wait for may come or not: no check can rest on it.
fn unawaited(place: Place<'_>, scene: &Scene, of: &InstanceName, checkpoint: &Checkpoint) -> Problem {
    let awaited: Vec<&str> = scene
        .script
        .iter()
        .filter_map(|action| match action {
            Action::Checkpoint { of: who, name, .. } | Action::Snapshot { of: who, name } => {
                (who == of).then_some(name.as_str())
            }
            _ => None,
        })
        .collect();
    let problem = place
        .problem(format!("the scene `{}` does not wait for `{checkpoint}` of `{of}`", scene.id))
        .label("unknown moment");
    if awaited.is_empty() {
        return problem.help(format!(
            "add `{{ do = \"checkpoint\", of = \"{of}\", name = \"{checkpoint}\" }}` to its script"
        ));
    }
    problem.suggest(checkpoint.as_str(), "moment", awaited)
}
