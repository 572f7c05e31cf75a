//! Programs that the other tests run on a disk and kill: this very test binary,
//! started again for one ignored test, so that they need no compiler.
#![expect(unsafe_code, reason = "files are mapped")]

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use memmap2::{MmapMut, MmapOptions};

const PROGRAM: &str = "MMAPLINGS_TEST_PROGRAM";
const FILE: &str = "MMAPLINGS_TEST_FILE";

/// Records of the journal: a u64 each, in a page of their own.
pub(crate) const RECORDS: u64 = 2000;
pub(crate) const STRIDE: usize = 4096;

/// The program `name` on `file`, to be started.
pub(crate) fn command(name: &str, file: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "powercut::programs::program", "--ignored", "--nocapture", "--quiet"])
        .env(PROGRAM, name)
        .env(FILE, file)
        .stdin(Stdio::null())
        .stderr(Stdio::null());
    command
}

/// A running program, killed when dropped.
pub(crate) struct Program {
    child: Child,
    stdout: BufReader<ChildStdout>,
}

impl Program {
    pub(crate) fn start(name: &str, file: &Path) -> Self {
        let mut child = command(name, file).stdout(Stdio::piped()).spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        Self { child, stdout }
    }

    /// Sends SIGKILL and does not wait: the program may be waiting for the disk.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
    }

    /// The last record that it acknowledged, all its output read to the end.
    pub(crate) fn last_acknowledged(mut self) -> Option<u64> {
        let mut last = None;
        let mut line = String::new();
        while self.stdout.read_line(&mut line).unwrap() > 0 {
            if let Some(number) = line.trim_end().strip_prefix("durable=").filter(|_| line.ends_with('\n')) {
                last = Some(number.parse().unwrap());
            }
            line.clear();
        }
        self.child.wait().unwrap();
        last
    }

    /// Reads until it has acknowledged `record`.
    pub(crate) fn wait_for(&mut self, record: u64) {
        let wanted = format!("durable={record}\n");
        let mut line = String::new();
        while line != wanted {
            line.clear();
            assert_ne!(self.stdout.read_line(&mut line).unwrap(), 0, "it ended before {wanted:?}");
        }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
#[ignore = "a program that other tests run"]
fn program() {
    let (Ok(name), Some(file)) = (std::env::var(PROGRAM), std::env::var_os(FILE)) else { return };
    let file = PathBuf::from(file);
    match name.as_str() {
        "msync" => journal(&file, |map, at| map.flush_range(at, 8)),
        "msync-async" => journal(&file, |map, at| map.flush_async_range(at, 8)),
        "no-msync" => journal(&file, |_, _| Ok(())),
        "late-msync" => late_journal(&file),
        "runner" => hold_a_disk(&file),
        other => panic!("no program is called {other:?}"),
    }
}

/// The whole of `file`, shared.
pub(crate) fn map(file: &File) -> MmapMut {
    // SAFETY: no test truncates a file while it is mapped.
    unsafe { MmapOptions::new().map_mut(file).unwrap() }
}

fn open_and_map(file: &Path) -> MmapMut {
    map(&OpenOptions::new().read(true).write(true).open(file).unwrap())
}

fn acknowledge(record: u64) {
    let mut stdout = io::stdout().lock();
    // Whoever reads may be gone.
    let _ = writeln!(stdout, "durable={record}").and_then(|()| stdout.flush());
}

fn journal(file: &Path, make_durable: impl Fn(&MmapMut, usize) -> io::Result<()>) {
    let mut map = open_and_map(file);
    for record in 1..=RECORDS {
        let at = record as usize * STRIDE;
        map[at..at + 8].copy_from_slice(&record.to_le_bytes());
        if make_durable(&map, at).is_err() {
            return;
        }
        acknowledge(record);
    }
}

/// Acknowledges each record before it is flushed.
fn late_journal(file: &Path) {
    let mut map = open_and_map(file);
    for record in 1..=RECORDS {
        let at = record as usize * STRIDE;
        map[at..at + 8].copy_from_slice(&record.to_le_bytes());
        acknowledge(record);
        if map.flush_range(at, 8).is_err() {
            return;
        }
    }
}

/// Mounts a disk, says where, and waits to be killed.
fn hold_a_disk(file: &Path) {
    use mmaplings::edges::disk::{DiskOptions, PowerCutDisk};
    let mount_point = file.is_dir().then(|| file.to_owned());
    let disk = PowerCutDisk::mount(DiskOptions { mount_point, ..DiskOptions::default() }).unwrap();
    File::create(disk.path().join("here")).unwrap();
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{}", disk.path().display()).unwrap();
    stdout.flush().unwrap();
    loop {
        std::thread::park();
    }
}
