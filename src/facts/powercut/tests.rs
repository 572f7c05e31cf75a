//! The model against an oracle that knows nothing of pages, epochs or changes:
//! it remembers, byte by byte and name by name, all that was ever true since the
//! last flush. A survivor may show nothing else, and must show what did not change.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::time::SystemTime;

use proptest::prelude::*;

use super::content::{Content, PAGE};
use super::image::{Attributes, Image, Kind};
use super::{Disk, Entries, Inode, ROOT, Refusal, Survivors};
use crate::words::units::Bytes;

const ATTRIBUTES: Attributes =
    Attributes { permissions: 0o644, uid: 0, gid: 0, modified: SystemTime::UNIX_EPOCH };

fn empty_disk(entries: Entries) -> Disk {
    Disk::new(Image::empty(ATTRIBUTES), Bytes::mib(16), entries)
}

fn new_file(disk: &mut Disk, name: &str) -> Inode {
    disk.create(ROOT, OsStr::new(name), ATTRIBUTES, Kind::File(Content::default())).unwrap()
}

fn durable_file(disk: &mut Disk, name: &str, bytes: &[u8]) -> Inode {
    let file = new_file(disk, name);
    disk.write(file, 0, bytes).unwrap();
    disk.flush_file(file).unwrap();
    disk.flush_directory(ROOT).unwrap();
    file
}

fn bytes(image: &Image, name: &str) -> Option<Vec<u8>> {
    image.file(name).map(Content::to_bytes)
}

fn subsets(disk: &Disk) -> impl Iterator<Item = Image> {
    (0..64).map(|seed| disk.cut(Survivors::Subset { seed }))
}

// ---- one file --------------------------------------------------------------

#[derive(Clone, Debug)]
enum Deed {
    Write(u64, Vec<u8>),
    Truncate(u64),
    Flush,
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let far = 4 * PAGE as u64;
    let write = (0..far, 1u8..=255, prop_oneof![1..64usize, 1..6000usize])
        .prop_map(|(offset, byte, length)| Deed::Write(offset, vec![byte; length]));
    let deed = prop_oneof![6 => write, 2 => (0..far).prop_map(Deed::Truncate), 1 => Just(Deed::Flush)];
    prop::collection::vec(deed, 1..16)
}

/// All that one file may be after a cut, byte by byte.
#[derive(Default)]
struct Oracle {
    now: Vec<u8>,
    flushed: Vec<u8>,
    lengths: BTreeSet<u64>,
    /// What stood at each offset since the flush; `None` while the file was shorter.
    stood: Vec<BTreeSet<Option<u8>>>,
}

impl Oracle {
    fn new() -> Self {
        let mut oracle = Self::default();
        oracle.note();
        oracle
    }

    fn note(&mut self) {
        self.lengths.insert(self.now.len() as u64);
        let reach = self.stood.len().max(self.now.len());
        // An offset first reached now was behind the end until now.
        self.stood.resize_with(reach, || BTreeSet::from([None]));
        for (offset, stood) in self.stood.iter_mut().enumerate() {
            stood.insert(self.now.get(offset).copied());
        }
    }

    fn apply(&mut self, deed: &Deed) {
        match deed {
            Deed::Write(offset, bytes) => {
                let end = *offset as usize + bytes.len();
                if end > self.now.len() {
                    self.now.resize(end, 0);
                }
                self.now[*offset as usize..end].copy_from_slice(bytes);
            }
            Deed::Truncate(length) => self.now.resize(*length as usize, 0),
            Deed::Flush => {
                self.flushed = self.now.clone();
                self.lengths.clear();
                self.stood.clear();
            }
        }
        self.note();
    }

    fn permits(&self, survivor: &[u8]) -> Result<(), TestCaseError> {
        prop_assert!(self.lengths.contains(&(survivor.len() as u64)), "length {}", survivor.len());
        for (offset, stood) in self.stood.iter().enumerate() {
            let found = survivor.get(offset).copied();
            let behind_the_end = stood.contains(&None);
            let possible = stood.contains(&found) || (found == Some(0) && behind_the_end);
            prop_assert!(possible || found.is_none(), "offset {offset}: {found:?} of {stood:?}");
            if stood.len() == 1 {
                prop_assert_eq!(found, *stood.first().unwrap(), "a flushed byte at {} was lost", offset);
            }
        }
        Ok(())
    }
}

