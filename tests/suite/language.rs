//! A course in another language: its messages, English where it has none, and answers in
//! the learner's own words left to the learner.

use std::fs;
use std::path::{Path, PathBuf};

use mmaplings::assemblies::ui::look::Look;
use mmaplings::assemblies::ui::verdict::{Detail, verdict};
use mmaplings::judgement::verdict::judge;
use mmaplings::vocabulary::check::Check;
use mmaplings::vocabulary::evidence_file::EvidenceFile;
use mmaplings::words::speech::{Catalogue, Speech};
use serde_json::Value;

use crate::run::Run;
use crate::skip;

fn german() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/courses/deutsch")
}

fn run(arguments: &[&str]) -> Run {
    let course = german();
    let course = course.to_str().unwrap();
    let mut all = vec!["--course", course];
    all.extend(arguments);
    Run::new(&all).with_cache()
}

#[test]
fn the_course_is_sound_and_what_it_measures_holds_still() {
    run(&["course", "check"]).run().status(0).stderr("");
}

#[test]
fn the_interface_speaks_as_the_course_does() {
    let answers = "was-gibt-mmap = \"b\"\nein-byte = \"1 GiB\"\n";
    let told = run(&["answer", "1", "--from", "-"]).stdin(answers).run().status(1).stderr("").stdout;
    assert!(told.contains("was-gibt-mmap ✗ noch nicht"), "{told}");
    assert!(told.contains("um den Faktor 262144 zu hoch"), "{told}");
    assert!(told.contains("gemessen   4 KiB"), "{told}");
    let told = run(&["answer", "1", "--from", "-"]).stdin("was-gibt-mmap = \"a\"\n").run().status(0).stdout;
    assert!(told.contains("was-gibt-mmap ✓ richtig"), "{told}");
    // The built-in course is in English, whatever else was used.
    let told = Run::new(&["answer", "2", "--from", "-"]).stdin("").run().status(0).stdout;
    assert!(told.starts_with("0 of "), "{told}");
}

#[test]
fn answers_in_another_language_are_the_learners_to_compare() {
    let answer = "warum = \"Weil Seiten erst bei der Berührung belegt werden.\"\n";
    let ran = run(&["answer", "1", "--from", "-", "--json"]).stdin(answer).run().status(0);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    let marked = &report["answers"][0];
    assert_eq!(
        (&marked["outcome"], &marked["stated"]),
        (&"unsure".into(), &serde_json::json!([])),
        "{report}"
    );
    let told = run(&["answer", "1", "--from", "-"]).stdin(answer).run().status(0).stdout;
    let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("Deutsche Antworten werden hier nicht bewertet"), "{told}");
    assert!(told.contains("Eine Musterantwort:"), "{told}");
    // No words are no answer in any language.
    run(&["answer", "1", "--from", "-"]).stdin("warum = \" ... \"\n").run().status(1);
}

