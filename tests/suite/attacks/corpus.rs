//! The attacks as they are written down, and the range on which they are run: files outside that
//! are none of their business, and the drill that they are handed in for.

use std::fs;
use std::net::TcpListener;
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::net::{SocketAddr, UnixListener};
use std::path::{Path, PathBuf};

use mmaplings::assemblies::drill::{self, DrillJob, Memory, Places, Trust};
use mmaplings::edges::cgroup::Groups;
use mmaplings::edges::compiler::{Colour, Source, SourceText, Toolchain};
use mmaplings::edges::sandbox::Level;
use mmaplings::flow::cancel::CancelToken;
use mmaplings::judgement::draw::Scale;
use mmaplings::judgement::verdict::Outcome;
use mmaplings::vocabulary::evidence::Evidence;
use mmaplings::vocabulary::lesson::{Drill, Language};
use mmaplings::vocabulary::scene::Sockets;
use mmaplings::words::units::Bytes;
use serde::Deserialize;

use crate::compiler::kit;
use crate::skip;

/// One attack.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Attack {
    pub(super) file: String,
    #[serde(default = "missed")]
    pub(super) outcome: Outcome,
    #[serde(default)]
    pub(super) told: Vec<String>,
    #[serde(default)]
    pub(super) printed: Vec<String>,
    #[serde(default = "lowest")]
    pub(super) needs: Level,
    #[serde(default)]
    pub(super) sockets: Sockets,
}

fn missed() -> Outcome {
    Outcome::Missed
}

fn lowest() -> Level {
    Level::Calls
}

pub(super) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/attacks")
}

fn data(name: &str) -> String {
    fs::read_to_string(folder().join(name)).unwrap()
}

pub(super) fn attacks() -> Vec<Attack> {
    #[derive(Deserialize)]
    struct List {
        attack: Vec<Attack>,
    }
    toml::from_str::<List>(&data("attacks.toml")).unwrap().attack
}

/// Where attacks are run.
pub(super) struct Range {
    pub(super) drill: Drill,
    toolchain: Toolchain,
    /// What is no business of theirs.
    outside: tempfile::TempDir,
    cache: tempfile::TempDir,
    /// Whoever connects to one of these is where it has no business.
    unix: UnixListener,
    hidden: UnixListener,
    network: TcpListener,
    /// Of the files outside: mode, length, times.
    before: Vec<(PathBuf, [i64; 5])>,
}

/// An abstract name of a Unix socket, which no folder hides.
fn hidden_name() -> String {
    format!("mmaplings-attacks-{}-{:?}", std::process::id(), std::thread::current().id())
}

/// What another student has handed in, which compiles wherever it is taken in.
const SECRET: &str = "int stolen(void);\n";

