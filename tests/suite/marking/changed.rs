//! What changed answers must earn: in capitals the same, shuffled or denied nothing,
//! denied twice or with slips of the pen nearly the same.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;

use mmaplings::judgement::marking::{Reading, Rubric};

use super::*;

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

/// A model answer as one text, and as its sentences.
fn model(rubric: &Rubric) -> (String, Vec<String>) {
    let text = rubric.model.replace('\n', " ");
    let sentences = text.split_inclusive(". ").map(|sentence| sentence.trim().to_owned()).collect();
    (text, sentences)
}

#[test]
fn a_model_answer_earns_full_marks_in_any_order_of_its_sentences_and_in_any_dress() {
    let shelf = shelf();
    for question in shelf.questions() {
        let rubric = shelf.rubric(question).unwrap();
        let (text, sentences) = model(rubric);
        let backwards: Vec<&str> = sentences.iter().rev().map(String::as_str).collect();
        for dressed in [
            backwards.join(" "),
            text.to_uppercase(),
            text.replace(". ", ".\r\n"),
            text.replace(". ", ". 🦀 "),
            text.replace(". ", ".\u{200b} "),
            format!("\u{feff}{text}"),
        ] {
            let marking = rubric.mark(&dressed);
            assert!(marking.score.is_full(), "{question}: {dressed:?}: {marking:?}");
            assert_eq!(marking.misconceptions, [], "{question}: {dressed:?}");
        }
    }
}

#[test]
fn what_claims_nothing_earns_nothing() {
    const LOREM: &str = "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt \
         ut labore et dolore magna aliqua.";
    let shelf = shelf();
    for question in shelf.questions() {
        let rubric = shelf.rubric(question).unwrap();
        let (text, _) = model(rubric);
        for nothing in [
            LOREM.to_owned(),
            "I don't know, sorry.".to_owned(),
            rubric.ask.clone(),
            format!("Because {}", rubric.ask.to_lowercase()),
            denied(&text),
            format!("{text} All of that is wrong."),
        ] {
            let marking = rubric.mark(&nothing);
            assert_eq!(marking.score.earned, 0, "{question}: {nothing:?}: {marking:?}");
        }
    }
}

#[test]
fn all_beliefs_at_once_are_all_called_out_and_earn_no_full_marks() {
    let shelf = shelf();
    for question in shelf.questions() {
        let rubric = shelf.rubric(question).unwrap();
        let beliefs: Vec<&str> = rubric.misconceptions.iter().map(|belief| belief.belief.as_str()).collect();
        let marking = rubric.mark(&beliefs.join(" "));
        assert_eq!(marking.misconceptions.len(), beliefs.len(), "{question}: {marking:?}");
        assert!(!marking.score.is_full(), "{question}: {marking:?}");
    }
}
