//! The instruments tell the truth: the observer against others on the same program.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use mmaplings::edges::tracer::{Event, HugePages, Launch, Limits, Stage};
use mmaplings::vocabulary::evidence::{Ending, Faults, Run};
use mmaplings::words::units::Bytes;

use super::{Bench, PATIENCE, limits, snapshot, wait_for};

/// Maps, protects, flushes and unmaps in two processes; allocates nothing whose size depends on luck.
const MAPPER: &str = r#"
    int f = open("shared.bin", O_RDWR|O_CREAT|O_TRUNC, 0644);
    if (ftruncate(f, 1 << 20)) return 1;
    for (int process = 0; process < 2; process++) {
        for (int n = 0; n < 40; n++) {
            char *a = mmap(0, (n + 1) * 4096, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS|MAP_NORESERVE, -1, 0);
            char *s = mmap(0, 8192, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_POPULATE, f, n * 4096);
            a[0] = s[0] = n;
            if (n % 2) mprotect(a, 4096, PROT_READ);
            if (n % 3) mprotect(a, 4096, PROT_NONE);
            if (n % 4 == 0) madvise(a, 4096, MADV_DONTNEED);
            if (n % 5 == 0) msync(s, 8192, n ? MS_SYNC : MS_ASYNC|MS_INVALIDATE);
            munmap(s, 8192);
            if (n % 7 == 0) a = mremap(a, (n + 1) * 4096, (n + 9) * 4096, MREMAP_MAYMOVE);
        }
        munmap((void *)4096, 0);
        mmap(0, 0, PROT_READ, MAP_PRIVATE, f, 0);
        if (process == 0 && fork()) { wait(0); break; }
    }
    fsync(f); fdatasync(f); unlink("shared.bin");"#;

const COMPARED: &str =
    "mmap,munmap,mprotect,madvise,msync,mremap,openat,ftruncate,fsync,fdatasync,unlink,execve,exit_group";

/// The lines of strace without the process's number; unfinished and resumed halves joined.
fn straced(bench: &Bench, program: &Path, args: &[&str], input: &Path) -> Option<Vec<String>> {
    let strace = crate::skip::find("strace")?;
    let log = bench.path().join("strace.log");
    let status = Command::new(strace)
        .args(["-f", "-qq", "-e", "signal=none", "-e", &format!("trace={COMPARED}"), "-o"])
        .arg(&log)
        .arg(program)
        .args(args)
        .current_dir(bench.path())
        .env_clear()
        .stdin(fs::File::open(input).unwrap())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    if !log.exists() || fs::read_to_string(&log).unwrap().is_empty() {
        crate::skip::skip(&format!("strace cannot trace here ({status})"));
        return None;
    }
    let mut halves: BTreeMap<String, String> = BTreeMap::new();
    let mut lines = Vec::new();
    for line in fs::read_to_string(&log).unwrap().lines() {
        let (process, text) = line.split_once(' ').unwrap();
        let text = text.trim_start();
        if let Some(half) = text.strip_suffix(" <unfinished ...>") {
            halves.insert(process.to_owned(), half.to_owned());
        } else if let Some((_, rest)) = text.split_once(" resumed>") {
            lines.push(halves.remove(process).unwrap() + rest);
        } else {
            lines.push(text.to_owned());
        }
    }
    lines.extend(halves.into_values());
    // The execve that starts the program is not the program's own.
    assert!(lines.remove(0).starts_with("execve("));
    Some(lines)
}

fn name(text: &str) -> &str {
    text.split('(').next().unwrap()
}

fn counts<'text>(names: impl Iterator<Item = &'text str>) -> BTreeMap<&'text str, usize> {
    let mut counts = BTreeMap::new();
    for name in names.filter(|name| COMPARED.split(',').any(|compared| compared == *name)) {
        *counts.entry(name).or_default() += 1;
    }
    counts
}

/// Addresses, the only hexadecimal numbers so long, differ from run to run.
fn without_addresses(text: &str) -> String {
    let mut masked = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("0x") {
        let (before, number) = rest.split_at(at + 2);
        let digits = number.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(number.len());
        masked.push_str(before);
        masked.push_str(if digits > 8 { "…" } else { &number[..digits] });
        rest = &number[digits..];
    }
    masked + rest
}