/// A run of a program that packs its pages together, captured and cut down to a few lines, judged
/// by checks in German: whatever they come to, no word of it is English.
#[test]
fn a_kept_run_is_judged_in_the_language_of_the_course() {
    const CHECKS: &str = r#"
        [[check]]
        id = "ende"
        says = "das Programm endet von selbst"
        why = "Nur wer fertig wird, hat alles getan."
        expect = { kind = "ending", of = "reserve" }
        [[check]]
        id = "abbildung"
        says = "bei mapped gibt es eine Abbildung von {size:bytes}"
        why = "Adressen kosten nichts."
        expect = { kind = "mapping", of = "reserve", at = "mapped", which = { flavour = "private-anonymous", at_least = "size", perms = "rw-?" } }
        [[check]]
        id = "wachstum"
        says = "zwischen mapped und touched wächst der Prozess nicht"
        why = "Niemand berührt etwas."
        expect = { kind = "rss", of = "reserve", at = "touched", since = "mapped", at_most = "page" }
        [[check]]
        id = "aufruf"
        says = "der Speicher wird nicht zurückgegeben"
        why = "Das war nicht verlangt."
        expect = { kind = "calls", of = "reserve", names = ["munmap", "madvise"], at_most = 0 }
        [[check]]
        id = "ausgabe"
        says = "die Summe wird genannt"
        why = "Danach war gefragt."
        expect = { kind = "output", of = "reserve", result = "summe", number = "count" }
        [[check]]
        id = "fehler"
        says = "es gibt fast keine Seitenfehler"
        why = "Jede erste Berührung ist einer."
        expect = { kind = "faults", of = "reserve", what = "minor", at_most = 1 }
        [[check]]
        id = "platte"
        says = "die Daten kommen von der Platte"
        why = "Sie waren nirgends sonst."
        expect = { kind = "disk-read", of = "reserve", after = "mapped", before = "touched", cold = "daten", at_least = 1 }
        [[check]]
        id = "checkpoint"
        says = "bei fertig ist alles getan"
        why = "Das Ende gehört dazu."
        expect = { kind = "rss", of = "reserve", at = "fertig", at_most = 0 }
    "#;
    #[derive(serde::Deserialize)]
    struct Checks {
        check: Vec<Check>,
    }
    let kept = EvidenceFile::from_json(include_bytes!("../data/evidence/packed-pages.json")).unwrap();
    let checks = toml::from_str::<Checks>(CHECKS).unwrap().check;
    let messages = fs::read_to_string(german().join("lessons/messages.ftl")).unwrap();
    let look = Look { speech: Speech::of(Catalogue::read("de", &messages)), ..Look::PLAIN };
    let judged = judge(&checks, &kept.evidence, look.speech);
    insta::assert_snapshot!(verdict(&look, &judged, Detail::Full), @r"
    ✓ ende        das Programm endet von selbst
    ✗ abbildung   bei mapped gibt es eine Abbildung von 10 GiB
        erwartet  eine private anonyme Abbildung, mindestens 10 GiB lang und rw-p
                  oder rw-s, bei mapped
        gesehen   reserve hat keine solche Abbildung; hier sind seine eigenen
          ┆ 7f1440546000-7f1440da6000 rw-p 00000000 00:00 0
          ┆ 7f1440f7b000-7f1440f88000 rw-p 00000000 00:00 0
          ┆ 7f1440faf000-7f1440fb0000 ---p 00000000 00:00 0
          ┆ 7f1440fb0000-7f1440fb2000 rw-p 00000000 00:00 0
          ┆ 7f1440fb2000-7f1440fb4000 rw-p 00000000 00:00 0
        warum     Adressen kosten nichts.
    ✗ wachstum    zwischen mapped und touched wächst der Prozess nicht
        erwartet  Rss des ganzen Prozesses, zwischen mapped und touched: höchstens 4
                  KiB (eine Seite)
        gesehen   8572 KiB (2143 Seiten)
          ┆ touched: 7f1440546000-7f1440da6000 rw-p 00000000 00:00 0  Rss: 8.3 MiB
          ┆ touched: 7f1440f7b000-7f1440f88000 rw-p 00000000 00:00 0  Rss: 20 KiB
          ┆ touched: 55a8f9d39000-55a8f9d5a000 rw-p 00000000 00:00 0 [heap] Rss: 12
            KiB
          ┆ touched: 7f1440fb2000-7f1440fb4000 rw-p 00000000 00:00 0  Rss: 8 KiB
        warum     Niemand berührt etwas.
    ✗ aufruf      der Speicher wird nicht zurückgegeben
        erwartet  keine von munmap und madvise
        gesehen   2 Aufrufe
          ┆ munmap(0x7f1440546000, 8769536) = 0
          ┆ munmap(0x7f1440faf000, 12288) = 0
        warum     Das war nicht verlangt.
    ✗ ausgabe     die Summe wird genannt
        erwartet  reserve soll summe=2141 ausgeben
        gesehen   es gab keine Zeile summe=… aus, und es endete mit Status 0
          ┆ stdout: checkpoint mapped
          ┆ stdout: checkpoint touched
          ┆ stdout: checkpoint returned
        warum     Danach war gefragt.
    ✗ fehler      es gibt fast keine Seitenfehler
        erwartet  höchstens ein kleiner Seitenfehler von Start bis Ende (perf)
        gesehen   2215 kleine Seitenfehler
        warum     Jede erste Berührung ist einer.
    ? platte      die Daten kommen von der Platte
        nicht zu sagen: ob daten im Seitencache war, ist hier nicht zu sagen
                        (cachestat gibt es ab Linux 6.5)
        warum     Sie waren nirgends sonst.
    ✗ checkpoint  bei fertig ist alles getan
        erwartet  reserve soll „checkpoint fertig“ ausgeben
        gesehen   es kam bis mapped und touched, und es endete mit Status 0
          ┆ stdout: checkpoint mapped
          ┆ stdout: checkpoint touched
          ┆ stdout: checkpoint returned
        warum     Das Ende gehört dazu.

    verfehlt: 6 von 8 Prüfungen · Saat 7 · gesehen von seccomp+ptrace und perf
    ");
    // What was judged in one language can be judged again in another.
    let english = judge(&checks, &kept.evidence, Speech::ENGLISH);
    assert_eq!(english.outcome, judged.outcome);
    let told = verdict(&Look::PLAIN, &english, Detail::Full);
    assert!(told.contains("observed  reserve has no such mapping"), "{told}");
}

/// A course of the German one's first lesson, without messages.
fn one_lesson() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let lessons = directory.path().join("lessons");
    fs::create_dir_all(lessons.join("01-speicher/rubrics")).unwrap();
    for path in ["01-speicher/lesson.toml", "01-speicher/rubrics/warum.toml"] {
        fs::copy(german().join("lessons").join(path), lessons.join(path)).unwrap();
    }
    let course = fs::read_to_string(german().join("lessons/course.toml")).unwrap();
    fs::write(lessons.join("course.toml"), course.replace(", \"02-seite\"", "")).unwrap();
    directory
}

