//! As a file system: what programs do with files works, and goes by the model.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{FileExt, MetadataExt, PermissionsExt};
use std::path::Path;

use mmaplings::edges::disk::{DiskOptions, Fault, FlushOutcome, PowerCutDisk, What, read_tree, write_tree};
use mmaplings::facts::powercut::{Image, Survivors};
use mmaplings::words::units::Bytes;
use nix::errno::Errno;

use super::mount;
use super::programs::map;

fn bytes(image: &Image, name: &str) -> Option<Vec<u8>> {
    image.file(name).map(|content| content.to_bytes())
}

fn sync_directory(path: &Path) {
    File::open(path).unwrap().sync_all().unwrap();
}

fn durable_file(disk: &PowerCutDisk, name: &str, length: u64) -> File {
    let path = disk.path().join(name);
    let file = OpenOptions::new().read(true).write(true).create_new(true).open(path).unwrap();
    file.set_len(length).unwrap();
    file.sync_all().unwrap();
    sync_directory(disk.path());
    file
}

#[test]
fn files_directories_links_and_renames_work() {
    let Some(disk) = mount(DiskOptions::default()) else { return };
    let root = disk.path();
    fs::create_dir(root.join("sub")).unwrap();
    fs::write(root.join("sub/a"), "hello").unwrap();
    fs::hard_link(root.join("sub/a"), root.join("b")).unwrap();
    assert_eq!(fs::metadata(root.join("b")).unwrap().nlink(), 2);
    std::os::unix::fs::symlink("sub/a", root.join("link")).unwrap();
    assert_eq!(fs::read_to_string(root.join("link")).unwrap(), "hello");
    fs::rename(root.join("sub/a"), root.join("c")).unwrap();
    assert_eq!(fs::remove_dir(root).unwrap_err().raw_os_error(), Some(Errno::EBUSY as i32));
    fs::remove_dir(root.join("sub")).unwrap();
    let mut held = File::open(root.join("b")).unwrap();
    fs::remove_file(root.join("b")).unwrap();
    fs::remove_file(root.join("c")).unwrap();
    let mut text = String::new();
    held.read_to_string(&mut text).unwrap();
    assert_eq!(text, "hello", "an open file outlives its names");
    let names: Vec<_> = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["link"]);
}

#[test]
fn a_full_directory_is_listed_and_emptied_whole() {
    let Some(disk) = mount(DiskOptions::default()) else { return };
    let many = disk.path().join("many");
    fs::create_dir(&many).unwrap();
    let wanted: BTreeSet<String> = (0..3000).map(|number| format!("file-{number:04}")).collect();
    for name in &wanted {
        File::create(many.join(name)).unwrap();
    }
    let found: BTreeSet<String> =
        fs::read_dir(&many).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(found, wanted);
    fs::remove_dir_all(&many).unwrap();
}

#[test]
fn attributes_and_holes_are_as_set() {
    let Some(disk) = mount(DiskOptions::default()) else { return };
    let path = disk.path().join("f");
    let file = File::create(&path).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    file.set_len(1 << 30).unwrap();
    file.write_all_at(b"end", (1 << 30) - 3).unwrap();
    let found = fs::metadata(&path).unwrap();
    assert_eq!((found.mode() & 0o7777, found.len()), (0o640, 1 << 30));
    assert_eq!(found.blocks() * 512, 4096, "a hole takes no room");
    let mut reader = File::open(&path).unwrap();
    reader.seek(SeekFrom::Start((1 << 30) - 5)).unwrap();
    let mut end = Vec::new();
    reader.read_to_end(&mut end).unwrap();
    assert_eq!(end, b"\0\0end");
}

#[test]
fn what_msync_covers_is_durable_and_nothing_else_is() {
    let Some(disk) = mount(DiskOptions::default()) else { return };
    let file = durable_file(&disk, "f", 3 * 4096);
    let mut map = map(&file);
    map[0] = b'a';
    map[2 * 4096] = b'c';
    map.flush_range(0, 4096).unwrap();
    map[4096] = b'b';
    map.flush_async().unwrap();
    let flushed = bytes(&disk.image(Survivors::FlushedOnly), "f").unwrap();
    assert_eq!([flushed[0], flushed[4096], flushed[2 * 4096]], [b'a', 0, 0]);

    assert!(disk.write_back());
    let everything = bytes(&disk.image(Survivors::Everything), "f").unwrap();
    assert_eq!([everything[0], everything[4096], everything[2 * 4096]], [b'a', b'b', b'c']);
    assert_eq!(disk.at_risk().files[0].pages, [1, 2], "written back, and not flushed");
    assert_eq!(bytes(&disk.image(Survivors::FlushedOnly), "f").unwrap(), flushed);
}