/// Tolerance: none. Counts, arguments and flags are those that strace prints, call by call.
#[test]
fn strace_sees_the_same_calls() {
    let Some(bench) = Bench::new() else { return };
    let binary = bench.program("mapper", MAPPER);
    let Some(theirs) = straced(&bench, &binary, &[], Path::new("/dev/null")) else { return };
    let run = bench.run_launch(&bench.launch(&binary), limits());
    assert_eq!(run.ending, Ending::Exited { status: 0 });

    assert_eq!(
        counts(run.calls.iter().map(|call| call.name.as_str())),
        counts(theirs.iter().map(|line| name(line)))
    );
    let theirs: Vec<String> = theirs
        .iter()
        .filter_map(|line| line.rsplit_once(" = "))
        .map(|(call, _)| without_addresses(call.trim_end()))
        .collect();
    let ours: Vec<String> = run
        .calls
        .iter()
        .filter(|call| COMPARED.split(',').any(|compared| compared == call.name))
        .map(|call| without_addresses(&call.text))
        .collect();
    // As bags: the moment at which each tracer sees the two sides of the fork differs.
    let mut only_ours = ours;
    let mut only_theirs = theirs;
    only_theirs.retain(|text| match only_ours.iter().position(|other| other == text) {
        Some(position) => {
            only_ours.swap_remove(position);
            false
        }
        None => true,
    });
    assert_eq!((only_ours, only_theirs), (Vec::new(), Vec::new()));
}

/// Tolerance: 2 calls of a name, or 2 % where that is more: an allocator's trimming depends on
/// where the kernel happens to put its arenas, in strace's run as in ours.
#[test]
fn strace_sees_the_same_calls_of_programs_nobody_here_wrote() {
    let Some(bench) = Bench::new() else { return };
    let input = bench.path().join("input");
    let lines: String = (0..2000).map(|n| format!("{}\n", (n * 7919) % 2003)).collect();
    fs::write(&input, lines).unwrap();
    for (tool, args) in [
        ("sort", &["-n", "input"] as &[&str]),
        ("grep", &["-c", "99", "input"]),
        ("python3", &["-S", "-E", "-c", "print(sum(map(int, open('input'))))"]),
        ("sqlite3", &[":memory:", "create table t(x); insert into t values (1), (2); select sum(x) from t;"]),
        ("git", &["--version"]),
    ] {
        let Some(path) = crate::skip::find(tool) else { continue };
        let Some(theirs) = straced(&bench, &path, args, Path::new("/dev/null")) else { return };
        let mut launch = bench.launch(&path);
        launch.args = args.iter().map(OsString::from).collect();
        let run = run_closed(&launch);
        assert_eq!(run.ending, Ending::Exited { status: 0 }, "{tool}: {}", run.stderr);
        let ours = counts(run.calls.iter().map(|call| call.name.as_str()));
        let theirs = counts(theirs.iter().map(|line| name(line)));
        for name in ["mmap", "munmap", "mprotect", "openat", "execve"] {
            let (ours, theirs) =
                (ours.get(name).copied().unwrap_or(0), theirs.get(name).copied().unwrap_or(0));
            assert!(ours.abs_diff(theirs) <= (theirs / 50).max(2), "{tool} {name}: {ours}, strace {theirs}");
        }
    }
}

/// Runs a program whose stdin is at its end.
fn run_closed(launch: &Launch) -> Run {
    let mut stage = Stage::new(Limits { wall: PATIENCE, processes: 200, ..limits() }).unwrap();
    stage.start(launch).unwrap();
    stage.close_stdin(&launch.instance).unwrap();
    super::play(&mut stage, &launch.instance);
    stage.finish().remove(&launch.instance).unwrap()
}

const RESIDENT: &str = r#"
    int f = open("file", O_RDWR|O_CREAT|O_TRUNC, 0600); if (ftruncate(f, 4 << 20)) return 1;
    volatile char *a = mmap(0, 8 << 20, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0);
    volatile char *s = mmap(0, 4 << 20, PROT_READ|PROT_WRITE, MAP_SHARED, f, 0);
    volatile char *c = mmap(0, 4 << 20, PROT_READ|PROT_WRITE, MAP_PRIVATE, f, 0);
    for (int n = 0; n < 300; n++) { a[n * 8192] = 1; s[n * 4096] = 1; c[n * 12288] = 1; }
    mlock((void *)a, 65536);
    say("checkpoint resident\n");"#;

