//! A prediction held against what was measured, in words.

use crate::assemblies::ui::look::{Look, Role};
use crate::assemblies::ui::markdown::markdown;
use crate::judgement::prediction::{Closeness, Direction, Judged, Judgement};
use crate::vocabulary::experiment::Predict;
use crate::words::prose;

/// What was predicted, what was measured, what people say, and why it is so.
#[must_use]
pub fn judged(look: &Look, predict: &Predict, judged: &Judged) -> String {
    let mut text = match judged {
        Judged::Measured(judgement) => measured(look, judgement),
        Judged::Inconclusive { reason, .. } => {
            look.wrap(&look.paint(Role::Warning, "it cannot be measured here: "), reason)
        }
    };
    text.push('\n');
    text + &markdown(look, &predict.explain)
}

fn measured(look: &Look, judgement: &Judgement) -> String {
    let (role, mark) = match judgement.closeness {
        Closeness::Close => (Role::Good, look.pick("✓", "*")),
        Closeness::Off { .. } => (Role::Warning, look.pick("≠", "x")),
    };
    let verdict = format!("{mark} {}", in_words(judgement.closeness));
    let mut text = format!("predicted  {}\nmeasured   {}", judgement.prediction, judgement.measured);
    if judgement.readings.len() > 1 {
        let readings: Vec<String> = judgement.readings.iter().map(ToString::to_string).collect();
        text += &format!("  (the middle of {})", prose::list(&readings));
    }
    text += &format!("\n{}\n", look.paint(role, verdict));
    if let Some(folklore) = &judgement.folklore {
        let too = if folklore.shared_by_learner { " It is what you said, too." } else { "" };
        let says = format!(
            "folklore   {}, said by {}: {}.{too}",
            folklore.figure,
            folklore.said_by,
            in_words(folklore.closeness)
        );
        text += &look.wrap("", &says);
    }
    for note in &judgement.notes {
        text += &look.wrap(&look.paint(Role::Faint, "note: "), note);
    }
    text
}

fn in_words(closeness: Closeness) -> String {
    let Closeness::Off { direction, factor, difference } = closeness else { return "close".to_owned() };
    let side = match direction {
        Direction::TooLow => "too low",
        Direction::TooHigh => "too high",
    };
    match factor {
        Some(factor) if factor < 10.0 => format!("{side} by a factor of {factor:.1}"),
        Some(factor) => format!("{side} by a factor of {factor:.0}"),
        None => format!("{side} by {difference}"),
    }
}
