//! Somebody at a terminal: a pseudoterminal of a known size, and an emulator that shows what
//! a person would see on it.
//!
//! Nothing here waits for a time. A wait is for something to be seen, and gives up only when no
//! machine, however loaded, would still be about to show it. A key is pressed when the program
//! reads keys one by one, so that the terminal itself never echoes it.

use std::ffi::OsString;
use std::fs::File;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::os::fd::AsFd;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::sys::termios::{LocalFlags, tcgetattr};
use nix::unistd::Pid;
use pty_process::Size;
use pty_process::blocking::{Command, Pty, open};

use super::settled::settled;
use crate::run::program;

/// When what is waited for will not come any more.
const NEVER: Duration = Duration::from_secs(120);

/// How long what makes no sound (modes, a process's state) is not looked at again.
const GLANCE: Duration = Duration::from_millis(5);

/// A terminal before a program is started on it.
pub(crate) struct Terminal {
    columns: u16,
    rows: u16,
    directory: PathBuf,
    environment: Vec<(OsString, Option<OsString>)>,
}

/// Somebody at it, with a program running.
pub(crate) struct Person {
    pty: Pty,
    child: Child,
    shown: Arc<Shown>,
}

struct Shown {
    screen: Mutex<Screen>,
    changed: Condvar,
}

struct Screen {
    emulator: vt100::Parser,
    /// What was to be read when something was last done, and where the cursor was.
    before: String,
    cursor: (u16, u16),
    over: bool,
}

impl Terminal {
    /// A Unicode terminal without colour, 80 columns wide and high enough to hold all that is said.
    pub(crate) fn new(directory: &Path) -> Self {
        let mut environment = vec![];
        for kept in ["PATH", "HOME", "CARGO_HOME", "RUSTUP_HOME"] {
            environment.push((kept.into(), std::env::var_os(kept)));
        }
        let terminal = Self { columns: 80, rows: 100, directory: directory.to_owned(), environment };
        let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("screens");
        terminal
            .env("XDG_CACHE_HOME", cache.to_str().unwrap())
            .env("LANG", "C.UTF-8")
            .env("TERM", "xterm-256color")
            .env("NO_COLOR", "1")
    }

    /// So wide and so high.
    pub(crate) fn size(self, columns: u16, rows: u16) -> Self {
        Self { columns, rows, ..self }
    }

    /// With colour.
    pub(crate) fn coloured(self) -> Self {
        self.without("NO_COLOR")
    }

    /// With this variable set, in place of what it was.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.retain(|(known, _)| known != name);
        self.environment.push((name.into(), Some(value.into())));
        self
    }

    /// Without this variable.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.environment.retain(|(known, _)| known != name);
        self
    }

    /// Runs `mmaplings` with these arguments on it.
    pub(crate) fn run(self, arguments: &[&str]) -> Person {
        self.run_program(program(), arguments)
    }

    /// Runs any program on it.
    pub(crate) fn run_program(self, program: &Path, arguments: &[&str]) -> Person {
        let (pty, line) = open().unwrap();
        pty.resize(Size::new(self.rows, self.columns)).unwrap();
        let set = self.environment.iter().filter_map(|(name, value)| Some((name, value.as_ref()?)));
        let command = Command::new(program).args(arguments).env_clear().envs(set);
        let child = command.current_dir(&self.directory).spawn(line).unwrap();
        let emulator = vt100::Parser::new(at_least_one(self.rows), at_least_one(self.columns), 0);
        let shown = Arc::new(Shown {
            screen: Mutex::new(Screen { emulator, before: String::new(), cursor: (0, 0), over: false }),
            changed: Condvar::new(),
        });
        let output = File::from(pty.as_fd().try_clone_to_owned().unwrap());
        let eye = Arc::clone(&shown);
        std::thread::spawn(move || eye.watch(output));
        Person { pty, child, shown }
    }
}

impl Shown {
    fn watch(&self, mut output: File) {
        let mut bytes = [0; 4096];
        loop {
            // EIO: nobody has the terminal any more.
            let length = output.read(&mut bytes).unwrap_or(0);
            // A test that fails has poisoned it, and shows what there was.
            let Ok(mut screen) = self.screen.lock() else { return };
            screen.emulator.process(&bytes[..length]);
            screen.over = length == 0;
            self.changed.notify_all();
            if screen.over {
                return;
            }
        }
    }
}

impl Screen {
    fn text(&self) -> String {
        let (_, columns) = self.emulator.screen().size();
        let rows: Vec<String> =
            self.emulator.screen().rows(0, columns.get()).map(|row| row.trim_end().to_owned()).collect();
        rows.join("\n").trim_end().to_owned()
    }
}

