//! A prediction held against what was measured, in words.

use crate::assemblies::ui::look::{Look, Role, padded, widest};
use crate::assemblies::ui::markdown::markdown;
use crate::judgement::prediction::{Closeness, Direction, Figure, Judged, Judgement};
use crate::vocabulary::experiment::Predict;

/// What was predicted, what was measured, what people say, and why it is so.
#[must_use]
pub fn judged(look: &Look, predict: &Predict, judged: &Judged) -> String {
    let mut text = match judged {
        Judged::Measured(judgement) => measured(look, judgement),
        Judged::Inconclusive { reason, .. } => {
            look.wrap(&look.paint(Role::Warning, format!("{} ", look.say("prediction-inconclusive"))), reason)
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
    let verdict = format!("{mark} {}", in_words(look, judgement.closeness));
    let labels =
        ["prediction-predicted", "prediction-measured", "prediction-folklore"].map(|name| look.say(name));
    let wide = widest(&labels) + 2;
    let [predicted, measured, said] = labels.map(|label| padded(&label, wide));
    let figure = |figure: &Figure| figure.in_words(look.speech);
    let mut text =
        format!("{predicted}{}\n{measured}{}", figure(&judgement.prediction), figure(&judgement.measured));
    if judgement.readings.len() > 1 {
        let readings: Vec<String> = judgement.readings.iter().map(figure).collect();
        let middle = if readings.iter().all(|reading| *reading == readings[0]) {
            look.tell("prediction-each", [("runs", readings.len().into())])
        } else {
            look.tell("prediction-middle", [("readings", look.list(&readings).into())])
        };
        text += &format!("  ({middle})");
    }
    text += &format!("\n{}\n", look.paint(role, verdict));
    if let Some(folklore) = &judgement.folklore {
        let spoken = [
            ("figure", figure(&folklore.figure).into()),
            ("who", folklore.said_by.as_str().into()),
            ("judgement", in_words(look, folklore.closeness).into()),
        ];
        let mut says = look.tell("prediction-said", spoken);
        if folklore.shared_by_learner {
            says += &format!(" {}", look.say("prediction-said-too"));
        }
        text += &look.wrap(&said, &says);
    }
    for note in &judgement.notes {
        text += &look.wrap(&look.paint(Role::Faint, format!("{} ", look.say("note"))), note);
    }
    text
}

fn in_words(look: &Look, closeness: Closeness) -> String {
    let Closeness::Off { direction, factor, difference } = closeness else {
        return look.say("prediction-close");
    };
    let (by_factor, by_difference) = match direction {
        Direction::TooLow => ("prediction-low", "prediction-low-by"),
        Direction::TooHigh => ("prediction-high", "prediction-high-by"),
    };
    match factor {
        Some(factor) => {
            let factor = if factor < 10.0 { format!("{factor:.1}") } else { format!("{factor:.0}") };
            look.tell(by_factor, [("factor", factor.into())])
        }
        None => look.tell(by_difference, [("difference", difference.in_words(look.speech).into())]),
    }
}
