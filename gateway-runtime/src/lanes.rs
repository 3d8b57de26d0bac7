//! Lanes: one chat's updates in order, different chats at once.
//!
//! A lane is there as long as its chat has updates to handle, and no longer. One task owns all
//! lanes of an account; updates come to it from the journal alone, so that a crash forgets nothing.
//! Of what waits it keeps the places, and of a few the updates themselves. Which update may be
//! handled is told by `order`.

mod order;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use gateway_core::model::AccountId;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::gate::Gate;
use crate::journal::{Entry, Journal, JournalError, Place, Seq};
use crate::outage::Asked;
use crate::slots::{Slot, Slots, Spare};
use crate::status::Pulse;
use order::Order;

/// The pause after the journal could not be read.
const FIRST_PAUSE: Duration = Duration::from_millis(500);

/// Updates that are read from the journal at once.
const PAGE: usize = 256;

/// Places that are read from it at once.
const PLACES: usize = 1000;

/// How often the journal is looked at for what another process has written.
const LOOK: Duration = Duration::from_millis(200);

/// What becomes of an update after a try.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Next {
    /// It is handled to its end, whatever that is.
    Ended,
    /// It wants another try after this pause, and has used up so many.
    Again { pause: Duration, tries: Tries },
}

/// How often an update was tried in vain.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Tries {
    /// Of these there are only so many.
    pub(crate) counted: usize,
    /// With those that nobody is to blame for.
    pub(crate) all: usize,
}

/// Tries to handle an update.
#[async_trait]
pub(crate) trait Work: Send + Sync + 'static {
    async fn attempt(&self, entry: &Entry, tries: Tries, slot: Slot) -> Next;
}

/// The bounds of the lanes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// Handlers that run at once.
    pub(crate) concurrency: usize,
    /// Updates held in memory; of the others only their places.
    pub(crate) held: usize,
    /// How long what is being handled may take after the stop.
    pub(crate) drain: Duration,
}

/// When lanes end.
#[derive(Clone, Debug)]
pub(crate) struct Ends {
    /// What is being handled is finished, and nothing else is begun.
    pub(crate) stop: CancellationToken,
    /// Everything is dropped at once: another process handles it.
    pub(crate) lost: CancellationToken,
}

/// An update that is being handled, or waits for its next try.
struct Tried {
    entry: Entry,
    tries: Tries,
}

pub(crate) struct Lanes<W> {
    work: Arc<W>,
    journal: Arc<dyn Journal>,
    account: AccountId,
    gate: Arc<Gate>,
    pulse: Arc<Pulse>,
    bounds: Bounds,
    order: Order,
    slots: Slots,
    /// Updates that were read and are not being handled.
    held: HashMap<Seq, Tried>,
    running: JoinSet<(Tried, Next)>,
    pausing: JoinSet<Tried>,
    /// The place of the last entry that was read.
    read: Seq,
}

impl<W: Work> Lanes<W> {
    pub(crate) fn new(
        work: Arc<W>,
        journal: Arc<dyn Journal>,
        account: AccountId,
        gate: Arc<Gate>,
        pulse: Arc<Pulse>,
        bounds: Bounds,
        spare: Spare,
    ) -> Self {
        Self {
            slots: Slots::new(bounds.concurrency, journal.gathers(), spare),
            work,
            journal,
            account,
            gate,
            pulse,
            bounds,
            order: Order::default(),
            held: HashMap::new(),
            running: JoinSet::new(),
            pausing: JoinSet::new(),
            read: 0,
        }
    }

    /// Handles what is in the journal, and what comes, until it is stopped; then finishes what is
    /// being handled.
    pub(crate) async fn run(mut self, arrived: &Notify, ends: &Ends) {
        let others_write = self.journal.is_shared();
        let slots = self.slots.clone();
        // The slot that was waited for.
        let mut next = None;
        let mut more = true;
        while !ends.stop.is_cancelled() && !ends.lost.is_cancelled() {
            let mut is_well = true;
            if more {
                match self.read().await {
                    Ok(any) => more = any,
                    Err(error) => is_well = self.report(&error),
                }
            }
            if is_well && let Err(error) = self.start_ready(next.take()).await {
                is_well = self.report(&error);
            }
            if is_well {
                self.pulse.journal_answered(Asked::Reading);
            }
            self.gate.hold(self.order.len());
            // There is more to read, or something went wrong, or another process may have written.
            let look = match (is_well, more) {
                (false, _) => Some(FIRST_PAUSE),
                (true, true) => Some(Duration::ZERO),
                (true, false) => others_write.then_some(LOOK),
            };
            let is_held_up = is_well && self.has_more_to_start();
            tokio::select! {
                biased;
                () = ends.lost.cancelled() => {}
                () = ends.stop.cancelled() => {}
                Some(tried) = self.running.join_next() => self.tried(tried),
                Some(Ok(tried)) = self.pausing.join_next() => self.again(tried),
                Ok(slot) = slots.next(), if is_held_up => next = Some(slot),
                () = arrived.notified() => more = true,
                () = after(look) => more = true,
            }
        }
        self.gate.hold(0);
        self.pausing.abort_all();
        if !ends.lost.is_cancelled() {
            self.drain(&ends.lost).await;
        }
        self.running.shutdown().await;
    }

