//! Pictures of memory, of programs that do the same on every machine: `maps` of one process and
//! of two, the pages of a mapping, `observe`, and the timeline of a drill.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use regex::Regex;

use super::person::Terminal;
use super::{Learner, model};
use crate::skip;

/// Maps all four flavours, touches some pages of each, flushes and gives back; then it waits
/// until its standard input ends, unless it has a second argument.
const FOUR: &str = r#"
#define _GNU_SOURCE 1
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

static char *map(size_t mib, int rights, int flags, int file)
{
    char *memory = mmap(NULL, mib << 20, rights, flags, file, 0);
    if (memory == MAP_FAILED)
        exit(1);
    return memory;
}

int main(int argc, char **argv)
{
    /* Otherwise one touch may bring in 2 MiB. */
    prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
    int file = open(argv[1], O_RDWR);
    int both = PROT_READ | PROT_WRITE;
    char *own = map(64, both, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    char *common = map(16, both, MAP_SHARED | MAP_ANONYMOUS, -1);
    char *ledger = map(8, both, MAP_SHARED, file);
    for (size_t at = 0; at < (size_t)48 << 20; at += 4096)
        own[at] = 1;
    for (size_t at = 0; at < (size_t)4 << 20; at += 4096)
        common[at] = 1;
    for (size_t at = 0; at < (size_t)1 << 20; at += 4096)
        ledger[at] = 1;
    puts("checkpoint stored");
    fflush(stdout);
    msync(ledger, (size_t)8 << 20, MS_SYNC);
    madvise(own, (size_t)32 << 20, MADV_DONTNEED);
    printf("checkpoint ready %p\n", (void *)ledger);
    fflush(stdout);
    if (argc == 2)
        while (getchar() != EOF)
            continue;
    return 0;
}
"#;

/// The program, compiled, and its file.
struct Four {
    directory: tempfile::TempDir,
}

impl Four {
    fn new() -> Option<Self> {
        let compiler = skip::find("cc")?;
        if mmaplings::edges::inspect::page_size().0 != 4096 {
            skip::skip("the pictures are of pages of 4 KiB");
            return None;
        }
        let directory = super::folder();
        let source = directory.path().join("four.c");
        fs::write(&source, FOUR).unwrap();
        let mut command = Command::new(compiler);
        let built = command.arg("-o").arg(directory.path().join("four")).arg(source).status().unwrap();
        assert!(built.success());
        let file = fs::File::create(directory.path().join("ledger")).unwrap();
        file.set_len(8 << 20).unwrap();
        Some(Self { directory })
    }

    fn program(&self) -> PathBuf {
        self.directory.path().join("four")
    }

    /// One that stands still, and where its file is mapped.
    fn still(&self) -> (Still, String) {
        let mut command = Command::new(self.program());
        let command = command.arg("ledger").current_dir(self.directory.path());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.as_mut().unwrap()).lines().map(Result::unwrap);
        let ready = lines.find_map(|line| Some(line.strip_prefix("checkpoint ready 0x")?.to_owned()));
        let ready = ready.expect("the program maps");
        (Still(child), ready)
    }

    fn terminal(&self, columns: u16) -> Terminal {
        Terminal::new(self.directory.path()).size(columns, 100)
    }
}

struct Still(Child);

