//! A line that says what is going on, for what takes over half a second.
//!
//! It is on standard error and gone when it is dropped, and is silent where standard error
//! is no terminal, or things are told in words. It never uses colour.

use std::io::{self, Write};
use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::assemblies::drill::Progress;
use crate::assemblies::ui::look::{Glyphs, Look, Telling};
use crate::edges::fixtures::News;
use crate::words::speech::{Speech, shown};
use crate::words::units::Bytes;

/// What takes no longer than this is not worth a line.
const PATIENCE: Duration = Duration::from_millis(500);

/// How often it is drawn again.
const TICK: Duration = Duration::from_millis(100);

/// What goes on.
const SAY: &str = "{spinner} {wide_msg}";

/// How far a file is.
const MEASURE: &str = "{spinner} {msg} {bar:24} {binary_bytes}/{binary_total_bytes}";

/// How many of several are done.
const COUNT: &str = "{spinner} {bar:30} {pos}/{len} {wide_msg}";

/// The line, as long as something goes on.
#[derive(Debug)]
pub struct Spinner {
    line: Line,
    _over: Sender<()>,
}

/// A hold on the line of a spinner, for whoever has something to say, from any thread.
#[derive(Clone, Debug)]
pub struct Line {
    bar: ProgressBar,
    look: Look,
}

impl Spinner {
    /// A spinner that appears if it is still there in half a second.
    #[must_use]
    pub fn start(look: &Look) -> Self {
        let (over, wait) = channel::<()>();
        let line = Line::new(look);
        if is_shown(look) {
            let bar = line.bar.clone();
            std::thread::spawn(move || {
                if wait.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                    bar.set_draw_target(ProgressDrawTarget::stderr());
                    bar.enable_steady_tick(TICK);
                }
            });
        }
        Self { line, _over: over }
    }

    /// A spinner that never appears: where output is for a program to read.
    #[must_use]
    pub fn silent(look: &Look) -> Self {
        Self { line: Line::new(look), _over: channel().0 }
    }

    /// The line, to be written to from another thread.
    #[must_use]
    pub fn line(&self) -> Line {
        self.line.clone()
    }

    /// Does something else with the terminal meanwhile.
    pub fn suspend<T>(&self, deed: impl FnOnce() -> T) -> T {
        self.line.bar.suspend(deed)
    }
}

impl Drop for Spinner {
    fn drop(&mut self) {
        self.line.bar.finish_and_clear();
    }
}

impl Line {
    fn new(look: &Look) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        bar.set_style(style(look, SAY));
        Self { bar, look: *look }
    }

    /// Says what is going on now.
    pub fn say(&self, text: impl Into<String>) {
        self.bar.set_style(style(&self.look, SAY));
        self.bar.set_message(text.into());
    }

    /// Says how far something is.
    pub fn measure(&self, text: impl Into<String>, done: Bytes, of: Bytes) {
        self.bar.set_style(style(&self.look, MEASURE));
        self.bar.set_message(text.into());
        self.bar.set_length(of.0);
        self.bar.set_position(done.0);
    }

    /// Leaves something on the screen that is to be read, whether the line is shown or not.
    pub fn note(&self, text: &str) {
        let text = self.look.noted(text);
        // Where standard error is closed, nobody is left to tell.
        self.bar.suspend(|| drop(io::stderr().write_all(text.as_bytes())));
    }

    /// Says what it hears of a drill's run.
    pub fn hear(&self, progress: &Progress<'_>) {
        match *progress {
            Progress::File(News::Writing { name, done, of }) => {
                self.measure(self.look.tell("progress-filling", [("file", name.into())]), done, of);
            }
            Progress::File(News::Keeping { name, size, cache }) => {
                self.note(&keeping(self.look.speech, name, size, cache))
            }
            ref other => {
                if let Some(text) = told(self.look.speech, other) {
                    self.say(text);
                }
            }
        }
    }
}

