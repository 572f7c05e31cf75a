//! Grading a class: exact marks in every format, results that stand, strangers' tricks.

use std::ffi::OsStr;
use std::fs;
use std::num::NonZeroUsize;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use mmaplings::assemblies::classroom::result::StudentOutcome;
use mmaplings::assemblies::classroom::{self, Assignment, GradeJob, KeepEvidence, Kept, Store};
use mmaplings::assemblies::drill::Places;
use mmaplings::edges::compiler::Toolchain;
use mmaplings::edges::{course_files, sandbox};
use mmaplings::flow::cancel::CancelToken;
use mmaplings::judgement::course;
use mmaplings::judgement::draw::Scale;
use mmaplings::judgement::grading::{Marks, Scheme};
use mmaplings::vocabulary::confinement::Level;
use mmaplings::words::speech::Speech;
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::{Value, json};

use crate::course_check::compilers;
use crate::run::{Ran, Run};

const COURSE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/courses/fork-and-pipe");

/// A class in a directory of its own, graded by the course about processes.
struct Class {
    directory: tempfile::TempDir,
}

impl Class {
    fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap() }
    }

    fn path(&self, path: &str) -> PathBuf {
        self.directory.path().join(path)
    }

    /// Puts a file of the course's into a submission.
    fn hand_in(&self, path: &str, of_course: &str) -> &Self {
        self.write(path, &fs::read(Path::new(COURSE).join(of_course)).unwrap())
    }

    fn write(&self, path: &str, bytes: &[u8]) -> &Self {
        let file = self.path(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, bytes).unwrap();
        self
    }

    fn folder(&self, path: &str) -> &Self {
        fs::create_dir_all(self.path(path)).unwrap();
        self
    }

    /// Grades these submissions, with the same values each time.
    fn grade(&self, submissions: &[&str], more: &[&str]) -> Ran {
        let mut arguments = vec!["--course", COURSE, "grade", "--seed", "7"];
        arguments.extend(submissions);
        arguments.extend(more);
        Run::new(&arguments).within(self.directory.path()).with_cache().run()
    }

    fn json(&self, submissions: &[&str], more: &[&str]) -> Value {
        let ran = self.grade(submissions, &[&["--json"], more].concat()).stderr("");
        serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {}", ran.stdout))
    }
}

/// A text without its line breaks.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `LESSON STEP OUTCOME EARNED/POSSIBLE`, a line a step.
fn steps(student: &Value) -> String {
    let mut told = String::new();
    for lesson in student["lessons"].as_array().unwrap() {
        for step in lesson["steps"].as_array().unwrap() {
            let word = |value: &Value| value.as_str().unwrap().to_owned();
            let score = &step["score"];
            told += &format!("{} {} ", word(&lesson["lesson"]), word(&step["step"]));
            told += &format!("{} {}/{}\n", word(&step["outcome"]), score["earned"], score["possible"]);
        }
    }
    told
}

