//! From the course's own programs to evidence and its verdict.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use mmaplings::assemblies::drill::{self, DrillJob, Outcome, Places, Progress, Trust};
use mmaplings::edges::compiler::{Colour, Source, SourceText, Toolchain};
use mmaplings::edges::course_files;
use mmaplings::edges::sandbox::{self, Level};
use mmaplings::flow::cancel::CancelToken;
use mmaplings::judgement::course::{self, LoadedLesson};
use mmaplings::judgement::draw::Scale;
use mmaplings::judgement::verdict::{self, Standing};
use mmaplings::vocabulary::evidence::{
    Build, Completion, Ending, Evidence, KillReason, Run, SceneRun, StopReason, WaitsFor,
};
use mmaplings::vocabulary::evidence_file::EvidenceFile;
use mmaplings::vocabulary::lesson::{Drill, Language};
use mmaplings::words::ids::ProgramName;
use mmaplings::words::speech::Speech;

use crate::compiler::kit;
use crate::skip;

/// Where programs are compiled, and what compiles them.
struct Bench {
    toolchain: Toolchain,
    folder: tempfile::TempDir,
    seed: u64,
}

impl Bench {
    /// Nothing, after having said so, where a compiler is missing here.
    fn new() -> Option<Self> {
        let toolchain = Toolchain::new();
        if let Some(missing) = toolchain.rust().err().or_else(|| toolchain.c().err()) {
            skip::skip(&missing.to_string());
            return None;
        }
        Some(Self { toolchain, folder: tempfile::tempdir().unwrap(), seed: 7 })
    }

