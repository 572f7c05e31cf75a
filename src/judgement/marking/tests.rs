//! What the pattern language means, one construct at a time.

use super::{Outcome, Rubric, Words};

const WORDS: &str = r##"
[words]
ram = ["ram", "physical memory", "frame"]
give = ["give", "allocate", "hand out"]

[patterns]
on-touch = ["first&touch", "when > touch /6"]
"##;

fn rubric_of(pattern: &str, rest: &str) -> Rubric {
    let toml = format!(
        "question = 'q'\nask = 'Why?'\nmodel = 'Because.'\ncap = 40\n\
         [[point]]\nid = 'p'\nfact = 'f'\nhint = 'h'\nsays = [{pattern:?}]\n{rest}"
    );
    let words = Words::parse(WORDS).unwrap().with_ordinary("white");
    Rubric::parse(&toml, &words).unwrap()
}

/// Whether `pattern` holds in each answer: `+` before those in which it does, `-` else.
fn check(pattern: &str, answers: &[&str]) {
    let rubric = rubric_of(pattern, "");
    for answer in answers {
        let (sign, text) = answer.split_at(1);
        let stated = rubric.mark(text).points[0].1 == Outcome::Stated;
        assert_eq!(if stated { "+" } else { "-" }, sign, "`{pattern}` in {text:?}");
    }
}

#[test]
fn words_match_inflected_in_both_spellings_and_a_little_misspelt() {
    check("synchronise", &["+it synchronizes", "+synchronised", "+it is sychronised", "-it sings"]);
    check("write", &["+written", "+wrote", "+it wirtes", "-it is white"]);
    check("page", &["+pages", "+paeg", "-a rag", "-pig"]);
    check("=pages", &["+the pages", "-the page"]);
    check("alloc*", &["+an allocator", "+allocs", "-a locator"]);
}

#[test]
fn classes_hold_words_and_phrases() {
    check("@ram", &["+in RAM", "+of the physical memory", "-of memory", "+frames", "-physical, memory"]);
    check("@give", &["+hands out", "+it is handed out", "-out of hand"]);
    check("[side by side]", &["+side by the side", "-side and by side"]);
}

#[test]
fn order_and_distance_count_where_they_are_asked_for() {
    check("copy > file > memory", &["+copies the file to memory", "-copies the memory to the file"]);
    check("file memory", &["+memory, then a file", "+the file in memory", "-the file. The memory"]);
    check("file memory /3", &["+the file in memory", "-a file that nobody ever has in memory"]);
    check("file+memory", &["+file of much used memory", "-memory of the file", "-file: in this memory"]);
    check("file&memory", &["+file in memory", "-file that is memory"]);
    check("keep&small?&file", &["+keeps a small file", "+keeps file", "-keeps much of the file"]);
    check("^+file", &["+file it is", "+so, file it is", "-it is a small file"]);
}

#[test]
fn alternatives_and_absences() {
    check("page | file", &["+page", "+file", "-none"]);
    check("(page|file) > memory", &["+files in memory", "-memory of files"]);
    check("page -file", &["+the page", "-the page of the file", "+the page, not so the file"]);
}

#[test]
fn numbers_match_in_any_way_of_writing_them() {
    check("#4KiB", &["+4 kB", "+4096 bytes", "+4K", "+0x1000", "+4,096", "-4", "-4 MiB", "-40 K"]);
    check("#30", &["+30 seconds", "-300"]);
}

#[test]
fn a_denial_is_its_clauses_own() {
    check(
        "@give @ram",
        &[
            "+the kernel gives you RAM",
            "-the kernel does not give you RAM",
            "-no RAM is given",
            "-it hands out no RAM",
            "-nothing is allocated in RAM",
            "+it does not wait, it gives you RAM",
            "-it never allocates any RAM",
            "+there is no delay and the RAM is given",
            "-RAM is given. That is wrong.",
            "-it is not the case that RAM is given",
            "-some people think that RAM is given",
            "-instead of giving RAM it waits",
        ],
    );
    check(
        "!copy",
        &["+without copying", "+no copies", "+nothing is copied", "+it avoids the copy", "-it copies"],
    );
    check("~copy", &["+without copying", "+it copies"]);
}

