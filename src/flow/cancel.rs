//! Cancelling work that is under way: a newer save overtakes a check, Ctrl-C ends it.
//!
//! A token is shared by who may cancel and who does the work. Work that waits in the
//! kernel cannot look at a flag, so it leaves a hook that wakes it; each hook runs at
//! most once, in the thread that cancels, or at once where that was before.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Whether some piece of work is still wanted. Clones are the same token.
#[derive(Clone, Default)]
pub struct CancelToken {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    cancelled: AtomicBool,
    hooks: Mutex<Hooks>,
}

#[derive(Default)]
struct Hooks {
    next: u64,
    waiting: BTreeMap<u64, Box<dyn FnOnce() + Send>>,
}

/// A hook that is left with a token; dropping it takes it away again.
#[must_use = "the hook is taken away when this is dropped"]
pub struct Hook {
    shared: Arc<Shared>,
    number: u64,
}

impl CancelToken {
    /// A token that nobody has cancelled.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The work is no longer wanted. Runs the hooks; a second time does nothing.
    pub fn cancel(&self) {
        let hooks = {
            let mut hooks = self.shared.hooks();
            self.shared.cancelled.store(true, Ordering::Release);
            std::mem::take(&mut hooks.waiting)
        };
        for hook in hooks.into_values() {
            hook();
        }
    }

    /// Whether somebody has cancelled.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.shared.cancelled.load(Ordering::Acquire)
    }

    /// Leaves `wake` to be called on cancelling; at once where that has happened already.
    pub fn on_cancel(&self, wake: impl FnOnce() + Send + 'static) -> Hook {
        let mut hooks = self.shared.hooks();
        let number = hooks.next;
        hooks.next += 1;
        if self.is_cancelled() {
            drop(hooks);
            wake();
        } else {
            hooks.waiting.insert(number, Box::new(wake));
        }
        Hook { shared: Arc::clone(&self.shared), number }
    }
}

impl Shared {
    /// A hook that panicked leaves the list whole: each is taken out before it is called.
    fn hooks(&self) -> MutexGuard<'_, Hooks> {
        self.hooks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Hook {
    fn drop(&mut self) {
        self.shared.hooks().waiting.remove(&self.number);
    }
}

impl std::fmt::Debug for CancelToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CancelToken").field("cancelled", &self.is_cancelled()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicU32;

    fn counter() -> (Arc<AtomicU32>, impl FnOnce() + Send + 'static) {
        let count = Arc::new(AtomicU32::new(0));
        let inner = Arc::clone(&count);
        (count, move || {
            inner.fetch_add(1, Ordering::Relaxed);
        })
    }

    #[test]
    fn a_hook_runs_once_on_cancelling() {
        let token = CancelToken::new();
        let (count, wake) = counter();
        let _hook = token.on_cancel(wake);
        assert!(!token.is_cancelled());
        assert_eq!(count.load(Ordering::Relaxed), 0);
        token.clone().cancel();
        token.cancel();
        assert!(token.is_cancelled());
        assert_eq!(count.load(Ordering::Relaxed), 1);
    }

    #[test]
    fn a_hook_that_comes_late_runs_at_once() {
        let token = CancelToken::new();
        token.cancel();
        let (count, wake) = counter();
        let _hook = token.on_cancel(wake);
        assert_eq!(count.load(Ordering::Relaxed), 1);
    }

    #[test]
    fn a_dropped_hook_does_not_run() {
        let token = CancelToken::new();
        let (count, wake) = counter();
        drop(token.on_cancel(wake));
        token.cancel();
        assert_eq!(count.load(Ordering::Relaxed), 0);
    }
}
