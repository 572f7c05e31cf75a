//! Runs of the command, as a shell would run it: one builder, exact output and status.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A run of `mmaplings`, in a directory of its own unless one is given, with an
/// environment that holds nothing of whoever runs the tests but the path.
pub(crate) struct Run {
    command: Command,
    directory: Option<tempfile::TempDir>,
    stdin: Option<String>,
}

/// What a run left.
pub(crate) struct Ran {
    pub(crate) status: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The command under test.
pub(crate) fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_mmaplings"))
}

impl Run {
    /// `mmaplings` with these arguments.
    pub(crate) fn new(arguments: &[&str]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut command = Command::new(program());
        command.args(arguments).env_clear().current_dir(directory.path());
        for kept in ["PATH", "HOME", "CARGO_HOME", "RUSTUP_HOME"] {
            if let Some(value) = std::env::var_os(kept) {
                command.env(kept, value);
            }
        }
        command.env("LANG", "C.UTF-8").env("TERM", "xterm-256color");
        Self { command, directory: Some(directory), stdin: None }
    }

    /// With one more argument, which need not be UTF-8.
    pub(crate) fn argument(mut self, argument: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    /// In this directory.
    pub(crate) fn within(mut self, directory: &Path) -> Self {
        self.command.current_dir(directory);
        self
    }

    /// With a cache that the tests share and that is thrown away with the build.
    pub(crate) fn with_cache(mut self) -> Self {
        self.command.env("XDG_CACHE_HOME", Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache"));
        self
    }

    /// With this variable set.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// With this text on standard input; it is empty otherwise.
    pub(crate) fn stdin(mut self, text: &str) -> Self {
        self.stdin = Some(text.to_owned());
        self
    }

    /// Runs it to its end.
    pub(crate) fn run(mut self) -> Ran {
        use std::io::Write;
        self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self.command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // A command that does not read what it is given closes the pipe: that is its right.
        let _ = stdin.write_all(self.stdin.take().unwrap_or_default().as_bytes());
        drop(stdin);
        let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
        drop(self.directory);
        Ran {
            status: status.code(),
            stdout: String::from_utf8(stdout).unwrap(),
            stderr: String::from_utf8(stderr).unwrap(),
        }
    }
}

impl Ran {
    /// Exactly this status; the output is in the message if it was another.
    pub(crate) fn status(self, expected: i32) -> Self {
        assert_eq!(self.status, Some(expected), "--- stdout\n{}\n--- stderr\n{}", self.stdout, self.stderr);
        self
    }

    /// Exactly this on standard output.
    pub(crate) fn stdout(self, expected: &str) -> Self {
        assert_eq!(self.stdout, expected, "--- stderr\n{}", self.stderr);
        self
    }

    /// Exactly this on standard error.
    pub(crate) fn stderr(self, expected: &str) -> Self {
        assert_eq!(self.stderr, expected, "--- stdout\n{}", self.stdout);
        self
    }
}

/// A workspace with all starters in `language`; it is removed with the first.
pub(crate) fn workspace(language: &str) -> (tempfile::TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    Run::new(&["init", "mine", "--lang", language]).within(directory.path()).run().status(0);
    let root = directory.path().join("mine");
    (directory, root)
}
