//! Workspaces made, found, filled, reset, and their progress damaged.

use super::*;
use crate::judgement::progress::{Change, Damage, Progress, UnixTime};

fn starter(lesson: &str, program: &str, language: Language) -> Starter {
    Starter {
        lesson: lesson.parse().unwrap(),
        program: program.parse().unwrap(),
        language,
        text: format!("// {program}\n"),
    }
}

fn made() -> (tempfile::TempDir, Workspace) {
    let directory = tempfile::tempdir().unwrap();
    let workspace = Workspace::create(
        &directory.path().join("course"),
        Language::Rust,
        &[starter("03-untouched", "reserve", Language::Rust), starter("06-two", "writer", Language::Rust)],
    )
    .unwrap();
    (directory, workspace)
}

fn opened(lesson: &str) -> Change {
    Change::Opened(lesson.parse().unwrap())
}

#[test]
fn a_workspace_holds_its_programs_and_is_found_from_within_and_from_beside() {
    let (directory, workspace) = made();
    let program = workspace.root().join("03-untouched/reserve.rs");
    assert_eq!(fs::read_to_string(program).unwrap(), "// reserve\n");
    let within = workspace.root().join("06-two");
    assert_eq!(Workspace::find(&within).unwrap().as_ref(), Some(&workspace));
    assert_eq!(Workspace::find(directory.path()).unwrap(), None);
    fs::rename(workspace.root(), directory.path().join(Workspace::USUAL_NAME)).unwrap();
    assert!(Workspace::find(directory.path()).unwrap().is_some());
}

#[test]
fn a_directory_that_holds_something_is_refused_and_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    for name in ["a", "b", "c", "d", "e"] {
        fs::write(directory.path().join(name), name).unwrap();
    }
    let error = Workspace::create(directory.path(), Language::C, &[]).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("{} is not empty: it holds a, b, c and 2 more", directory.path().display())
    );
    assert_eq!(files::names_in(directory.path()).unwrap().len(), 5);
    let (_made, workspace) = made();
    let error = Workspace::create(workspace.root(), Language::C, &[]).unwrap_err();
    assert!(matches!(error, WorkspaceError::Already { .. }), "{error}");
}

#[test]
fn a_program_of_the_learner_is_never_overwritten() {
    let (_directory, workspace) = made();
    let mine = workspace.root().join("03-untouched/reserve.rs");
    fs::write(&mine, "mine").unwrap();
    let starters =
        [starter("03-untouched", "reserve", Language::Rust), starter("03-untouched", "reserve", Language::C)];
    let written = workspace.add_missing(&starters).unwrap();
    assert_eq!(written, [workspace.root().join("03-untouched/reserve.c")]);
    assert_eq!(fs::read_to_string(mine).unwrap(), "mine");
    assert!(workspace.root().join("compile_flags.txt").exists());
}

#[test]
fn reset_keeps_what_was_there_each_time() {
    let (_directory, workspace) = made();
    let starters = [starter("03-untouched", "reserve", Language::Rust)];
    let program = workspace.root().join("03-untouched/reserve.rs");
    assert_eq!(workspace.reset(&starters).unwrap(), [Reset::Unchanged(program.clone())]);
    for number in 1..=2 {
        fs::write(&program, format!("mine {number}")).unwrap();
        let kept = workspace.root().join(format!(".mmaplings/backups/03-untouched/reserve.{number}.rs"));
        let done = workspace.reset(&starters).unwrap();
        assert_eq!(done, [Reset::Replaced { program: program.clone(), kept: kept.clone() }]);
        assert_eq!(fs::read_to_string(kept).unwrap(), format!("mine {number}"));
        assert_eq!(fs::read_to_string(&program).unwrap(), "// reserve\n");
    }
    fs::remove_file(&program).unwrap();
    assert_eq!(workspace.reset(&starters).unwrap(), [Reset::Written(program)]);
}

#[test]
fn damaged_progress_is_kept_aside_byte_for_byte() {
    let (_directory, workspace) = made();
    workspace.record([opened("03-untouched")], UnixTime(1)).unwrap();
    let path = workspace.root().join(".mmaplings/progress.json");
    let whole = fs::read(&path).unwrap();
    for (number, bytes) in [(1, &whole[..whole.len() / 2]), (2, b"\0\0\0"), (3, br#"{"version": 99}"#)] {
        fs::write(&path, bytes).unwrap();
        let loaded = workspace.load().unwrap();
        assert_eq!(loaded.progress, Progress::default());
        let kept = loaded.kept_aside.unwrap();
        assert_eq!(kept.path, workspace.root().join(format!(".mmaplings/progress.damaged-{number}.json")));
        assert_eq!(fs::read(&kept.path).unwrap(), bytes);
        assert_eq!(matches!(kept.damage, Damage::Later { .. }), number == 3);
        assert!(workspace.load().unwrap().kept_aside.is_none());
    }
}

#[test]
fn runners_side_by_side_lose_no_progress() {
    let (_directory, workspace) = made();
    let rounds = 20;
    std::thread::scope(|scope| {
        for runner in 0..4 {
            let workspace = &workspace;
            scope.spawn(move || {
                for round in 0..rounds {
                    let step = format!("step-{runner}-{round}").parse().unwrap();
                    let change = Change::Read("03-untouched".parse().unwrap(), step);
                    workspace.record([change], UnixTime(1)).unwrap();
                }
            });
        }
    });
    let progress = workspace.load().unwrap().progress;
    assert_eq!(progress.lessons["03-untouched"].steps.len(), 4 * rounds);
}

#[test]
fn a_workspace_of_a_later_version_is_left_alone() {
    let (_directory, workspace) = made();
    fs::write(marker_of(workspace.root()), "version = 2\nlanguage = \"rust\"\n").unwrap();
    assert!(matches!(Workspace::open(workspace.root()), Err(WorkspaceError::Later { found: 2, .. })));
    fs::write(marker_of(workspace.root()), "version = ").unwrap();
    assert!(matches!(Workspace::open(workspace.root()), Err(WorkspaceError::Marker { .. })));
}
