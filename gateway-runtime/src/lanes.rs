//! Lanes: one chat's updates in order, different chats at once.
//!
//! A lane is there as long as its chat has updates to handle, and no longer. One task owns all
//! lanes; updates come to it from the journal alone, so that what waits in memory is bounded and a
//! crash forgets nothing. Which update may be handled is told by `order`.

mod order;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use gateway_core::model::AccountId;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::journal::{Entry, Journal};
use crate::pause;
use order::{Held, Order};

/// Pauses after the journal could not be read.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// What becomes of an update after a try.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Next {
    /// It is handled to its end, whatever that is.
    Ended,
    /// It wants another try after this pause, and has used up so many.
    Again { pause: Duration, tries: usize },
}

/// Tries to handle an update.
#[async_trait]
pub(crate) trait Work: Send + Sync + 'static {
    async fn attempt(&self, entry: &Entry, tries: usize) -> Next;
}

/// The bounds of the lanes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// Updates handled at once.
    pub(crate) concurrency: usize,
    /// Updates held in memory, waiting or being handled.
    pub(crate) held: usize,
    /// How long what is being handled may take after the stop.
    pub(crate) drain: Duration,
}

pub(crate) struct Lanes<W> {
    work: Arc<W>,
    journal: Arc<dyn Journal>,
    accounts: Vec<AccountId>,
    bounds: Bounds,
    order: Order,
    running: JoinSet<(Held, Next)>,
    /// Updates that wait for their next try.
    pausing: JoinSet<Held>,
    held: usize,
    /// The place of the last entry that was read.
    read: i64,
}

impl<W: Work> Lanes<W> {
    pub(crate) fn new(
        work: Arc<W>,
        journal: Arc<dyn Journal>,
        accounts: Vec<AccountId>,
        bounds: Bounds,
    ) -> Self {
        Self {
            work,
            journal,
            accounts,
            bounds,
            order: Order::default(),
            running: JoinSet::new(),
            pausing: JoinSet::new(),
            held: 0,
            read: 0,
        }
    }

    /// Handles what is in the journal, and what comes, until it is stopped; then finishes what is
    /// being handled.
    pub(crate) async fn run(mut self, arrived: &Notify, stop: &CancellationToken) {
        let mut more = true;
        while !stop.is_cancelled() {
            if more && self.held < self.bounds.held {
                more = self.fill(stop).await;
            }
            self.start_ready();
            tokio::select! {
                () = stop.cancelled() => {}
                () = arrived.notified() => more = true,
                Some(Ok(held)) = self.pausing.join_next() => self.order.again(held),
                Some(tried) = self.running.join_next() => self.tried(tried),
            }
        }
        self.pausing.abort_all();
        self.drain().await;
    }

    /// Reads from the journal what there is room for, and says whether there may be more.
    async fn fill(&mut self, stop: &CancellationToken) -> bool {
        let room = self.bounds.held - self.held;
        for wait in pause::growing(FIRST_PAUSE, LONGEST_PAUSE) {
            match self.journal.pending(&self.accounts, self.read, room).await {
                Ok(page) => {
                    let more = !page.is_empty();
                    for entry in page {
                        self.take(entry);
                    }
                    return more;
                }
                Err(error) => tracing::error!(%error, "journal"),
            }
            if pause::or_stop(wait, stop).await {
                break;
            }
        }
        true
    }

    fn take(&mut self, entry: Entry) {
        self.read = entry.seq;
        self.held += 1;
        self.order.add(entry);
    }

    fn start_ready(&mut self) {
        while self.running.len() < self.bounds.concurrency {
            let Some(held) = self.order.next() else { return };
            let work = self.work.clone();
            self.running.spawn(async move {
                let next = work.attempt(&held.entry, held.tries).await;
                (held, next)
            });
        }
    }

    fn tried(&mut self, tried: Result<(Held, Next), tokio::task::JoinError>) {
        let Ok((mut held, next)) = tried else {
            // `Work` catches the panics of handlers; this would be one of its own.
            tracing::error!("a lane broke: its chat waits for the next start");
            self.held -= 1;
            return;
        };
        match next {
            Next::Again { pause, tries } => {
                held.tries = tries;
                self.pausing.spawn(async move {
                    tokio::time::sleep(pause).await;
                    held
                });
            }
            Next::Ended => {
                self.held -= 1;
                self.order.ended(held);
            }
        }
    }

    async fn drain(mut self) {
        let finish = async { while self.running.join_next().await.is_some() {} };
        if tokio::time::timeout(self.bounds.drain, finish).await.is_err() {
            let left = self.running.len();
            tracing::warn!(
                left,
                "stopped before they were handled: they come again at the next start"
            );
        }
    }
}

#[cfg(test)]
mod tests;