#[test]
fn messages_that_nothing_says_are_problems_of_the_course() {
    let directory = one_lesson();
    fs::write(
        directory.path().join("lessons/messages.ftl"),
        "answer-rigth = richtig\nhint-number = Hinweis { $nummer }\n",
    )
    .unwrap();
    let ran = Run::new(&["course", "check", directory.path().to_str().unwrap(), "--json"]).run().status(5);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    let told: Vec<&str> = report["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| problem["message"].as_str().unwrap())
        .collect();
    assert_eq!(
        told,
        [
            "the interface has no message `answer-rigth`; did you mean `answer-right`?",
            "`hint-number` is not told `$nummer`; did you mean `$number`?"
        ]
    );
}

/// The pieces of an English message's text that are more than three words, without what is put in.
fn sentences(english: &str) -> Vec<String> {
    let text: String = english
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| match line.split_once(" = ") {
            // Messages are told apart as the pieces of one are.
            Some((name, text)) if name.chars().all(|c| c.is_ascii_lowercase() || c == '-') => {
                format!("}}{text}\n")
            }
            _ => format!("{line}\n"),
        })
        .collect();
    text.split(['{', '}'])
        .flat_map(|piece| piece.split(['[', ']', '*']))
        .map(|piece| piece.split_whitespace().collect::<Vec<_>>())
        .filter(|words| words.iter().filter(|word| word.chars().any(char::is_alphabetic)).count() > 3)
        .map(|words| words.join(" "))
        .collect()
}

#[test]
fn the_pieces_of_messages_are_found() {
    let messages = "# a comment of more than three words\n\nname = one two { $number ->\n    [one] three four five six\n   *[other] seven\n} eight nine ten eleven\nnext = twelve\n";
    assert_eq!(sentences(messages), ["three four five six", "eight nine ten eleven"]);
}

