//! Scenes that limit memory: really limited, told as such when the kernel kills for it,
//! and inconclusive where there is no control group.

use mmaplings::assemblies::drill::{self, DrillJob, Memory, Outcome, Places, Trust};
use mmaplings::edges::cgroup::Groups;
use mmaplings::edges::compiler::{Colour, Source, SourceText, Toolchain};
use mmaplings::flow::cancel::CancelToken;
use mmaplings::judgement::draw::Scale;
use mmaplings::judgement::verdict::{self, Outcome as Word, Standing};
use mmaplings::vocabulary::evidence::{Completion, Ending, Evidence, KillReason, Limit};
use mmaplings::vocabulary::lesson::{Drill, Language};
use mmaplings::words::speech::Speech;
use mmaplings::words::units::Bytes;

use crate::compiler::kit;
use crate::skip;

const LIMIT: Bytes = Bytes::mib(48);

/// The groups of this machine; nothing, after having said so, where there are none.
fn groups() -> Option<&'static Groups> {
    let groups = Groups::of_this_machine();
    match groups.place() {
        Ok(_) => Some(groups),
        Err(why) => {
            skip::skip(&why.reason);
            None
        }
    }
}

/// Plays `program`, C, in a scene that is limited and in one that is not; nothing, after having
/// said so, where there is no compiler.
fn play(program: &str, groups: &Groups) -> Option<(Drill, Evidence)> {
    let toolchain = Toolchain::new();
    if let Err(missing) = toolchain.c() {
        skip::skip(&missing.to_string());
        return None;
    }
    let drill: Drill = toml::from_str(
        r#"
        id = "d"
        task = ""
        programs = ["p"]
        starter_misses = "ends"
        hints = []
        [[scene]]
        id = "limited"
        title = "limited"
        memory_limit = "48 MiB"
        file = [{ id = "data", name = "data.bin", fill = "random", size = "64 MiB" }]
        script = [
            { do = "drop-cache", file = "data" },
            { do = "start", program = "p", args = ["{data}"] },
            { do = "end", of = "p" },
        ]
        [[scene]]
        id = "free"
        title = "not limited"
        script = [{ do = "start", program = "p", args = ["/dev/null"] }, { do = "end", of = "p" }]
        [[check]]
        id = "ends"
        says = "it ends by itself"
        why = "so"
        expect = { kind = "ending", of = "p" }
        [[check]]
        id = "ends-free"
        says = "it ends by itself"
        why = "so"
        scenes = ["free"]
        expect = { kind = "ending", of = "p" }
        "#,
    )
    .unwrap();
    let prelude = "#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n#include <fcntl.h>\n#include <unistd.h>\n";
    let text = format!("{prelude}int main(int argc, char **argv) {{ (void)argc; {program} return 0; }}");
    let source = Source {
        program: "p".parse().unwrap(),
        language: Language::C,
        text: SourceText::Memory(text.into_bytes()),
    };
    let folder = tempfile::tempdir().unwrap();
    let (programs, files) = (folder.path().join("programs"), folder.path().join("files"));
    let job = DrillJob {
        drill: &drill,
        sources: &[source],
        seed: 7,
        scale: Scale::Full,
        toolchain: &toolchain,
        places: Places { kit: &kit(), programs: &programs, files: &files },
        colour: Colour::Never,
        cancel: &CancelToken::new(),
        progress: &|_| (),
    };
    match drill::run_in(&job, Trust::Own, Memory::In(groups)).unwrap() {
        Outcome::Evidence(evidence) => Some((drill, *evidence)),
        Outcome::Cancelled => panic!("nobody cancelled"),
    }
}

/// Reads a file through a small buffer.
const READS: &str =
    "static char b[65536]; int f = open(argv[1], O_RDONLY); while (read(f, b, sizeof b) > 0) {}";

#[test]
fn a_group_has_its_limit_and_is_gone_once_it_is_dropped() {
    let Some(groups) = groups() else { return };
    let group = groups.make(LIMIT).unwrap();
    let path = group.path().to_owned();
    assert!(path.join("cgroup.procs").exists());
    assert_eq!((group.report().limit, group.report().killed.unwrap_or(0)), (LIMIT, 0));
    drop(group);
    assert!(!path.exists(), "{}", path.display());
}

#[test]
fn a_limited_scene_keeps_no_more_of_a_file_than_its_limit() {
    let Some(groups) = groups() else { return };
    let Some((drill, evidence)) = play(READS, groups) else { return };
    let group = evidence.scenes[0].memory_group.expect("the scene was limited");
    assert_eq!(group.limit, LIMIT);
    assert!(group.times_at_limit.is_some_and(|times| times > 0), "{group:?}");
    assert!(group.most_used.is_none_or(|most| most <= LIMIT), "{group:?}");
    assert!(evidence.scenes[1].memory_group.is_none());
    let verdict = verdict::judge(&drill.check, &evidence, Speech::ENGLISH);
    assert_eq!(verdict.outcome, Word::Passed, "{verdict:?}");
    let named = |name: &String| name.starts_with("cgroup v");
    assert!(verdict.instruments.iter().any(named), "{:?}", verdict.instruments);
}

#[test]
fn a_program_that_the_kernel_kills_for_want_of_memory_is_told_of_as_such() {
    let Some(groups) = groups() else { return };
    let grabs = "if (strcmp(argv[1], \"/dev/null\")) { size_t n = 96 << 20; volatile char *p = malloc(n); for (size_t i = 0; i < n; i += 4096) p[i] = 1; }";
    let Some((drill, evidence)) = play(grabs, groups) else { return };
    let run = &evidence.scenes[0].runs["p"];
    assert_eq!(run.ending, Ending::Killed { why: KillReason::OutOfMemory });
    assert_eq!(run.limit, Some(Limit::Group { allowed: LIMIT }));
    let verdict = verdict::judge(&drill.check, &evidence, Speech::ENGLISH);
    assert_eq!(verdict.outcome, Word::Missed);
    assert!(verdict.stops[0].what.contains("out of memory"), "{:?}", verdict.stops);
    assert!(matches!(verdict.checks[1].standing, Standing::Held { .. }));
}

#[test]
fn without_a_group_what_depends_on_it_is_inconclusive_and_the_rest_is_judged() {
    let none = Groups::none("no memory control group can be made: nobody gives one", "");
    let Some((drill, evidence)) = play(READS, &none) else { return };
    let Completion::Impossible { reason } = &evidence.scenes[0].completion else {
        panic!("{:?}", evidence.scenes[0].completion)
    };
    let told =
        "no memory control group can be made: nobody gives one; `mmaplings doctor` says how to get one";
    assert_eq!(reason, told);
    assert!(evidence.scenes[0].files.is_empty(), "nothing was made for it");
    let verdict = verdict::judge(&drill.check, &evidence, Speech::ENGLISH);
    assert_eq!(verdict.outcome, Word::Inconclusive);
    assert!(matches!(verdict.checks[0].standing, Standing::Undecided { .. }));
    assert!(matches!(verdict.checks[1].standing, Standing::Held { .. }));
    assert!(verdict.stops.is_empty());
}
