//! Keys from what was seen, without running anything.

use super::*;
use crate::facts::smaps;
use crate::judgement::answers::{self, Answer};
use crate::judgement::progress::Outcome;
use crate::vocabulary::specimen::Faults;
use crate::words::speech::Speech;
use crate::words::units::Addr;

const SPECIMEN: &str = r#"
    id = "held"
    text = "Look."
    explain = "So."
    values = { stored = { draw = "integer", from = 2, to = 9 } }
    do = [
      { create = "ledger", size = "1 MiB" },
      { map = "on-file", flavour = "shared-file", file = "ledger" },
      { map = "own", flavour = "private-anonymous", size = "1 MiB" },
      { write = "on-file", random = "{stored}" },
      { fork = [{ read = "own" }], stays = true },
    ]
    also = ["[heap]"]
    [[question]]
    kind = "line"
    id = "which"
    ask = "Which line is the file?"
    of = "on-file"
    right = "Right: {on_file_rss:bytes} of it are in RAM."
    wrong = [{ of = "own", feedback = "No s, no path." }]
    otherwise = "That is the heap."
    [[question]]
    kind = "figure"
    id = "in-ram"
    ask = "How much is in RAM?"
    answer = "on_file_rss"
    unit = "KiB"
    right = "Right: {stored} pages."
    wrong = [{ value = "on_file_size", feedback = "That is Size." }]
    otherwise = "Rss."
    [[question]]
    kind = "figure"
    id = "together"
    ask = "How many pages do both have of it?"
    answer = "own_pss + child_own_pss"
    unit = "pages"
    right = "Right."
    otherwise = "Pss."
    [[question]]
    kind = "figure"
    id = "faults"
    ask = "How many faults?"
    answer = "minor_faults"
    unit = "faults"
    right = "Right."
    otherwise = "perf stat tells."
"#;

fn specimen(from: &str, to: &str) -> Specimen {
    toml::from_str(&SPECIMEN.replace(from, to)).unwrap()
}

fn exhibit(perf: Told<Faults>, ranges: &[(&str, u64, u64)]) -> Exhibit {
    let smaps = "\
10000-20000 rw-p 00000000 00:00 0 [heap]
Rss: 8 kB
100000-200000 rw-s 00000000 fe:00 7 /somewhere/very/long/indeed/ledger
Size: 1024 kB
Rss: 24 kB
Pss: 24 kB
300000-400000 rw-p 00000000 00:00 0
Rss: 16 kB
Pss: 8 kB
";
    let process = |pid| Exhibited {
        pid,
        mappings: smaps::parse(smaps.as_bytes()).unwrap(),
        labels: ranges
            .iter()
            .map(|&(label, start, end)| (label.parse().unwrap(), (Addr(start), Addr(end))))
            .collect(),
    };
    Exhibit {
        page_size: Bytes::kib(4),
        processes: vec![process(1), process(2)],
        pmap: Told::Absent { reason: "no pmap".to_owned() },
        perf,
    }
}

const RANGES: [(&str, u64, u64); 2] = [("on-file", 0x10_0000, 0x20_0000), ("own", 0x30_0000, 0x40_0000)];

fn posed(seed: u64, perf: Told<Faults>) -> Posed {
    let specimen = specimen("", "");
    let prepared = prepare(&specimen, seed, Bytes::kib(4)).unwrap();
    pose(&specimen, &prepared, &exhibit(perf, &RANGES)).unwrap()
}

fn absent() -> Told<Faults> {
    Told::Absent { reason: "no perf here".to_owned() }
}

#[test]
fn keys_come_from_what_was_seen() {
    let posed = posed(3, Told::Ran { says: Faults { minor: 77, major: 0 } });
    assert_eq!(posed.left_out, []);
    let [
        Question::Choice(which),
        Question::Number(in_ram),
        Question::Number(together),
        Question::Number(faults),
    ] = &posed.questions[..]
    else {
        panic!("{:?}", posed.questions)
    };
    let right: Vec<&Alternative> = which.option.iter().filter(|option| option.right).collect();
    assert_eq!(right.len(), 1);
    assert_eq!(right[0].text, "00100000-00200000 rw-s 00000000 fe:00 7 .../ledger");
    assert_eq!(right[0].feedback, "Right: 24 KiB of it are in RAM.");
    assert!(which.option.iter().any(|option| option.feedback == "No s, no path."));
    assert!(which.option.iter().any(|option| option.feedback == "That is the heap."));
    assert_eq!((in_ram.answer, in_ram.unit.as_str()), (24.0, "KiB"));
    assert_eq!(in_ram.wrong[0].value, 1024.0);
    assert_eq!(together.answer, 4.0);
    assert_eq!(faults.answer, 77.0);
    let marked = answers::mark(Speech::ENGLISH, &posed.questions[1], &Answer::Figure(1024.0)).unwrap();
    assert_eq!((marked.outcome, marked.remarks[0].says.as_str()), (Outcome::Missed, "That is Size."));
}

