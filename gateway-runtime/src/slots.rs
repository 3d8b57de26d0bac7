//! How many handlers run at once. One that waits for a commit does not run: meanwhile another may.
//!
//! A database is asked by many at once or by few in turn, and the first is what it is good at: were a
//! handler counted while it waits, an account could not have more in a commit than run at once.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};

use crate::journal::Journal;

/// How many handlers may have begun where so many may run at once: the others wait for the journal.
/// Each costs memory, and a connection to the messenger.
const fn begun(count: usize) -> usize {
    count.saturating_add(count / 2)
}

/// The slots of an account.
#[derive(Clone, Debug)]
pub(crate) struct Slots {
    free: Arc<Semaphore>,
    /// How many handlers may have begun.
    pub(crate) begun: usize,
    /// Whether they are left while their handlers wait.
    are_left: bool,
}

/// Room for one handler, unless it waits.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slot(Option<Arc<Left>>);

#[derive(Debug)]
struct Left {
    slots: Slots,
    permit: Mutex<Option<OwnedSemaphorePermit>>,
}

impl Slots {
    /// So many for handlers whose effects are written to this journal.
    pub(crate) fn new(count: usize, journal: &dyn Journal) -> Self {
        // Whoever wants one handler at a time wants one after the other.
        let are_left = journal.gathers() && count > 1;
        let begun = if are_left { begun(count) } else { count };
        Self { free: Arc::new(Semaphore::new(count)), begun, are_left }
    }

    pub(crate) fn take(&self) -> Option<Slot> {
        let permit = self.free.clone().try_acquire_owned().ok()?;
        let permit = Mutex::new(Some(permit));
        Some(Slot(Some(Arc::new(Left { slots: self.clone(), permit }))))
    }

    /// Waits until there is one.
    pub(crate) async fn is_free(&self) -> Result<(), AcquireError> {
        self.free.acquire().await.map(drop)
    }
}

impl Slot {
    /// Does something for which a handler waits. It goes on at once then, whether there is room or not:
    /// what it was told may not be true for long.
    pub(crate) async fn wait_for<T>(&self, waited_for: impl Future<Output = T>) -> T {
        self.leave();
        let it = waited_for.await;
        self.take_again();
        it
    }

    /// The handler runs no more, or not for now.
    pub(crate) fn leave(&self) {
        if let Some(Left { slots, permit }) = self.0.as_deref()
            && slots.are_left
        {
            drop(permit.lock().unwrap_or_else(PoisonError::into_inner).take());
        }
    }

    fn take_again(&self) {
        let Some(Left { slots, permit }) = self.0.as_deref() else { return };
        let mut permit = permit.lock().unwrap_or_else(PoisonError::into_inner);
        if slots.are_left && permit.is_none() {
            *permit = slots.free.clone().try_acquire_owned().ok();
        }
    }
}