impl Person {
    /// Waits until `met` says so of the text on the screen; `what` is what is waited for.
    pub(crate) fn until(&self, what: &str, met: impl Fn(&str) -> bool) {
        self.await_screen(what, |screen| met(&screen.text()));
    }

    fn await_screen(&self, what: &str, met: impl Fn(&Screen) -> bool) {
        let began = Instant::now();
        let mut screen = self.shown.screen.lock().unwrap();
        while !met(&screen) {
            let text = screen.text();
            assert!(began.elapsed() < NEVER, "{what}: it never came. The screen:\n{text}");
            assert!(!screen.over, "{what}: the program has ended. The screen:\n{text}");
            screen = self.shown.changed.wait_timeout(screen, GLANCE).unwrap().0;
        }
    }

    /// Waits until `text` is somewhere on the screen.
    pub(crate) fn see(&self, text: &str) {
        self.until(&format!("{text:?}"), |seen| seen.contains(text));
    }

    /// Waits until `text` is on the screen more often than when something was last done.
    pub(crate) fn see_anew(&self, text: &str) {
        self.await_screen(&format!("{text:?} once more"), |screen| {
            screen.text().matches(text).count() > screen.before.matches(text).count()
        });
    }

    /// Waits until the program reads keys one by one, and presses one.
    pub(crate) fn press(&self, key: &str) {
        self.await_screen("keys to be read one by one", |_| self.reads_keys());
        self.does();
        (&self.pty).write_all(key.as_bytes()).unwrap();
    }

    /// Presses a key, and waits until it shows.
    pub(crate) fn press_seen(&self, key: &str) {
        self.press(key);
        self.await_screen(&format!("{key:?} to show"), |screen| {
            screen.text() != screen.before || screen.emulator.screen().cursor_position() != screen.cursor
        });
    }

    /// Types letter by letter into a prompt that shows each.
    pub(crate) fn type_in(&self, text: &str) {
        for letter in text.chars() {
            self.press_seen(letter.encode_utf8(&mut [0; 4]));
        }
    }

    /// Something other than a key is about to be done: from here on things are seen anew.
    pub(crate) fn does(&self) {
        let mut screen = self.shown.screen.lock().unwrap();
        screen.before = screen.text();
        screen.cursor = screen.emulator.screen().cursor_position();
    }

    /// Clears the screen, where the program waits at the beginning of a line.
    pub(crate) fn wipe(&self) {
        self.await_screen("a new line", |screen| screen.emulator.screen().cursor_position().1 == 0);
        let mut screen = self.shown.screen.lock().unwrap();
        screen.emulator.process(b"\x1b[2J\x1b[H");
        screen.before.clear();
    }

    /// The size is another from now on.
    pub(crate) fn resize(&self, columns: u16, rows: u16) {
        let mut screen = self.shown.screen.lock().unwrap();
        screen.emulator.screen_mut().set_size(at_least_one(rows), at_least_one(columns));
        drop(screen);
        self.pty.resize(Size::new(rows, columns)).unwrap();
    }

    /// What is on the screen, without what differs from run to run.
    pub(crate) fn picture(&self) -> String {
        settled(&self.text())
    }

    /// The picture that was stored under this name, as soon as `view` shows it: what is written to
    /// a terminal arrives in pieces, and only a picture that never comes is another one.
    pub(crate) fn comes_to(&self, module: &str, name: &str, view: impl Fn(&Self) -> String) -> String {
        let file = format!("{}__{name}.snap", module.replace("::", "__"));
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/screens/snapshots");
        let stored = std::fs::read_to_string(folder.join(file)).unwrap_or_default();
        let stored = stored.splitn(3, "---\n").nth(2).map(|text| text.trim().to_owned());
        let is_new = stored.is_none() || std::env::var_os("INSTA_UPDATE").is_some_and(|it| it == "always");
        let patience = if is_new { Duration::from_secs(1) } else { Duration::from_secs(30) };
        let began = Instant::now();
        loop {
            let seen = view(self);
            if Some(seen.trim()) == stored.as_deref() || began.elapsed() > patience {
                return seen;
            }
            std::thread::sleep(GLANCE);
        }
    }

    /// What is on the screen, to the letter.
    pub(crate) fn text(&self) -> String {
        self.shown.screen.lock().unwrap().text()
    }

    /// What is on the screen, with its styles in brackets: `[green|passed]`.
    pub(crate) fn coloured_picture(&self) -> String {
        settled(&styled(self.shown.screen.lock().unwrap().emulator.screen()))
    }

    /// Whether the terminal is as a shell leaves it: it echoes and gathers lines, and its cursor
    /// is seen.
    pub(crate) fn is_sane(&self) -> bool {
        self.is_sane_with(&self.shown.screen.lock().unwrap())
    }

