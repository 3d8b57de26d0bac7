//! How much may wait: when it is too much, intake waits instead, and nothing is dropped.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

/// Counts what waits for an account.
#[derive(Debug)]
pub(crate) struct Gate {
    bound: AtomicUsize,
    waiting: AtomicUsize,
    opened: Notify,
}

impl Gate {
    /// Without a bound, until one is [set](Self::limit).
    pub(crate) fn new() -> Self {
        let (bound, waiting) = (AtomicUsize::new(usize::MAX), AtomicUsize::new(0));
        Self { bound, waiting, opened: Notify::new() }
    }

    /// At most so many may wait.
    pub(crate) fn limit(&self, bound: usize) {
        self.bound.store(bound, Ordering::Relaxed);
    }

    /// So many wait now.
    pub(crate) fn hold(&self, waiting: usize) {
        let before = self.waiting.swap(waiting, Ordering::Relaxed);
        let bound = self.bound();
        if before >= bound && waiting < bound {
            self.opened.notify_waiters();
        }
    }

    /// How many wait.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }

    /// The most that may wait.
    pub(crate) fn bound(&self) -> usize {
        self.bound.load(Ordering::Relaxed)
    }

    pub(crate) fn is_full(&self) -> bool {
        self.waiting() >= self.bound()
    }

    /// Waits until there is room.
    pub(crate) async fn open(&self) {
        loop {
            let opened = self.opened.notified();
            if !self.is_full() {
                return;
            }
            opened.await;
        }
    }
}
