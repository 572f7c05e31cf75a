//! The course's rubrics, held against answers that people marked, and against what
//! could be done to those answers.
//!
//! `tests/data/marked.jsonl` has answers by two authors: `{id, question, answer, points,
//! misconceptions}` a line. Their figures are a floor: rubrics may get better than that.

use std::collections::BTreeSet;
use std::path::Path;

use mmaplings::app::course_marks::{self, Comparison};
use mmaplings::edges::course_files;
use mmaplings::judgement::course::Shelf;
use mmaplings::judgement::marking::{Marking, Outcome, Reading, Rubric};
use proptest::prelude::*;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use super::run::Run;

const MARKED: &str = include_str!("../data/marked.jsonl");

#[derive(Debug, serde::Deserialize, serde::Serialize, Clone)]
struct Marked {
    id: String,
    question: String,
    answer: String,
    points: Vec<String>,
    misconceptions: Vec<String>,
}

fn marked() -> Vec<Marked> {
    MARKED.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn shelf() -> Shelf {
    Shelf::of_course(&course_files::embedded()).unwrap()
}

fn mark(shelf: &Shelf, question: &str, answer: &str) -> Marking {
    shelf.rubric(question).unwrap().mark(answer)
}

fn stated(marking: &Marking) -> BTreeSet<&str> {
    marking.with(Outcome::Stated).map(|id| id.as_str()).collect()
}

/// The figures of the marked answers, each changed by `change`.
fn compare(shelf: &Shelf, mut change: impl FnMut(&str) -> String) -> Comparison {
    let lines: Vec<String> = marked()
        .into_iter()
        .map(|marked| serde_json::to_string(&Marked { answer: change(&marked.answer), ..marked }).unwrap())
        .collect();
    course_marks::compare(&lines.join("\n"), None, shelf).unwrap()
}

#[test]
fn every_rubric_compiles_and_its_model_answer_earns_full_marks() {
    let shelf = shelf();
    assert_eq!(shelf.questions().count(), 8);
    for question in shelf.questions() {
        let rubric = shelf.rubric(question).unwrap();
        let marking = rubric.mark(&rubric.model);
        assert_eq!(rubric.question.as_str(), question);
        assert!(marking.score.is_full(), "{question}: {marking:?}");
        assert_eq!(marking.misconceptions, [], "{question}");
        assert_eq!(marking.over_cap, None, "{question}");
    }
}

/// The facts that learners read back must be credited when they are said.
#[test]
fn every_fact_as_told_earns_its_own_point_and_every_belief_is_called_out() {
    let shelf = shelf();
    for question in shelf.questions() {
        let rubric = shelf.rubric(question).unwrap();
        for point in &rubric.points {
            let marking = rubric.mark(&point.fact);
            assert!(stated(&marking).contains(point.id.as_str()), "{question}, {}: {marking:?}", point.id);
        }
        for misconception in &rubric.misconceptions {
            let marking = rubric.mark(&misconception.belief);
            assert!(
                marking.misconceptions.contains(&misconception.id),
                "{question}: {}",
                misconception.belief
            );
        }
    }
}

#[test]
fn the_marker_agrees_with_people() {
    let comparison = compare(&shelf(), str::to_owned);
    let all = &comparison.all;
    assert!(all.points.f1() >= 0.97, "points F1 {}", all.points.f1());
    assert!(all.points.unsure_share() <= 0.05, "unsure {}", all.points.unsure_share());
    assert!(all.misconceptions.f1() >= 0.93, "misconceptions F1 {}", all.misconceptions.f1());
    assert_eq!(all.nothing_but_full, 0);
    for (question, marks) in &comparison.questions {
        assert!(marks.points.f1() >= 0.93, "{question}: points F1 {}", marks.points.f1());
    }
}

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
fn capitals_change_nothing() {
    let shelf = shelf();
    for marked in marked() {
        let plain = mark(&shelf, &marked.question, &marked.answer);
        let capitals = mark(&shelf, &marked.question, &marked.answer.to_uppercase());
        assert_eq!(plain, capitals, "{}", marked.id);
    }
}

#[test]
fn key_words_alone_earn_nothing_in_any_order() {
    let shelf = shelf();
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let (mut tried, mut taken_for_prose) = (0_u32, 0_u32);
    for marked in marked() {
        let mut words: Vec<&str> = marked
            .answer
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .filter(|word| word.len() > 3 && !HOLDING.contains(&word.to_lowercase().as_str()))
            .collect();
        words.shuffle(&mut rng);
        words.truncate(14);
        if words.len() < 5 {
            continue;
        }
        let marking = mark(&shelf, &marked.question, &words.join(" "));
        tried += 1;
        // A misspelt "doesnt" slips past the list below and may pass for a sentence.
        taken_for_prose += u32::from(marking.reading == Reading::Prose);
        assert!(marking.reading == Reading::Prose || stated(&marking).is_empty(), "{}: {words:?}", marked.id);
    }
    assert!(taken_for_prose * 10 <= tried, "{taken_for_prose} of {tried}");
}

/// Words that hold sentences together and are left out of a list of key words.
const HOLDING: &[&str] = &[
    "till",
    "doesn",
    "isn",
    "aren",
    "wasn",
    "haven",
    "hasn",
    "didn",
    "couldn",
    "wouldn",
    "the",
    "that",
    "this",
    "these",
    "those",
    "with",
    "from",
    "into",
    "onto",
    "over",
    "under",
    "behind",
    "between",
    "through",
    "after",
    "before",
    "without",
    "there",
    "they",
    "them",
    "your",
    "their",
    "nobody",
    "nothing",
    "everyone",
    "everybody",
    "anybody",
    "anyone",
    "something",
    "anything",
    "everything",
    "both",
    "each",
    "every",
    "some",
    "such",
    "another",
    "either",
    "neither",
    "what",
    "when",
    "once",
    "until",
    "while",
    "where",
    "which",
    "because",
    "since",
    "whereas",
    "though",
    "although",
    "unless",
    "have",
    "does",
    "been",
    "being",
    "will",
    "would",
    "could",
    "should",
    "must",
    "just",
    "only",
    "also",
    "then",
    "than",
    "more",
    "most",
    "still",
    "even",
    "never",
    "always",
    "already",
    "later",
    "back",
    "like",
];

/// What is left of an answer when all its words are shuffled is no answer: at most one in
/// twenty of them may earn anything outright, and none full marks.
#[test]
fn shuffled_words_earn_next_to_nothing() {
    let shelf = shelf();
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    let (mut tried, mut earned) = (0_u32, 0_u32);
    for marked in marked().into_iter().filter(|marked| marked.answer.split_whitespace().count() >= 25) {
        let mut words: Vec<&str> = marked.answer.split_whitespace().collect();
        words.shuffle(&mut rng);
        let marking = mark(&shelf, &marked.question, &words.join(" "));
        tried += 1;
        earned += u32::from(marking.score.earned > 0);
        assert!(!marking.score.is_full(), "{}: {words:?}", marked.id);
    }
    assert!(earned * 20 <= tried, "{earned} of {tried}");
}

/// Each sentence denied as a whole.
fn denied(answer: &str) -> String {
    let sentences = answer.split(['.', '!', '?', '\n']);
    sentences
        .filter(|sentence| !sentence.trim().is_empty())
        .map(|sentence| format!("It is not true that {}. ", sentence.trim_matches([' ', '-', '*'])))
        .collect()
}

#[test]
fn a_denied_truth_earns_nothing() {
    let shelf = shelf();
    let all = compare(&shelf, denied).all;
    let credited = all.points.both + all.points.marker_only;
    let of = all.points.both + all.points.people_only;
    assert!(credited * 10 <= of, "{credited} credited of {of} denied");
}

#[test]
fn two_denials_are_none() {
    let shelf = shelf();
    let twice = |answer: &str| answer.to_owned();
    let plain = compare(&shelf, twice).all.points.f1();
    let doubled = compare(&shelf, |answer| denied(answer).replace("not true", "not wrong"));
    let doubled = doubled.all.points.f1();
    assert!(doubled >= plain - 0.06, "{doubled} against {plain}");
}

/// Swaps two letters within each long word.
fn misspelt(answer: &str, rng: &mut ChaCha8Rng) -> String {
    use rand::RngExt;
    let words = answer.split(' ').map(|word| {
        let mut letters: Vec<char> = word.chars().collect();
        if letters.len() >= 6
            && letters.iter().all(|letter| letter.is_ascii_lowercase())
            && rng.random_bool(0.5)
        {
            let at = rng.random_range(1..letters.len() - 2);
            letters.swap(at, at + 1);
        }
        letters.into_iter().collect::<String>()
    });
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn swapped_letters_cost_little() {
    let shelf = shelf();
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let comparison = compare(&shelf, |answer| misspelt(answer, &mut rng));
    assert!(comparison.all.points.f1() >= 0.94, "points F1 {}", comparison.all.points.f1());
    assert!(comparison.all.misconceptions.f1() >= 0.88, "F1 {}", comparison.all.misconceptions.f1());
    assert_eq!(comparison.all.nothing_but_full, 0);
}

/// An answer to one question is no answer to another, save to one of the same lesson.
#[test]
fn answers_to_other_questions_earn_no_full_marks() {
    let shelf = shelf();
    for marked in marked() {
        let same_lesson = ["when-mmap-loses", "bigger-than-ram"];
        for question in shelf.questions().filter(|question| *question != marked.question) {
            if same_lesson.contains(&question) && same_lesson.contains(&marked.question.as_str()) {
                continue;
            }
            let marking = mark(&shelf, question, &marked.answer);
            assert!(!marking.score.is_full(), "{} as an answer to {question}: {}", marked.id, marked.answer);
        }
    }
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

#[test]
fn an_answer_over_the_cap_is_told_so_and_read_up_to_it() {
    let shelf = shelf();
    let rubric = shelf.rubric("memfd").unwrap();
    let long = format!(
        "It can be sealed. {} It has no path.",
        "The rest of this is about something else. ".repeat(rubric.cap / 4)
    );
    let marking = rubric.mark(&long);
    assert_eq!(marking.over_cap.map(|over| over.cap), Some(rubric.cap));
    assert_eq!(stated(&marking), BTreeSet::from(["sealing"]));
}

#[test]
fn odd_texts_are_marked_or_refused_and_never_fatal() {
    let megabyte = "sealed ".repeat(150_000);
    let no_spaces = "a".repeat(1 << 20);
    let odd = [
        "",
        " \n\t",
        "\u{0}\u{1}\u{7f}\u{1b}[31m",
        "…",
        "—",
        "'",
        "''''",
        "…'t",
        "0x",
        "1e999",
        &megabyte,
        &no_spaces,
    ];
    let odd = odd.into_iter().chain([
        "الذاكرة مشتركة بين العمليات",
        "\u{202e}memory\u{202c} \u{200f}",
        "页面缓存",
        "🦀🦀🦀",
        "n't n't",
        "rw-",
        "-",
        "((((",
        "))))",
    ]);
    let shelf = shelf();
    for text in odd {
        for question in shelf.questions() {
            let marking = mark(&shelf, question, text);
            assert_eq!(marking.score.earned, 0, "{question}: {:?}", text.get(..40));
        }
    }
    let ran = Run::new(&["mark", "memfd", "--json"]).stdin("").run();
    assert_eq!(ran.status, Some(0));
    assert!(ran.stdout.contains("\"note\":\"there are no words in this answer\""), "{}", ran.stdout);
}

fn any_rubric(shelf: &Shelf) -> impl Iterator<Item = &Rubric> {
    shelf.questions().map(|question| shelf.rubric(question).unwrap())
}

thread_local! {
    static SHELF: Shelf = shelf();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_can_be_marked(text in "\\PC{0,200}|[ -~\\n]{0,200}|(?s:.{0,120})") {
        SHELF.with(|shelf| {
            for rubric in any_rubric(shelf) {
                let marking = rubric.mark(&text);
                prop_assert_eq!(marking.points.len(), rubric.points.len());
                prop_assert!(marking.score.earned <= marking.score.core);
            }
            Ok(())
        })?;
    }

    #[test]
    fn words_of_the_subject_in_any_order_can_be_marked(
        words in prop::collection::vec(prop::sample::select(&SUBJECT[..]), 0..60)
    ) {
        SHELF.with(|shelf| {
            for rubric in any_rubric(shelf) {
                let _ = rubric.mark(&words.join(" "));
            }
        });
    }
}

const SUBJECT: [&str; 32] = [
    "page",
    "cache",
    "not",
    "no",
    "until",
    "the",
    "a",
    "file",
    "is",
    "disk",
    "kernel",
    "writes",
    "to",
    "memory",
    ".",
    ",",
    "and",
    "but",
    "msync",
    "4 KiB",
    "first",
    "touch",
    "nothing",
    "without",
    "private",
    "shared",
    "anonymous",
    ":",
    "never",
    "read",
    "mmap",
    "RSS",
];