#[test]
fn two_denials_cancel_and_not_until_denies_nothing() {
    check(
        "@give @ram",
        &["+it is not true that it does not give RAM", "+no RAM is given until you touch it"],
    );
    check("durable > msync", &["-it is not durable without msync"]);
    check("msync", &["+it is not durable without msync", "-it is durable without msync"]);
}

#[test]
fn named_patterns_stand_for_what_they_say() {
    check(
        "@give @on-touch",
        &["+given when you touch it", "+handed out on the first touch", "-given at once"],
    );
}

#[test]
fn a_statement_is_taken_back_in_its_own_sentence_only() {
    let rubric = rubric_of("small", "unless = ['mmap+win']");
    let stated = |answer: &str| rubric.mark(answer).points[0].1 == Outcome::Stated;
    assert!(stated("for small files"));
    assert!(!stated("mmap wins for small files"));
    assert!(stated("mmap wins at times. For small files it does not"));
}

#[test]
fn a_topic_carries_on_to_the_next_heading() {
    let rest = "about = { sharing = 'private' }\nwithin = ['unchanged']\n\
                [[aspect]]\nid = 'sharing'\n[aspect.values]\nprivate = ['private']\nshared = ['shared']";
    let rubric = rubric_of("never", rest);
    let stated = |answer: &str| rubric.mark(answer).points[0].1 == Outcome::Stated;
    assert!(stated("Private: a copy is made. The file is unchanged."));
    assert!(!stated("Private: a copy is made. Shared: the file is unchanged."));
}

#[test]
fn maybe_is_unsure() {
    let rubric = rubric_of("never", "maybe = ['sometimes']");
    assert_eq!(rubric.mark("it is sometimes so").points[0].1, Outcome::Unsure);
}

#[test]
fn over_the_cap_only_the_first_words_are_read() {
    let rubric = rubric_of("page", "");
    let marking = rubric.mark(&format!("{} page", "and so on it goes".repeat(12)));
    assert_eq!(marking.over_cap.map(|over| over.cap), Some(40));
    assert_eq!(marking.score.earned, 0);
}

#[test]
fn all_problems_of_a_rubric_are_told_at_once_where_they_are() {
    let toml = "question = 'q'\nask = 'a'\nmodel = 'm'\ncap = 0\n\
                [[point]]\nid = 'p'\nfact = 'f'\nhint = 'h'\nsays = ['@rma', '(a b']\n\
                [[point]]\nid = 'p'\nfact = 'f'\nhint = 'h'\nsays = ['a /x']";
    let problems = Rubric::parse(toml, &Words::parse(WORDS).unwrap()).unwrap_err().0;
    let told: Vec<(&str, &str)> =
        problems.iter().map(|problem| (&toml[problem.span.clone()], problem.message.as_str())).collect();
    assert_eq!(
        told,
        [
            ("@rma", "nothing is called @rma: did you mean @ram?"),
            ("(a b", "this bracket is not closed"),
            ("'p'", "`p` is named twice"),
            ("/", "a reach is a number: `/12`"),
            ("0", "the cap is between 1 and 5000 words"),
        ]
    );
}

#[test]
fn an_unknown_key_is_refused_with_its_place() {
    let problems = Rubric::parse("question = 'q'\nasks = 'a'", &Words::parse("").unwrap()).unwrap_err().0;
    assert_eq!(problems[0].span, 15..19);
    assert!(problems[0].message.contains("unknown field `asks`"), "{}", problems[0].message);
}

#[test]
fn a_pattern_that_holds_itself_is_refused() {
    let words = Words::parse("[patterns]\na = ['@b']\nb = ['@a']").unwrap();
    let toml = "question = 'q'\nask = 'a'\nmodel = 'm'\ncap = 9\n\
                [[point]]\nid = 'p'\nfact = 'f'\nhint = 'h'\nsays = ['@a']";
    let problems = Rubric::parse(toml, &words).unwrap_err().0;
    assert!(problems[0].message.contains("the pattern @a holds itself"), "{}", problems[0].message);
}
