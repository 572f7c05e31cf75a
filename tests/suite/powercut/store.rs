//! The runner's own files on the power-cut disk: whatever the moment of the cut,
//! what is saved atomically is the old file or the new one, whole.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use mmaplings::edges::disk::{CutAt, DiskOptions, FlushEdge, PowerCutDisk};
use mmaplings::edges::store::write_atomically;
use mmaplings::facts::powercut::{Entries, Image, Survivors};

use super::mount;

const OLD: &[u8] = &[b'o'; 10_000];
const NEW: &[u8] = &[b'n'; 20_000];

/// A way to save a file.
type Save = fn(&Path) -> io::Result<()>;

fn atomically(path: &Path) -> io::Result<()> {
    write_atomically(path, NEW).map_err(io::Error::other)
}

fn in_place(path: &Path) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(NEW)?;
    file.sync_all()
}

fn without_flushing(path: &Path) -> io::Result<()> {
    let beside = path.with_extension("tmp");
    fs::write(&beside, NEW)?;
    fs::rename(&beside, path)
}

fn old_file(disk: &PowerCutDisk) -> Image {
    write_atomically(&disk.path().join("progress.json"), OLD).unwrap();
    disk.image(Survivors::FlushedOnly)
}

/// Saves while the power is cut there, and shows each survivor, with whether the
/// save had been acknowledged. False once the save ends before that moment comes.
fn cut_while_saving(
    disk: &mut PowerCutDisk,
    cut: CutAt,
    save: Save,
    mut see: impl FnMut(&Image, bool, Survivors),
) -> bool {
    let path = disk.path().join("progress.json");
    disk.set_cut(cut);
    let saving = std::thread::spawn(move || save(&path).is_ok());
    let mut came = false;
    while !came && !saving.is_finished() {
        came = disk.wait_for_cut(Duration::from_millis(2));
    }
    came |= disk.wait_for_cut(Duration::ZERO);
    disk.go_offline();
    let acknowledged = saving.join().unwrap();
    let subsets = (0..32).map(|seed| Survivors::Subset { seed });
    for survivors in [Survivors::FlushedOnly, Survivors::Everything].into_iter().chain(subsets) {
        see(&disk.image(survivors), acknowledged, survivors);
    }
    came
}

/// Cuts at every write, and on both sides of every flush; the moments seen.
fn cut_everywhere(entries: Entries, save: Save, mut see: impl FnMut(&[u8], bool, &str)) -> Option<u32> {
    let mut disk = mount(DiskOptions { entries, ..DiskOptions::default() })?;
    let old = old_file(&disk);
    let mut moments = 0;
    let writes = |nth| CutAt::Write { nth };
    let before = |nth| CutAt::Flush { nth, edge: FlushEdge::Before };
    let after = |nth| CutAt::Flush { nth, edge: FlushEdge::After };
    for kind in [&writes as &dyn Fn(u64) -> CutAt, &before, &after] {
        for nth in 1.. {
            disk.restart(old.clone()).unwrap();
            let cut = kind(nth);
            let came = cut_while_saving(&mut disk, cut, save, |image, acknowledged, survivors| {
                let bytes = image.file("progress.json").map_or(Vec::new(), |content| content.to_bytes());
                see(&bytes, acknowledged, &format!("{cut:?}, {survivors}"));
            });
            if !came {
                break;
            }
            moments += 1;
        }
    }
    Some(moments)
}

#[test]
fn an_atomic_save_is_whole_after_a_cut_at_any_moment() {
    for entries in [Entries::Strict, Entries::Journalled] {
        let moments = cut_everywhere(entries, atomically, |bytes, acknowledged, moment| {
            assert!(bytes == OLD || bytes == NEW, "{} bytes at {moment}", bytes.len());
            assert!(bytes == NEW || !acknowledged, "acknowledged and lost at {moment}");
        });
        let Some(moments) = moments else { return };
        assert!(moments >= 5, "a write and two flushes at least: {moments}");
    }
}

/// The same cuts find out who is not atomic, or not durable.
#[test]
fn other_ways_of_saving_are_found_out() {
    for save in [in_place as Save, without_flushing] {
        let mut broken = 0;
        let moments = cut_everywhere(Entries::Strict, save, |bytes, acknowledged, _| {
            let right = bytes == NEW || (bytes == OLD && !acknowledged);
            broken += u32::from(!right);
        });
        assert!(moments.is_none() || broken > 0);
    }
}
