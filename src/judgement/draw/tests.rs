//! What is drawn is in range, the same for the same seed, and told apart by name.

use std::convert::Infallible;

use super::*;

/// A stand-in for files: sums to 1000 and holds its own offsets.
struct Offsets;

impl Files for Offsets {
    type Error = Infallible;
    fn path(&mut self, plan: &FixturePlan) -> Result<String, Infallible> {
        Ok(format!("/scene/{}", plan.name))
    }
    fn sum(&mut self, _: &FixturePlan) -> Result<u64, Infallible> {
        Ok(1000)
    }
    fn byte(&mut self, plan: &FixturePlan, offset: u64) -> Result<Option<u8>, Infallible> {
        let Content::Random { size, .. } = plan.content else { return Ok(None) };
        Ok((offset < size.0).then(|| u8::try_from(offset % 256).unwrap()))
    }
}

fn scene(text: &str) -> Scene {
    let text = format!("id = 'first'\ntitle = 'a scene'\nscript = []\n{text}");
    toml::from_str(&text).unwrap()
}

fn drawn(draws: &str, files: &str, seed: u64) -> Result<(Values, Vec<FixturePlan>), DrawError<Infallible>> {
    let draws: Draws = toml::from_str(draws).unwrap();
    let scene = scene(files);
    let occasion =
        Occasion { seed, scene: &scene.id, repetition: 0, page_size: Bytes::kib(4), scale: Scale::Full };
    draw(&draws, &scene, occasion, &mut Offsets)
}

fn values(draws: &str, seed: u64) -> Values {
    drawn(draws, "", seed).unwrap().0
}

fn number(values: &Values, name: &str) -> i64 {
    match values.get(name) {
        Some(Value::Number(number)) => *number,
        other => panic!("{name} is {other:?}"),
    }
}

#[test]
fn a_scale_bounds_what_is_scaled_and_all_that_speaks_of_it() {
    let draws: Draws = toml::from_str(
        "size = { draw = 'scaled', size = '1 GiB' }
         half = 'size / 2'
         small = { draw = 'scaled', size = 'page' }
         other = '1 GiB'",
    )
    .unwrap();
    let files = "[[file]]\nid = 'data'\nname = 'd'\nfill = 'random'\nkeep = 'cache'\nsize = 'size'";
    let scene = scene(files);
    for (scale, size) in [(Scale::Full, 1 << 30), (Scale::AtMost(Bytes::mib(64)), 64 << 20)] {
        let occasion = Occasion { seed: 1, scene: &scene.id, repetition: 0, page_size: Bytes::kib(4), scale };
        let (values, plans) = draw(&draws, &scene, occasion, &mut Offsets).unwrap();
        let numbers = ["size", "half", "small", "other"].map(|name| number(&values, name));
        assert_eq!(numbers, [size, size / 2, 4096, 1 << 30]);
        let kept = Bytes(u64::try_from(size).unwrap());
        assert!(matches!(plans[0].content, Content::Kept { size, .. } if size == kept));
    }
}

#[test]
fn numbers_are_drawn_within_their_bounds() {
    let draws = "a = { draw = 'integer', from = -3, to = 3 }
                 b = { draw = 'integer', from = 1, to = '10 * page', multiple_of = 'page' }
                 c = { draw = 'integer', from = 'a', to = 'a' }
                 d = { draw = 'integer', from = -9, to = -7, multiple_of = 4 }";
    let mut seen = BTreeSet::new();
    for seed in 0..200 {
        let values = values(draws, seed);
        let (a, b) = (number(&values, "a"), number(&values, "b"));
        assert!((-3..=3).contains(&a), "{a}");
        assert!((4096..=40960).contains(&b) && b % 4096 == 0, "{b}");
        assert_eq!(number(&values, "c"), a);
        assert_eq!(number(&values, "d"), -8);
        seen.insert(a);
    }
    assert_eq!(seen.len(), 7, "200 draws of seven numbers leave none out");
}

#[test]
fn lists_are_distinct_and_in_range() {
    let draws = "all = { draw = 'distinct', count = 10, from = 1, to = 10 }
                 some = { draw = 'distinct', count = 50, from = 0, to = '1 GiB - page', multiple_of = 'page' }";
    let values = values(draws, 7);
    let Some(Value::Numbers(all)) = values.get("all") else { panic!("a list") };
    let mut sorted = all.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, (1..=10).collect::<Vec<_>>());
    let Some(Value::Numbers(some)) = values.get("some") else { panic!("a list") };
    assert_eq!(some.iter().collect::<BTreeSet<_>>().len(), 50);
    assert!(some.iter().all(|n| n % 4096 == 0 && (0..1 << 30).contains(n)));
}