impl Still {
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

/// A picture without what is the machine's: its C library, where the kernel has left gaps, and
/// the sums over all mappings.
fn ours(picture: &str) -> String {
    let theirs = |line: &&str| {
        let name = line.rsplit(' ').next().unwrap_or_default();
        let small = Regex::new(r"^(x{8,} [r-][w-][x-]p PA|PA [r-][w-][x-]p) +\d+ KiB ").unwrap();
        name.contains(".so")
            || name.starts_with('[')
            || line.starts_with(['⋮', ':'])
            || line.ends_with("without a mapping")
            || small.is_match(line)
    };
    let sums = Regex::new(r"\d+ mappings, .*").unwrap();
    let kept: Vec<&str> = picture.lines().filter(|line| !theirs(line)).collect();
    let text = kept.join("\n");
    let text = sums.replace(&text, "N mappings, SUMS");
    // The program's own code is as large as a compiler makes it.
    let code =
        Regex::new(r"(?m)^(x+ +)(\d+×|\d+x|r..p)( PF +)\d+ KiB [█#░. -]+? +[\d·]+(?: KiB)? (\S*four)$")
            .unwrap();
    code.replace_all(&text, "${1}N×${3}CODE $4").into_owned()
}

#[test]
fn the_address_space_of_a_process() {
    let Some(four) = Four::new() else { return };
    let (still, _) = four.still();
    let show = |terminal: Terminal, more: &[&str]| {
        let pid = still.pid();
        let mut person = terminal.run(&[&["maps", &pid], more].concat());
        person.ends_with(0);
        assert_eq!(person.broken_rows(), [""; 0]);
        person
    };
    let person = show(four.terminal(80), &[]);
    shows!(person, "maps-80", ours);
    let person = show(four.terminal(120), &[]);
    shows!(person, "maps-120", ours);
    let person = show(four.terminal(80), &["--ascii"]);
    shows!(person, "maps-ascii", ours);
    assert!(person.text().is_ascii());
    let person = show(four.terminal(120), &["--plain"]);
    shows!(person, "maps-plain", |seen: &str| {
        let ours =
            |line: &&str| line.contains("ledger") || line.contains("16 MiB") || line.contains("64 MiB");
        seen.lines().filter(ours).collect::<Vec<_>>().join("\n")
    });
    // Each flavour in a colour of its own.
    let person = show(four.terminal(80).coloured(), &[]);
    let coloured = person.coloured_picture();
    let rows: Vec<&str> = coloured
        .lines()
        .filter(|row| ["64 MiB", "16 MiB", "8 MiB"].iter().any(|size| row.contains(&format!(" {size} "))))
        .collect();
    insta::assert_snapshot!("maps-colour", rows.join("\n"));
}

#[test]
fn the_pages_of_a_mapping() {
    let Some(four) = Four::new() else { return };
    let (still, address) = four.still();
    for (columns, name) in [(80, "pages-80"), (120, "pages-120")] {
        let mut person = four.terminal(columns).run(&["maps", &still.pid(), "--mapping", &address]);
        person.ends_with(0);
        assert_eq!(person.broken_rows(), [""; 0]);
        // Whether a page of a file is dirty, only root sees.
        let picture = person.picture();
        let cells = picture.chars().filter(|cell| "▒▓█░".contains(*cell)).count();
        assert!(cells > 16, "{name}: there are no cells:\n{picture}");
        assert!(picture.contains("ledger"), "{picture}");
    }
}

#[test]
fn two_processes_and_what_they_share() {
    let Some(four) = Four::new() else { return };
    let ((one, _), (other, _)) = (four.still(), four.still());
    let inode = Regex::new(r"inode \d+").unwrap();
    for (columns, more, name) in [(80, None, "80"), (120, None, "120"), (80, Some("--ascii"), "ascii")] {
        let pids = [one.pid(), other.pid()];
        let arguments: Vec<&str> = ["maps", &pids[0], &pids[1]].into_iter().chain(more).collect();
        let mut person = four.terminal(columns).run(&arguments);
        person.ends_with(0);
        assert_eq!(person.broken_rows(), [""; 0]);
        // Behind the first empty line stands what each has alone, its C library's among it.
        let alone = person.text();
        for size in ["16 MiB (shared anonymous)", "64 MiB (anonymous)"] {
            assert_eq!(alone.matches(size).count(), 2, "{alone}");
        }
        let view = |seen: &str| {
            let parts: Vec<&str> = seen.split("\n\n").collect();
            let [shared, .., key] = parts[..] else { return seen.to_owned() };
            inode.replace_all(&format!("{shared}\n\n{key}"), "inode N").into_owned()
        };
        match name {
            "80" => shows!(person, "pair-80", view),
            "120" => shows!(person, "pair-120", view),
            _ => shows!(person, "pair-ascii", view),
        }
    }
}

/// A run over time depends on the machine's clock: of its rows the words and the scale are left.
fn untimed(picture: &str) -> String {
    let plot = Regex::new(r"(?m)^(calls|resident|faults) [ ▁▂▃▄▅▆▇█.:#=*+@%-]*[▁▂▃▄▅▆▇█.:#=*+@%-]").unwrap();
    let moments = Regex::new(r"(?m)(PLOT|^[●*] TIME) +").unwrap();
    let sofar = Regex::new(r"minor\s+and\s+(\d+)\s+major\s+faults\s+so\s+far").unwrap();
    let stops = Regex::new(r"(?m)^stops .*?(\d+ checkpoints?)$").unwrap();
    let count = Regex::new(r"\d+ (calls|in all|minor|major|traced)").unwrap();
    let sizes = Regex::new(r"[\d.]+ [KM]iB (at most|resident,)").unwrap();
    let figures = Regex::new(r"(max|resident +|read|wrote|by) [\d.]+( [KM]?i?B)?").unwrap();
    let text = plot.replace_all(picture, "$1 PLOT ");
    let text = moments.replace_all(&text, "$1 ");
    let text = sofar.replace_all(&text, "minor and $1 major faults so far");
    let text = stops.replace_all(&text, "stops … $1");
    let text = sizes.replace_all(&text, "N $1");
    let text = count.replace_all(&text, "N $1");
    figures.replace_all(&text, "$1 N").into_owned()
}

#[test]
fn a_program_observed() {
    let Some(four) = Four::new() else { return };
    for (columns, more, name) in [(80, None, "80"), (120, None, "120"), (80, Some("--ascii"), "ascii")] {
        let arguments = ["observe", "--calls", "msync,madvise", "--at", "stored"];
        let arguments: Vec<&str> =
            arguments.into_iter().chain(more).chain(["--", "./four", "ledger", "once"]).collect();
        let mut person = four.terminal(columns).run(&arguments);
        person.ends_with(0);
        let view = |seen: &str| untimed(&ours(seen));
        match name {
            "80" => shows!(person, "observe-80", view),
            "120" => shows!(person, "observe-120", view),
            _ => shows!(person, "observe-ascii", view),
        }
        assert!(more.is_none() || person.text().is_ascii(), "{}", person.text());
        assert!(person.is_sane());
    }
}

/// Without the calls of the C library's start.
fn without_the_loader(picture: &str) -> String {
    let its = |line: &&str| {
        let call = line.starts_with("  TIME") && !line.contains("67108864") && !line.contains("checkpoint");
        call || line.starts_with("  ⋮")
    };
    picture.lines().filter(|line| !its(line)).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_timeline_of_a_drill() {
    let Some(learner) = Learner::with_programs() else { return };
    for (columns, name) in [(80, "80"), (120, "120")] {
        let mut person = learner.terminal().size(columns, 100).run(&["watch", "3"]);
        person.see("q quit");
        person.wipe();
        learner.save(&model());
        person.see("n goes on");
        person.wipe();
        person.press("t");
        person.see("end of process");
        let view = |seen: &str| untimed(&without_the_loader(seen));
        match name {
            "80" => shows!(person, "timeline-80", view),
            _ => shows!(person, "timeline-120", view),
        }
        assert_eq!(person.broken_rows(), [""; 0]);
        person.press("q");
        person.ends_with(0);
    }
}

#[test]
fn what_is_the_machines_is_taken_out_and_what_is_the_programs_stays() {
    let picture = "four (process PID): 22 mappings, 2.3 MiB mapped, 1.1 MiB resident\n\
        xxxxxxxxxxxx rw-p PA   64 MiB ████████████████████   16 MiB (anonymous)\n\
        xxxxxxxxxxxx rw-p PA   12 KiB ████                    8 KiB (anonymous)\n\
        xxxxxxxxxxxx   5× PF  1.8 MiB ████████████████████  1.2 MiB …linux-gnu/libc.so.6\n\
        ⋮ 936.3 GiB of addresses without a mapping\n";
    assert_eq!(
        ours(picture),
        "four (process PID): N mappings, SUMS\n\
         xxxxxxxxxxxx rw-p PA   64 MiB ████████████████████   16 MiB (anonymous)"
    );
    assert_ne!(ours(picture), ours(&picture.replace("████████████████████   16", "██████████   16")));
    assert_eq!(untimed("calls     ▄  ▄▄  ▄     15 calls"), "calls PLOT N calls");
}
