//! Attempts that are model programs with a few places changed.
//!
//! A place is found by its text, which stands in the model program just once, so that an
//! attempt goes on being its model with one fault when the model is written anew; and
//! where the text is gone, it says so. All places are those of the model program: no edit
//! sees what another has written.

use crate::vocabulary::lesson::Edit;

/// Why a place cannot be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Misfit {
    /// There is no such text.
    Absent,
    /// The text stands in so many places.
    Repeated(usize),
    /// The place is, in part, that of another edit.
    Overlapping,
    /// It changes nothing.
    Idle,
}

/// `model` with its places changed, or which of the edits does not fit, and why.
pub(super) fn edited(model: &str, edits: &[&Edit]) -> Result<String, (usize, Misfit)> {
    let mut places = Vec::new();
    for (index, edit) in edits.iter().enumerate() {
        // No text at all stands everywhere.
        let misfit = match model.matches(edit.find.as_str()).count() {
            _ if edit.find == edit.replace => Misfit::Idle,
            0 => Misfit::Absent,
            1 => {
                let start = model.find(edit.find.as_str()).unwrap_or_default();
                places.push((start..start + edit.find.len(), index));
                continue;
            }
            several => Misfit::Repeated(several),
        };
        return Err((index, misfit));
    }
    places.sort_by_key(|(place, _)| place.start);
    let mut text = String::new();
    let mut end = 0;
    for (place, index) in places {
        if place.start < end {
            return Err((index, Misfit::Overlapping));
        }
        text.push_str(&model[end..place.start]);
        text.push_str(&edits[index].replace);
        end = place.end;
    }
    text.push_str(&model[end..]);
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODEL: &str = "let a = map();\na.flush();\nsay(a);\n";

    fn edited_by(edits: &[(&str, &str)]) -> Result<String, (usize, Misfit)> {
        let edit = |&(find, replace): &(&str, &str)| Edit {
            file: "p.rs".to_owned(),
            find: find.to_owned(),
            replace: replace.to_owned(),
        };
        let edits: Vec<Edit> = edits.iter().map(edit).collect();
        edited(MODEL, &edits.iter().collect::<Vec<_>>())
    }

    #[test]
    fn every_place_is_changed_and_all_else_stays() {
        let both = edited_by(&[("say(a)", "say(b)"), ("a.flush();\n", "")]);
        assert_eq!(both.unwrap(), "let a = map();\nsay(b);\n", "in any order");
        // What the first writes is no place for the second.
        assert_eq!(edited_by(&[("say", "told"), ("told", "heard")]), Err((1, Misfit::Absent)));
    }

    #[test]
    fn a_place_is_found_by_text_that_stands_there_alone() {
        for (edits, misfit) in [
            (vec![("msync", "")], (0, Misfit::Absent)),
            (vec![("flush", "sync"), (";\n", "\n")], (1, Misfit::Repeated(3))),
            (vec![("a.flush()", ""), ("flush();\n", "")], (1, Misfit::Overlapping)),
            (vec![("say", "say")], (0, Misfit::Idle)),
        ] {
            assert_eq!(edited_by(&edits), Err(misfit), "{edits:?}");
        }
        assert!(matches!(edited_by(&[("", "x")]), Err((0, Misfit::Repeated(_)))));
    }
}
