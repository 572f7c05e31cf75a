//! The disk and the tracer together: a program that waits for the disk, traced by a
//! thread that waits for the program.

use std::ffi::OsString;
use std::time::{Duration, Instant};

use mmaplings::edges::disk::{CutAt, FlushEdge, PowerCutDisk};
use mmaplings::edges::tracer::{Event, Launch, Limits, Stage};
use mmaplings::facts::powercut::Survivors;
use mmaplings::words::ids::InstanceName;

use super::cuts::{empty_journal, has_record, journal_disk};
use super::programs;

const LONG: Duration = Duration::from_secs(30);
/// The stage has no descriptor of the disk's to wait for: it is asked again so often.
const SLICE: Duration = Duration::from_millis(1);

enum Moment {
    Disk(CutAt),
    Acknowledged(u64),
}

/// Runs the journal on the stage until the moment, cuts, and returns the last record acknowledged.
fn cut(disk: &PowerCutDisk, moment: &Moment) -> u64 {
    let name: InstanceName = "journal".parse().unwrap();
    let mut stage = Stage::new(Limits { wall: LONG, ..Limits::default() }).unwrap();
    let command = programs::command("msync", &disk.path().join("journal"));
    let directory = std::env::temp_dir();
    let program = "journal".parse().unwrap();
    let mut launch = Launch::new(name.clone(), program, command.get_program().into(), directory);
    launch.args = command.get_args().map(OsString::from).collect();
    let given = command.get_envs().filter_map(|(key, value)| Some((key.into(), value?.into())));
    launch.environment = given.collect();
    if let Moment::Disk(cut) = moment {
        disk.set_cut(*cut);
    }
    stage.start(&launch).unwrap();

    let deadline = Instant::now() + LONG;
    let mut acknowledged = 0;
    let mut killed = false;
    loop {
        assert!(Instant::now() < deadline, "killed: {killed}, acknowledged: {acknowledged}");
        match stage.next_event(Instant::now() + SLICE).unwrap() {
            Event::Result { value, .. } => acknowledged = value.parse().unwrap(),
            Event::Ended { .. } => break,
            _ => {}
        }
        let reached = match moment {
            Moment::Disk(_) => disk.wait_for_cut(Duration::ZERO),
            Moment::Acknowledged(record) => acknowledged >= *record,
        };
        if reached && !killed {
            disk.write_back();
            stage.kill(&name).unwrap();
            disk.go_offline();
            killed = true;
        }
    }
    assert!(killed, "it ended before the moment: {:?}", stage.run(&name).unwrap().ending);
    acknowledged
}

#[test]
fn two_hundred_cuts_of_a_traced_program_end() {
    let Some(mut disk) = journal_disk() else { return };
    for round in 0..200 {
        let nth = 1 + round % 5;
        let moment = match round % 4 {
            0 => Moment::Disk(CutAt::Flush { nth, edge: FlushEdge::Before }),
            1 => Moment::Disk(CutAt::Flush { nth, edge: FlushEdge::After }),
            2 => Moment::Disk(CutAt::Write { nth }),
            _ => Moment::Acknowledged(nth),
        };
        let acknowledged = cut(&disk, &moment);
        let image = disk.image(Survivors::Subset { seed: round });
        assert!((1..=acknowledged).all(|record| has_record(&image, record)), "round {round}");
        disk.restart(empty_journal()).unwrap();
    }
}
