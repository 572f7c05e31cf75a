//! Answers read and marked, on small questions of each kind.

use super::*;

fn question(toml: &str) -> Question {
    toml::from_str(toml).unwrap()
}

fn marked(question: &Question, answer: &str) -> Marked {
    let table: toml::Table = format!("answer = {answer}").parse().unwrap();
    mark(Speech::ENGLISH, question, &read(question, &table["answer"]).unwrap()).unwrap()
}

fn unreadable(question: &Question, answer: &str) -> String {
    let table: toml::Table = format!("answer = {answer}").parse().unwrap();
    read(question, &table["answer"]).unwrap_err().in_words(Speech::ENGLISH)
}

fn says(marked: &Marked) -> Vec<&str> {
    marked.remarks.iter().map(|remark| remark.says.as_str()).collect()
}

fn options(kind: &str) -> Question {
    question(&format!(
        r#"
        kind = "{kind}"
        id = "who-sees"
        ask = "Who sees the store?"
        option = [
            {{ text = "the child", right = {both}, feedback = "shared, so it does" }},
            {{ text = "the file", right = true, feedback = "the page cache is the file" }},
            {{ text = "nobody", feedback = "that would be private" }},
        ]"#,
        both = kind == "choices",
    ))
}

#[test]
fn a_choice_is_named_by_letter_number_or_text() {
    let choice = options("choice");
    for right in ["\"b\"", "\"B\"", "2", "\"2\"", "\"the file\""] {
        assert_eq!(marked(&choice, right).outcome, Outcome::Passed, "{right}");
    }
    let miss = marked(&choice, "\"c\"");
    assert_eq!((miss.outcome, says(&miss)), (Outcome::Missed, vec!["that would be private"]));
}

#[test]
fn a_choice_that_is_not_there_is_refused() {
    let choice = options("choice");
    assert_eq!(unreadable(&choice, "\"d\""), "who-sees has no option \"d\": it has a to c");
    assert_eq!(unreadable(&choice, "0"), "who-sees has no option \"0\": it has a to c");
    assert_eq!(unreadable(&choice, "[\"a\"]"), "the answer to who-sees must be one option, such as \"b\"");
}

#[test]
fn of_several_all_the_right_and_none_of_the_wrong_must_be_chosen() {
    let choices = options("choices");
    assert_eq!(marked(&choices, r#"["a", "b"]"#).outcome, Outcome::Passed);
    assert_eq!(
        says(&marked(&choices, r#"["a", "c"]"#)),
        ["that would be private", "Of those that you did not choose, one more is right."]
    );
    assert_eq!(says(&marked(&choices, "[]")), ["Of those that you did not choose, more are right."]);
    assert_eq!(
        unreadable(&choices, "\"a\""),
        "the answer to who-sees must be a list, such as [\"a\", \"c\"]"
    );
}

fn matching() -> Question {
    question(
        r#"
        kind = "match"
        id = "flavours"
        ask = "What happens to a write?"
        decoys = ["it fails"]
        pair = [
            { left = "private anonymous", right = "it stays here", feedback = "nobody else has the page" },
            { left = "private file", right = "it stays here", feedback = "the page is copied first" },
            { left = "shared file", right = "it reaches the file", feedback = "the page is the file's" },
        ]"#,
    )
}

#[test]
fn partners_are_shown_once_each_and_may_be_used_twice() {
    let question = matching();
    let shown = layout(&question);
    let mut options = shown.options.clone();
    options.sort_unstable();
    assert_eq!(options, ["it fails", "it reaches the file", "it stays here"]);
    assert_eq!(layout(&question), shown);
    let right = r#"["it stays here", "it stays here", "it reaches the file"]"#;
    assert_eq!(marked(&question, right).outcome, Outcome::Passed);
    let wrong = r#"["it stays here", "it reaches the file", "it fails"]"#;
    assert_eq!(says(&marked(&question, wrong)), ["the page is copied first", "the page is the file's"]);
    assert_eq!(unreadable(&question, "[1, 2]"), "the answer to flavours must give 3, and gives 2");
}

fn order(items: usize) -> Question {
    let items: Vec<String> =
        (0..items).map(|n| format!(r#"{{ text = "step {n}", feedback = "because {n}" }}"#)).collect();
    question(&format!(
        "kind = \"order\"\nid = \"tree\"\nask = \"In which order?\"\nitem = [{}]",
        items.join(", ")
    ))
}

#[test]
fn items_are_never_shown_in_their_order() {
    for items in 2..8 {
        let question = order(items);
        assert!(!layout(&question).options.is_sorted(), "{items}");
    }
}

#[test]
fn only_what_must_move_is_remarked() {
    let question = order(4);
    assert_eq!(marked(&question, r#"["step 0", "step 1", "step 2", "step 3"]"#).outcome, Outcome::Passed);
    let rotated = marked(&question, r#"["step 3", "step 0", "step 1", "step 2"]"#);
    assert_eq!((rotated.outcome, says(&rotated)), (Outcome::Missed, vec!["because 3"]));
    assert_eq!(unreadable(&question, r#"["a", "a", "b", "c"]"#), "the answer to tree uses 'a' twice");
}

fn number() -> Question {
    question(
        r#"
        kind = "number"
        id = "rss"
        ask = "How much is resident?"
        answer = 512
        tolerance = 16
        unit = "KiB"
        right = "128 pages"
        otherwise = "count the pages"
        wrong = [{ value = 10485760, feedback = "that is what is mapped" }]"#,
    )
}

#[test]
fn numbers_are_read_as_people_write_them() {
    let number = number();
    for right in
        ["512", "520.0", "\"512 KiB\"", "\"0.5 MiB\"", "\"524,288 bytes\"", "\"524 288 B\"", "\"5.12e2\""]
    {
        assert_eq!(marked(&number, right).outcome, Outcome::Passed, "{right}");
    }
    for (wrong, said) in
        [("\"10 GiB\"", "that is what is mapped"), ("0", "count the pages"), ("-512", "count the pages")]
    {
        let miss = marked(&number, wrong);
        assert_eq!((miss.outcome, says(&miss)), (Outcome::Missed, vec![said]), "{wrong}");
    }
    for bad in ["\"\"", "\"many\"", "\"512 pages\"", "\"inf\"", "\"NaN\"", "\"1e999\"", "\"5 é\""] {
        assert!(unreadable(&number, bad).contains("is not a number of KiB"), "{bad}");
    }
}

#[test]
fn an_answer_of_another_kind_is_refused() {
    assert!(mark(Speech::ENGLISH, &number(), &Answer::One(0)).is_err());
}
