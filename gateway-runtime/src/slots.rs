//! How many handlers run at once. One that waits for a commit does not run: meanwhile another may.
//!
//! A database is asked by many at once or by few in turn, and the first is what it is good at: were a
//! handler counted while it waits, an account could not have more in a commit than run at once.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};

/// How many handlers may have begun in any case where so many may run at once: the others wait for the
/// journal. Each costs memory.
const fn begun(count: usize) -> usize {
    count.saturating_add(count.div_ceil(4))
}

/// How many more may have begun, on all accounts together: one that is busy has much in a commit, and
/// many that are do not take that much memory each.
const SPARE: usize = 160;

/// Where fewer than so many may run at once, somebody wants few: they have nothing of what is to spare.
const MANY: usize = 64;

/// How many updates may be on their way then. Those whose handlers have ended wait for the commit that
/// says so: each costs a little memory.
const fn on_their_way(count: usize) -> usize {
    count.saturating_mul(10)
}

/// Room for handlers of whichever account.
#[derive(Clone, Debug)]
pub(crate) struct Spare(Arc<Semaphore>);

impl Default for Spare {
    fn default() -> Self {
        Self(semaphore(SPARE))
    }
}

/// The slots of an account.
#[derive(Clone, Debug)]
pub(crate) struct Slots {
    free: Arc<Semaphore>,
    /// For handlers that have begun and not ended, whether they run or wait.
    begun: Arc<Semaphore>,
    /// The same when there is no room there.
    spare: Option<Spare>,
    /// Whether they are left while their handlers wait.
    are_left: bool,
    /// How many updates may be on their way, whether their handlers have ended or not.
    pub(crate) on_their_way: usize,
}

/// Room for one handler, unless it waits.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slot(Option<Arc<Left>>);

/// A handler that runs, or that was dropped when this is.
#[derive(Debug)]
pub(crate) struct EndsWith(Slot);

impl Drop for EndsWith {
    fn drop(&mut self) {
        self.0.end();
    }
}

#[derive(Debug)]
struct Left {
    slots: Slots,
    room: Mutex<Room>,
}

#[derive(Debug)]
enum Room {
    /// `None` while the handler waits, or where there was no room when it went on.
    Begun { _begun: OwnedSemaphorePermit, running: Option<OwnedSemaphorePermit> },
    /// The handler has ended. What it left behind may go on, and takes nothing any more.
    Over,
}

fn semaphore(count: usize) -> Arc<Semaphore> {
    Arc::new(Semaphore::new(count.min(Semaphore::MAX_PERMITS)))
}

impl Slots {
    /// So many, which are left while their handlers wait if the journal gathers what they write.
    pub(crate) fn new(count: usize, gathers: bool, spare: Spare) -> Self {
        // Whoever wants one handler at a time wants one after the other.
        let are_left = gathers && count > 1;
        let (begun, on_their_way) =
            if are_left { (begun(count), on_their_way(count)) } else { (count, count) };
        let spare = (are_left && count >= MANY).then_some(spare);
        Self { free: semaphore(count), begun: semaphore(begun), spare, on_their_way, are_left }
    }

    pub(crate) fn take(&self) -> Option<Slot> {
        let running = self.free.clone().try_acquire_owned().ok()?;
        let spare = || self.spare.as_ref()?.0.clone().try_acquire_owned().ok();
        let begun = self.begun.clone().try_acquire_owned().ok().or_else(spare)?;
        Some(self.slot(begun, running))
    }

    /// Waits until there is one. It is handed over: what is left for a moment goes to another account
    /// that waits.
    pub(crate) async fn next(&self) -> Result<Slot, AcquireError> {
        let running = self.free.clone().acquire_owned().await?;
        let spare = async {
            match &self.spare {
                Some(spare) => spare.0.clone().acquire_owned().await,
                None => std::future::pending().await,
            }
        };
        let begun = tokio::select! {
            biased;
            begun = self.begun.clone().acquire_owned() => begun?,
            begun = spare => begun?,
        };
        Ok(self.slot(begun, running))
    }

