//! A verdict as a person reads it: what was expected, what was observed, why the two
//! differ, and the lines that show it; one summary line last.
//!
//! Held checks take one line each; a miss takes the room it needs. Colour only
//! repeats what the marks and words say.

use console::measure_text_width;

use crate::assemblies::ui::look::{Glyphs, Look, Role, Telling};
use crate::judgement::verdict::{Cause, Judgement, Outcome, Standing, Verdict};
use crate::words::ids::SceneId;

/// How much is told of what was missed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Everything.
    Full,
    /// The first so many misses in full, the others by name, and that the session's key `v`
    /// tells them. Checks stand in the order in which
    /// a program gets there, so that the first misses are usually the cause of the others.
    First(usize),
}

impl Detail {
    /// Whether the miss after `told` others is told in full, of `all`. A single one left over is
    /// told too: the line that would speak of it takes as much room.
    fn covers(self, told: usize, all: usize) -> bool {
        match self {
            Self::Full => true,
            Self::First(most) => told < most || all <= most + 1,
        }
    }
}

/// The whole verdict: what did not compile, the checks, the stops, the summary.
#[must_use]
pub fn verdict(look: &Look, verdict: &Verdict, detail: Detail) -> String {
    let mut text = String::new();
    for broken in &verdict.broken {
        let heading = look.tell("verdict-not-compiled", [("program", broken.program.as_str().into())]);
        text += &format!("{}\n{}\n", look.paint(Role::Bad, heading), broken.errors.trim_end());
    }
    let width = verdict.checks.iter().map(|judged| judged.check.as_str().len()).max().unwrap_or(0);
    let misses = |judged: &&Judgement| matches!(judged.standing, Standing::Missed { .. });
    let all = verdict.checks.iter().filter(misses).count();
    let mut stopped: Vec<&Standing> = Vec::new();
    let (mut before, mut number, mut brief): (Option<&Standing>, usize, usize) = (None, 0, 0);
    let mut untold: Option<&str> = None;
    for judged in &verdict.checks {
        if !misses(&judged) {
            match &judged.standing {
                // What one instrument would tell is often asked for by several checks.
                Standing::Undecided { reason } if untold == Some(reason) => {
                    text += &headline(look, judged, width);
                    text += &look.wrap("    ", &look.say("verdict-undecided-same"));
                }
                _ => text += &check(look, judged, width, before),
            }
            if let Standing::Undecided { reason } = &judged.standing {
                untold = Some(reason);
            }
            continue;
        }
        // What never had a chance to come is no news, and takes no room from what is.
        if stopped.iter().any(|stopped| is_of_same_stop(stopped, &judged.standing)) {
            text += &headline(look, judged, width);
            text += &look.wrap("    ", &look.say("verdict-stopped-before"));
            continue;
        }
        stopped.extend(Some(&judged.standing).filter(|standing| is_of_same_stop(standing, standing)));
        if detail.covers(number, all) {
            text += &check(look, judged, width, before);
        } else {
            text += &headline(look, judged, width);
            brief += 1;
        }
        before = Some(&judged.standing);
        number += 1;
    }
    if brief > 0 {
        let others = look.tell("verdict-others-named", [("misses", brief.into())]);
        text += &look.wrap(look.pick("… ", ".. "), &others);
    }
    for stop in &verdict.stops {
        let place = place(look, &stop.scene, stop.repetition).into();
        let what = look.tell("verdict-stop", [("place", place), ("what", (&stop.what).into())]);
        text += &look.wrap(&format!("{} ", mark(look, Mark::Missed)), &what);
        text += &evidence(look, &stop.shows);
    }
    for refusal in &verdict.refused {
        let warning = look.paint(Role::Warning, "!");
        text += &look.wrap(&format!("{warning} "), &refusal.words(look.speech));
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text + &summary(look, verdict)
}

/// The verdict in a line, or as many as it takes in a narrow terminal, with its newline.
#[must_use]
pub fn summary(look: &Look, verdict: &Verdict) -> String {
    let count =
        |is: fn(&Standing) -> bool| verdict.checks.iter().filter(|judged| is(&judged.standing)).count();
    let missed = count(|standing| matches!(standing, Standing::Missed { .. }));
    let undecided = count(|standing| matches!(standing, Standing::Undecided { .. }));
    let all = verdict.checks.len();
    let (role, words) = match verdict.outcome {
        Outcome::Passed => (Role::Good, look.tell("verdict-passed", [("checks", all.into())])),
        Outcome::Missed => (Role::Bad, missed_words(look, verdict, missed)),
        Outcome::Inconclusive => (
            Role::Warning,
            look.tell("verdict-inconclusive", [("undecided", undecided.into()), ("checks", all.into())]),
        ),
        Outcome::DoesNotCompile => (Role::Bad, look.say("verdict-broken")),
    };
    let dot = look.pick("·", "-");
    let mut notes = vec![look.tell("verdict-seed", [("seed", verdict.seed.to_string().into())])];
    if !verdict.instruments.is_empty() {
        let instruments = look.speech.list(&verdict.instruments).into();
        notes.push(look.tell("verdict-instruments", [("instruments", instruments)]));
    }
    if let Some(level) = verdict.confinement {
        notes.push(look.tell("verdict-confined", [("level", level.name().into())]));
    }
    // A line is broken between notes, never in one.
    let mut used = measure_text_width(&words);
    let mut text = look.paint(role, words);
    for note in notes {
        let note = format!("{dot} {note}");
        let wide = measure_text_width(&note);
        let gap = if used + 1 + wide > look.width { "\n  " } else { " " };
        used = if gap == " " { used + 1 + wide } else { 2 + wide };
        text += &format!("{gap}{}", look.paint(Role::Faint, note));
    }
    text + "\n"
}

fn missed_words(look: &Look, verdict: &Verdict, missed: usize) -> String {
    if missed == 0 {
        return look.tell("verdict-stopped", [("runs", verdict.stops.len().into())]);
    }
    look.tell("verdict-missed", [("missed", missed.into()), ("checks", verdict.checks.len().into())])
}

/// One check. `told` is the miss before it: a program that never came to a checkpoint misses
/// every check on it for one reason, which is told once; lines of evidence are shown once too.
fn check(look: &Look, judged: &Judgement, width: usize, told: Option<&Standing>) -> String {
    let (told_reason, told_lines) = match told {
        Some(Standing::Missed { expected, observed, shows, .. }) => {
            (Some((expected.as_str(), observed.as_str())), shows.as_slice())
        }
        _ => (None, &[][..]),
    };
    let mut text = headline(look, judged, width);
    match &judged.standing {
        Standing::Held { .. } => return text,
        Standing::Undecided { reason } => {
            text += &look.wrap(&format!("    {} ", look.say("verdict-undecided")), reason)
        }
        Standing::Missed { expected, observed, .. } if told_reason == Some((expected, observed)) => {
            text += &look.wrap("    ", &look.say("verdict-same-reason"));
            return text;
        }
        Standing::Missed { expected, observed, shows, scene, repetition, .. } => {
            text += &look.wrap(&label(look, Role::Good, "verdict-expected"), expected);
            text += &look.wrap(&label(look, Role::Bad, "verdict-observed"), observed);
            if *repetition > 0 {
                text += &look.wrap(&label(look, Role::Faint, "verdict-in"), &place(look, scene, *repetition));
            }
            if !shows.is_empty() && shows == told_lines {
                text += &evidence(look, &[look.say("verdict-as-above")]);
            } else {
                text += &evidence(look, shows);
            }
        }
    }
    text += &look.wrap(&label(look, Role::Faint, "verdict-why"), &judged.why);
    if let Some(page) = &judged.book {
        text += &look.wrap(&label(look, Role::Faint, "verdict-book"), page);
    }
    text
}

/// Lines that show something, behind a bar; a longer one than the terminal is folded behind it.
fn evidence(look: &Look, shows: &[String]) -> String {
    let before = format!("      {} ", look.paint(Role::Faint, look.pick("┆", "|")));
    let room = look.width.saturating_sub(console::measure_text_width(&before));
    let fits = |line: &str| console::measure_text_width(line) <= room;
    let lines = shows.iter().flat_map(|shown| shown.lines());
    lines
        .map(|line| if fits(line) { format!("{before}{line}\n") } else { look.wrap(&before, line) })
        .collect()
}

/// Whether two misses come of one stop of one run of a scene.
fn is_of_same_stop(one: &Standing, other: &Standing) -> bool {
    let stop = |standing: &Standing| match standing {
        Standing::Missed { cause: Cause::Stop, scene, repetition, .. } => Some((scene.clone(), *repetition)),
        _ => None,
    };
    stop(one).is_some_and(|stopped| stop(other) == Some(stopped))
}

/// The check in a sentence, behind its mark.
fn headline(look: &Look, judged: &Judgement, width: usize) -> String {
    let mark = match judged.standing {
        Standing::Held { .. } => mark(look, Mark::Held),
        Standing::Missed { .. } => mark(look, Mark::Missed),
        Standing::Undecided { .. } => mark(look, Mark::Undecided),
    };
    let name = look.paint(Role::Strong, format!("{:width$}", judged.check.as_str()));
    look.wrap(&format!("{mark} {name}  "), &judged.says)
}

/// What stands before the lines of a miss.
const LABELS: [&str; 5] =
    ["verdict-expected", "verdict-observed", "verdict-in", "verdict-why", "verdict-book"];

/// `    expected  `, all of them equally wide.
fn label(look: &Look, role: Role, name: &str) -> String {
    let width = LABELS.map(|name| console::measure_text_width(&look.say(name))).into_iter().max();
    let word = look.say(name);
    let padded = console::pad_str(&word, width.unwrap_or(0), console::Alignment::Left, None);
    format!("    {}  ", look.paint(role, padded))
}

/// `scene main (run 3)`; the first run is not worth a word.
fn place(look: &Look, scene: &SceneId, repetition: u32) -> String {
    let scene = ("scene", scene.into());
    match repetition {
        0 => look.tell("verdict-scene", [scene]),
        later => look.tell("verdict-scene-run", [scene, ("run", (u64::from(later) + 1).into())]),
    }
}

#[derive(Clone, Copy)]
enum Mark {
    Held,
    Missed,
    Undecided,
}

fn mark(look: &Look, mark: Mark) -> String {
    let (role, word, glyph, letter) = match mark {
        Mark::Held => (Role::Good, "mark-held", "✓", "+"),
        Mark::Missed => (Role::Bad, "mark-missed", "✗", "x"),
        Mark::Undecided => (Role::Warning, "verdict-undecided", "?", "?"),
    };
    match (look.telling, look.glyphs) {
        (Telling::Words, _) => look.say(word),
        (Telling::Pictures, Glyphs::Unicode) => look.paint(role, glyph),
        (Telling::Pictures, Glyphs::Ascii) => look.paint(role, letter),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assemblies::ui::look::Colour;
    use crate::judgement::verdict::{Broken, Stop};

    fn judgement(check: &str, standing: Standing) -> Judgement {
        Judgement {
            check: check.parse().unwrap(),
            says: "every page that is touched is resident, and no other".to_owned(),
            standing,
            weight: 1,
            why: "mmap reserves addresses; a page frame comes with the first touch.".to_owned(),
            book: Some("untouched-memory.md#touch".to_owned()),
        }
    }

    fn example() -> Verdict {
        let held = Standing::Held { observed: "fine".to_owned() };
        let missed = Standing::Missed {
            expected:
                "Rss of a private anonymous mapping, between mapped and touched: exactly 400 KiB (100 pages)"
                    .to_owned(),
            observed: "10 GiB (2621440 pages)".to_owned(),
            shows: vec!["touched: 7f0000000000-7f0280000000 rw-p 00000000 00:00 0  Rss: 10 GiB".to_owned()],
            scene: "main".parse().unwrap(),
            repetition: 2,
            cause: Cause::Own,
        };
        let undecided = Standing::Undecided { reason: "/proc/PID/io cannot be read here".to_owned() };
        Verdict {
            outcome: Outcome::Missed,
            checks: vec![
                judgement("mapped", held),
                judgement("exactly-touched", missed),
                judgement("no-reads", undecided),
            ],
            stops: vec![],
            broken: vec![],
            instruments: vec!["seccomp+ptrace".to_owned(), "perf".to_owned()],
            refused: Vec::new(),
            confinement: None,
            seed: 42,
        }
    }

    #[test]
    fn a_miss_says_expected_observed_and_why() {
        insta::assert_snapshot!(verdict(&Look::PLAIN, &example(), Detail::Full), @r"
        ✓ mapped           every page that is touched is resident, and no other
        ✗ exactly-touched  every page that is touched is resident, and no other
            expected  Rss of a private anonymous mapping, between mapped and touched:
                      exactly 400 KiB (100 pages)
            observed  10 GiB (2621440 pages)
            in        scene main (run 3)
              ┆ touched: 7f0000000000-7f0280000000 rw-p 00000000 00:00 0  Rss: 10 GiB
            why       mmap reserves addresses; a page frame comes with the first touch.
            book      untouched-memory.md#touch
        ? no-reads         every page that is touched is resident, and no other
            cannot be told: /proc/PID/io cannot be read here
            why       mmap reserves addresses; a page frame comes with the first touch.
            book      untouched-memory.md#touch

        missed: 1 of 3 checks · seed 42 · seen by seccomp+ptrace and perf
        ");
    }

    #[test]
    fn a_confined_run_says_so() {
        let confined =
            Verdict { confinement: Some(crate::vocabulary::confinement::Level::Files), ..example() };
        let summary = summary(&Look::PLAIN, &confined);
        assert!(summary.ends_with("seen by seccomp+ptrace and perf\n  · confined: files\n"), "{summary}");
    }

    #[test]
    fn only_the_first_misses_are_told_where_that_is_asked_for() {
        let mut many = example();
        let miss = many.checks[1].clone();
        for number in 1..=3 {
            let mut again = Judgement { check: format!("again-{number}").parse().unwrap(), ..miss.clone() };
            if let Standing::Missed { observed, .. } = &mut again.standing {
                *observed = number.to_string();
            }
            many.checks.push(again);
        }
        let told = |detail| verdict(&Look::PLAIN, &many, detail).matches("observed").count();
        assert_eq!([Detail::Full, Detail::First(2), Detail::First(3)].map(told), [4, 2, 4]);
        assert!(verdict(&Look::PLAIN, &many, Detail::First(1)).contains("✗ again-3"));
    }

    #[test]
    fn one_reason_is_told_once() {
        let mut twice = example();
        let again = Judgement { check: "again".parse().unwrap(), ..twice.checks[1].clone() };
        twice.checks.insert(2, again);
        assert_eq!(verdict(&Look::PLAIN, &twice, Detail::Full).matches("observed").count(), 1);
    }

    #[test]
    fn what_a_stop_kept_from_coming_is_named_and_takes_no_room() {
        let mut stopped = example();
        let miss = stopped.checks[1].clone();
        let with = |name: &str, because: Cause| {
            let mut again = Judgement { check: name.parse().unwrap(), ..miss.clone() };
            if let Standing::Missed { cause, observed, .. } = &mut again.standing {
                (*cause, *observed) = (because, name.to_owned());
            }
            again
        };
        let three = [("first", Cause::Stop), ("own", Cause::Own), ("second", Cause::Stop)];
        stopped.checks = three.map(|(name, because)| with(name, because)).into();
        let told = verdict(&Look::PLAIN, &stopped, Detail::First(2));
        assert_eq!(told.matches("observed").count(), 2, "{told}");
        assert_eq!(told.matches("the scene had stopped by then").count(), 1, "{told}");
        assert!(!told.contains("only named"), "{told}");
    }

    #[test]
    fn a_line_of_evidence_is_folded_behind_its_bar() {
        let long = vec![format!("{} {}", "a".repeat(50), "b".repeat(50)), "short  line".to_owned()];
        insta::assert_snapshot!(evidence(&Look::PLAIN, &long), @r"
        ┆ aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
          bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
        ┆ short  line
        ");
    }

    #[test]
    fn what_cannot_be_told_for_one_reason_is_explained_once() {
        let mut twice = example();
        let again = Judgement { check: "again".parse().unwrap(), ..twice.checks[2].clone() };
        twice.checks.push(again);
        let text = verdict(&Look::PLAIN, &twice, Detail::Full);
        assert_eq!(text.matches("/proc/PID/io cannot be read here").count(), 1);
        assert!(text.contains("    cannot be told for the same reason\n"), "{text}");
    }

    #[test]
    fn the_same_lines_are_shown_once() {
        let mut twice = example();
        let mut again = Judgement { check: "again".parse().unwrap(), ..twice.checks[1].clone() };
        if let Standing::Missed { observed, .. } = &mut again.standing {
            *observed = "something else".to_owned();
        }
        twice.checks.insert(2, again);
        let text = verdict(&Look::PLAIN, &twice, Detail::Full);
        assert_eq!((text.matches("7f0000000000").count(), text.matches("┆ as above").count()), (1, 1));
    }

    #[test]
    fn ascii_and_words_say_the_same() {
        let ascii = Look { glyphs: Glyphs::Ascii, ..Look::PLAIN };
        assert!(verdict(&ascii, &example(), Detail::Full).is_ascii());
        let words = Look { telling: Telling::Words, ..Look::PLAIN };
        assert!(verdict(&words, &example(), Detail::Full).contains("missed: exactly-touched"));
    }

    #[test]
    fn colour_changes_nothing_but_colour() {
        let colourful = Look { colour: Colour::On, ..Look::PLAIN };
        let painted = verdict(&colourful, &example(), Detail::Full);
        assert_eq!(console::strip_ansi_codes(&painted), verdict(&Look::PLAIN, &example(), Detail::Full));
    }

    #[test]
    fn compiler_errors_are_shown_as_they_were_printed() {
        let errors = "\u{1b}[31merror\u{1b}[0m: expected `;`\n".to_owned();
        let broken = Broken { program: "reserve".parse().unwrap(), errors };
        let verdict_of =
            Verdict { outcome: Outcome::DoesNotCompile, checks: vec![], broken: vec![broken], ..example() };
        insta::assert_snapshot!(verdict(&Look::PLAIN, &verdict_of, Detail::Full), @r"
        reserve does not compile:
        [31merror[0m: expected `;`

        does not compile · seed 42 · seen by seccomp+ptrace and perf
        ");
    }

    #[test]
    fn a_stop_alone_is_a_miss_that_says_what_happened() {
        let what = "waited for checkpoint mapped of reserve, and the program ended first".to_owned();
        let shows = vec!["stderr: out of bounds".to_owned()];
        let stop = Stop { scene: "main".parse().unwrap(), repetition: 0, what, shows };
        let stopped = Verdict { checks: vec![], stops: vec![stop], ..example() };
        insta::assert_snapshot!(verdict(&Look::PLAIN, &stopped, Detail::Full), @r"
        ✗ scene main: waited for checkpoint mapped of reserve, and the program ended
          first
              ┆ stderr: out of bounds

        missed: 1 run did not come to its end · seed 42
          · seen by seccomp+ptrace and perf
        ");
    }
}
