//! Registrations that come at once are kept in one commit.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use crate::store::{RegisteredChat, Result, Store, StoreError, StoreErrorKind};

/// How many commits are on their way at once.
const WRITERS: usize = 2;

/// How many registrations one commit takes.
const BATCH: usize = 100;

type Tell = oneshot::Sender<Result<()>>;

/// Keeps registrations: whoever comes while others are being kept goes with the next commit.
#[derive(Debug)]
pub(crate) struct Registrar {
    store: Arc<dyn Store>,
    waiting: Mutex<Vec<(RegisteredChat, Tell)>>,
    writers: Arc<Semaphore>,
}

impl Registrar {
    pub(crate) fn new(store: Arc<dyn Store>) -> Self {
        Self { store, waiting: Mutex::default(), writers: Arc::new(Semaphore::new(WRITERS)) }
    }

    /// Keeps a chat. It is kept even if nobody waits for that any more.
    pub(crate) async fn register(self: &Arc<Self>, chat: RegisteredChat) -> Result<()> {
        let (tell, told) = oneshot::channel();
        self.lock().push((chat, tell));
        self.wake();
        told.await.unwrap_or_else(|_| Err(gone()))
    }

    /// Has somebody write, unless enough do.
    fn wake(self: &Arc<Self>) {
        if let Ok(permit) = self.writers.clone().try_acquire_owned() {
            tokio::spawn(self.clone().write(permit));
        }
    }

    async fn write(self: Arc<Self>, permit: OwnedSemaphorePermit) {
        loop {
            let (chats, tells): (Vec<_>, Vec<_>) = {
                let mut waiting = self.lock();
                let count = waiting.len().min(BATCH);
                waiting.drain(..count).unzip()
            };
            if chats.is_empty() {
                break;
            }
            let kept = self.store.register(&chats).await;
            for tell in tells {
                // Whoever has gone does not want to know.
                let _ = tell.send(kept.clone());
            }
        }
        drop(permit);
        // Somebody may have come after the last look and before the permit was free.
        if !self.lock().is_empty() {
            self.wake();
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<(RegisteredChat, Tell)>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// It may have been kept before.
fn gone() -> StoreError {
    StoreError::new("registering a chat", Gone).of_kind(StoreErrorKind::Unfinished)
}

/// Nobody answers: the runtime that wrote is gone.
#[derive(Debug, thiserror::Error)]
#[error("the gateway stops")]
struct Gone;
