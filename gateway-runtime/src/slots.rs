//! How many handlers run at once. One that waits for a commit does not run: meanwhile another may.
//!
//! A database is asked by many at once or by few in turn, and the first is what it is good at: were a
//! handler counted while it waits, an account could not have more in a commit than run at once.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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
    room: Mutex<Room>,
}

#[derive(Debug)]
enum Room {
    Taken {
        _permit: OwnedSemaphorePermit,
    },
    /// While the handler waits, or where there was none when it went on.
    Left,
    /// The handler has ended. What it left behind may go on, and takes nothing any more.
    Over,
}

impl Slots {
    /// So many for handlers whose effects are written to this journal.
    pub(crate) fn new(count: usize, journal: &dyn Journal) -> Self {
        // Whoever wants one handler at a time wants one after the other.
        let are_left = journal.gathers() && count > 1;
        let begun = if are_left { begun(count) } else { count };
        let free = Arc::new(Semaphore::new(count.min(Semaphore::MAX_PERMITS)));
        Self { free, begun, are_left }
    }

    pub(crate) fn take(&self) -> Option<Slot> {
        let permit = self.free.clone().try_acquire_owned().ok()?;
        let room = Mutex::new(Room::Taken { _permit: permit });
        Some(Slot(Some(Arc::new(Left { slots: self.clone(), room }))))
    }

    /// Waits until there is one.
    pub(crate) async fn is_free(&self) -> Result<(), AcquireError> {
        self.free.acquire().await.map(drop)
    }
}

impl Left {
    fn room(&self) -> MutexGuard<'_, Room> {
        self.room.lock().unwrap_or_else(PoisonError::into_inner)
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

    /// The handler does not run for now.
    fn leave(&self) {
        let Some(left) = self.0.as_deref().filter(|it| it.slots.are_left) else { return };
        let mut room = left.room();
        if matches!(*room, Room::Taken { .. }) {
            *room = Room::Left;
        }
    }

    fn take_again(&self) {
        let Some(left) = self.0.as_deref() else { return };
        let mut room = left.room();
        if matches!(*room, Room::Left)
            && let Ok(permit) = left.slots.free.clone().try_acquire_owned()
        {
            *room = Room::Taken { _permit: permit };
        }
    }

    /// The handler runs no more. Somebody may still have this: a task that it has left behind.
    pub(crate) fn end(&self) {
        if let Some(left) = &self.0 {
            *left.room() = Room::Over;
        }
    }

    /// Whether its handler runs no more.
    pub(crate) fn is_over(&self) -> bool {
        self.0.as_deref().is_some_and(|it| matches!(*it.room(), Room::Over))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::MemoryJournal;

    #[test]
    fn what_a_handler_leaves_behind_takes_no_room() {
        let slots = Slots::new(1, &MemoryJournal::default());
        let slot = slots.take().expect("there is room");
        let left_behind = slot.clone();
        assert!(slots.take().is_none());
        slot.end();
        left_behind.take_again();
        assert!(slots.take().is_some() && left_behind.is_over());
    }

    #[test]
    fn no_number_of_handlers_is_too_large() {
        assert!(Slots::new(usize::MAX, &MemoryJournal::default()).take().is_some());
    }
}