    fn slot(&self, begun: OwnedSemaphorePermit, running: OwnedSemaphorePermit) -> Slot {
        let room = Mutex::new(Room::Begun { _begun: begun, running: Some(running) });
        Slot(Some(Arc::new(Left { slots: self.clone(), room })))
    }
}

impl Left {
    fn room(&self) -> MutexGuard<'_, Room> {
        self.room.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Slot {
    /// Does something for which a handler waits. It goes on at once then, whether there is room or not:
    /// what it was told may not be true for long, and others may wait for what it holds.
    pub(crate) async fn wait_for<T>(&self, waited_for: impl Future<Output = T>) -> T {
        self.leave();
        let it = waited_for.await;
        self.take_again();
        it
    }

    /// The handler does not run for now.
    fn leave(&self) {
        let Some(left) = self.0.as_deref().filter(|it| it.slots.are_left) else { return };
        if let Room::Begun { running, .. } = &mut *left.room() {
            *running = None;
        }
    }

    fn take_again(&self) {
        let Some(left) = self.0.as_deref() else { return };
        if let Room::Begun { running: running @ None, .. } = &mut *left.room() {
            *running = left.slots.free.clone().try_acquire_owned().ok();
        }
    }

    /// Ends with this, however that ends.
    pub(crate) fn ends_with(&self) -> EndsWith {
        EndsWith(self.clone())
    }

    /// The handler runs no more. Somebody may still have this: a task that it has left behind.
    fn end(&self) {
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

    fn alone(count: usize) -> Slots {
        Slots::new(count, false, Spare::default())
    }

    #[test]
    fn what_a_handler_leaves_behind_takes_no_room() {
        let slots = alone(1);
        let slot = slots.take().expect("there is room");
        let left_behind = slot.clone();
        assert!(slots.take().is_none());
        slot.end();
        left_behind.take_again();
        assert!(slots.take().is_some() && left_behind.is_over());
    }

    /// As many as begin one after another, each waiting for something.
    fn waiting(slots: &Slots) -> Vec<Slot> {
        let one = || {
            let slot = slots.take()?;
            slot.leave();
            Some(slot)
        };
        std::iter::from_fn(one).collect()
    }

    #[test]
    fn who_waits_leaves_room_and_who_has_ended_leaves_more() {
        let slots = Slots::new(4, true, Spare::default());
        let waiting = waiting(&slots);
        assert_eq!(waiting.len(), 5);
        waiting[0].end();
        let running = slots.take().expect("one has ended");
        assert!(slots.take().is_none());
        running.end();
        assert!(slots.take().is_some());
    }

    #[tokio::test]
    async fn accounts_share_what_is_to_spare() {
        let spare = Spare(semaphore(3));
        let (one, other) = (Slots::new(MANY, true, spare.clone()), Slots::new(MANY, true, spare));
        let of_one = waiting(&one);
        let of_other = waiting(&other);
        assert_eq!((of_one.len(), of_other.len()), (begun(MANY) + 3, begun(MANY)));
        // The last to begin has what is to spare. Both wait for it, and one of them has it then.
        let last = of_one.last().expect("many");
        let (of_one, of_other) = (one.next(), other.next());
        tokio::pin!(of_one, of_other);
        let took = tokio::select! {
            biased;
            _ = &mut of_one => panic!("there is nothing to spare"),
            _ = &mut of_other => panic!("there is nothing to spare"),
            () = async { last.end() } => tokio::select! {
                slot = &mut of_one => slot,
                slot = &mut of_other => slot,
            },
        };
        assert!(took.is_ok() && one.take().is_none() && other.take().is_none());
    }

    #[tokio::test]
    async fn whoever_waits_for_room_gets_it_when_somebody_ends() {
        let slots = alone(1);
        let slot = slots.take().expect("there is room");
        let (next, ()) = tokio::join!(slots.next(), async { drop(slot.ends_with()) });
        assert!(next.is_ok() && slots.take().is_none());
    }

    #[test]
    fn no_number_of_handlers_is_too_large() {
        assert!(Slots::new(usize::MAX, true, Spare::default()).take().is_some());
    }
}
