//! Experiments run for real: the figures of the kernel's books where they are exact,
//! bounds where they are not, and a clear word where nothing can be measured.

use std::path::{Path, PathBuf};
use std::time::Duration;

use mmaplings::edges::experiment::{ExperimentError, run};
use mmaplings::vocabulary::experiment::{Experiment, Measurement, Outcome};
use mmaplings::words::units::Bytes;

use crate::skip::{find, skip};

const DEADLINE: Duration = Duration::from_secs(120);
const MIB: i64 = 1 << 20;

fn this_program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_mmaplings"))
}

/// A directory on the disk that the build is on.
fn directory() -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
}

fn experiment(operations: &str, measure: &str) -> Experiment {
    toml::from_str(&format!("do = [{operations}]\nmeasure = {{ {measure} }}")).unwrap()
}

fn outcome(operations: &str, measure: &str) -> Outcome {
    run(this_program(), &experiment(operations, measure), &directory(), DEADLINE).unwrap()
}

/// The measurement, or nothing after having said that the test is skipped.
fn measured(operations: &str, measure: &str) -> Option<Measurement> {
    match outcome(operations, measure) {
        Outcome::Measured(measurement) => Some(measurement),
        Outcome::Inconclusive { reason } => {
            skip(&reason);
            None
        }
    }
}

#[track_caller]
fn check(operations: &str, measure: &str, expected: impl Fn(Bytes) -> i64) {
    if let Some(measurement) = measured(operations, measure) {
        assert_eq!(measurement.median(), Some(expected(measurement.page_size)), "{measurement:?}");
    }
}

fn page(page_size: Bytes) -> i64 {
    i64::try_from(page_size.0).unwrap()
}

const RSS: &str = r#"what = "rss", of = "process", from = "before", to = "after""#;

#[test]
fn one_byte_of_ten_gib_is_one_page() {
    check(
        r#"{ map = "m", flavour = "private-anonymous", size = "10 GiB" }, { mark = "before" }, { write = "m", first = "1 B" }, { mark = "after" }"#,
        RSS,
        page,
    );
}

#[test]
fn mapping_costs_no_resident_memory() {
    check(
        r#"{ mark = "before" }, { map = "m", flavour = "private-anonymous", size = "10 GiB" }, { mark = "after" }"#,
        RSS,
        |_| 0,
    );
}

#[test]
fn every_second_page_is_half() {
    check(
        r#"{ map = "m", flavour = "private-anonymous", size = "64 MiB" }, { mark = "before" }, { write = "m", every = 2 }, { mark = "after" }"#,
        RSS,
        |_| 32 * MIB,
    );
}

#[test]
fn reading_untouched_memory_makes_nothing_resident_and_faults_all_the_same() {
    let operations = r#"{ map = "m", flavour = "private-anonymous", size = "16 MiB" }, { mark = "before" }, { read = "m" }, { mark = "after" }"#;
    check(operations, RSS, |_| 0);
    let faults = r#"what = "minor-faults", of = "process", from = "before", to = "after""#;
    check(operations, faults, |page_size| 16 * MIB / page(page_size));
}

#[test]
fn random_pages_are_as_many_as_were_asked_for() {
    check(
        r#"{ map = "m", flavour = "shared-anonymous", size = "64 MiB" }, { write = "m", random = 500, seed = 7 }, { mark = "after" }"#,
        r#"what = "rss", of = "m", to = "after""#,
        |page_size| 500 * page(page_size),
    );
}

#[test]
fn memory_that_is_given_back_is_gone() {
    check(
        r#"{ map = "m", flavour = "private-anonymous", size = "8 MiB" }, { write = "m" }, { mark = "before" }, { advise = "m", advice = "dont-need" }, { mark = "after" }"#,
        RSS,
        |_| -8 * MIB,
    );
}