#[test]
fn what_needs_a_tool_that_is_missing_is_left_out_and_told() {
    let posed = posed(3, absent());
    assert_eq!(posed.questions.len(), 3);
    assert_eq!(posed.left_out[0].question.as_str(), "faults");
    assert_eq!(posed.left_out[0].reason, "no perf here");
}

#[test]
fn the_seed_draws_the_run_and_the_order_of_its_lines() {
    let specimen = specimen("", "");
    let page = Bytes::kib(4);
    assert_eq!(prepare(&specimen, 5, page), prepare(&specimen, 5, page));
    let drawn: std::collections::BTreeSet<String> = (0..20)
        .map(|seed| prepare(&specimen, seed, page).unwrap().values.get("stored").unwrap().to_string())
        .collect();
    assert!(drawn.len() > 3, "{drawn:?}");
    assert_eq!(posed(5, absent()), posed(5, absent()));
    let orders: std::collections::BTreeSet<Vec<Addr>> =
        (0..20).map(|seed| posed(seed, absent()).lines[0].iter().map(|line| line.start).collect()).collect();
    assert!(orders.len() > 2, "{orders:?}");
    // The child shows its mappings' lines, and not the ground it stands on.
    assert_eq!(posed(5, absent()).lines[1].len(), 2);
}

#[test]
fn of_a_line_that_two_mappings_share_no_figure_is_told() {
    let specimen = specimen("", "");
    let prepared = prepare(&specimen, 1, Bytes::kib(4)).unwrap();
    let merged = exhibit(absent(), &[("on-file", 0x10_0000, 0x18_0000), ("own", 0x18_0000, 0x20_0000)]);
    let error = pose(&specimen, &prepared, &merged).unwrap_err();
    assert!(error.contains("one line for two of its mappings (on-file and own"), "{error}");
}

#[test]
fn a_wrong_figure_that_happens_to_be_right_is_passed_over() {
    let specimen = specimen("on_file_size", "on_file_pss");
    let prepared = prepare(&specimen, 1, Bytes::kib(4)).unwrap();
    let posed = pose(&specimen, &prepared, &exhibit(absent(), &RANGES)).unwrap();
    let Question::Number(in_ram) = &posed.questions[1] else { panic!("{:?}", posed.questions) };
    assert_eq!(in_ram.wrong, []);
}

#[test]
fn each_mistake_is_told_with_its_place() {
    let problems = |from: &str, to: &str| {
        let problems = survey(&specimen(from, to)).into_iter();
        problems.map(|Problem { at, text }| format!("{at}: {text}")).collect::<Vec<_>>()
    };
    assert_eq!(problems("", ""), [""; 0]);
    for (from, to, said) in [
        (
            "of = \"on-file\"",
            "of = \"on-flie\"",
            "question[0].of: no mapping is called on-flie when it is held; did you mean on-file?",
        ),
        (
            "answer = \"on_file_rss\"",
            "answer = \"on_file_ras\"",
            "question[1].answer: no figure is called on_file_ras; did you mean on_file_rss?",
        ),
        (
            "{stored} pages",
            "{storde} pages",
            "question[1].right: no figure is called storde; did you mean stored?",
        ),
        ("\"{stored}\" }", "\"{storde}\" }", "do[3]: no value is called \"storde\""),
        ("map = \"own\"", "map = \"on_file\"", "do[4].fork[0]: no mapping is called own here"),
        ("id = \"in-ram\"", "id = \"which\"", "question[1].id: there is a question which already"),
        ("values = { stored", "values = { own_rss = 1, stored", "values: own_rss is the name of a figure"),
    ] {
        let told = problems(from, to);
        assert!(told.iter().any(|problem| problem.starts_with(said)), "{to}: {told:?}");
    }
}