#[test]
fn fsync_fdatasync_and_o_sync_flush_and_close_does_not() {
    let Some(disk) = mount(DiskOptions::default()) else { return };
    let flushed = |name: &str| bytes(&disk.image(Survivors::FlushedOnly), name).unwrap();
    let mut closed = durable_file(&disk, "closed", 0);
    closed.write_all(b"x").unwrap();
    drop(closed);
    assert_eq!(flushed("closed"), b"");

    let mut file = durable_file(&disk, "fdatasync", 0);
    file.write_all(b"x").unwrap();
    file.sync_data().unwrap();
    assert_eq!(flushed("fdatasync"), b"x");

    durable_file(&disk, "o_sync", 0);
    let mut file = {
        use std::os::unix::fs::OpenOptionsExt;
        let path = disk.path().join("o_sync");
        OpenOptions::new().write(true).custom_flags(nix::libc::O_DSYNC).open(path).unwrap()
    };
    file.write_all(b"x").unwrap();
    assert_eq!(flushed("o_sync"), b"x");
}

#[test]
fn a_failing_flush_is_told_once_and_trying_again_makes_nothing_durable() {
    let Some(disk) = mount(DiskOptions::default()) else { return };
    let file = durable_file(&disk, "f", 4096);
    let mut map = map(&file);
    disk.inject(Fault::FlushFails { nth: 1 });
    map[0] = b'x';
    assert_eq!(map.flush().unwrap_err().raw_os_error(), Some(Errno::EIO as i32));
    map.flush().unwrap();
    assert_eq!(bytes(&disk.image(Survivors::FlushedOnly), "f").unwrap()[0], 0);
    map[0] = b'x';
    map.flush().unwrap();
    assert_eq!(bytes(&disk.image(Survivors::FlushedOnly), "f").unwrap()[0], b'x');

    let outcomes: Vec<FlushOutcome> = disk
        .events()
        .0
        .into_iter()
        .filter(|event| event.path == Path::new("f"))
        .filter_map(|event| match event.what {
            What::Flush { outcome, .. } => Some(outcome),
            _ => None,
        })
        .collect();
    use FlushOutcome::{Done, Failed};
    assert_eq!(outcomes, [Done, Failed, Done, Done]);
}

#[test]
fn a_full_disk_answers_enospc() {
    let Some(disk) = mount(DiskOptions { capacity: Bytes::kib(64), ..DiskOptions::default() }) else {
        return;
    };
    let mut file = File::create(disk.path().join("f")).unwrap();
    let error = file.write_all(&[1; 65 * 1024]).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::StorageFull);

    let other = durable_file(&disk, "g", 4096);
    disk.inject(Fault::Full);
    let mut map = map(&other);
    map[0] = 1;
    let told = map.flush().unwrap_err().raw_os_error();
    assert!(told == Some(Errno::ENOSPC as i32) || told == Some(Errno::EIO as i32), "{told:?}");
}

#[test]
fn a_tree_goes_onto_a_disk_and_comes_back() {
    let source = tempfile::tempdir().unwrap();
    fs::create_dir(source.path().join("sub")).unwrap();
    fs::write(source.path().join("sub/f"), vec![7; 10_000]).unwrap();
    std::os::unix::fs::symlink("sub/f", source.path().join("link")).unwrap();
    let image = read_tree(source.path(), Bytes::mib(1)).unwrap();
    let Some(mut disk) = mount(DiskOptions { image: Some(image), ..DiskOptions::default() }) else { return };
    assert_eq!(fs::read(disk.path().join("link")).unwrap(), vec![7; 10_000]);
    fs::write(disk.path().join("sub/new"), "unflushed").unwrap();

    let everything = disk.image(Survivors::Everything);
    disk.restart(disk.image(Survivors::FlushedOnly)).unwrap();
    assert!(!disk.path().join("sub/new").exists());
    assert_eq!(fs::read(disk.path().join("sub/f")).unwrap(), vec![7; 10_000]);

    let out = tempfile::tempdir().unwrap();
    write_tree(&everything, out.path()).unwrap();
    assert_eq!(fs::read(out.path().join("sub/new")).unwrap(), b"unflushed");
    assert_eq!(fs::read_link(out.path().join("link")).unwrap(), Path::new("sub/f"));
}
