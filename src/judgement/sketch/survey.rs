//! Surveying a sketch before it is shown: every mistake in it.

use std::collections::BTreeSet;

use crate::judgement::prediction::Problem;
use crate::vocabulary::scene::Action;
use crate::vocabulary::sketch::{Sketch, SketchBacking};
use crate::words::prose;

/// Every mistake in a sketch that can be seen without running its scene.
#[must_use]
pub fn survey(sketch: &Sketch) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut add = |at: String, text: String| problems.push(Problem { at, text });
    if sketch.entry.is_empty() {
        add("entry".to_owned(), "a sketch asks for at least one line".to_owned());
    }
    let mut seen = BTreeSet::new();
    for (index, entry) in sketch.entry.iter().enumerate() {
        let at = |key: &str| format!("entry[{index}].{key}");
        if !seen.insert(&entry.id) {
            add(at("id"), format!("there is an entry {} already", entry.id));
        }
        if entry.name.is_some() && !matches!(entry.backing, SketchBacking::File | SketchBacking::Memfd) {
            add(at("name"), format!("{} has no name", entry.backing));
        }
        for (place, partner) in entry.may_merge_with.iter().enumerate() {
            let others = || sketch.entry.iter().filter(|other| other.id != entry.id);
            if !others().any(|other| other.id == *partner) {
                let near = prose::nearest(partner.as_str(), others().map(|other| other.id.as_str()));
                let hint = near.map_or_else(String::new, |near| format!("; did you mean {near}?"));
                add(
                    at(&format!("may_merge_with[{place}]")),
                    format!("no other entry is called {partner}{hint}"),
                );
            }
        }
    }
    script(sketch, &mut add);
    problems
}

/// That the scene starts the program whose maps are drawn, and stops it where they are read.
fn script(sketch: &Sketch, add: &mut impl FnMut(String, String)) {
    let mut started = false;
    let mut stopped = false;
    for (index, action) in sketch.scene.script.iter().enumerate() {
        match action {
            Action::Start { program, name, .. } => {
                if !sketch.specimens.contains(program) {
                    let known = sketch.specimens.iter().map(crate::words::ids::ProgramName::as_str);
                    let near = prose::nearest(program.as_str(), known);
                    let hint = near.map_or_else(String::new, |near| format!("; did you mean {near}?"));
                    add(
                        format!("scene.script[{index}].program"),
                        format!("no specimen is called {program}{hint}"),
                    );
                }
                let name = name.as_ref().map_or(program.as_str(), |name| name.as_str());
                started |= name == sketch.of.as_str();
            }
            Action::Checkpoint { of, name, .. } => stopped |= *of == sketch.of && *name == sketch.at,
            _ => {}
        }
    }
    if !started {
        add("of".to_owned(), format!("the scene starts no {}", sketch.of));
    } else if !stopped {
        add(
            "at".to_owned(),
            format!("the scene does not wait for checkpoint {} of {}", sketch.at, sketch.of),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SKETCH: &str = r#"
        id = "draw"
        ask = "Draw."
        specimens = ["specimen"]
        of = "specimen"
        at = "mapped"
        explain = "So."
        [scene]
        id = "drawn"
        title = "three mappings"
        script = [{ do = "start", program = "specimen" }, { do = "checkpoint", of = "specimen", name = "mapped" }]
        [[entry]]
        id = "small"
        what = "malloc(1 MiB)"
        size = "1 MiB"
        perms = "rw-p"
        backing = "anonymous"
        may_merge_with = ["large"]
        why = "It is large enough for mmap."
        [[entry]]
        id = "large"
        what = "malloc(1 GiB)"
        size = "1 GiB"
        perms = "rw-p"
        backing = "anonymous"
        why = "So is this."
    "#;

    #[test]
    fn each_mistake_is_told_with_its_place() {
        let problems = |from: &str, to: &str| {
            let sketch: Sketch = toml::from_str(&SKETCH.replace(from, to)).unwrap();
            survey(&sketch)
                .into_iter()
                .map(|Problem { at, text }| format!("{at}: {text}"))
                .collect::<Vec<_>>()
        };
        assert_eq!(problems("", ""), [""; 0]);
        for (from, to, said) in [
            (
                r#"["large"]"#,
                r#"["larger"]"#,
                "entry[0].may_merge_with[0]: no other entry is called larger; did you mean large?",
            ),
            (r#"id = "large""#, r#"id = "small""#, "entry[1].id: there is an entry small already"),
            (
                r#"perms = "rw-p""#,
                "perms = \"rw-p\"\nname = \"x\"",
                "entry[0].name: anonymous memory has no name",
            ),
            (
                r#"name = "mapped""#,
                r#"name = "other""#,
                "at: the scene does not wait for checkpoint mapped of specimen",
            ),
            (r#"of = "specimen""#, r#"of = "reader""#, "of: the scene starts no reader"),
            (
                r#"["specimen"]"#,
                r#"["specimens"]"#,
                "scene.script[0].program: no specimen is called specimen; did you mean specimens?",
            ),
        ] {
            let told = problems(from, to);
            assert!(told.iter().any(|problem| problem == said), "{to}: {told:?}");
        }
    }
}