/// A bar for so many things, shown where a spinner would be, and at once.
#[must_use]
pub fn count(look: &Look, number: u64) -> ProgressBar {
    let target = if is_shown(look) { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = ProgressBar::with_draw_target(Some(number), target);
    bar.set_style(style(look, COUNT));
    bar.enable_steady_tick(TICK);
    bar
}

fn is_shown(look: &Look) -> bool {
    look.telling == Telling::Pictures && console::user_attended_stderr()
}

fn style(look: &Look, template: &str) -> ProgressStyle {
    let (ticks, bar) = match look.glyphs {
        Glyphs::Unicode => ("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏ ", "█▌░"),
        Glyphs::Ascii => ("|/-\\ ", "=>-"),
    };
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner());
    style.tick_chars(ticks).progress_chars(bar)
}

/// What is going on, in a line.
#[must_use]
pub fn told(speech: Speech, progress: &Progress<'_>) -> Option<String> {
    Some(match *progress {
        Progress::BuildingKit => speech.say("progress-kit"),
        Progress::Compiling { program } => speech.tell("progress-compiling", [("program", shown(program))]),
        Progress::File(News::Waiting { name }) => speech.tell("progress-waiting", [("file", name.into())]),
        Progress::File(News::Keeping { name, size, .. }) => {
            speech.tell("progress-making", [("file", name.into()), ("size", shown(size))])
        }
        Progress::File(News::Writing { name, done, of }) => {
            let said = [("file", name.into()), ("done", shown(done)), ("of", shown(of))];
            speech.tell("progress-writing", said)
        }
        Progress::Scene { scene, .. } if scene.repeat == 1 => {
            speech.tell("progress-scene", [("scene", scene.title.as_str().into())])
        }
        Progress::Scene { scene, repetition } => {
            let said = [
                ("scene", scene.title.as_str().into()),
                ("number", (repetition + 1).into()),
                ("all", scene.repeat.into()),
            ];
            speech.tell("progress-scene-again", said)
        }
        Progress::Line { .. } | Progress::Checkpoint { .. } | Progress::Ended { .. } => return None,
    })
}

/// What is to be known before a large file is made.
fn keeping(speech: Speech, name: &str, size: Bytes, cache: &Path) -> String {
    let said = [("file", name.into()), ("size", shown(size)), ("directory", shown(cache.display()))];
    speech.tell("progress-keeping", said)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::scene::Scene;

    #[test]
    fn what_goes_on_is_said_in_a_line() {
        let scene = |repeat| -> Scene {
            toml::from_str(&format!("id = 's'\ntitle = 'cut the power'\nrepeat = {repeat}\nscript = []"))
                .unwrap()
        };
        let (name, of) = ("sum-me.bin", Bytes::gib(1));
        for (progress, text) in [
            (Progress::BuildingKit, "compiling memmap2 and libc, this once"),
            (Progress::Scene { scene: &scene(1), repetition: 0 }, "running: cut the power"),
            (Progress::Scene { scene: &scene(20), repetition: 2 }, "running: cut the power (3 of 20)"),
            (Progress::File(News::Waiting { name }), "waiting for another run that uses sum-me.bin"),
            (
                Progress::File(News::Writing { name, done: Bytes::mib(12), of }),
                "writing sum-me.bin: 12 MiB of 1 GiB",
            ),
        ] {
            assert_eq!(told(Speech::ENGLISH, &progress).as_deref(), Some(text));
        }
    }

    #[test]
    fn the_size_of_a_kept_file_is_told_with_how_to_be_rid_of_it() {
        assert_eq!(
            keeping(
                Speech::ENGLISH,
                "sum-me.bin",
                Bytes::gib(1),
                Path::new("/home/ann/.cache/mmaplings/files")
            ),
            "sum-me.bin takes 1 GiB of disk, and is kept in /home/ann/.cache/mmaplings/files for the next time. \
             `--scale SIZE` makes it smaller; `mmaplings doctor --clean` removes it."
        );
    }

    #[test]
    fn every_template_is_one() {
        for template in [SAY, COUNT, MEASURE] {
            assert!(ProgressStyle::with_template(template).is_ok(), "{template}");
        }
    }
}
