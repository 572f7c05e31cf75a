//! `maps PID` on real processes, held against what the kernel says by another way.

use std::fs;
use std::process::{Child, Command, Stdio};

use assert_cmd::assert::OutputAssertExt;
use memmap2::MmapOptions;
use mmaplings::edges::inspect::page_size;
use serde_json::Value;

use crate::skip::{find, skip};

fn maps(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mmaplings"));
    command.arg("maps").args(arguments).env("LC_ALL", "C.UTF-8");
    command
}

fn json(arguments: &[&str]) -> Value {
    let output = maps(arguments).arg("--json").assert().success().get_output().clone();
    serde_json::from_slice(&output.stdout).unwrap()
}

fn text(arguments: &[&str]) -> String {
    String::from_utf8(maps(arguments).assert().success().get_output().stdout.clone()).unwrap()
}

/// A process that stands still, waiting for its stdin.
struct Still(Child);

impl Still {
    fn start() -> Option<Self> {
        let mut cat = Command::new(find("cat")?);
        let mut child = cat.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        // One byte through it and back: it has been loaded, and waits for the next.
        use std::io::{Read, Write};
        child.stdin.as_mut().unwrap().write_all(b"x").unwrap();
        child.stdout.as_mut().unwrap().read_exact(&mut [0]).unwrap();
        Some(Self(child))
    }

    fn pid(&self) -> String {
        self.0.id().to_string()
    }
}

impl Drop for Still {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn the_figures_are_those_of_the_kernel() {
    let Some(cat) = Still::start() else { return };
    let report = json(&[&cat.pid()]);
    let rollup = fs::read_to_string(format!("/proc/{}/smaps_rollup", cat.pid())).unwrap();
    let rss = rollup.lines().find_map(|line| line.strip_prefix("Rss:")).unwrap();
    let rss: u64 = rss.trim().trim_end_matches(" kB").parse().unwrap();
    assert_eq!(report["resident"], rss * 1024, "smaps_rollup");
    let lines = fs::read_to_string(format!("/proc/{}/maps", cat.pid())).unwrap().lines().count();
    assert_eq!(report["mappings"].as_array().unwrap().len(), lines, "maps");
    assert_eq!((&report["schema"], &report["name"]), (&"mmaplings-maps-1".into(), &"cat".into()));
    let Some(pmap) = find("pmap") else { return };
    let listed = Command::new(pmap).args(["-x", &cat.pid()]).output().unwrap().stdout;
    let listed = String::from_utf8(listed).unwrap();
    let total = listed.lines().last().and_then(|line| line.split_whitespace().nth(3)).unwrap();
    assert_eq!(total.parse(), Ok(rss), "pmap -x: {listed}");
}

#[test]
fn the_picture_shows_what_is_there() {
    let Some(cat) = Still::start() else { return };
    let picture = text(&[&cat.pid(), "--all"]);
    for part in ["cat (process ", "[heap]", "[stack]", "PA private anonymous", "█"] {
        assert!(picture.contains(part), "{part} is not in\n{picture}");
    }
    let ascii = text(&[&cat.pid(), "--ascii"]);
    assert!(ascii.is_ascii() && ascii.contains('#'), "{ascii}");
    let words = text(&[&cat.pid(), "--plain"]);
    assert!(words.contains("[stack], the kernel's own, readable and writable"), "{words}");
    for line in picture.lines() {
        assert!(console::measure_text_width(line) <= 80, "{line}");
    }
}

#[test]
fn pages_read_are_told_from_pages_written() {
    let page = usize::try_from(page_size().0).unwrap();
    let mut map = MmapOptions::new().len(64 * page).map_anon().unwrap();
    for index in 0..16 {
        // Read so that the compiler does not leave it out.
        std::hint::black_box(map[index * page]);
    }
    for index in 32..40 {
        map[index * page] = 1;
    }
    let address = format!("{:x}", map.as_ptr().expose_provenance());
    let report = json(&[&std::process::id().to_string(), "--mapping", &address]);
    let start = report["mappings"][0]["start"].as_u64().unwrap();
    let ours = (map.as_ptr().expose_provenance() as u64 - start) / page as u64;
    let mut states = Vec::new();
    for run in report["pages"].as_array().unwrap() {
        let pages = usize::try_from(run["pages"].as_u64().unwrap()).unwrap();
        states.extend(std::iter::repeat_n(run["state"].as_str().unwrap().to_owned(), pages));
    }
    let ours = &states[usize::try_from(ours).unwrap()..][..64];
    let count = |state: &str| ours.iter().filter(|found| *found == state).count();
    assert_eq!((count("anonymous"), count("absent")), (8, 40), "{ours:?}");
    if count("zero") != 16 {
        skip("this kernel has no PAGEMAP_SCAN (Linux 6.7)");
    }
}

#[test]
fn what_cannot_be_shown_is_told_in_a_line() {
    let error = |arguments: &[&str]| {
        let output = maps(arguments).assert().code(2).get_output().clone();
        assert!(output.stdout.is_empty());
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(error(&["999999999"]).contains("there is no process 999999999"));
    let own = std::process::id().to_string();
    assert!(error(&[&own, "--mapping", "0"]).contains("maps nothing at 0"));
    assert!(error(&[&own, "--mapping", "heap"]).contains("an address is hexadecimal"));
    assert!(error(&["0"]).contains("0 is not in 1.."));
}

/// Two processes that share a file see it linked, and their own memory not.
#[test]
fn two_processes_are_shown_with_what_they_share() {
    let Some(python) = find("python3") else { return };
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("common.bin");
    fs::write(&file, [0; 8192]).unwrap();
    let script = "import mmap, sys\n\
        f = open(sys.argv[1], 'r+b')\n\
        m = mmap.mmap(f.fileno(), 8192)\n\
        print('mapped', flush=True)\n\
        sys.stdin.read()\n";
    let start = || {
        use std::io::{BufRead, BufReader};
        let mut command = Command::new(&python);
        command.args(["-S", "-E", "-c", script]).arg(&file);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        let stdout = child.stdout.as_mut().unwrap();
        BufReader::new(stdout).read_line(&mut line).unwrap();
        assert_eq!(line, "mapped\n");
        Still(child)
    };
    let (one, other) = (start(), start());
    // A launcher may stand in front of the interpreter that maps.
    let mapper = |still: &Still| {
        let of = |pid: &str| fs::read_to_string(format!("/proc/{pid}/maps")).unwrap_or_default();
        if of(&still.pid()).contains("common.bin") {
            return still.pid();
        }
        let children = fs::read_to_string(format!("/proc/{0}/task/{0}/children", still.pid())).unwrap();
        children.split_whitespace().find(|pid| of(pid).contains("common.bin")).unwrap().to_owned()
    };
    let (one, other) = (mapper(&one), mapper(&other));
    let shown = text(&[&one, &other]);
    assert!(shown.contains("common.bin"), "{shown}");
    assert!(shown.contains("stores by either are seen by both"), "{shown}");
    assert!(text(&["--plain", &one, &other]).contains("Both map "), "in words too");
    let report = json(&[&one, &other]);
    let links = report["links"].as_array().unwrap();
    let carrying: Vec<&Value> = links.iter().filter(|link| link["carries_stores"] == true).collect();
    assert!(carrying.iter().any(|link| link["says"] == "stores by either are seen by both"), "{links:?}");
    assert_eq!(report["processes"].as_array().unwrap().len(), 2);
}
