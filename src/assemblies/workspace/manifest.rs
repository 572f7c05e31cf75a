//! The files that make editors understand a workspace.
//!
//! They serve rust-analyzer and clangd only: drills are compiled by the runner
//! itself, and whatever a learner writes into `Cargo.toml` changes no verdict.

use std::fmt::Write as _;

/// The versions of the crates that drills are written against: the runner's own.
pub(super) const DEPENDENCIES: [(&str, &str); 2] = [("libc", "0.2.191"), ("memmap2", "0.9.12")];

const BEGIN: &str = "# Programs of the lessons; mmaplings keeps what stands between these two lines.\n";
const END: &str = "# End of the programs of the lessons.\n";

pub(super) const COMPILE_FLAGS: &str = "-std=c17\n-D_GNU_SOURCE\n-Wall\n-Wextra\n";

pub(super) const GITIGNORE: &str = "/target\n/Cargo.lock\n/.mmaplings/build\n/.mmaplings/lock\n*.tmp\n";

pub(super) const README: &str = "\
# My mmaplings

This folder holds my programs and my progress in a course on Linux `mmap`.

- `mmaplings` carries on where I left: it asks, watches the lesson's files and judges them on save.
- `mmaplings list` shows all lessons, `mmaplings hint` helps, `mmaplings --help` tells the rest.
- `mmaplings reset LESSON --lang c` gives a lesson's programs in C, `--lang rust` in Rust; mine are kept.

The programs are in one folder for each lesson. `Cargo.toml` and `compile_flags.txt` are there for
editors only. The folder can be kept in version control: what need not be kept is in `.gitignore`.
";

/// `Cargo.toml` with the programs in it, given the one that is there; nothing where it need not
/// be written: no Rust program, no change, or the learner took the two lines out.
pub(super) fn cargo_toml(current: Option<&str>, programs: &[(String, String)]) -> Option<String> {
    let bins = bins(programs);
    if bins.is_empty() {
        return None;
    }
    let Some(current) = current else {
        return Some(format!("{}{BEGIN}{bins}{END}", head()));
    };
    let (before, rest) = current.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    let wanted = format!("{before}{BEGIN}{bins}{END}{after}");
    (wanted != current).then_some(wanted)
}

fn head() -> String {
    let mut text = String::from(
        "[package]\nname = \"my-mmaplings\"\nversion = \"0.1.0\"\nedition = \"2024\"\npublish = false\n\n\
         # On its own, even inside another Cargo workspace.\n[workspace]\n\n[dependencies]\n",
    );
    for (name, version) in DEPENDENCIES {
        let _ = writeln!(text, "{name} = \"{version}\"");
    }
    text.push('\n');
    text
}

fn bins(programs: &[(String, String)]) -> String {
    let mut text = String::new();
    for (lesson, file) in programs {
        if let Some(program) = file.strip_suffix(".rs") {
            let _ = write!(text, "[[bin]]\nname = \"{program}-{lesson}\"\npath = \"{lesson}/{file}\"\n\n");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn programs(names: &[(&str, &str)]) -> Vec<(String, String)> {
        names.iter().map(|&(lesson, file)| (lesson.to_owned(), file.to_owned())).collect()
    }

    #[test]
    fn the_dependencies_are_those_that_the_runner_is_locked_to() {
        let lock: toml::Table = include_str!("../../../Cargo.lock").parse().unwrap();
        let packages = lock["package"].as_array().unwrap();
        for (name, version) in DEPENDENCIES {
            assert!(
                packages.iter().any(|package| package["name"].as_str() == Some(name)
                    && package["version"].as_str() == Some(version)),
                "{name} {version}"
            );
        }
    }

    #[test]
    fn each_rust_program_is_a_binary_of_its_own() {
        let text = cargo_toml(
            None,
            &programs(&[("03-a", "reserve.rs"), ("06-b", "writer.c"), ("06-b", "writer.rs")]),
        )
        .unwrap();
        let table: toml::Table = text.parse().unwrap();
        let names: Vec<_> =
            table["bin"].as_array().unwrap().iter().map(|bin| bin["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["reserve-03-a", "writer-06-b"]);
    }

    #[test]
    fn what_a_learner_added_stays() {
        let one = cargo_toml(None, &programs(&[("03-a", "reserve.rs")])).unwrap();
        let mine = one.replace("memmap2 =", "rayon = \"1\"\nmemmap2 =");
        assert_eq!(cargo_toml(Some(&mine), &programs(&[("03-a", "reserve.rs")])), None);
        let two =
            cargo_toml(Some(&mine), &programs(&[("03-a", "reserve.rs"), ("06-b", "writer.rs")])).unwrap();
        assert!(two.contains("rayon") && two.contains("writer-06-b"), "{two}");
        assert_eq!(cargo_toml(Some("[package]\n"), &programs(&[("03-a", "reserve.rs")])), None);
    }

    #[test]
    fn without_rust_there_is_nothing_to_write() {
        assert_eq!(cargo_toml(None, &programs(&[("06-b", "writer.c")])), None);
    }
}