/// What a learner of the German course sees, from the first command to the last.
#[test]
fn a_whole_walk_in_german_shows_no_english_sentence() {
    let Some(_) = skip::find("cc") else { return };
    let directory = tempfile::tempdir().unwrap();
    let root = directory.path().join("mein");
    let mut seen: Vec<(String, String)> = Vec::new();
    let mut walk = |arguments: &[&str], stdin: &str, status: i32| -> String {
        let place = if root.exists() { root.as_path() } else { directory.path() };
        let ran = run(arguments).within(place).stdin(stdin).run().status(status);
        // For a screen reader, the same in sentences.
        let plain: Vec<&str> = arguments.iter().copied().chain(["--plain"]).collect();
        let again = if arguments[0] == "observe" || arguments[0] == "init" {
            String::new()
        } else {
            let ran = run(&plain).within(place).stdin(stdin).run();
            format!("{}\n{}", ran.stdout, ran.stderr)
        };
        seen.push((arguments.join(" "), format!("{}\n{}\n{again}", ran.stdout, ran.stderr)));
        ran.stdout
    };
    walk(&["init", "mein", "--lang", "c"], "", 0);
    insta::assert_snapshot!(walk(&["list"], "", 0), @"
    Anfang
    ▸ · 01-speicher  Speicher und Adressen  3 Min.
      · 02-seite     Eine Seite von vielen  90 Min.
    ");
    insta::assert_snapshot!(walk(&["status"], "", 0), @"
    Speicher, auf Deutsch
    ░░░░░░░░░░░░░░░░░░░░ 0 von 2 Lektionen geschafft, noch etwa 1 Std. 33 Min.
    jetzt: 01-speicher  Speicher und Adressen (0 von 4 Schritten getan)
    ");
    walk(&["report"], "", 0);
    walk(&["open", "1"], "", 0);
    let answers = "was-gibt-mmap = \"b\"\nein-byte = \"1 GiB\"\nwarum = \"Wegen der Berührung.\"\n";
    walk(&["answer", "1", "--from", "-"], answers, 1);
    walk(&["answer", "1", "--from", "-"], "was-gibt-mmap = \"a\"\n", 0);
    walk(&["mark", "warum"], "Weil Seiten erst bei der Berührung belegt werden.", 0);
    walk(&["open", "2"], "", 0);
    walk(&["hint", "2"], "", 0);
    walk(&["hint", "2"], "", 0);
    walk(&["check", "2"], "", 1);
    walk(&["list"], "", 0);
    fs::copy(german().join("solutions/02-seite/c/seite.c"), root.join("02-seite/seite.c")).unwrap();
    walk(&["check", "2", "--timeline"], "", 0);
    walk(&["solution", "2"], "", 0);
    walk(&["status"], "", 0);
    walk(&["report"], "", 0);
    walk(&["report", "--html", "bericht.html"], "", 0);
    walk(&["reset", "2"], "", 0);
    walk(&["reset", "1"], "", 0);
    walk(&["read", "--list"], "", 0);
    let here = std::process::id().to_string();
    walk(&["maps", &here], "", 0);
    walk(&["maps", &here, &here], "", 0);
    walk(&["observe", "--html", "gesehen.html", "--", "true"], "", 0);
    for page in ["bericht.html", "gesehen.html"] {
        let text = fs::read_to_string(root.join(page)).unwrap();
        assert!(text.contains("<html lang=\"de-DE\">"), "{page}: {text}");
        seen.push((page.to_owned(), text));
    }
    let english =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/words/speech/en.ftl")).unwrap();
    let english = sentences(&english);
    assert!(english.len() > 150, "{english:?}");
    for (command, text) in seen {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let found: Vec<&String> = english.iter().filter(|sentence| text.contains(*sentence)).collect();
        assert!(found.is_empty(), "{command} says {found:?} in English:\n{text}");
    }
}

#[test]
fn what_a_course_has_no_words_for_is_said_in_english_and_programs_always_read_english() {
    let directory = one_lesson();
    let lessons = directory.path().join("lessons");
    fs::write(lessons.join("messages.ftl"), "lesson-minutes = { $minutes } Minuten\n").unwrap();
    let course = directory.path().to_str().unwrap();
    let ran = Run::new(&["--course", course, "list"]).run().status(0);
    assert!(ran.stdout.contains("3 Minuten"), "{}", ran.stdout);
    let ran = Run::new(&["--course", course, "status"]).run().status(0);
    assert!(ran.stdout.contains("0 of 1 lesson done, about 3 min left"), "{}", ran.stdout);
    let german = german();
    let json = Run::new(&["--course", german.to_str().unwrap(), "doctor", "--json"]).with_cache().run();
    let report: Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(report["findings"][0]["name"], "Rust programs");
    let ran = Run::new(&["--course", german.to_str().unwrap(), "doctor"]).with_cache().run();
    assert!(ran.stdout.contains("Rust-Programme") && ran.stdout.contains("Seiten zu"), "{}", ran.stdout);
}

/// Every name that the code says has a message, and every message is said.
#[test]
fn every_message_is_said_and_everything_said_is_a_message() {
    fn walk(directory: &Path, code: &mut String) {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, code);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                // What tests say nobody hears.
                code.push_str(text.split("#[cfg(test)]\nmod tests").next().unwrap());
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut code = String::new();
    walk(&root, &mut code);
    let english = fs::read_to_string(root.join("words/speech/en.ftl")).unwrap();
    let messages: Vec<&str> = english
        .lines()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
        .filter_map(|line| Some(line.split_once(" =")?.0))
        .collect();
    assert!(messages.len() > 60, "{messages:?}");
    let unsaid: Vec<&&str> = messages.iter().filter(|name| !code.contains(&format!("\"{name}\""))).collect();
    assert!(unsaid.is_empty(), "nothing says {unsaid:?}");
    for call in [".say(", ".tell(", "with_key("] {
        for (at, _) in code.match_indices(call) {
            // A name that is chosen elsewhere stands there as text, and was looked for above.
            let Some(named) = code[at + call.len()..].trim_start().strip_prefix('"') else { continue };
            let name = named.split('"').next().unwrap();
            // A line of progress is said as it stands.
            assert!(name.contains(' ') || messages.contains(&name), "{name} has no message in English");
        }
    }
}