impl Range {
    /// Nothing, after having said so, where a compiler is missing here.
    pub(super) fn new() -> Option<Self> {
        let toolchain = Toolchain::new();
        if let Some(missing) = toolchain.rust().err().or_else(|| toolchain.c().err()) {
            skip::skip(&missing.to_string());
            return None;
        }
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("secret.c"), SECRET).unwrap();
        fs::write(outside.path().join("results.json"), "{}").unwrap();
        let mut range = Self {
            drill: toml::from_str(&data("drill.toml")).unwrap(),
            toolchain,
            unix: UnixListener::bind(outside.path().join("socket")).unwrap(),
            hidden: UnixListener::bind_addr(&SocketAddr::from_abstract_name(hidden_name()).unwrap()).unwrap(),
            network: TcpListener::bind("127.0.0.1:0").unwrap(),
            outside,
            cache: tempfile::tempdir().unwrap(),
            before: Vec::new(),
        };
        range.before = range.state();
        Some(range)
    }

    pub(super) fn outside(&self) -> &Path {
        self.outside.path()
    }

    /// `text` with the names of the files outside.
    pub(super) fn fill(&self, text: &str) -> String {
        let place = |name: &str| self.outside().join(name).display().to_string();
        text.replace("@SECRET@", &place("secret.c")).replace("@RESULTS@", &place("results.json"))
    }

    /// The text of an attack, in one piece.
    pub(super) fn text(&self, file: &str) -> SourceText {
        let place = |name: &str| format!("{:?}", self.outside().join(name).display().to_string());
        let prelude = format!(
            "#define SECRET {}\n#define RESULTS {}\n#define OUTSIDE {:?}\n#define GRADER {}\n\
             #define SOCKET {}\n#define HIDDEN {:?}\n#define PORT {}\n",
            place("secret.c"),
            place("results.json"),
            self.outside().display().to_string(),
            std::process::id(),
            place("socket"),
            hidden_name(),
            self.network.local_addr().unwrap().port(),
        );
        let text = self.fill(&data(file)).replace("#include \"attack.h\"\n", &data("attack.h"));
        SourceText::Memory(if file.ends_with(".c") { prelude + &text } else { text }.into_bytes())
    }

    /// Whether nobody has come to where they have no business.
    pub(super) fn is_unvisited(&self) -> bool {
        self.unix.set_nonblocking(true).unwrap();
        self.hidden.set_nonblocking(true).unwrap();
        self.network.set_nonblocking(true).unwrap();
        self.unix.accept().is_err() && self.hidden.accept().is_err() && self.network.accept().is_err()
    }

    /// Runs a program as a stranger's.
    pub(super) fn run(&self, file: &str, text: SourceText, sockets: Sockets) -> Evidence {
        let mut drill = self.drill.clone();
        drill.scene.iter_mut().for_each(|scene| scene.sockets = sockets);
        // No attack is to take more of this machine, whatever it gets to.
        let ceiling = Groups::of_this_machine().ceiling(Bytes::mib(512), 2048);
        let memory = ceiling.as_ref().map_or(Memory::OfThisMachine, Memory::Under);
        let language = if file.ends_with(".rs") { Language::Rust } else { Language::C };
        let sources = [Source { program: "p".parse().unwrap(), language, text }];
        let (kit, programs) = (kit(), self.cache.path().join("programs"));
        let job = DrillJob {
            drill: &drill,
            sources: &sources,
            seed: 11,
            toolchain: &self.toolchain,
            places: Places { kit: &kit, programs: &programs, files: &self.cache.path().join("files") },
            colour: Colour::Never,
            scale: Scale::Full,
            cancel: &CancelToken::new(),
            progress: &|_| (),
        };
        match drill::run_in(&job, Trust::Stranger, memory) {
            Ok(drill::Outcome::Evidence(evidence)) => *evidence,
            Ok(drill::Outcome::Cancelled) => panic!("nobody cancelled"),
            Err(error) => panic!("{file} brought the runner down: {error:?}"),
        }
    }

    /// Whether the disk has room for an attack that fills it, should it go through.
    pub(super) fn has_room_for(&self, attack: &Attack) -> bool {
        const NEEDED: u64 = 4 << 30;
        if !attack.file.starts_with("fill-") {
            return true;
        }
        let scratch = Path::new("/var/tmp");
        let room = nix::sys::statvfs::statvfs(scratch).unwrap();
        let free = room.blocks_available() * room.fragment_size();
        if free < NEEDED {
            skip::skip(&format!("{} needs 4 GiB free on the disk", attack.file));
        }
        free >= NEEDED
    }

    fn state(&self) -> Vec<(PathBuf, [i64; 5])> {
        let mut state: Vec<(PathBuf, [i64; 5])> = fs::read_dir(self.outside())
            .unwrap()
            .map(|entry| {
                let path = entry.unwrap().path();
                let file = path.symlink_metadata().unwrap();
                let owner = i64::from(file.uid());
                let length = i64::try_from(file.len()).unwrap();
                (path, [i64::from(file.mode()), owner, length, file.mtime(), file.mtime_nsec()])
            })
            .collect();
        state.sort();
        state
    }

    pub(super) fn is_as_it_was(&self) -> bool {
        let results = fs::read_to_string(self.outside().join("results.json"));
        self.state() == self.before && results.is_ok_and(|text| text == "{}")
    }

    /// Whether there is a process of this number that can be one of an attack's.
    pub(super) fn has(process: i32) -> bool {
        let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
        // What is dead and was not waited for by whoever inherited it does nothing any more.
        let is_dead = status.lines().any(|line| line.starts_with("State:\tZ"));
        !is_dead && status.lines().next().is_some_and(|name| ["Name:\tp", "Name:\tcopy"].contains(&name))
    }
}
