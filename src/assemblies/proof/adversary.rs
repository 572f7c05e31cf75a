//! Programs that no drill should be passed by: they do nothing, end early, sleep, or
//! say all that is to be said without doing any of it.
//!
//! They are made from the drill's own scenes, in C, which compiles in no time; what
//! they are in does not matter to a drill.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::Serialize;

use crate::vocabulary::lesson::{Drill, Language};
use crate::vocabulary::scene::{Action, Scene};
use crate::words::ids::{InstanceName, ProgramName};

/// What the programs do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Adversary {
    /// Nothing: they end at once with status 0.
    Empty,
    /// They name the first checkpoint and end with status 0.
    EndEarly,
    /// They print every checkpoint and every result, and repeat the last number they were given.
    PrintOnly,
    /// They sleep for ever.
    Sleep,
}

/// The language they are in.
pub(super) const LANGUAGE: Language = Language::C;

/// How long a scene waits for a program that sleeps, in milliseconds.
const SHORT_PATIENCE_MS: u64 = 300;

impl Adversary {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Empty, Self::EndEarly, Self::PrintOnly, Self::Sleep];

    /// What they are, in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Empty => "the empty program",
            Self::EndEarly => "the program that ends early",
            Self::PrintOnly => "the program that only prints",
            Self::Sleep => "the program that sleeps",
        }
    }
}

/// The drill as this adversary meets it: nobody waits long for who sleeps.
pub(super) fn hurried(drill: &Drill, adversary: Adversary) -> Drill {
    let mut drill = drill.clone();
    if adversary == Adversary::Sleep {
        for scene in &mut drill.scene {
            scene.patience_ms = scene.patience_ms.min(SHORT_PATIENCE_MS);
        }
    }
    drill
}

/// Its program for each of the drill's.
pub(super) fn programs(drill: &Drill, adversary: Adversary) -> BTreeMap<ProgramName, String> {
    drill.programs.iter().map(|program| (program.clone(), one(drill, program, adversary))).collect()
}

fn one(drill: &Drill, program: &ProgramName, adversary: Adversary) -> String {
    let body = match adversary {
        Adversary::Empty => String::new(),
        Adversary::EndEarly => {
            let lines = lines(drill, program);
            lines.into_iter().find(|line| line.contains("\"checkpoint ")).unwrap_or_default()
        }
        Adversary::PrintOnly => lines(drill, program).concat(),
        Adversary::Sleep => "    for (;;) pause();\n".to_owned(),
    };
    format!("{HEAD}{body}    return 0;\n}}\n")
}

/// What the part of a program says, in the scene in which it has most to say.
fn lines(drill: &Drill, program: &ProgramName) -> Vec<String> {
    let parts = drill.scene.iter().flat_map(|scene| {
        let starts = scene.script.iter().filter(
            move |action| matches!(action, Action::Start { program: started, .. } if started == program),
        );
        starts.filter_map(Action::instance).map(move |instance| part(scene, &instance))
    });
    parts.max_by_key(Vec::len).unwrap_or_default()
}

fn part(scene: &Scene, instance: &InstanceName) -> Vec<String> {
    let own = scene.script.iter().filter(|action| action.instance().as_ref() == Some(instance));
    own.filter_map(|action| {
        let mut line = String::new();
        // Names hold nothing that C would read otherwise. Writing to a String cannot fail.
        let _ = match action {
            Action::Checkpoint { name, .. } => writeln!(line, "    puts(\"checkpoint {name}\");"),
            Action::Result { name, .. } => writeln!(line, "    printf(\"{name}=%lld\\n\", last);"),
            Action::Send { .. } => writeln!(line, "    hear();"),
            Action::CloseStdin { .. } => writeln!(line, "    while (hear()) {{}}"),
            _ => return None,
        };
        Some(line)
    })
    .collect()
}

const HEAD: &str = r"#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static long long last;

/* Hears a line and keeps the last number in it. */
static int hear(void) {
    char line[4096];
    if (!fgets(line, sizeof line, stdin)) return 0;
    for (char *at = line; *at;) {
        char *end;
        long long number = strtoll(at, &end, 10);
        if (end == at) { at++; continue; }
        last = number;
        at = end;
    }
    return 1;
}

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        char *end;
        long long number = strtoll(argv[i], &end, 10);
        if (end != argv[i] && !*end) last = number;
    }
    (void)hear;
";
