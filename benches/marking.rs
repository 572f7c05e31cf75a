//! How many answers are marked in a second, on one core: `cargo bench --bench marking`.

use divan::Bencher;
use divan::counter::ItemsCount;
use mmaplings::edges::course_files;
use mmaplings::judgement::course::Shelf;

fn main() {
    divan::main();
}

fn answers() -> Vec<(String, String)> {
    let marked = include_str!("../tests/data/marked.jsonl");
    let text = |line: &serde_json::Value, key: &str| line[key].as_str().unwrap_or_default().to_owned();
    marked
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .map(|line| (text(&line, "question"), text(&line, "answer")))
        .collect()
}

#[divan::bench]
fn mark_all_marked_answers(bencher: Bencher) {
    let shelf = Shelf::of_course(&course_files::embedded()).expect("the built-in course is sound");
    let answers = answers();
    bencher.counter(ItemsCount::new(answers.len())).bench(|| {
        answers
            .iter()
            .filter_map(|(question, answer)| Some(shelf.rubric(question).ok()?.mark(answer).score.earned))
            .sum::<usize>()
    });
}

#[divan::bench]
fn compile_a_rubric(bencher: Bencher) {
    bencher.bench(|| {
        let shelf = Shelf::of_course(&course_files::embedded()).expect("the built-in course is sound");
        shelf.rubric("not-durable").map(|rubric| rubric.points.len()).unwrap_or_default()
    });
}