#[test]
fn a_seed_draws_the_same_again_whatever_else_is_drawn() {
    let one = "w = { draw = 'word', letters = 8 }";
    let more = "a = { draw = 'integer', from = 0, to = 9 }\nw = { draw = 'word', letters = 8 }";
    assert_eq!(values(one, 5).get("w"), values(more, 5).get("w"));
    assert_ne!(values(one, 5).get("w"), values(one, 6).get("w"));
    let Some(Value::Text(word)) = values(one, 5).0.into_values().next() else { panic!("a word") };
    assert!(word.len() == 8 && word.bytes().all(|b| b.is_ascii_lowercase()), "{word}");
}

#[test]
fn values_depend_on_each_other_in_any_order() {
    let values = values("a = 'b + 1'\nb = 'c * 2'\nc = 20", 0);
    assert_eq!(number(&values, "a"), 41);
    for circle in ["a = 'a'", "a = 'b'\nb = { draw = 'integer', from = 0, to = 'a' }"] {
        assert!(matches!(drawn(circle, "", 0), Err(DrawError::Circle { .. })), "{circle}");
    }
}

#[test]
fn files_are_planned_and_asked() {
    let files = "file = [
        { id = 'log', name = 'log.bin', fill = 'random', size = 'size' },
        { id = 'note', name = 'note.txt', fill = 'text', text = '{size} {log}' },
        { id = 'out', name = 'out' }]";
    let draws = "size = '3 * page'
        sum = { draw = 'sum-of-bytes', file = 'log' }
        byte = { draw = 'byte-of', file = 'log', offset = 'size - 1' }";
    let (values, plans) = drawn(draws, files, 3).unwrap();
    assert_eq!(number(&values, "sum"), 1000);
    assert_eq!(number(&values, "byte"), 255);
    assert_eq!(values.get("log"), Some(&Value::Text("/scene/log.bin".to_owned())));
    assert!(matches!(plans[0].content, Content::Random { size: Bytes(12288), .. }));
    assert_eq!(plans[1].content, Content::Text("12288 /scene/log.bin".to_owned()));
    assert_eq!(plans[2].content, Content::Absent);
}

#[test]
fn what_speaks_of_a_file_of_another_scene_is_left_out() {
    let draws = "sum = { draw = 'sum-of-bytes', file = 'log' }\ntwice = '2 * sum'\nn = 4";
    let (values, _) = drawn(draws, "", 0).unwrap();
    assert_eq!(values.0.len(), 1);
    assert_eq!(number(&values, "n"), 4);
}

#[test]
fn kept_files_share_their_body_and_not_their_head() {
    let of = |id: &str, seed| {
        let files =
            format!("file = [{{ id = '{id}', name = 'x', fill = 'random', size = 9, keep = 'cache' }}]");
        drawn("", &files, seed).unwrap().1.remove(0).content
    };
    let (Content::Kept { body, head, .. }, Content::Kept { body: other_body, head: other_head, .. }) =
        (of("a", 1), of("b", 2))
    else {
        panic!("both are kept")
    };
    assert_eq!(body, other_body);
    assert_ne!(head, other_head);
}

#[test]
fn what_cannot_be_drawn_is_told() {
    for (draws, told) in [
        (
            "a = { draw = 'integer', from = 2, to = 1 }",
            "the value \"a\" cannot be drawn: 1 wanted of 0 from 2 to 1",
        ),
        (
            "a = { draw = 'distinct', count = 3, from = 1, to = 2 }",
            "the value \"a\" cannot be drawn: 3 wanted of 2 from 1 to 2",
        ),
        (
            "a = { draw = 'integer', from = 1, to = 2, multiple_of = 0 }",
            "the value \"a\" cannot be drawn: 1 wanted of 0 from 1 to 2",
        ),
        ("a = 'nope'", "the value \"a\" cannot be computed"),
    ] {
        assert_eq!(drawn(draws, "", 0).unwrap_err().to_string(), told, "{draws}");
    }
    for (file, told) in [
        ("{ id = 'f', name = '../f', fill = 'zero', size = 1 }", "its name is not a plain file name"),
        ("{ id = 'f', name = 'f', fill = 'zero' }", "it has no size"),
        ("{ id = 'f', name = 'f', fill = 'zero', size = -1 }", "its size is negative"),
        ("{ id = 'f', name = 'f', fill = 'text' }", "it has no text"),
    ] {
        let error = drawn("", &format!("file = [{file}]"), 0).unwrap_err().to_string();
        assert_eq!(error, format!("the file \"f\" cannot be made: {told}"));
    }
}
