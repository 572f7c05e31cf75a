//! The mailbox: what other threads have to tell the session, with a bell that can be
//! waited for together with keys.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::path::PathBuf;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use nix::sys::eventfd::{EfdFlags, EventFd};

use crate::app::checking::Judged;
use crate::assemblies::drill::DrillError;
use crate::edges::terminal::Caught;
use crate::flow::session::{Place, RunId};

/// Something that another thread tells.
pub(super) enum Post {
    /// A watched file was saved.
    Saved,
    /// A signal came.
    Caught(Caught),
    /// A check ended.
    Finished { run: RunId, place: Place, files: Vec<PathBuf>, result: Ended },
}

/// How a check ended: nothing where it was cancelled.
pub(super) type Ended = Box<Result<Option<Judged>, DrillError>>;

/// Where posts arrive.
pub(super) struct Mailbox {
    sender: Sender,
    posts: mpsc::Receiver<Post>,
}

/// Where posts are sent from.
#[derive(Clone)]
pub(super) struct Sender {
    posts: mpsc::Sender<Post>,
    bell: Arc<EventFd>,
}

impl Mailbox {
    pub(super) fn new() -> io::Result<Self> {
        let bell = EventFd::from_flags(EfdFlags::EFD_CLOEXEC | EfdFlags::EFD_NONBLOCK)?;
        let (sender, posts) = mpsc::channel();
        Ok(Self { sender: Sender { posts: sender, bell: Arc::new(bell) }, posts })
    }

    pub(super) fn sender(&self) -> Sender {
        self.sender.clone()
    }

    /// Readable while there may be posts.
    pub(super) fn bell(&self) -> BorrowedFd<'_> {
        self.sender.bell.as_fd()
    }

    /// The next post, if there is one; the bell is silent once there is none.
    pub(super) fn take(&self) -> Option<Post> {
        self.posts.try_recv().ok().or_else(|| {
            // Silenced before the last look: what is posted after that look rings again.
            let _ = self.sender.bell.read();
            self.posts.try_recv().ok()
        })
    }

    /// Waits for the bell.
    pub(super) fn wait(&self, timeout: Option<Duration>) -> io::Result<()> {
        use nix::errno::Errno;
        use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
        let timeout = timeout.map_or(PollTimeout::NONE, |timeout| {
            PollTimeout::try_from(timeout.as_millis().saturating_add(1)).unwrap_or(PollTimeout::MAX)
        });
        match poll(&mut [PollFd::new(self.bell(), PollFlags::POLLIN)], timeout) {
            Ok(_) | Err(Errno::EINTR) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

impl Sender {
    pub(super) fn post(&self, post: Post) {
        // Fails only where the session is over; then nobody needs to know.
        if self.posts.send(post).is_ok() {
            let _ = self.bell.write(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn posts_come_in_order_and_the_bell_is_silent_after_the_last() {
        let mailbox = Mailbox::new().unwrap();
        let sender = mailbox.sender();
        std::thread::spawn(move || {
            sender.post(Post::Saved);
            sender.post(Post::Caught(Caught::Woken));
        })
        .join()
        .unwrap();
        mailbox.wait(Some(Duration::from_secs(10))).unwrap();
        assert!(matches!(mailbox.take(), Some(Post::Saved)));
        assert!(matches!(mailbox.take(), Some(Post::Caught(Caught::Woken))));
        assert!(mailbox.take().is_none());
        assert!(mailbox.sender.bell.read().is_err(), "the bell still rings");
    }
}
