//! Odd input: too long, empty, not text at all.

use mmaplings::judgement::marking::Rubric;
use proptest::prelude::*;

use super::*;
use crate::run::Run;

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