fn apply(disk: &mut Disk, file: Inode, deed: &Deed) {
    match deed {
        Deed::Write(offset, bytes) => disk.write(file, *offset, bytes).unwrap(),
        Deed::Truncate(length) => disk.truncate(file, *length).unwrap(),
        Deed::Flush => disk.flush_file(file).unwrap(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_file_loses_no_flushed_byte_and_invents_none(deeds in deeds(), seeds in any::<[u64; 4]>()) {
        let mut disk = empty_disk(Entries::Strict);
        let file = durable_file(&mut disk, "f", b"");
        let mut oracle = Oracle::new();
        for deed in &deeds {
            apply(&mut disk, file, deed);
            oracle.apply(deed);
            prop_assert_eq!(&disk.file(file).unwrap().written().to_bytes(), &oracle.now);
            prop_assert_eq!(&bytes(&disk.cut(Survivors::Everything), "f").unwrap(), &oracle.now);
            prop_assert_eq!(&bytes(&disk.cut(Survivors::FlushedOnly), "f").unwrap(), &oracle.flushed);
            for seed in seeds {
                oracle.permits(&bytes(&disk.cut(Survivors::Subset { seed }), "f").unwrap())?;
            }
        }
    }

    #[test]
    fn a_survivor_can_be_put_back_and_cut_again(deeds in deeds(), seed in any::<u64>()) {
        let mut disk = empty_disk(Entries::Strict);
        let file = durable_file(&mut disk, "f", b"");
        deeds.iter().for_each(|deed| apply(&mut disk, file, deed));
        let image = disk.cut(Survivors::Subset { seed });
        let again = Disk::new(image.clone(), Bytes::mib(16), Entries::Strict);
        for survivors in [Survivors::FlushedOnly, Survivors::Everything, Survivors::Subset { seed }] {
            prop_assert_eq!(again.cut(survivors), image.clone());
        }
    }

    #[test]
    fn room_is_counted_in_the_pages_that_files_hold(deeds in deeds()) {
        let mut disk = empty_disk(Entries::Strict);
        let file = durable_file(&mut disk, "f", b"");
        for deed in &deeds {
            apply(&mut disk, file, deed);
            let (capacity, free) = disk.room();
            prop_assert_eq!(capacity - free, disk.file(file).unwrap().written().pages());
        }
        disk.unlink(ROOT, OsStr::new("f")).unwrap();
        let (capacity, free) = disk.room();
        prop_assert_eq!(capacity, free);
    }
}

// ---- names -----------------------------------------------------------------

const NAMES: [&str; 4] = ["a", "b", "c", "d"];

#[derive(Clone, Debug)]
enum NameDeed {
    Create(usize, usize),
    Rename((usize, usize), (usize, usize)),
    Unlink(usize, usize),
    Link((usize, usize), (usize, usize)),
    Flush(usize),
}

fn name_deeds() -> impl Strategy<Value = Vec<NameDeed>> {
    let slot = || (0..2usize, 0..NAMES.len());
    let deed = prop_oneof![
        3 => slot().prop_map(|(directory, name)| NameDeed::Create(directory, name)),
        4 => (slot(), slot()).prop_map(|(from, to)| NameDeed::Rename(from, to)),
        2 => slot().prop_map(|(directory, name)| NameDeed::Unlink(directory, name)),
        1 => (slot(), slot()).prop_map(|(from, to)| NameDeed::Link(from, to)),
        2 => (0..2usize).prop_map(NameDeed::Flush),
    ];
    prop::collection::vec(deed, 1..24)
}

/// Each file's content is its own number, so that an image shows who is where.
fn who_is_where(image: &Image) -> BTreeMap<String, Vec<u8>> {
    image
        .walk()
        .into_iter()
        .filter_map(|(path, _, kind)| match kind {
            Kind::File(content) => Some((path.display().to_string(), content.to_bytes())),
            Kind::Directory(_) | Kind::Link(_) => None,
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn names_survive_as_they_were_at_some_time(
        deeds in name_deeds(),
        seeds in any::<[u64; 4]>(),
        journalled in any::<bool>(),
    ) {
        let entries = if journalled { Entries::Journalled } else { Entries::Strict };
        let mut disk = empty_disk(entries);
        let sub = disk.create(ROOT, OsStr::new("sub"), ATTRIBUTES, Kind::Directory(BTreeMap::new())).unwrap();
        disk.flush_directory(ROOT).unwrap();
        let directories = [ROOT, sub];
        let path = |(directory, name): (usize, usize)| format!("{}{}", ["", "sub/"][directory], NAMES[name]);
        let place = |(directory, name): (usize, usize)| (directories[directory], OsStr::new(NAMES[name]));

        // For each path: who was there since it was last known to be durable.
        let mut stood: BTreeMap<String, BTreeSet<Option<Vec<u8>>>> = BTreeMap::new();
        for directory in 0..2 {
            for name in 0..NAMES.len() {
                stood.insert(path((directory, name)), BTreeSet::from([None]));
            }
        }
        for (number, deed) in deeds.iter().enumerate() {
            match deed {
                NameDeed::Create(directory, name) => {
                    let (parent, name) = place((*directory, *name));
                    let content = Kind::File(Content::default());
                    if let Ok(file) = disk.create(parent, name, ATTRIBUTES, content) {
                        disk.write(file, 0, number.to_string().as_bytes()).unwrap();
                        if journalled {
                            // Its bytes are flushed, and so is every name.
                            stood.clear();
                        }
                        disk.flush_file(file).unwrap();
                    }
                }
                NameDeed::Rename(from, to) => { let _ = disk.rename(place(*from), place(*to)); }
                NameDeed::Unlink(directory, name) => {
                    let (parent, name) = place((*directory, *name));
                    let _ = disk.unlink(parent, name);
                }
                NameDeed::Link(from, to) => {
                    let (parent, name) = place(*to);
                    if let Ok(child) = disk.lookup(place(*from).0, place(*from).1) {
                        let _ = disk.link(child, parent, name);
                    }
                }
                NameDeed::Flush(directory) => {
                    disk.flush_directory(directories[*directory]).unwrap();
                    for name in 0..NAMES.len() {
                        stood.remove(&path((*directory, name)));
                    }
                    if journalled {
                        stood.clear();
                    }
                }
            }
            let now = who_is_where(&disk.cut(Survivors::Everything));
            for directory in 0..2 {
                for name in 0..NAMES.len() {
                    let path = path((directory, name));
                    stood.entry(path.clone()).or_default().insert(now.get(&path).cloned());
                }
            }
            let flushed = Survivors::FlushedOnly;
            let drawn = seeds.into_iter().map(|seed| Survivors::Subset { seed });
            for survivors in std::iter::once(flushed).chain(drawn) {
                let image = who_is_where(&disk.cut(survivors));
                for (path, stood) in &stood {
                    prop_assert!(
                        stood.contains(&image.get(path).cloned()),
                        "{path}: {:?} of {stood:?} under {survivors}", image.get(path)
                    );
                }
            }
        }
    }

    #[test]
    fn a_rename_leaves_the_old_name_or_the_new_one(
        moves in prop::collection::vec((0..2usize, 0..4usize), 1..12),
        flushes in any::<u16>(),
        seeds in any::<[u64; 8]>(),
    ) {
        let mut disk = empty_disk(Entries::Strict);
        let sub = disk.create(ROOT, OsStr::new("sub"), ATTRIBUTES, Kind::Directory(BTreeMap::new())).unwrap();
        durable_file(&mut disk, "a", b"precious");
        let directories = [ROOT, sub];
        let mut at = (ROOT, OsString::from("a"));
        for (step, (directory, name)) in moves.into_iter().enumerate() {
            let to = (directories[directory], OsString::from(NAMES[name]));
            disk.rename((at.0, &at.1), (to.0, &to.1)).unwrap();
            at = to;
            if flushes >> step & 1 == 1 {
                disk.flush_directory(directories[step % 2]).unwrap();
            }
            for seed in seeds {
                let image = who_is_where(&disk.cut(Survivors::Subset { seed }));
                prop_assert_eq!(image.len(), 1, "{:?}", image);
                prop_assert_eq!(image.values().next().unwrap(), &b"precious".to_vec());
            }
        }
    }
}

// ---- what a reader of the book is told -------------------------------------

#[test]
fn fsync_of_a_new_file_does_not_make_its_name_durable() {
    for (entries, survives) in [(Entries::Strict, false), (Entries::Journalled, true)] {
        let mut disk = empty_disk(entries);
        let file = new_file(&mut disk, "new");
        disk.write(file, 0, b"bytes").unwrap();
        disk.flush_file(file).unwrap();
        assert_eq!(bytes(&disk.cut(Survivors::FlushedOnly), "new").is_some(), survives, "{entries:?}");
        disk.flush_directory(ROOT).unwrap();
        assert_eq!(bytes(&disk.cut(Survivors::FlushedOnly), "new").unwrap(), b"bytes");
    }
}

#[test]
fn fsync_of_the_directory_does_not_make_the_bytes_durable() {
    let mut disk = empty_disk(Entries::Strict);
    let file = new_file(&mut disk, "new");
    disk.write(file, 0, b"bytes").unwrap();
    disk.flush_directory(ROOT).unwrap();
    assert_eq!(bytes(&disk.cut(Survivors::FlushedOnly), "new").unwrap(), b"");
}

#[test]
fn unflushed_pages_survive_in_every_combination() {
    let mut disk = empty_disk(Entries::Strict);
    let file = durable_file(&mut disk, "f", &[b'.'; 2 * PAGE]);
    disk.write(file, 0, &[b'#'; 2 * PAGE]).unwrap();
    let seen: BTreeSet<(u8, u8)> = subsets(&disk)
        .map(|image| bytes(&image, "f").unwrap())
        .map(|bytes| (bytes[0], bytes[PAGE]))
        .collect();
    assert_eq!(seen.len(), 4, "{seen:?}");
}

#[test]
fn a_page_written_twice_may_survive_as_it_was_between() {
    let mut disk = empty_disk(Entries::Strict);
    let file = durable_file(&mut disk, "f", b"one");
    disk.write(file, 0, b"two").unwrap();
    disk.write(file, 0, b"six").unwrap();
    let seen: BTreeSet<Vec<u8>> = subsets(&disk).map(|image| bytes(&image, "f").unwrap()).collect();
    assert_eq!(seen, BTreeSet::from([b"one".to_vec(), b"two".to_vec(), b"six".to_vec()]));
}

#[test]
fn what_was_cut_off_does_not_come_back_behind_what_was_written_after_the_cut() {
    let mut disk = empty_disk(Entries::Strict);
    let file = durable_file(&mut disk, "f", &[b'.'; PAGE]);
    disk.truncate(file, 0).unwrap();
    disk.write(file, PAGE as u64, b"tail").unwrap();
    let survivors: Vec<Vec<u8>> = subsets(&disk).map(|image| bytes(&image, "f").unwrap()).collect();
    assert!(survivors.iter().any(|bytes| bytes.ends_with(b"tail")));
    for bytes in survivors.iter().filter(|bytes| bytes.len() > PAGE) {
        assert_eq!(bytes[0], 0, "the cut survived, for the file is longer than before it");
    }
}

#[test]
fn a_durable_name_is_not_taken_away_by_a_removal_before_it() {
    let mut disk = empty_disk(Entries::Strict);
    let sub = disk.create(ROOT, OsStr::new("sub"), ATTRIBUTES, Kind::Directory(BTreeMap::new())).unwrap();
    durable_file(&mut disk, "a", b"old");
    disk.unlink(ROOT, OsStr::new("a")).unwrap();
    let file = new_file(&mut disk, "a");
    disk.link(file, sub, OsStr::new("b")).unwrap();
    disk.flush_directory(sub).unwrap();
    for image in subsets(&disk) {
        assert_eq!(bytes(&image, "a").unwrap(), b"");
    }
}

#[test]
fn a_rename_without_a_flush_may_put_an_empty_file_in_place_of_the_old_one() {
    let mut disk = empty_disk(Entries::Strict);
    durable_file(&mut disk, "f", b"old");
    let file = new_file(&mut disk, "f.tmp");
    disk.write(file, 0, b"new").unwrap();
    disk.rename((ROOT, OsStr::new("f.tmp")), (ROOT, OsStr::new("f"))).unwrap();
    let seen: BTreeSet<Vec<u8>> = subsets(&disk).map(|image| bytes(&image, "f").unwrap()).collect();
    assert!(seen.contains(b"".as_slice()) && seen.contains(b"old".as_slice()), "{seen:?}");

    disk.flush_file(file).unwrap();
    for image in subsets(&disk) {
        assert!(matches!(bytes(&image, "f").as_deref(), Some(b"old" | b"new")));
    }
}

#[test]
fn after_a_failed_flush_trying_again_reports_success_and_writes_nothing() {
    let mut disk = empty_disk(Entries::Strict);
    let file = durable_file(&mut disk, "f", b"old");
    disk.write(file, 0, b"new").unwrap();
    disk.fail_flush(file).unwrap();
    disk.flush_file(file).unwrap();
    assert_eq!(bytes(&disk.cut(Survivors::FlushedOnly), "f").unwrap(), b"old");
    disk.write(file, 0, b"new").unwrap();
    disk.flush_file(file).unwrap();
    assert_eq!(bytes(&disk.cut(Survivors::FlushedOnly), "f").unwrap(), b"new");
}

#[test]
fn a_removed_directory_takes_nothing_with_it_that_had_moved_out_before() {
    let mut disk = empty_disk(Entries::Strict);
    let sub = disk.create(ROOT, OsStr::new("sub"), ATTRIBUTES, Kind::Directory(BTreeMap::new())).unwrap();
    let file = disk.create(sub, OsStr::new("f"), ATTRIBUTES, Kind::File(Content::default())).unwrap();
    disk.write(file, 0, b"precious").unwrap();
    disk.flush_file(file).unwrap();
    disk.flush_directory(ROOT).unwrap();
    disk.flush_directory(sub).unwrap();
    disk.rename((sub, OsStr::new("f")), (ROOT, OsStr::new("f"))).unwrap();
    disk.remove_directory(ROOT, OsStr::new("sub")).unwrap();
    for image in subsets(&disk) {
        assert!(bytes(&image, "f").or_else(|| bytes(&image, "sub/f")).is_some());
    }
}

#[test]
fn a_full_disk_refuses_new_pages_and_takes_overwrites() {
    let mut disk = empty_disk(Entries::Strict);
    let file = durable_file(&mut disk, "f", b"old");
    disk.fill();
    assert_eq!(disk.write(file, PAGE as u64, b"more"), Err(Refusal::NoSpace));
    disk.write(file, 0, b"new").unwrap();
    disk.truncate(file, 0).unwrap();
    disk.write(file, PAGE as u64, b"more").unwrap();
}

#[test]
fn a_removed_file_holds_its_room_while_it_is_open() {
    let mut disk = empty_disk(Entries::Strict);
    let (_, free) = disk.room();
    let file = durable_file(&mut disk, "f", b"bytes");
    disk.opened(file);
    disk.unlink(ROOT, OsStr::new("f")).unwrap();
    assert_eq!(disk.room().1, free - 1);
    disk.released(file);
    assert_eq!(disk.room().1, free);
    assert_eq!(
        bytes(&disk.cut(Survivors::FlushedOnly), "f").unwrap(),
        b"bytes",
        "the removal is not durable"
    );
    disk.flush_directory(ROOT).unwrap();
    assert_eq!(bytes(&disk.cut(Survivors::FlushedOnly), "f"), None);
}

#[test]
fn what_is_at_risk_is_told_by_path_and_page() {
    let mut disk = empty_disk(Entries::Strict);
    let file = durable_file(&mut disk, "f", &[1; 3 * PAGE]);
    assert_eq!(disk.at_risk(), super::AtRisk::default());
    disk.write(file, 2 * PAGE as u64 + 5, b"x").unwrap();
    new_file(&mut disk, "g");
    let risk = disk.at_risk();
    assert_eq!((risk.pages(), risk.names), (1, 1));
    assert_eq!(risk.files[0].path.as_deref(), Some("f".as_ref()));
    assert_eq!(risk.files[0].pages, [2]);
}
