//! Cutting under running programs, in the order that the disk asks for.

use std::time::Duration;

use mmaplings::edges::disk::{CutAt, DiskOptions, FlushEdge, PowerCutDisk};
use mmaplings::facts::powercut::content::Content;
use mmaplings::facts::powercut::image::Attributes;
use mmaplings::facts::powercut::{Image, Kind, Survivors};

use super::mount;
use super::programs::{Program, RECORDS, STRIDE};

const LONG: Duration = Duration::from_secs(30);

pub(crate) fn empty_journal() -> Image {
    let modified = std::time::SystemTime::UNIX_EPOCH;
    let (uid, gid) = (nix::unistd::geteuid().as_raw(), nix::unistd::getegid().as_raw());
    let attributes = Attributes { permissions: 0o755, uid, gid, modified };
    let content = Content::from_bytes(&vec![0; (RECORDS as usize + 1) * STRIDE]);
    let mut image = Image::empty(attributes);
    image.insert("journal".as_ref(), attributes, Kind::File(content)).unwrap();
    image
}

pub(crate) fn journal_disk() -> Option<PowerCutDisk> {
    mount(DiskOptions { image: Some(empty_journal()), ..DiskOptions::default() })
}

pub(crate) fn has_record(image: &Image, record: u64) -> bool {
    image.file("journal").unwrap().read(record * STRIDE as u64, 8) == record.to_le_bytes()
}

/// Cuts as the disk asks for; returns the last record that was acknowledged.
fn cut(disk: &PowerCutDisk, mut program: Program) -> u64 {
    disk.write_back();
    program.kill();
    disk.go_offline();
    program.last_acknowledged().unwrap_or(0)
}

fn all_survivors() -> impl Iterator<Item = Survivors> {
    let subsets = (0..8).map(|seed| Survivors::Subset { seed });
    [Survivors::FlushedOnly, Survivors::Everything].into_iter().chain(subsets)
}

#[test]
fn what_msync_acknowledged_survives_every_cut() {
    let Some(mut disk) = journal_disk() else { return };
    for (nth, edge) in [(1, FlushEdge::Before), (5, FlushEdge::After), (17, FlushEdge::Before)] {
        disk.set_cut(CutAt::Flush { nth, edge });
        let program = Program::start("msync", &disk.path().join("journal"));
        assert!(disk.wait_for_cut(LONG));
        let acknowledged = cut(&disk, program);
        let done = nth - u64::from(edge == FlushEdge::Before);
        assert!(acknowledged == done || acknowledged + 1 == done, "{acknowledged} after {done} flushes");
        for survivors in all_survivors() {
            let image = disk.image(survivors);
            for record in 1..=acknowledged {
                assert!(has_record(&image, record), "record {record} of {acknowledged}, {survivors}");
            }
        }
        disk.restart(empty_journal()).unwrap();
    }
}

#[test]
fn a_cut_at_a_write_is_exact() {
    let Some(mut disk) = journal_disk() else { return };
    for nth in [1, 4, 9] {
        disk.set_cut(CutAt::Write { nth });
        let program = Program::start("msync", &disk.path().join("journal"));
        assert!(disk.wait_for_cut(LONG));
        let acknowledged = cut(&disk, program);
        assert_eq!(acknowledged, nth - 1);
        assert_eq!(disk.writes(), nth);
        let everything = disk.image(Survivors::Everything);
        assert!(has_record(&everything, nth) && !has_record(&everything, nth + 1));
        assert!(!has_record(&disk.image(Survivors::FlushedOnly), nth));
        disk.restart(empty_journal()).unwrap();
    }
}

/// Each of these acknowledges what is not durable, and a cut shows it.
#[test]
fn who_does_not_flush_loses_what_it_acknowledged() {
    for name in ["no-msync", "msync-async", "late-msync"] {
        let Some(disk) = journal_disk() else { return };
        if name == "late-msync" {
            disk.set_cut(CutAt::Flush { nth: 10, edge: FlushEdge::Before });
        }
        let mut program = Program::start(name, &disk.path().join("journal"));
        program.wait_for(10);
        if name == "late-msync" {
            assert!(disk.wait_for_cut(LONG));
        }
        let acknowledged = cut(&disk, program).max(10);
        let image = disk.image(Survivors::FlushedOnly);
        assert!((1..=acknowledged).any(|record| !has_record(&image, record)), "{name} lost nothing");
        let torn = (0..64).map(|seed| disk.image(Survivors::Subset { seed }));
        let lost_in_the_middle = torn.into_iter().any(|image| {
            (1..acknowledged).any(|record| !has_record(&image, record) && has_record(&image, record + 1))
        });
        assert!(lost_in_the_middle || name == "late-msync", "{name}: stores survive in any order");
    }
}

/// The disk and the programs that wait for it never wait for each other: cuts at
/// flushes and at writes, before and after, with and without pages written back.
#[test]
fn many_cuts_end() {
    let Some(mut disk) = journal_disk() else { return };
    for round in 0..50 {
        let nth = 1 + round % 7;
        disk.set_cut(match round % 3 {
            0 => CutAt::Flush { nth, edge: FlushEdge::Before },
            1 => CutAt::Flush { nth, edge: FlushEdge::After },
            _ => CutAt::Write { nth },
        });
        let mut program = Program::start("msync", &disk.path().join("journal"));
        assert!(disk.wait_for_cut(LONG), "round {round}");
        if round % 2 == 0 {
            disk.write_back();
        }
        program.kill();
        disk.go_offline();
        let acknowledged = program.last_acknowledged().unwrap_or(0);
        let image = disk.image(Survivors::Subset { seed: round });
        assert!((1..=acknowledged).all(|record| has_record(&image, record)), "round {round}");
        disk.restart(empty_journal()).unwrap();
    }
}
