//! What is held against the machine: a prediction, a drawing, a process held still; and the end
//! of the course.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use regex::Regex;

use super::person::Person;
use super::{Learner, choose};

#[test]
fn a_prediction_a_drawing_and_a_specimen() {
    let Some(learner) = Learner::with_programs() else { return };
    learner.answer("1", "first-touch = \"b\"\n");
    let editor = learner.root.join("editor");
    let drawing = "? rw-s 0 ? ? shared.bin\n0-100000 rw-p 0 ? ? copied.bin\n";
    fs::write(&editor, format!("#!/bin/sh\ncat > \"$1\" <<'X'\n{drawing}X\n")).unwrap();
    fs::set_permissions(&editor, PermissionsExt::from_mode(0o755)).unwrap();
    // A line of maps with its path is longer than 80 columns.
    let terminal = learner.terminal().size(120, 150).env("VISUAL", editor.to_str().unwrap());
    let mut person = terminal.run(&["watch", "2"]);
    person.see("n goes on.");
    person.wipe();
    person.press("a");
    person.see("your prediction");
    shows!(person, "prediction");
    person.type_in("much");
    person.press("\r");
    person.see("does not begin with a number");
    shows!(person, "prediction-refused");
    person.type_in("1 GiB");
    person.press("\r");
    person.see("[Y/n]");
    shows!(person, "prediction-judged-and-sketch");
    person.press("y");
    person.see("columns that can be known");
    person.see("[Y/n]");
    shows!(person, "sketch-held", any_file);
    // The drawing is there again, and this time it is mended.
    fs::write(
        &editor,
        "#!/bin/sh\nsed -i 's/0-100000 rw-p/0-200000 r--p/; s/^? rw-s/0-800000 rw-s/' \"$1\"\n",
    )
    .unwrap();
    person.press("y");
    person.see_anew("columns that can be known");
    person.see("> a) ");
    shows!(person, "sketch-right-and-specimen", specimen);
    choose(&person, &line(&person, "rw-p"));
    person.see("KiB:");
    person.type_in("80");
    person.press("\r");
    person.see("The next one will have other figures.");
    shows!(person, "specimen-missed", specimen);
    person.wipe();
    person.press("\r");
    person.see("> a) ");
    choose(&person, &line(&person, "rw-s"));
    person.see("KiB:");
    person.type_in("80");
    person.press("\r");
    person.see("The lesson is done");
    person.see("q quit");
    shows!(person, "specimen-right", specimen);
    person.press("q");
    person.ends_with(0);
    assert!(person.is_sane());
}

/// The letter of the specimen's line with these permissions: their order is drawn.
fn line(person: &Person, permissions: &str) -> String {
    let text = person.text();
    let line = Regex::new(&format!(r"(?m)^([ab])\) [0-9a-f]+-[0-9a-f]+ {permissions} ")).unwrap();
    line.captures_iter(&text).last().expect("the line is shown")[1].to_owned()
}

/// A specimen's screen with its lines in one order, and without their letters.
fn specimen(screen: &str) -> String {
    let screen = without_tools(&any_file(screen));
    let letter = Regex::new(r"(?m)^([> ] )?[ab]\) x.* (r..[ps]) .*$").unwrap();
    let choice = Regex::new(r"choice: [ab]\)").unwrap();
    let block = Regex::new(r"(?m)(^LINE .*\n(?:   .*\n)+)(^LINE .*\n(?:   .*\n)+)").unwrap();
    let option = Regex::new(r"(?m)^OPTION.*\n?").unwrap();
    let named = letter.replace_all(&screen, |found: &regex::Captures<'_>| match found.get(1) {
        Some(_) => "OPTION".to_owned(),
        None => format!("LINE {}", &found[2]),
    });
    let named = choice.replace_all(&named, "choice: LETTER)");
    let sorted = block.replace_all(&named, |found: &regex::Captures<'_>| {
        let (one, other) = (&found[1], &found[2]);
        if one < other { format!("{one}{other}") } else { format!("{other}{one}") }
    });
    option.replace_all(&sorted, "(an option)\n").into_owned()
}

/// Devices and inodes are the machine's.
fn any_file(screen: &str) -> String {
    let file = Regex::new(r"\b[0-9a-f]{2,}:[0-9a-f]{2,} [1-9]\d* +").unwrap();
    let inode = Regex::new(r"live [0-9a-f]{2,}:[0-9a-f]{2,}\b|live [1-9]\d{3,}\b").unwrap();
    inode.replace_all(&file.replace_all(screen, "DEVICE INODE "), "live FIGURE").into_owned()
}

/// What `pmap` and `perf` say stands only where they are installed.
fn without_tools(screen: &str) -> String {
    let mut kept = Vec::new();
    let mut tool = false;
    for line in screen.lines() {
        tool = (tool && !line.is_empty()) || line.starts_with("pmap") || line.starts_with("perf");
        if !tool {
            kept.push(line);
        }
    }
    kept.join("\n")
}