    fn report(&self, error: &JournalError) -> bool {
        self.pulse.journal_failed(Asked::Reading, "what waits cannot be read yet", error);
        false
    }

    /// Reads a page from the journal, and says whether there was one: updates as long as there is room
    /// for them, and then their places alone.
    async fn read(&mut self) -> Result<bool, JournalError> {
        let room = self.bounds.held.saturating_sub(self.held.len()).min(PAGE);
        // A few at a time would take as many questions.
        if room < self.bounds.held.min(PAGE).div_ceil(4).max(1) {
            let places = self.journal.places(&self.account, self.read, PLACES).await?;
            let any = !places.is_empty();
            for place in places {
                self.read = place.seq;
                self.order.add(place);
            }
            return Ok(any);
        }
        let page = self.journal.pending(&self.account, self.read, room).await?;
        let any = !page.is_empty();
        for entry in page {
            self.read = entry.seq;
            self.order.add(Place::of(entry.seq, &entry.update));
            self.held.insert(entry.seq, Tried { entry, tries: Tries::default() });
        }
        Ok(any)
    }

    /// Whether there is something to begin with as soon as there is a slot.
    fn has_more_to_start(&self) -> bool {
        self.running.len() < self.slots.on_their_way && self.order.coming(1).next().is_some()
    }

    /// Begins with as many as may be handled at once, the first in a slot that is there already.
    async fn start_ready(&mut self, mut first: Option<Slot>) -> Result<(), JournalError> {
        while self.has_more_to_start() {
            let Some(slot) = first.take().or_else(|| self.slots.take()) else { return Ok(()) };
            let Some(next) = self.order.coming(1).next() else { return Ok(()) };
            if !self.held.contains_key(&next) {
                self.load().await?;
            }
            self.order.next();
            let Some(tried) = self.held.remove(&next) else {
                tracing::warn!(account = %self.account, seq = next, "an update is there no more, or cannot be read");
                self.order.gone(next);
                continue;
            };
            let work = self.work.clone();
            self.running.spawn(async move {
                let next = work.attempt(&tried.entry, tried.tries, slot).await;
                (tried, next)
            });
        }
        Ok(())
    }

    /// Reads what is to be handled next and is not in memory.
    async fn load(&mut self) -> Result<(), JournalError> {
        let coming = self.order.coming(PAGE);
        let wanted: Vec<Seq> = coming.filter(|seq| !self.held.contains_key(seq)).collect();
        for entry in self.journal.load(&wanted).await? {
            self.held.insert(entry.seq, Tried { entry, tries: Tries::default() });
        }
        Ok(())
    }

    fn again(&mut self, tried: Tried) {
        self.order.again(tried.entry.seq);
        self.held.insert(tried.entry.seq, tried);
    }

    fn tried(&mut self, tried: Result<(Tried, Next), tokio::task::JoinError>) {
        let Ok((mut tried, next)) = tried else {
            // `Work` catches the panics of handlers; this would be one of its own.
            tracing::error!(account = %self.account, "a lane broke: its chat waits for the next start");
            return;
        };
        match next {
            Next::Again { pause, .. } if pause.is_zero() => self.again(tried),
            Next::Again { pause, tries } => {
                tried.tries = tries;
                self.pausing.spawn(async move {
                    tokio::time::sleep(pause).await;
                    tried
                });
            }
            Next::Ended => {
                self.order.ended(Place::of(tried.entry.seq, &tried.entry.update));
            }
        }
    }

    async fn drain(&mut self, lost: &CancellationToken) {
        let finish = async { while self.running.join_next().await.is_some() {} };
        let finished = tokio::select! {
            biased;
            () = lost.cancelled() => return,
            finished = tokio::time::timeout(self.bounds.drain, finish) => finished,
        };
        if finished.is_err() {
            let left = self.running.len();
            tracing::warn!(
                account = %self.account,
                left,
                "stopped before they were handled: they come again at the next start"
            );
        }
    }
}

/// Waits that long; for ever if for nothing.
async fn after(pause: Option<Duration>) {
    match pause {
        None => std::future::pending().await,
        Some(Duration::ZERO) => {}
        Some(pause) => tokio::time::sleep(pause).await,
    }
}

#[cfg(test)]
mod tests;