    /// Waits until it is, where the program has not ended.
    pub(crate) fn becomes_sane(&self) {
        self.await_screen("a terminal as it was", |screen| self.is_sane_with(screen));
    }

    fn is_sane_with(&self, screen: &Screen) -> bool {
        let modes = LocalFlags::ECHO | LocalFlags::ICANON | LocalFlags::ISIG;
        self.modes().contains(modes) && !screen.emulator.screen().hide_cursor()
    }

    /// Whether the program reads keys one by one now.
    pub(crate) fn reads_keys(&self) -> bool {
        !self.modes().contains(LocalFlags::ECHO)
    }

    /// The rows that the terminal itself broke, at its right edge.
    pub(crate) fn broken_rows(&self) -> Vec<String> {
        let screen = self.shown.screen.lock().unwrap();
        let screen = screen.emulator.screen();
        let (rows, columns) = screen.size();
        let broken = (0..rows.get()).filter(|row| screen.row_wrapped(*row));
        broken.filter_map(|row| screen.rows(0, columns.get()).nth(usize::from(row))).collect()
    }

    /// The terminal's modes.
    pub(crate) fn modes(&self) -> LocalFlags {
        tcgetattr(&self.pty).unwrap().local_flags
    }

    /// The program.
    pub(crate) fn pid(&self) -> Pid {
        Pid::from_raw(i32::try_from(self.child.id()).unwrap())
    }

    /// Sends a signal to the program.
    pub(crate) fn signal(&self, signal: Signal) {
        self.does();
        kill(self.pid(), signal).unwrap();
    }

    /// Waits until the program has stopped, as by Ctrl-Z.
    pub(crate) fn stops(&self) {
        self.await_screen("the program to stop", |_| {
            let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.pid())).unwrap();
            stat.rsplit(") ").next().is_some_and(|rest| rest.starts_with('T'))
        });
    }

    /// Waits for the program's end, and for the last of what it showed.
    pub(crate) fn ends(&mut self) -> ExitStatus {
        let began = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(began.elapsed() < NEVER, "it does not end. The screen:\n{}", self.text());
            std::thread::sleep(GLANCE);
        };
        let mut screen = self.shown.screen.lock().unwrap();
        // Somebody whom it left behind may have the terminal still: that is a fault too.
        while !screen.over {
            assert!(began.elapsed() < NEVER, "the terminal is still in use");
            screen = self.shown.changed.wait_timeout(screen, GLANCE).unwrap().0;
        }
        drop(screen);
        status
    }

    /// Waits for its end with this status.
    pub(crate) fn ends_with(&mut self, status: i32) {
        let ended = self.ends();
        assert_eq!(ended.code(), Some(status), "{ended}. The screen:\n{}", self.text());
    }

    /// Waits for its end by this signal.
    pub(crate) fn ends_by(&mut self, signal: Signal) {
        let ended = self.ends();
        assert_eq!(ended.signal(), Some(signal as i32), "{ended}. The screen:\n{}", self.text());
    }
}

impl Drop for Person {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn at_least_one(number: u16) -> NonZeroU16 {
    NonZeroU16::new(number).unwrap()
}

/// The rows of a screen with what is coloured or stands out in brackets.
fn styled(screen: &vt100::Screen) -> String {
    let (rows, columns) = screen.size();
    let mut lines = Vec::new();
    for row in 0..rows.get() {
        let (mut text, mut open) = (String::new(), String::new());
        for column in 0..columns.get() {
            let Some(cell) = screen.cell(row, column) else { continue };
            let style = style(cell);
            if style != open {
                if !open.is_empty() {
                    text.push(']');
                }
                if !style.is_empty() {
                    text += &format!("[{style}|");
                }
                open = style;
            }
            text.push_str(if cell.has_contents() { cell.contents() } else { " " });
        }
        if !open.is_empty() {
            text.push(']');
        }
        lines.push(text.trim_end().to_owned());
    }
    lines.join("\n").trim_end().to_owned()
}

fn style(cell: &vt100::Cell) -> String {
    const NAMES: [&str; 8] = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];
    let mut words: Vec<String> = Vec::new();
    match cell.fgcolor() {
        vt100::Color::Default => {}
        vt100::Color::Idx(index) => {
            words.push(NAMES.get(usize::from(index)).map_or_else(|| index.to_string(), |&it| it.to_owned()));
        }
        vt100::Color::Rgb(red, green, blue) => words.push(format!("#{red:02x}{green:02x}{blue:02x}")),
    }
    for (is, word) in [
        (cell.bold(), "bold"),
        (cell.dim(), "dim"),
        (cell.italic(), "italic"),
        (cell.underline(), "underlined"),
        (cell.inverse(), "inverse"),
    ] {
        if is {
            words.push(word.to_owned());
        }
    }
    words.join(" ")
}
