//! Hints: that none gives the solution away.

use std::collections::BTreeSet;

use crate::judgement::course::Sources;
use crate::judgement::course::problem::Problem;
use crate::judgement::course::source::Place;
use crate::vocabulary::lesson::Drill;

/// A line of code shorter than this is nobody's secret: `return 0;`, `#include <stdio.h>`.
const TELLING: usize = 24;

/// Tells each hint of a drill that holds a whole line of a model program; what the starter
/// says already may be said again.
pub(super) fn check(
    drill: &Drill,
    starters: &Sources,
    models: &Sources,
    place: Place<'_>,
    problems: &mut Vec<Problem>,
) {
    let of_drill = |sources: &Sources| -> BTreeSet<String> {
        let texts = sources.iter().filter(|((program, _), _)| drill.programs.contains(program));
        texts.flat_map(|(_, text)| text.lines().map(squeezed)).filter(|line| line.len() >= TELLING).collect()
    };
    let given = of_drill(starters);
    let secret: Vec<String> =
        of_drill(models).difference(&given).filter(|line| !is_comment(line)).cloned().collect();
    for (index, hint) in drill.hints.iter().enumerate() {
        let hint = squeezed(hint);
        if let Some(line) = secret.iter().find(|line| hint.contains(line.as_str())) {
            let problem = place.key("hints").index(index).problem("this hint holds a line of the solution");
            problems.push(problem.label("gives it away").help(format!("the line is `{line}`")));
        }
    }
}

/// Without white space, so that layout makes no difference.
fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

fn is_comment(line: &str) -> bool {
    line.starts_with("//") || line.starts_with("/*") || line.starts_with('*')
}