/// Tolerance: none. The process stands, so its books do, save for how many others share a page.
#[test]
fn others_read_the_same_books() {
    let Some(bench) = Bench::new() else { return };
    let binary = bench.program("resident", RESIDENT);
    let launch = bench.launch(&binary);
    let mut stage = Stage::new(limits()).unwrap();
    stage.start(&launch).unwrap();
    let process = wait_for(&mut stage, |event| match event {
        Event::Checkpoint { process, .. } => Some(*process),
        _ => None,
    });
    let ours = snapshot(stage.run(&launch.instance).unwrap(), "resident");

    // The procfs crate's parser.
    let theirs = procfs::process::Process::new(process).unwrap().smaps().unwrap();
    assert_eq!(ours.mappings.len(), theirs.len());
    for (ours, theirs) in ours.mappings.iter().zip(&theirs) {
        assert_eq!((ours.start.0, ours.end.0), theirs.address);
        assert_eq!((ours.offset.0, ours.inode), (theirs.offset, theirs.inode));
        let counter = |key: &str| Bytes(theirs.extension.map.get(key).copied().unwrap_or(0));
        let books = &ours.books;
        assert_eq!(books.rss, counter("Rss"), "{ours}");
        assert_eq!(books.private_dirty, counter("Private_Dirty"), "{ours}");
        assert_eq!(books.shared_dirty, counter("Shared_Dirty"), "{ours}");
        // Who else maps a library changes with every program that starts or ends meanwhile.
        let clean = counter("Private_Clean") + counter("Shared_Clean");
        assert_eq!(books.private_clean + books.shared_clean, clean, "{ours}");
        if ours.inode == 0 || ours.path.ends_with("/file") {
            assert_eq!(books.pss, counter("Pss"), "{ours}");
            assert_eq!(books.private_clean, counter("Private_Clean"), "{ours}");
        }
        assert_eq!(books.anonymous, counter("Anonymous"), "{ours}");
        assert_eq!(books.locked, counter("Locked"), "{ours}");
    }
    assert!(ours.mappings.iter().any(|mapping| mapping.books.locked > Bytes(0)));

    // pmap's.
    let Some(pmap) = crate::skip::find("pmap") else { return };
    let output = Command::new(pmap).args(["-X", &process.to_string()]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let mut lines = text.lines().skip(1);
    let column = lines.next().unwrap().split_whitespace().position(|word| word == "Rss").unwrap();
    let theirs: BTreeMap<u64, Bytes> = lines
        .filter_map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            // Addresses have leading zeros; the sums at the end have none.
            let address = words.first().filter(|word| word.len() > 8)?;
            let address = u64::from_str_radix(address, 16).ok()?;
            Some((address, Bytes::kib(words.get(column)?.parse().ok()?)))
        })
        .collect();
    assert!(theirs.len() > 10, "{text}");
    let ours: BTreeMap<u64, Bytes> =
        ours.mappings.iter().map(|mapping| (mapping.start.0, mapping.books.rss)).collect();
    assert_eq!(ours, theirs);
}

/// Tolerance: 16 faults of about 5,000. The loader's own depend on where things are put.
#[test]
fn perf_counts_the_same_faults() {
    let Some(bench) = Bench::new() else { return };
    let Some(perf) = crate::skip::find("perf") else { return };
    let body = r#"size_t size = 5000 * 4096UL;
        char *p = mmap(0, size, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0);
        madvise(p, size, MADV_NOHUGEPAGE);
        for (size_t n = 0; n < size / 2; n += 4096) p[n] = 1;
        if (fork() == 0) { for (size_t n = size / 2; n < size; n += 4096) p[n] = 1; _exit(0); }
        wait(0);"#;
    let binary = bench.program("toucher", body);
    let log = bench.path().join("perf.log");
    let status = Command::new(perf)
        .args(["stat", "-x", ",", "-e", "minor-faults,major-faults", "-o"])
        .args([&log, &binary])
        .env_clear()
        .status();
    let text = fs::read_to_string(&log).unwrap_or_default();
    let count = |event: &str| -> Option<u64> {
        text.lines().find(|line| line.contains(event))?.split(',').next()?.parse().ok()
    };
    let (Some(minor), Some(major)) = (count("minor-faults"), count("major-faults")) else {
        crate::skip::skip(&format!("perf counts no faults here ({status:?}): {text}"));
        return;
    };
    let mut launch = bench.launch(&binary);
    launch.huge_pages = HugePages::System;
    let run = bench.run_launch(&launch, limits());
    let Some(Faults { minor: ours, major: ours_major, source }) = run.faults else { panic!("no faults") };
    assert!(source.starts_with("perf"), "{source}");
    assert!(ours.abs_diff(minor) <= 16, "minor: {ours}, perf stat {minor}");
    assert!(ours_major.abs_diff(major) <= 16, "major: {ours_major}, perf stat {major}");
    assert!(ours > 5000);
}

/// Tolerance: 60 faults: perf's software events and the kernel's count for rusage differ by what exec
/// itself does, and by faults that a call takes on the program's behalf.
#[test]
fn the_program_itself_counts_the_same_faults() {
    let Some(bench) = Bench::new() else { return };
    let run = bench.run(
        r#"size_t size = 3000 * 4096UL;
        char *p = mmap(0, size, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0);
        for (size_t n = 0; n < size; n += 4096) p[n] = 1;
        struct rusage use; getrusage(RUSAGE_SELF, &use);
        printf("minor=%ld\n", use.ru_minflt);"#,
        limits(),
    );
    let own: u64 = run.results[0].value.parse().unwrap();
    let faults = run.faults.unwrap();
    assert!(faults.minor.abs_diff(own) <= 60, "{faults:?}, the program {own}");
}
