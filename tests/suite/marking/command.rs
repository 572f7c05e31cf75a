//! `mark` and `course marks` as commands.

use std::path::Path;

use crate::run::Run;

#[test]
fn the_command_prints_the_agreement_question_by_question() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/marked.jsonl");
    let ran = Run::new(&["course", "marks", file.to_str().unwrap()]).run();
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    let figures = |row: usize| -> Vec<f64> {
        let all: Vec<&str> = ran.stdout.lines().filter(|line| line.starts_with("  all ")).collect();
        let figures = all[row].split_whitespace().skip(1);
        figures.map(|figure| figure.trim_end_matches('%').parse().unwrap()).collect()
    };
    let [answers, agreement, precision, recall, f1, kappa, unsure] = figures(0)[..] else {
        panic!("{}", ran.stdout)
    };
    assert_eq!(answers, 384.0);
    for figure in [agreement, precision, recall, f1, kappa] {
        assert!(figure >= 0.94, "{}", ran.stdout);
    }
    assert!(unsure <= 5.0);
    assert!(figures(1)[4] >= 0.90, "misconceptions: {}", ran.stdout);
    assert!(ran.stdout.ends_with("nothing earned but full marks given: 0\n"), "{}", ran.stdout);
}

#[test]
fn one_answer_is_marked_as_json() {
    let answer = "A store only dirties a page of the page cache; msync(MS_ASYNC) makes it durable.";
    let ran = Run::new(&["mark", "not-durable", "--json"]).stdin(answer).run();
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    assert_eq!(
        ran.stdout,
        "{\"question\":\"not-durable\",\"points\":[\"only-dirties-page-cache\"],\
         \"misconceptions\":[\"ms-async-is-enough\"],\"unsure\":[],\"score\":0.3333333333333333}\n"
    );
}

#[test]
fn one_answer_is_marked_in_words() {
    let ran = Run::new(&["mark", "not-durable"]).stdin("The kernel writes the pages back later.").run();
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    for part in
        ["stated  writeback-later: ", "missed  msync-forces: ", "1 of 3 core points.", "A model answer: "]
    {
        assert!(ran.stdout.contains(part), "{part}: {}", ran.stdout);
    }
}

#[test]
fn many_answers_are_marked_a_line_each() {
    let lines = concat!(
        "{\"id\": 1, \"question\": \"memfd\", \"answer\": \"It can be sealed.\"}\n",
        "\n",
        "{\"id\": \"b\", \"question\": \"when-mmap-loses\", \"answer\": \"For small files.\"}\n",
        "{\"id\": null, \"question\": \"memfd\", \"answer\": \"\"}\n",
    );
    let ran = Run::new(&["mark", "--jsonl"]).stdin(lines).run();
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    assert_eq!(
        ran.stdout,
        concat!(
            "{\"id\":1,\"points\":[\"sealing\"],\"misconceptions\":[],\"unsure\":[]}\n",
            "{\"id\":\"b\",\"points\":[\"small-or-sequential\"],\"misconceptions\":[],\"unsure\":[]}\n",
            "{\"id\":null,\"points\":[],\"misconceptions\":[],\"unsure\":[]}\n",
        )
    );
}

#[test]
fn wrong_use_says_what_to_do() {
    let ran = Run::new(&["mark", "not-durabel"]).stdin("x").run();
    assert_eq!(ran.status, Some(2));
    assert!(ran.stderr.contains("did you mean `not-durable`?"), "{}", ran.stderr);
    let ran = Run::new(&["mark", "--jsonl"]).stdin("{\"id\": 1}\n").run();
    assert_eq!(ran.status, Some(2));
    assert!(ran.stderr.contains("line 1"), "{}", ran.stderr);
}