    fn outcome(
        &self,
        drill: &Drill,
        sources: &[Source],
        cancel: &CancelToken,
        progress: &(dyn Fn(Progress<'_>) + Sync),
    ) -> Outcome {
        let (programs, files) = (self.folder.path().join("programs"), self.folder.path().join("files"));
        let kit = kit();
        let job = DrillJob {
            drill,
            sources,
            seed: self.seed,
            scale: Scale::Full,
            toolchain: &self.toolchain,
            places: Places { kit: &kit, programs: &programs, files: &files },
            colour: Colour::Never,
            cancel,
            progress,
        };
        drill::run(&job).unwrap()
    }

    fn evidence(&self, drill: &Drill, sources: &[Source]) -> Evidence {
        match self.outcome(drill, sources, &CancelToken::new(), &|_| ()) {
            Outcome::Evidence(evidence) => *evidence,
            Outcome::Cancelled => panic!("nobody cancelled"),
        }
    }

    /// Plays one C program, `p`, through one scene that is written as in a lesson.
    fn play(&self, scene: &str, program: &str) -> SceneRun {
        let mut evidence = self.evidence(&drill_of(scene), &[c_source(program)]);
        assert!(matches!(evidence.builds["p"], Build::Compiled { .. }), "{:?}", evidence.builds);
        evidence.scenes.remove(0)
    }
}

fn c_source(program: &str) -> Source {
    let prelude = "#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n\
                   #include <sys/mman.h>\n#include <unistd.h>\n";
    let text =
        format!("{prelude}int main(int argc, char **argv) {{ (void)argc; (void)argv; {program} return 0; }}");
    Source {
        program: "p".parse().unwrap(),
        language: Language::C,
        text: SourceText::Memory(text.into_bytes()),
    }
}

fn drill_of(scene: &str) -> Drill {
    let text = format!(
        "id = 'd'\ntask = ''\nprograms = ['p']\nstarter_misses = 'c'\nhints = []\ncheck = []\n\
         [[scene]]\nid = 's'\ntitle = 't'\npatience_ms = 4000\n{scene}"
    );
    toml::from_str(&text).unwrap()
}

/// A few of the course's lessons, which between them have all there is to a scene.
fn lessons() -> Vec<LoadedLesson> {
    let mut course = course::load(&course_files::embedded()).unwrap();
    course.lessons.retain(|lesson| LESSONS.contains(&lesson.id.as_str()));
    assert_eq!(course.lessons.len(), LESSONS.len());
    course.lessons
}

fn sources(programs: BTreeMap<ProgramName, String>, language: Language) -> Vec<Source> {
    let source = |(program, text): (_, String)| Source {
        program,
        language,
        text: SourceText::Memory(text.into_bytes()),
    };
    programs.into_iter().map(source).collect()
}

/// The checks that did not hold, with what was observed.
fn missed(drill: &Drill, evidence: &Evidence) -> Vec<(String, String)> {
    let verdict = verdict::judge(&drill.check, evidence, Speech::ENGLISH);
    verdict
        .checks
        .iter()
        .filter(|judgement| !matches!(judgement.standing, Standing::Held { .. }))
        .map(|judgement| (judgement.check.to_string(), format!("{:?}", judgement.standing)))
        .collect()
}

const LESSONS: [&str; 3] = ["01-four-flavours", "03-untouched-memory", "06-two-programs"];

#[test]
fn model_programs_hold_in_every_check() {
    let Some(bench) = Bench::new() else { return };
    for lesson in &lessons() {
        for drill in lesson.drills() {
            for language in Language::ALL {
                let evidence = bench.evidence(drill, &sources(lesson.models_of(drill, language), language));
                for build in evidence.builds.values() {
                    assert!(
                        matches!(build, Build::Compiled { warnings, .. } if warnings.is_empty()),
                        "{build:?}"
                    );
                }
                assert_eq!(missed(drill, &evidence), [], "{} in {language:?}", lesson.id);
                let file = EvidenceFile {
                    format: EvidenceFile::FORMAT,
                    course: "mmaplings".to_owned(),
                    lesson: lesson.id.clone(),
                    drill: drill.id.clone(),
                    languages: drill.programs.iter().map(|name| (name.clone(), language)).collect(),
                    checks: drill.check.clone(),
                    evidence,
                };
                let again = EvidenceFile::from_json(file.to_json().unwrap().as_bytes()).unwrap();
                assert_eq!(again, file, "evidence survives its file");
            }
        }
    }
}

#[test]
fn starters_compile_and_miss_for_the_declared_reason() {
    let Some(bench) = Bench::new() else { return };
    for lesson in &lessons() {
        for drill in lesson.drills() {
            for language in Language::ALL {
                let starters = lesson.starters_of(drill, language);
                let evidence = bench.evidence(drill, &sources(starters, language));
                assert!(evidence.builds.values().all(|build| matches!(build, Build::Compiled { .. })));
                let missed = missed(drill, &evidence);
                let wanted = drill.starter_misses.as_str();
                let known = missed.iter().any(|(id, _)| id == wanted);
                assert!(known, "{} in {language:?}: {missed:?}", lesson.id);
            }
        }
    }
}

#[test]
fn known_bad_attempts_miss_the_checks_they_must() {
    let Some(bench) = Bench::new() else { return };
    let mut wrong = Vec::new();
    for lesson in &lessons() {
        for loaded in &lesson.attempts {
            let attempt = &loaded.attempt;
            let drill = lesson.drills().find(|drill| drill.id == attempt.drill).unwrap();
            let evidence =
                bench.evidence(drill, &sources(lesson.programs_of(drill, loaded), loaded.language));
            let compiled = evidence.builds.values().all(|build| matches!(build, Build::Compiled { .. }));
            let missed = missed(drill, &evidence);
            let owed =
                attempt.misses.iter().filter(|id| !missed.iter().any(|(found, _)| found == id.as_str()));
            let owed: Vec<_> = owed.map(ToString::to_string).collect();
            if !compiled || !owed.is_empty() {
                wrong.push(format!("{}: {} does not miss {owed:?}, but {missed:?}", lesson.id, attempt.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn start(rest: &str) -> String {
    format!("script = [{{ do = 'start', program = 'p' }}, {rest}]")
}

fn stopped(scene: &SceneRun) -> (String, &StopReason) {
    match &scene.completion {
        Completion::Stopped { awaited, reason, .. } => (awaited.in_words(Speech::ENGLISH), reason),
        other => panic!("it was to stop: {other:?}"),
    }
}

fn results(run: &Run) -> Vec<String> {
    run.results.iter().map(|line| format!("{}={}", line.name, line.value)).collect()
}

const OUT: Ending = Ending::Exited { status: 0 };

#[test]
fn a_held_program_stands_still_until_it_is_released() {
    let Some(bench) = Bench::new() else { return };
    let scene = "file = [{ id = 'data', name = 'data', fill = 'zero', size = 100 }]
        script = [
            { do = 'start', program = 'p', args = ['{data}'] },
            { do = 'checkpoint', of = 'p', name = 'ready', then = 'hold' },
            { do = 'truncate', file = 'data', to = '4 * page' },
            { do = 'release', of = 'p' },
            { do = 'result', of = 'p', name = 'size' },
            { do = 'end', of = 'p' },
        ]";
    let program = "puts(\"checkpoint ready\"); FILE *file = fopen(argv[1], \"r\");
        fseek(file, 0, SEEK_END); printf(\"size=%ld\\n\", ftell(file));";
    let scene = bench.play(scene, program);
    assert_eq!(scene.completion, Completion::Whole);
    assert_eq!(results(&scene.runs["p"]), [format!("size={}", 4 * page_size())]);
    assert_eq!(scene.files["data"].length.map(|length| length.0), Some(4 * page_size()));
    let deeds: Vec<_> = scene.log.iter().map(|deed| deed.text.split(' ').next().unwrap()).collect();
    assert_eq!(deeds, ["start", "truncate", "release"]);
}

fn page_size() -> u64 {
    mmaplings::edges::tracer::books::page_size().0
}

#[test]
fn what_cannot_come_any_more_stops_the_scene_at_once() {
    let Some(bench) = Bench::new() else { return };
    let scene = bench.play(&start("{ do = 'checkpoint', of = 'p', name = 'mapped' }"), "puts(\"x=1\");");
    assert_eq!(stopped(&scene), ("checkpoint mapped of p".to_owned(), &StopReason::ProgramEnded));
    assert_eq!((&scene.runs["p"].ending, results(&scene.runs["p"])), (&OUT, vec!["x=1".to_owned()]));

    let flood = "static char line[20000]; memset(line, 'x', sizeof line - 1); for (;;) puts(line);";
    let scene = bench.play(&start("{ do = 'result', of = 'p', name = 'x' }"), flood);
    assert_eq!(stopped(&scene), ("a line x=… of p".to_owned(), &StopReason::LimitReached));
    assert!(scene.runs["p"].limit.is_some());
}

#[test]
fn patience_ends_and_what_runs_then_is_killed() {
    let Some(bench) = Bench::new() else { return };
    let mut drill = drill_of(&start("{ do = 'end', of = 'p' }"));
    drill.scene[0].patience_ms = 300;
    let evidence = bench.evidence(&drill, &[c_source("for (;;) pause();")]);
    let scene = &evidence.scenes[0];
    let timed_out = |waits_for| StopReason::TimedOut { after_ms: 300, waits_for };
    assert_eq!(stopped(scene), ("the end of p".to_owned(), &timed_out(None)));
    assert_eq!(scene.runs["p"].ending, Ending::Killed { why: KillReason::SceneOver });

    let mut drill = drill_of(&start("{ do = 'checkpoint', of = 'p', name = 'mapped' }"));
    drill.scene[0].patience_ms = 300;
    let evidence = bench.evidence(&drill, &[c_source("getchar(); puts(\"checkpoint mapped\");")]);
    let awaited = "checkpoint mapped of p".to_owned();
    assert_eq!(stopped(&evidence.scenes[0]), (awaited, &timed_out(Some(WaitsFor::StandardInput))));
}

#[test]
fn after_the_script_programs_may_end_by_themselves() {
    let Some(bench) = Bench::new() else { return };
    let ready = "{ do = 'checkpoint', of = 'p', name = 'ready', then = 'hold' }";
    let program = "puts(\"checkpoint ready\"); while (getchar() != EOF) {} puts(\"eof=1\");";
    let scene = bench.play(&start(ready), program);
    assert_eq!(scene.completion, Completion::Whole);
    assert_eq!((&scene.runs["p"].ending, results(&scene.runs["p"])), (&OUT, vec!["eof=1".to_owned()]));
}

#[test]
fn a_kill_is_told_from_an_end() {
    let Some(bench) = Bench::new() else { return };
    let rest = "{ do = 'checkpoint', of = 'p', name = 'ready' }, { do = 'kill', of = 'p' }";
    let scene = bench.play(&start(rest), "puts(\"checkpoint ready\"); for (;;) pause();");
    assert_eq!(scene.completion, Completion::Whole);
    assert_eq!(scene.runs["p"].ending, Ending::Killed { why: KillReason::Scene });
}

#[test]
fn a_snapshot_can_be_taken_at_any_moment_of_its_life() {
    let Some(bench) = Bench::new() else { return };
    let look = "{ do = 'snapshot', of = 'p', name = 'looked-at' }";
    let scene = bench.play(&start(&format!("{{ do = 'pause', ms = 20 }}, {look}")), "getchar();");
    assert_eq!(scene.completion, Completion::Whole);
    let looked = scene.runs["p"].snapshots.iter().find(|snap| snap.checkpoint.as_str() == "looked-at");
    assert!(looked.is_some_and(|snapshot| !snapshot.mappings.is_empty()));

    let scene = bench.play(&start(&format!("{{ do = 'end', of = 'p' }}, {look}")), "");
    assert_eq!(stopped(&scene), ("p to look at: looked-at".to_owned(), &StopReason::ProgramEnded));
}

#[test]
fn values_are_new_for_each_repetition_and_the_same_for_a_seed() {
    let Some(mut bench) = Bench::new() else { return };
    let script =
        "{ do = 'start', program = 'p', args = ['{key}'] }, { do = 'result', of = 'p', name = 'key' },
        { do = 'end', of = 'p' }";
    let mut drill = drill_of(&format!("repeat = 3\nscript = [{script}]"));
    drill.values = toml::from_str("key = { draw = 'integer', from = 0, to = '1 TiB' }").unwrap();
    let source = [c_source("printf(\"key=%s\\n\", argv[1]);")];
    let mut keys = |seed| {
        bench.seed = seed;
        let evidence = bench.evidence(&drill, &source);
        evidence.scenes.iter().flat_map(|scene| results(&scene.runs["p"])).collect::<Vec<_>>()
    };
    let first = keys(1);
    assert_eq!(first.len(), 3);
    assert!(first[0] != first[1] && first[1] != first[2], "{first:?}");
    assert_eq!(keys(1), first);
    assert_ne!(keys(2), first);
}

#[test]
fn a_source_that_does_not_compile_is_not_run() {
    let Some(bench) = Bench::new() else { return };
    let evidence = bench.evidence(&drill_of(&start("{ do = 'end', of = 'p' }")), &[c_source("nonsense;")]);
    assert!(matches!(&evidence.builds["p"], Build::Failed { errors, .. } if errors.contains("nonsense")));
    assert_eq!((evidence.scenes, evidence.instruments), (Vec::new(), Vec::new()));
}

#[test]
fn a_run_that_is_cancelled_ends_at_once() {
    let Some(bench) = Bench::new() else { return };
    let cancel = CancelToken::new();
    let pid = std::sync::Mutex::new(None);
    let progress = |progress: Progress<'_>| {
        if let Progress::Line { text, .. } = progress {
            *pid.lock().unwrap() = text.strip_prefix("pid ").map(|pid| pid.parse::<i32>().unwrap());
            cancel.cancel();
        }
    };
    let drill = drill_of(&start("{ do = 'end', of = 'p' }"));
    let source = [c_source("printf(\"pid %d\\n\", getpid()); for (;;) pause();")];
    let began = std::time::Instant::now();
    assert_eq!(bench.outcome(&drill, &source, &cancel, &progress), Outcome::Cancelled);
    assert!(began.elapsed().as_secs() < 4, "it did not wait for the scene's patience");
    let pid = pid.lock().unwrap().expect("the program's line was heard of");
    assert!(!Path::new(&format!("/proc/{pid}")).exists(), "the program is gone");
}

#[test]
fn a_lesson_that_asks_for_the_impossible_is_at_fault() {
    let Some(bench) = Bench::new() else { return };
    let drill = drill_of("script = [{ do = 'start', program = 'p', args = ['{nope}'] }]");
    let (programs, files) = (bench.folder.path().join("programs"), bench.folder.path().join("files"));
    let (kit, source) = (kit(), [c_source("")]);
    let job = DrillJob {
        drill: &drill,
        sources: &source,
        seed: 0,
        scale: Scale::Full,
        toolchain: &bench.toolchain,
        places: Places { kit: &kit, programs: &programs, files: &files },
        colour: Colour::Never,
        cancel: &CancelToken::new(),
        progress: &|_| (),
    };
    assert_eq!(drill::run(&job).unwrap_err().to_string(), "scene s cannot be played");
    let job = DrillJob { sources: &[], ..job };
    assert_eq!(drill::run(&job).unwrap_err().to_string(), "there is no source for the program p");
}

/// A stranger's program runs like anybody's, within bounds.
#[test]
fn strangers_programs_and_compilers_reach_only_what_is_theirs() {
    let Some(bench) = Bench::new() else { return };
    if sandbox::level().unwrap() < Level::Files {
        return skip::skip("this kernel has no Landlock");
    }
    let secret = bench.folder.path().join("secret");
    fs::write(&secret, "secret").unwrap();
    let as_stranger = |drill: &Drill, sources: &[Source]| {
        let (programs, files) = (bench.folder.path().join("programs"), bench.folder.path().join("files"));
        let kit = kit();
        let job = DrillJob {
            drill,
            sources,
            seed: 7,
            scale: Scale::Full,
            toolchain: &bench.toolchain,
            places: Places { kit: &kit, programs: &programs, files: &files },
            colour: Colour::Never,
            cancel: &CancelToken::new(),
            progress: &|_| (),
        };
        match drill::run_as(&job, Trust::Stranger).unwrap() {
            Outcome::Evidence(evidence) => *evidence,
            Outcome::Cancelled => panic!("nobody cancelled"),
        }
    };
    for lesson in &lessons() {
        for (drill, language) in lesson.drills().zip(Language::ALL.into_iter().cycle()) {
            let evidence = as_stranger(drill, &sources(lesson.models_of(drill, language), language));
            assert_eq!(missed(drill, &evidence), [], "{} in {language:?}", lesson.id);
            let verdict = verdict::judge(&drill.check, &evidence, Speech::ENGLISH);
            assert_eq!(verdict.confinement, Some(sandbox::level().unwrap()));
        }
    }
    let drill = drill_of(&start("{ do = 'end', of = 'p' }"));
    let reads = format!("printf(\"read=%d\\n\", fopen(\"{}\", \"r\") != NULL);", secret.display());
    let run = as_stranger(&drill, &[c_source(&reads)]).scenes.remove(0).runs.remove("p").unwrap();
    assert_eq!(results(&run), ["read=0"], "{run:?}");
    assert_eq!(results(&bench.evidence(&drill, &[c_source(&reads)]).scenes[0].runs["p"]), ["read=1"]);

    let include = format!("fn main() {{ println!(\"{{}}\", include_str!({secret:?})); }}");
    let include = Source {
        program: "p".parse().unwrap(),
        language: Language::Rust,
        text: SourceText::Memory(include.into_bytes()),
    };
    let build = as_stranger(&drill, std::slice::from_ref(&include)).builds.remove("p").unwrap();
    assert!(matches!(&build, Build::Failed { errors, .. } if errors.contains("couldn't read")), "{build:?}");
    let build = bench.evidence(&drill, &[include]).builds.remove("p").unwrap();
    assert!(matches!(build, Build::Compiled { .. }), "{build:?}");

    // An array of 8 GiB that the compiler would have to lay out.
    let bomb = "static char zeros[1L << 33] = {1}; putchar(zeros[argc]);";
    let build = as_stranger(&drill, &[c_source(bomb)]).builds.remove("p").unwrap();
    assert!(matches!(build, Build::Failed { .. }), "{build:?}");
}

const STORE: &str = "script = [
    { do = 'start', program = 'p' },
    { do = 'checkpoint', of = 'p', name = 'mapped' },
    { do = 'store', of = 'p', backing = 'nothing', offset = 'page + 7', byte = 231 },
    { do = 'send', to = 'p', line = 'look' },
    { do = 'result', of = 'p', name = 'byte' },
    { do = 'end', of = 'p' },
]";

/// What a program that maps two pages with these flags finds where the script has stored a byte.
fn stored_to(bench: &Bench, flags: &str) -> (String, Vec<String>) {
    let program = format!(
        "long page = sysconf(_SC_PAGESIZE); char word[9]; \
         unsigned char *m = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, {flags} | MAP_ANONYMOUS, -1, 0); \
         puts(\"checkpoint mapped\"); scanf(\"%8s\", word); printf(\"byte=%d\\n\", m[page + 7]);"
    );
    let scene = bench.play(STORE, &program);
    assert_eq!(scene.completion, Completion::Whole);
    let log = scene.log.iter().map(|deed| deed.text.clone()).collect();
    (scene.runs["p"].results[0].value.clone(), log)
}

#[test]
fn a_script_stores_only_to_memory_that_is_shared() {
    let Some(bench) = Bench::new() else { return };
    let (shared, log) = stored_to(&bench, "MAP_SHARED");
    assert_eq!(shared, "231");
    assert!(log.iter().any(|deed| deed.starts_with("store 231 at ")), "{log:?}");
    let (private, log) = stored_to(&bench, "MAP_PRIVATE");
    assert_eq!(private, "0");
    assert!(log.contains(&"nothing is stored: p has no such memory".to_owned()), "{log:?}");
}
