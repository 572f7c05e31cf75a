//! Steps: that each has its own name, says what it must say, and can be answered.

use std::collections::{BTreeMap, BTreeSet};

use crate::judgement::course::problem::Problem;
use crate::judgement::course::source::{Place, written_way};
use crate::judgement::course::values;
use crate::judgement::prediction::survey;
use crate::judgement::{sketch, specimen};
use crate::vocabulary::experiment::Predict;
use crate::vocabulary::lesson::{Drill, Step};
use crate::vocabulary::question::{Choice, Match, Number, Order};
use crate::vocabulary::sketch::Sketch;
use crate::vocabulary::specimen::Specimen;

/// Tells each name that has been given before.
pub(super) fn distinct<'a>(
    names: impl IntoIterator<Item = (&'a str, Place<'a>)>,
    what: &str,
    problems: &mut Vec<Problem>,
) {
    let mut lines: BTreeMap<&str, usize> = BTreeMap::new();
    for (name, place) in names {
        if let Some(line) = lines.get(name) {
            let problem = place.problem(format!("there are two {what}s `{name}`"));
            problems.push(problem.label(format!("the first is on line {line}")));
        } else {
            lines.insert(name, place.line());
        }
    }
}

/// Tells a text that says nothing.
pub(super) fn said(text: &str, place: Place<'_>, problems: &mut Vec<Problem>) {
    if text.trim().is_empty() {
        problems.push(place.problem("this text is empty").label("say something here"));
    }
}

/// How many hints a step may have.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Hints {
    /// A question: up to three.
    UpToThree,
    /// A drill: three, from a nudge to nearly there.
    Three,
}

/// Hints: their number, and that each says something else.
pub(super) fn hints(hints: &[String], wanted: Hints, step: Place<'_>, problems: &mut Vec<Problem>) {
    let place = step.key("hints");
    match wanted {
        Hints::Three if hints.len() != 3 => {
            let problem = place.problem(format!("a drill has three hints, this one has {}", hints.len()));
            problems.push(problem.help("from a nudge to nearly there"));
        }
        Hints::UpToThree if hints.len() > 3 => {
            problems.push(
                place.problem(format!("a question has up to three hints, this one has {}", hints.len())),
            );
        }
        _ => {}
    }
    let mut seen = BTreeSet::new();
    for (index, hint) in hints.iter().enumerate() {
        said(hint, place.index(index), problems);
        if !seen.insert(hint.trim()) {
            problems.push(place.index(index).problem("this hint has been given before"));
        }
    }
}

/// What a step that is not a drill must say.
pub(super) fn check(step: &Step, place: Place<'_>, problems: &mut Vec<Problem>) {
    match step {
        Step::Read(read) => said(&read.text, place.key("text"), problems),
        Step::Choice(choice) => one_right(choice, place, problems),
        Step::Choices(choice) => some_right(choice, place, problems),
        Step::Match(matching) => pairs(matching, place, problems),
        Step::Order(order) => items(order, place, problems),
        Step::Number(number) => figure(number, place, problems),
        Step::Predict(predict) => prediction(predict, place, problems),
        Step::Sketch(sketch) => drawing(sketch, place, problems),
        Step::Specimen(shown) => held(shown, place, problems),
        // What else these say is held against the files and steps around them.
        Step::Text(_) | Step::Measured(_) | Step::Drill(_) => {}
    }
    if let Some(question) = step.question() {
        hints(question.hints(), Hints::UpToThree, place, problems);
    }
}

fn one_right(choice: &Choice, place: Place<'_>, problems: &mut Vec<Problem>) {
    options(choice, place, problems);
    let right: Vec<usize> =
        choice.option.iter().enumerate().filter(|(_, option)| option.right).map(|(index, _)| index).collect();
    match right.as_slice() {
        [_] => {}
        [] => problems.push(none_right(place)),
        [_, more @ ..] => {
            for &index in more {
                let place = place.key("option").index(index).key("right");
                let problem = place.problem(format!("`{}` has more than one right option", choice.id));
                problems.push(problem.help("where several are right, ask with `kind = \"choices\"`"));
            }
        }
    }
}

fn some_right(choice: &Choice, place: Place<'_>, problems: &mut Vec<Problem>) {
    options(choice, place, problems);
    if !choice.option.iter().any(|option| option.right) {
        problems.push(none_right(place));
    }
}

fn none_right(place: Place<'_>) -> Problem {
    place
        .key("option")
        .problem("no option is right")
        .label("one of these")
        .help("write `right = true` in the option that is")
}

fn options(choice: &Choice, place: Place<'_>, problems: &mut Vec<Problem>) {
    said(&choice.ask, place.key("ask"), problems);
    let options = place.key("option");
    if choice.option.len() < 2 {
        problems.push(options.problem("a choice has at least two options"));
    }
    for (index, option) in choice.option.iter().enumerate() {
        said(&option.text, options.index(index).key("text"), problems);
        said(&option.feedback, options.index(index).key("feedback"), problems);
    }
    let texts = choice.option.iter().enumerate();
    let texts = texts.map(|(index, option)| (option.text.trim(), options.index(index).key("text")));
    different(texts, problems);
}

