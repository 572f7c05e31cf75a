//! A program that nobody here wrote: SQLite, whose manual says what survives.
//!
//! `PRAGMA synchronous`: with FULL a commit is durable once it returns, with OFF it
//! is not; and in the journal mode DELETE a commit is the removal of a file, whose
//! directory only EXTRA flushes (<https://www.sqlite.org/pragma.html#pragma_synchronous>).

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use mmaplings::edges::disk::{CutAt, DiskOptions, FlushEdge, PowerCutDisk};
use mmaplings::facts::powercut::{Image, Survivors};

use super::mount;
use crate::skip;

const COMMITS: u32 = 40;

fn ask(database: &Path, statements: &str) -> String {
    let output = Command::new("sqlite3").arg(database).arg(statements).output().unwrap();
    String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap()
}

/// A database with an empty table, durable, in that journal mode.
fn base(disk: &mut PowerCutDisk, journal: &str) -> Image {
    let database = disk.path().join("db");
    ask(&database, &format!("PRAGMA journal_mode={journal}; CREATE TABLE t(k INTEGER, filler BLOB);"));
    let image = disk.image(Survivors::Everything);
    disk.restart(image.clone()).unwrap();
    image
}

/// SQLite at work: a commit after the other, each acknowledged by a line.
fn start(database: &Path, journal: &str, synchronous: &str) -> Child {
    let mut sqlite = Command::new("stdbuf")
        .args(["-oL", "sqlite3"])
        .arg(database)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut script = format!("PRAGMA journal_mode={journal};\nPRAGMA synchronous={synchronous};\n");
    for k in 1..=COMMITS {
        script += &format!("INSERT INTO t VALUES({k}, randomblob(3000));\nSELECT 'durable=' || {k};\n");
    }
    // The script is shorter than a pipe is deep.
    sqlite.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
    sqlite
}

/// Commits that were acknowledged, all output read to the end.
fn acknowledged(mut sqlite: Child) -> u32 {
    let lines = BufReader::new(sqlite.stdout.take().unwrap()).lines();
    let last =
        lines.map_while(Result::ok).filter_map(|line| line.strip_prefix("durable=")?.parse().ok()).last();
    sqlite.wait().unwrap();
    last.unwrap_or(0)
}

#[derive(Default)]
struct Tally {
    cuts: u32,
    lost: u32,
    broken: u32,
    acknowledged: u32,
}

/// Cuts at flushes, or after so many writes where SQLite never flushes.
fn tally(journal: &str, synchronous: &str) -> Option<Tally> {
    skip::find("sqlite3")?;
    skip::find("stdbuf")?;
    let mut disk = mount(DiskOptions::default())?;
    let base = base(&mut disk, journal);
    let mut tally = Tally::default();
    for (round, nth) in [1, 2, 3, 5, 6, 7, 8, 12, 17, 22, 23].into_iter().enumerate() {
        disk.restart(base.clone()).unwrap();
        let edge = if round % 2 == 0 { FlushEdge::After } else { FlushEdge::Before };
        disk.set_cut(match synchronous {
            "OFF" => CutAt::Write { nth: nth * 5 },
            _ => CutAt::Flush { nth, edge },
        });
        let mut sqlite = start(&disk.path().join("db"), journal, synchronous);
        assert!(disk.wait_for_cut(Duration::from_secs(30)), "{journal}, {synchronous}, {nth}");
        disk.write_back();
        sqlite.kill().unwrap();
        disk.go_offline();
        let acknowledged = acknowledged(sqlite);
        tally.acknowledged += acknowledged;
        let images: Vec<Image> = [Survivors::FlushedOnly, Survivors::Everything]
            .into_iter()
            .chain((0..3).map(|seed| Survivors::Subset { seed: seed + nth }))
            .map(|survivors| disk.image(survivors))
            .collect();
        for image in images {
            disk.restart(image).unwrap();
            let answer =
                ask(&disk.path().join("db"), "PRAGMA integrity_check; SELECT 'k=' || k FROM t ORDER BY k;");
            let found = answer.lines().filter(|line| line.starts_with("k=")).count() as u32;
            tally.cuts += 1;
            tally.broken += u32::from(!answer.starts_with("ok"));
            tally.lost += u32::from(found < acknowledged);
        }
    }
    Some(tally)
}

#[test]
fn sqlite_loses_nothing_that_it_acknowledged_where_its_manual_says_so() {
    for (journal, synchronous) in
        [("WAL", "FULL"), ("TRUNCATE", "FULL"), ("PERSIST", "FULL"), ("DELETE", "EXTRA")]
    {
        let Some(tally) = tally(journal, synchronous) else { return };
        assert!(tally.acknowledged > 0);
        assert_eq!((tally.lost, tally.broken), (0, 0), "{journal}, {synchronous}: of {} cuts", tally.cuts);
    }
}

#[test]
fn sqlite_without_flushes_loses_what_it_acknowledged() {
    let Some(tally) = tally("DELETE", "OFF") else { return };
    assert!(tally.lost + tally.broken > 0, "of {} cuts", tally.cuts);
}

/// The removal of the journal is the commit, and FULL does not flush its directory.
#[test]
fn sqlite_in_its_default_mode_may_lose_the_last_commit() {
    let Some(tally) = tally("DELETE", "FULL") else { return };
    assert!(tally.lost > 0, "of {} cuts", tally.cuts);
    assert_eq!(tally.broken, 0, "rolled back, and never damaged");
}