const ANSWERS: &str = "\
[01-fork]
who-gets-what = [\"the child's id\", \"0\", \"-1\"]
[02-pipe]
end-of-file = \"When every writing end is closed.\"
";

/// Five students: all right in two languages, half right, nothing, untouched, broken.
fn a_class() -> Class {
    let class = Class::new();
    class
        .hand_in("ada/01-fork/family.c", "solutions/01-fork/c/family.c")
        .hand_in("ada/02-pipe/relay.rs", "solutions/02-pipe/rust/relay.rs")
        .write("ada/answers.toml", ANSWERS.as_bytes())
        .hand_in("bob/family.c", "solutions/01-fork/attempts/waits_once.c")
        .hand_in("bob/relay.rs", "solutions/02-pipe/attempts/loses_one.rs")
        .folder("cy")
        .hand_in("dee/work/01-fork/family.rs", "lessons/01-fork/rust/family.rs")
        .write("dee/work/02-pipe/relay.c", b"int main(void) { <b>; }\n");
    class
}

const ALL: [&str; 4] = ["ada", "bob", "cy", "dee"];

#[test]
fn a_class_has_the_marks_it_earned() {
    if !compilers() {
        return;
    }
    let class = a_class();
    let ran = class.grade(&ALL, &["--out", "out", "--keep-evidence"]).status(0).stderr("");
    // How far programs are confined, the last line says, is the machine's.
    let table = ran.stdout.lines().take(10).collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!(table, @r#"
    student  01   02    marks
    ada      11   11    22/22  ✓ passed
    bob       5  7.5  12.5/22    missed
    cy        0    0     0/22  - nothing handed in
    dee       0    0     0/22    missed

    01-fork     1 of 4 have all marks,  36 % on average
    02-pipe     1 of 4 have all marks,  42 % on average

    4 students: 1 passed, 2 missed and 1 nothing handed in. 5 drills run; seed 7,
    "#);
    let told = |key: &str| {
        let text = fs::read_to_string(class.path(&format!("out/students/{key}.json"))).unwrap();
        steps(&serde_json::from_str(&text).unwrap())
    };
    insta::assert_snapshot!(ALL.map(told).join("\n"), @r#"
    01-fork who-gets-what passed 1/1
    01-fork family passed 10/10
    02-pipe end-of-file passed 1/1
    02-pipe relay passed 10/10

    01-fork who-gets-what missing 0/1
    01-fork family missed 5/10
    02-pipe end-of-file missing 0/1
    02-pipe relay missed 7.5/10

    01-fork who-gets-what missing 0/1
    01-fork family missing 0/10
    02-pipe end-of-file missing 0/1
    02-pipe relay missing 0/10

    01-fork who-gets-what missing 0/1
    01-fork family untouched 0/10
    02-pipe end-of-file missing 0/1
    02-pipe relay does-not-compile 0/10
    "#);

    // Nothing is run again, and the same is told.
    let again = class.grade(&ALL, &["--out", "out", "--keep-evidence"]).status(0).stderr("").stdout;
    assert!(flat(&again).contains("0 drills run, 5 as they were judged before; seed 7"), "{again}");
    assert_eq!(again.lines().take(5).collect::<Vec<_>>(), ran.stdout.lines().take(5).collect::<Vec<_>>());

    // What one changes is run, and what others did stands.
    class.hand_in("dee/work/02-pipe/relay.c", "solutions/02-pipe/c/relay.c");
    let changed = class.grade(&ALL, &["--out", "out", "--keep-evidence"]).status(0).stderr("").stdout;
    assert!(flat(&changed).contains("1 drill run, 4 as they were judged before"), "{changed}");

    // A verdict that is disputed is derived again from what was kept.
    let evidence = class.path("out/evidence/bob/01-fork.family.json");
    let ran = Run::new(&["judge", "--json", "--evidence", evidence.to_str().unwrap()]).run().status(1);
    let judged: Value = serde_json::from_str(&ran.stdout).unwrap();
    let kept: Value =
        serde_json::from_slice(&fs::read(class.path("out/students/bob.json")).unwrap()).unwrap();
    assert_eq!(judged["results"][0]["verdict"], kept["lessons"][0]["steps"][1]["verdict"]);
}

#[test]
fn every_format_tells_the_same() {
    if !compilers() {
        return;
    }
    let class = a_class();
    class.write("weights.toml", b"[lesson.01-fork.step.family]\nhidden_checks = ['statuses']\n");
    class.grade(&ALL, &["--out", "out", "--weights", "weights.toml"]).status(0).stderr("");
    let read = |path: &str| fs::read_to_string(class.path(&format!("out/{path}"))).unwrap();
    let level = mmaplings::assemblies::drill::level().unwrap().to_string();
    insta::assert_snapshot!(read("class.csv").replace(&level, "LEVEL"), @r#"
    student,outcome,earned,pending,possible,01-fork,02-pipe,refused,seed,confinement
    ada,passed,22,0,22,11,11,0,7,LEVEL
    bob,missed,12.5,0,22,5,7.5,0,7,LEVEL
    cy,nothing handed in,0,0,22,0,0,0,7,LEVEL
    dee,missed,0,0,22,0,0,0,7,LEVEL
    "#);

    let gradescope: Value = serde_json::from_str(&read("gradescope/bob.json")).unwrap();
    assert_eq!(gradescope["score"], json!(12.5));
    let tests = gradescope["tests"].as_array().unwrap();
    let sum: f64 = tests.iter().map(|test| test["score"].as_f64().unwrap()).sum();
    let most: f64 = tests.iter().map(|test| test["max_score"].as_f64().unwrap()).sum();
    assert_eq!((sum, most), (12.5, 22.0));
    let hidden: Vec<&Value> = tests.iter().filter(|test| test["visibility"] == "hidden").collect();
    assert_eq!(hidden.len(), 1);
    assert!(hidden[0]["name"].as_str().unwrap().contains("01-fork / family / statuses"));

    let github: Value = serde_json::from_str(&read("github/bob.json")).unwrap();
    assert_eq!((&github["status"], &github["max_score"]), (&json!("fail"), &json!(22.0)));
    let sum: f64 =
        github["tests"].as_array().unwrap().iter().map(|test| test["score"].as_f64().unwrap()).sum();
    assert_eq!(sum, 12.5);
    assert!(!github.to_string().contains("statuses"), "students read that log");
    let full: Value = serde_json::from_str(&read("github/ada.json")).unwrap();
    assert_eq!(full["status"], "pass");

    insta::assert_snapshot!(cases(&read("junit.xml")).trim_start(), @r#"
    ada 01-fork.who-gets-what who-gets-what
    ada 01-fork.family that-many
    ada 01-fork.family all-reaped
    ada 01-fork.family statuses
    ada 01-fork.family ends-well
    ada 02-pipe.end-of-file end-of-file
    ada 02-pipe.relay two-processes
    ada 02-pipe.relay through-the-pipe
    ada 02-pipe.relay right-sum
    ada 02-pipe.relay ends-well
    bob 01-fork.who-gets-what who-gets-what failure
    bob 01-fork.family that-many
    bob 01-fork.family all-reaped failure
    bob 01-fork.family statuses failure
    bob 01-fork.family ends-well
    bob 02-pipe.end-of-file end-of-file failure
    bob 02-pipe.relay two-processes
    bob 02-pipe.relay through-the-pipe
    bob 02-pipe.relay right-sum failure
    bob 02-pipe.relay ends-well
    cy 01-fork.who-gets-what who-gets-what failure
    cy 01-fork.family family failure
    cy 02-pipe.end-of-file end-of-file failure
    cy 02-pipe.relay relay failure
    dee 01-fork.who-gets-what who-gets-what failure
    dee 01-fork.family family failure
    dee 02-pipe.end-of-file end-of-file failure
    dee 02-pipe.relay relay failure
    "#);

    let page = read("students/dee.html");
    assert!(page.contains("int main(void) { &lt;b&gt;; }"), "the compiler quotes the line, escaped");
    assert!(!page.contains("<script") && !page.contains("<b>;"));
    assert!(!read("students/bob.html").contains("the sum of the statuses is right"));
    assert!(read("index.html").contains("<a href=\"students/ada.html\">ada</a>"));
}

/// The cases of a JUnit file: `SUITE CLASS NAME ELEMENT`.
fn cases(xml: &str) -> String {
    let mut reader = Reader::from_str(xml);
    let (mut told, mut suite) = (String::new(), String::new());
    loop {
        let event = reader.read_event().unwrap();
        let (Event::Start(element) | Event::Empty(element)) = &event else {
            if matches!(event, Event::Eof) {
                return told;
            }
            continue;
        };
        let attribute = |name: &str| {
            let found = element.try_get_attribute(name).unwrap().unwrap();
            found.value.into_owned()
        };
        match element.name().as_ref() {
            "testsuite" => suite = attribute("name"),
            "testcase" => told += &format!("\n{suite} {} {}", attribute("classname"), attribute("name")),
            "failure" => told += " failure",
            "skipped" => told += " skipped",
            "error" => told += " error",
            _ => {}
        }
    }
}

#[test]
fn weights_change_marks_and_run_nothing() {
    if !compilers() {
        return;
    }
    let class = Class::new();
    class.hand_in("bob/family.c", "solutions/01-fork/attempts/waits_once.c").write(
        "bob/.mmaplings/progress.json",
        br#"{"version":1,"lessons":{"01-fork":{"steps":{"family":{"standing":"missed","hints":2}}}}}"#,
    );
    let first = class.json(&["bob"], &["--out", "out"]);
    assert_eq!(first["students"][0]["score"], json!({"earned": 5, "pending": 0, "possible": 22}));
    let score = |weights: &str| {
        class.write("weights.toml", weights.as_bytes());
        let told = class.json(&["bob"], &["--out", "out", "--weights", "weights.toml"]);
        told["students"][0]["score"].clone()
    };
    assert_eq!(
        score("partial = 'all-or-nothing'\nquestion = 0"),
        json!({"earned": 0, "pending": 0, "possible": 20})
    );
    assert_eq!(
        score(
            "hint_cost = 0.25\n[lesson.01-fork]\nfactor = 2\n[lesson.01-fork.step.family]\nweights = { statuses = 2 }"
        ),
        json!({"earned": 4, "pending": 0, "possible": 33})
    );
    class.write("weights.toml", b"[lesson.01-fork.step.famly]\nmarks = 3\n[lesson.7]\nfactor = -1");
    let told = class.grade(&["bob"], &["--weights", "weights.toml"]).status(2).stdout("").stderr;
    for said in ["01-fork has no step \"famly\"; did you mean \"family\"?", "no lesson \"7\"", "factor = -1"]
    {
        assert!(told.contains(said), "{told}");
    }
}

#[test]
fn answers_of_every_kind_are_marked() {
    if !compilers() {
        return;
    }
    let class = Class::new();
    class.write("ann/answers.toml", b"end-of-file = 'b'\n");
    let told = class.json(&["ann"], &["--lesson", "02-pipe"]);
    assert_eq!(told["students"][0]["score"], json!({"earned": 1, "pending": 0, "possible": 11}));

    // Of the course about memory: predictions, choices by letter and by text, a free text, a
    // drawing, a process held still.
    let answers = "[03-untouched-memory]\nafter-mmap = '0'\nsize-or-rss = 'a'\n\
        untouched-costs-nothing = 'Memory.'\n\
        [09-draw-the-maps]\nthree-ways = 'not a line'\nlength-of-a-line = '1028 KiB'\n\
        [10-smaps-and-friends.four-lines]\nseed = 5\n";
    class.write("bea/answers.toml", answers.as_bytes());
    let lessons = ["--lesson", "3", "--lesson", "9", "--lesson", "10", "--json"];
    let mut arguments = vec!["grade", "bea"];
    arguments.extend(lessons);
    let ran = Run::new(&arguments).within(class.directory.path()).with_cache().run().status(0).stderr("");
    let told: Value = serde_json::from_str(&ran.stdout).unwrap();
    let told: String = steps(&told["students"][0])
        .lines()
        .filter(|line| !line.contains(" missing "))
        .map(|line| line.to_owned() + "\n")
        .collect();
    insta::assert_snapshot!(told, @r#"
    03-untouched-memory after-mmap passed 0/0
    03-untouched-memory size-or-rss passed 1/1
    03-untouched-memory untouched-costs-nothing missed 0/1
    09-draw-the-maps length-of-a-line passed 1/1
    09-draw-the-maps three-ways missed 0/3
    10-smaps-and-friends four-lines missed 0/3
    "#);
}

#[test]
fn what_strangers_plant_is_not_taken() {
    if !compilers() {
        return;
    }
    let class = Class::new();
    let odd = class.directory.path().join("class").join(OsStr::from_bytes(b"<i>\xff\n::error::x"));
    fs::create_dir_all(odd.join(OsStr::from_bytes(b"\xff\xfe"))).unwrap();
    fs::write(odd.join(OsStr::from_bytes(b"family.c\xff")), "x").unwrap();
    class
        .folder("class/links")
        .folder("class/large/01-fork")
        .folder("class/pipes")
        .write("class/answers/answers.toml", b"\xff\xfe")
        .write(
            "class/strange/answers.toml",
            b"who = 'x'\n[02-pipe]\nend-of-fil = 'b'\nend-of-file = 99\n[03-x]\n",
        )
        // A library's build script and manifest, which nothing reads.
        .write("class/strange/Cargo.toml", b"[package]\nbuild = 'build.rs'")
        .write("class/strange/build.rs", b"fn main() { std::fs::write(\"/tmp/planted\", \"x\").unwrap() }");
    std::os::unix::fs::symlink("/etc/passwd", class.path("class/links/family.c")).unwrap();
    std::os::unix::fs::symlink("/etc", class.path("class/links/02-pipe")).unwrap();
    fs::File::create(class.path("class/large/01-fork/family.c")).unwrap().set_len(1 << 31).unwrap();
    nix::unistd::mkfifo(&class.path("class/pipes/relay.c"), nix::sys::stat::Mode::S_IRWXU).unwrap();

    let names: Vec<PathBuf> =
        fs::read_dir(class.path("class")).unwrap().map(|entry| entry.unwrap().path()).collect();
    let mut run =
        Run::new(&["--course", COURSE, "grade", "--out", "out", "--json"]).within(class.directory.path());
    for name in &names {
        run = run.argument(name);
    }
    let ran = run.with_cache().run().status(0).stderr("");
    let told: Value = serde_json::from_str(&ran.stdout).unwrap();
    let mut lines = String::new();
    for student in told["students"].as_array().unwrap() {
        lines +=
            &format!("{} {}", student["student"].as_str().unwrap(), student["outcome"].as_str().unwrap());
        for refused in student["refused"].as_array().into_iter().flatten() {
            lines += &format!(
                "\n  {}: {}",
                refused["path"].as_str().unwrap(),
                refused["reason"].as_str().unwrap()
            );
        }
        for note in student["notes"].as_array().into_iter().flatten() {
            lines += &format!("\n  note: {}", note.as_str().unwrap());
        }
        lines.push('\n');
    }
    insta::assert_snapshot!(lines, @r#"
    <i>� : :error::x nothing
    answers nothing
      answers.toml: it cannot be read as answers: it is not UTF-8
    large nothing
      01-fork/family.c: it is larger than 1 MiB
    links nothing
      02-pipe: it is a symbolic link
      family.c: it is a symbolic link
    pipes nothing
      relay.c: it is a FIFO
    strange missed
      note: answers.toml: answers must stand in a table of their lesson; not taken: 03-x and who
      note: 02-pipe: there is no question "end-of-fil"; perhaps "end-of-file" was meant
    "#);
    let page = fs::read_to_string(class.path("out/index.html")).unwrap();
    assert!(!page.contains("<i>"), "{page}");
}

#[test]
fn what_cannot_be_a_class_is_told_before_anything_runs() {
    let class = Class::new();
    class.folder("a").folder("b/a").write("list.csv", b"");
    let told =
        |submissions: &[&str], more: &[&str]| class.grade(submissions, more).status(2).stdout("").stderr;
    assert!(told(&["a", "list.csv", "none"], &[]).contains("list.csv and none are not directories"));
    assert!(told(&["a", "b/a"], &[]).contains("a and b/a would both be a"));
    assert!(told(&["a"], &["--lesson", "9"]).contains("the lessons are 01-fork and 02-pipe"));
    assert!(told(&["a", "b"], &["--format", "gradescope"]).contains("this format is of one student"));
    assert!(
        told(&["a"], &["--require", "jail"])
            .contains("the levels are calls, files, signals, namespaces and groups")
    );
    assert!(told(&["a"], &["--weights", "none.toml"]).contains("none.toml"));
    assert!(told(&["a"], &["--keep-evidence"]).contains("--out"));
    class.grade(&[], &[]).status(2);
}

#[test]
fn one_student_cannot_spoil_another() {
    if !compilers() {
        return;
    }
    let class = Class::new();
    // One kills whatever it may, floods, and stays; the other is right.
    let villain = "#include <signal.h>\n#include <stdio.h>\n#include <unistd.h>\n\
        int main(void) { kill(-1, SIGKILL); kill(getppid(), SIGKILL); if (fork() == 0) { setsid(); pause(); } \
        puts(\"::error::graded\"); puts(\"{\\\"outcome\\\": \\\"passed\\\"}\"); for (;;) pause(); }\n";
    class.write("evil/family.c", villain.as_bytes()).hand_in("good/family.c", "solutions/01-fork/c/family.c");
    let told = class.json(&["evil", "good"], &["--lesson", "01-fork", "--jobs", "2"]);
    assert_eq!(told["students"][0]["outcome"], "missed");
    let good = &told["students"][1]["lessons"][0]["steps"][1];
    assert_eq!((&good["outcome"], &good["score"]["earned"]), (&json!("passed"), &json!(10)));
    assert_eq!(told["students"][0]["score"]["earned"], json!(0));
}

#[test]
fn a_submission_that_cannot_be_read_is_a_fault_and_others_are_graded() {
    if !compilers() {
        return;
    }
    let class = Class::new();
    class.folder("gone").hand_in("good/family.c", "solutions/01-fork/c/family.c");
    let submissions = classroom::class(&[class.path("gone"), class.path("good")]).unwrap();
    fs::remove_dir(class.path("gone")).unwrap();
    let course = course::load(&course_files::from_directory(Path::new(COURSE)).unwrap()).unwrap();
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache/mmaplings");
    let [kit, programs, files] = ["kit", "programs", "files"].map(|name| cache.join(name));
    let store = Store::open(&class.path("out")).unwrap();
    let graded = classroom::grade(&GradeJob {
        assignment: &Assignment {
            course: &course,
            course_sha256: String::new(),
            lessons: course.lessons.iter().collect(),
            scheme: Scheme::default(),
            seed: 7,
            scale: Scale::Full,
            level: sandbox::level().unwrap(),
            least: Level::Calls,
            evidence: KeepEvidence::No,
        },
        submissions: &submissions,
        store: &store,
        kept: Kept::Stand,
        speech: Speech::ENGLISH,
        toolchain: &Toolchain::new(),
        places: Places { kit: &kit, programs: &programs, files: &files },
        executable: crate::run::program(),
        jobs: NonZeroUsize::MIN,
        cancel: &CancelToken::new(),
        progress: &|_| (),
    })
    .unwrap();
    let told: Vec<_> = graded.iter().map(|student| (student.key.as_str(), student.outcome)).collect();
    assert_eq!(told, [("gone", StudentOutcome::Fault), ("good", StudentOutcome::Missed)]);
    assert_eq!((graded[0].faults, graded[1].faults), (2, 0));
    assert_eq!(graded[0].score.earned, Marks::NONE);
    assert_eq!(graded[0].score.pending, Marks::whole(20), "what the grader failed in is not lost");
    assert_eq!(graded[1].score.earned, Marks::whole(10));
    assert!(store.load("gone").unwrap().notes[0].contains("cannot be read"));
}

#[test]
fn a_grading_that_is_stopped_goes_on() {
    use std::process::{Command, Stdio};
    use std::time::Duration;

    use nix::sys::signal::{Signal, kill};
    use std::os::unix::process::ExitStatusExt;

    if !compilers() {
        return;
    }
    let class = Class::new();
    class
        .write("sleeper/family.c", b"#include <unistd.h>\nint main(void) { for (;;) pause(); }\n")
        .hand_in("good/family.c", "solutions/01-fork/c/family.c");
    let arguments = ["--course", COURSE, "grade", "sleeper", "good", "--out", "out", "--lesson", "01-fork"];
    let child = Command::new(crate::run::program())
        .args(arguments)
        .current_dir(class.directory.path())
        .env("XDG_CACHE_HOME", Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The sleeper is waited for ten seconds; whatever was done when the signal comes is kept.
    while !class.path("out/grading.json").exists() {
        std::thread::sleep(Duration::from_millis(20));
    }
    std::thread::sleep(Duration::from_millis(500));
    kill(nix::unistd::Pid::from_raw(child.id().cast_signed()), Signal::SIGINT).unwrap();
    let ended = child.wait_with_output().unwrap();
    let told = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert_eq!(ended.status.signal(), Some(Signal::SIGINT as i32), "{told}");
    assert!(told.contains("what was graded is kept"), "{told}");
    let ran = Run::new(&arguments).within(class.directory.path()).with_cache().run().status(0).stderr("");
    assert!(ran.stdout.contains("good     10/11  "), "{}", ran.stdout);
}