fn pairs(matching: &Match, place: Place<'_>, problems: &mut Vec<Problem>) {
    said(&matching.ask, place.key("ask"), problems);
    let pairs = place.key("pair");
    if matching.pair.len() < 2 {
        problems.push(pairs.problem("a match has at least two pairs"));
    }
    for (index, pair) in matching.pair.iter().enumerate() {
        said(&pair.left, pairs.index(index).key("left"), problems);
        said(&pair.right, pairs.index(index).key("right"), problems);
        said(&pair.feedback, pairs.index(index).key("feedback"), problems);
    }
    let of_pairs = |key: &'static str| matching.pair.iter().enumerate().map(move |(i, pair)| (i, pair, key));
    different(of_pairs("left").map(|(i, pair, key)| (pair.left.trim(), pairs.index(i).key(key))), problems);
    let decoys = place.key("decoys");
    let decoys = matching.decoys.iter().enumerate().map(|(i, decoy)| (decoy.trim(), decoys.index(i)));
    let rights = of_pairs("right").map(|(i, pair, key)| (pair.right.trim(), pairs.index(i).key(key)));
    different(rights.chain(decoys), problems);
}

fn items(order: &Order, place: Place<'_>, problems: &mut Vec<Problem>) {
    said(&order.ask, place.key("ask"), problems);
    let items = place.key("item");
    if order.item.len() < 2 {
        problems.push(items.problem("an order has at least two items"));
    }
    for (index, item) in order.item.iter().enumerate() {
        said(&item.text, items.index(index).key("text"), problems);
        said(&item.feedback, items.index(index).key("feedback"), problems);
    }
    let texts = order.item.iter().enumerate();
    different(texts.map(|(index, item)| (item.text.trim(), items.index(index).key("text"))), problems);
}

fn figure(number: &Number, place: Place<'_>, problems: &mut Vec<Problem>) {
    for (text, key) in [
        (&number.ask, "ask"),
        (&number.unit, "unit"),
        (&number.right, "right"),
        (&number.otherwise, "otherwise"),
    ] {
        said(text, place.key(key), problems);
    }
    if !number.answer.is_finite() {
        problems.push(place.key("answer").problem("the answer must be a finite number"));
    }
    if !number.tolerance.is_finite() || number.tolerance < 0.0 {
        problems.push(place.key("tolerance").problem("the tolerance must be 0 or more"));
    }
    for (index, wrong) in number.wrong.iter().enumerate() {
        let here = place.key("wrong").index(index);
        said(&wrong.feedback, here.key("feedback"), problems);
        if (wrong.value - number.answer).abs() <= number.tolerance {
            let problem = here.key("value").problem("this number is right, within the tolerance");
            problems.push(problem.label("listed as wrong"));
        } else if !wrong.value.is_finite() {
            problems.push(here.key("value").problem("this must be a finite number"));
        }
    }
}

fn prediction(predict: &Predict, place: Place<'_>, problems: &mut Vec<Problem>) {
    said(&predict.ask, place.key("ask"), problems);
    said(&predict.explain, place.key("explain"), problems);
    for found in survey(predict) {
        problems.push(place.follow(&written_way(&found.at)).problem(found.text));
    }
}

/// Texts that a learner must be able to tell apart.
pub(super) fn different<'a>(texts: impl Iterator<Item = (&'a str, Place<'a>)>, problems: &mut Vec<Problem>) {
    let mut lines: BTreeMap<&str, usize> = BTreeMap::new();
    for (text, place) in texts {
        if let Some(line) = lines.get(text) {
            let problem = place.problem("this text is given twice: nobody can tell which is which");
            problems.push(problem.label(format!("the same as on line {line}")));
        } else if !text.is_empty() {
            lines.insert(text, place.line());
        }
    }
}

fn drawing(sketch: &Sketch, place: Place<'_>, problems: &mut Vec<Problem>) {
    said(&sketch.ask, place.key("ask"), problems);
    said(&sketch.explain, place.key("explain"), problems);
    for found in sketch::survey(sketch) {
        problems.push(place.follow(&written_way(&found.at)).problem(found.text));
    }
}

fn held(shown: &Specimen, place: Place<'_>, problems: &mut Vec<Problem>) {
    said(&shown.text, place.key("text"), problems);
    said(&shown.explain, place.key("explain"), problems);
    for (index, question) in shown.question.iter().enumerate() {
        let here = place.key("question").index(index);
        said(question.ask(), here.key("ask"), problems);
        for (way, template) in question.templates() {
            said(template.text(), here.follow(&written_way(&way)), problems);
        }
        hints(question.hints(), Hints::UpToThree, here, problems);
    }
    let before = problems.len();
    // Its values are drawn as a drill's are.
    let values = Drill {
        id: shown.id.clone(),
        task: String::new(),
        programs: Vec::new(),
        starter_misses: "nothing".parse().expect("a lower-case word is a check's id"),
        values: shown.values.clone(),
        scene: Vec::new(),
        check: Vec::new(),
        table: None,
        hints: Vec::new(),
    };
    values::check(&values, place, problems);
    if problems.len() == before {
        for found in specimen::survey(shown) {
            problems.push(place.follow(&written_way(&found.at)).problem(found.text));
        }
    }
}
