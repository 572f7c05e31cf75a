//! A line that says what is going on, for what takes over half a second.

use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::assemblies::ui::look::{Glyphs, Look, Telling};

/// What takes no longer than this is not worth a line.
const PATIENCE: Duration = Duration::from_millis(500);

/// A line on standard error, gone when it is dropped. Silent where standard error is no
/// terminal, or things are told in words.
#[derive(Debug)]
pub struct Spinner {
    bar: ProgressBar,
    _over: Sender<()>,
}

impl Spinner {
    /// A spinner that appears if it is still there in half a second.
    #[must_use]
    pub fn start(look: &Look) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        let ticks = match look.glyphs {
            Glyphs::Unicode => "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏ ",
            Glyphs::Ascii => "|/-\\ ",
        };
        if let Ok(style) = ProgressStyle::with_template("{spinner} {wide_msg}") {
            bar.set_style(style.tick_chars(ticks));
        }
        let (over, wait) = channel::<()>();
        if look.telling == Telling::Pictures && console::user_attended_stderr() {
            let bar = bar.clone();
            std::thread::spawn(move || {
                if wait.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                    bar.set_draw_target(ProgressDrawTarget::stderr());
                    bar.enable_steady_tick(Duration::from_millis(100));
                }
            });
        }
        Self { bar, _over: over }
    }

    /// The line, to be written to from another thread.
    #[must_use]
    pub fn line(&self) -> Line {
        Line(self.bar.clone())
    }

    /// Does something else with the terminal meanwhile.
    pub fn suspend<T>(&self, deed: impl FnOnce() -> T) -> T {
        self.bar.suspend(deed)
    }
}

/// The line of a spinner.
#[derive(Clone, Debug)]
pub struct Line(ProgressBar);

impl Line {
    /// Says what is going on now.
    pub fn say(&self, text: impl Into<String>) {
        self.0.set_message(text.into());
    }
}

impl Drop for Spinner {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