#[test]
fn a_child_copies_what_it_writes_and_no_more() {
    let operations = r#"
        { map = "m", flavour = "private-anonymous", size = "16 MiB" }, { write = "m" },
        { fork = [ { mark = "before" }, { write = "m", every = 4 }, { mark = "after" } ], stays = true },
        { mark = "parent" }"#;
    check(operations, r#"what = "private-dirty", of = "m", from = "before", to = "after""#, |_| 4 * MIB);
    check(operations, RSS, |_| 0);
    // The parent's and the child's untouched three quarters are shared by two, half of each is
    // the parent's share; the quarter that the child copied is the parent's alone again.
    check(operations, r#"what = "pss", of = "m", to = "parent""#, |_| 4 * MIB + 12 * MIB / 2);
}

#[test]
fn protecting_the_middle_makes_three_lines_of_one() {
    check(
        r#"{ map = "m", flavour = "private-anonymous", size = "1 MiB" }, { mark = "before" }, { protect = "m", access = "none", offset = "512 KiB", size = "64 KiB" }, { mark = "after" }"#,
        r#"what = "mappings", of = "m", from = "before", to = "after""#,
        |_| 2,
    );
}

#[test]
fn stores_to_a_shared_file_are_dirty_until_they_are_synced() {
    let operations = r#"
        { create = "f", size = "4 MiB", fill = "hole" },
        { map = "m", flavour = "shared-file", file = "f" },
        { write = "m" }, { mark = "stored" },
        { sync = "m", how = "msync-async" }, { mark = "asked" },
        { sync = "m" }, { mark = "synced" }"#;
    let dirty = |mark: &str| format!(r#"what = "dirty-pages", of = "f", to = "{mark}""#);
    let all = |page_size| 4 * MIB / page(page_size);
    check(operations, &dirty("stored"), all);
    check(operations, &dirty("asked"), all);
    check(operations, &dirty("synced"), |_| 0);
}

#[test]
fn a_cold_file_comes_from_the_disk_and_a_warm_one_does_not() {
    let read = r#"what = "disk-read", of = "process", from = "before", to = "after""#;
    let cold = r#"
        { create = "f", size = "16 MiB" }, { drop_cache = "f" },
        { map = "m", flavour = "private-file", file = "f", access = "read-only" },
        { mark = "before" }, { read = "m" }, { mark = "after" }"#;
    if let Some(measurement) = measured(cold, read) {
        assert_eq!(measurement.readings.len(), 3);
        let median = measurement.median().unwrap();
        // Readahead stops at the end of the file; file systems read no more than a cluster too much.
        assert!((16 * MIB..17 * MIB).contains(&median), "{measurement:?}");
    }
    check(&cold.replace(r#"{ drop_cache = "f" },"#, ""), read, |_| 0);
}

#[test]
fn a_cold_file_read_at_random_has_a_major_fault_for_each_page() {
    let operations = r#"
        { create = "f", size = "4 MiB" }, { drop_cache = "f" },
        { map = "m", flavour = "shared-file", file = "f", access = "read-only" }, { advise = "m", advice = "random" },
        { mark = "before" }, { read = "m", random = 100000 }, { mark = "after" }"#;
    let measure = r#"what = "major-faults", of = "process", from = "before", to = "after""#;
    if let Some(measurement) = measured(operations, measure) {
        let pages = 4 * MIB / page(measurement.page_size);
        let median = measurement.median().unwrap();
        assert!((pages * 9 / 10..=pages).contains(&median), "{pages} pages, {measurement:?}");
    }
}

#[test]
fn reading_by_calls_makes_the_file_cached_and_not_mapped() {
    check(
        r#"{ create = "f", size = "4 MiB" }, { drop_cache = "f" }, { read_call = "f" }, { mark = "after" }"#,
        r#"what = "cached-pages", of = "f", to = "after""#,
        |page_size| 4 * MIB / page(page_size),
    );
    check(
        r#"{ create = "f", size = "4 MiB" }, { mark = "before" }, { read_call = "f" }, { mark = "after" }"#,
        RSS,
        |_| 0,
    );
}

#[test]
fn what_does_not_fit_is_not_tried() {
    let outcome = outcome(
        r#"{ map = "m", flavour = "private-anonymous", size = "64 TiB" }, { mark = "a" }, { write = "m" }, { mark = "after" }"#,
        r#"what = "rss", of = "m", to = "after""#,
    );
    let Outcome::Inconclusive { reason } = outcome else { panic!("{outcome:?}") };
    assert!(reason.contains("it fills 64 TiB of memory"), "{reason}");
}

#[test]
fn an_experiment_in_memory_claims_nothing_about_the_disk() {
    let memory = Path::new("/dev/shm");
    if !memory.is_dir() {
        return skip("there is no /dev/shm");
    }
    let operations = r#"{ create = "f", size = "1 MiB" }, { map = "m", flavour = "shared-file", file = "f" }, { write = "m" }, { mark = "after" }"#;
    let dirty = experiment(operations, r#"what = "dirty-pages", of = "f", to = "after""#);
    let outcome = run(this_program(), &dirty, memory, DEADLINE).unwrap();
    let Outcome::Inconclusive { reason } = outcome else { panic!("{outcome:?}") };
    assert!(reason.contains("tmpfs"), "{reason}");
}

#[test]
fn an_experiment_that_does_not_end_is_ended_and_leaves_nothing() {
    let place = tempfile::tempdir_in(directory()).unwrap();
    let sleeper = experiment(
        r#"{ create = "f", size = "64 KiB" }, { fork = [ { sleep_ms = 9000 } ] }, { mark = "after" }"#,
        r#"what = "rss", of = "process", to = "after""#,
    );
    let outcome = run(this_program(), &sleeper, place.path(), Duration::from_millis(300)).unwrap();
    assert_eq!(outcome, Outcome::Inconclusive { reason: "it was not over after 0.3 s".to_owned() });
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0, "its files are still there");
    assert_eq!(processes_in(place.path()), [""; 0], "a process is left behind");
}

/// The processes that have a file in `place` open, deleted or not, by command line.
fn processes_in(place: &Path) -> Vec<String> {
    let mut found = Vec::new();
    // A killed process needs a moment to be gone; nothing else is waited for here.
    for _ in 0..100 {
        found.clear();
        for process in std::fs::read_dir("/proc").unwrap().flatten() {
            let descriptors = std::fs::read_dir(process.path().join("fd"));
            let open = descriptors.into_iter().flatten().flatten();
            if open
                .filter_map(|link| std::fs::read_link(link.path()).ok())
                .any(|target| target.starts_with(place))
            {
                found.push(std::fs::read_to_string(process.path().join("cmdline")).unwrap_or_default());
            }
        }
        if found.is_empty() {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    found
}

#[test]
fn a_wrong_experiment_is_refused_by_the_child_too() {
    let wrong =
        experiment(r#"{ write = "m" }, { mark = "after" }"#, r#"what = "rss", of = "process", to = "after""#);
    let error = run(this_program(), &wrong, &directory(), DEADLINE).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the experiment failed: the experiment is wrong: do[0]: no mapping is called m here"
    );
}

#[test]
fn a_child_that_is_no_child_is_an_error_and_no_figure() {
    let simple = experiment(r#"{ mark = "after" }"#, r#"what = "rss", of = "process", to = "after""#);
    let missing = run(Path::new("/nonexistent"), &simple, &directory(), DEADLINE).unwrap_err();
    assert!(matches!(missing, ExperimentError::Child { .. }), "{missing}");
    let nowhere = run(this_program(), &simple, Path::new("/nonexistent"), DEADLINE).unwrap_err();
    assert!(matches!(nowhere, ExperimentError::Directory { .. }), "{nowhere}");
    let Some(mute) = find("false") else { return };
    let mute = run(&mute, &simple, &directory(), DEADLINE).unwrap_err();
    assert_eq!(mute.to_string(), "the experiment's child ended by exit status 1 without an answer: ");
}
