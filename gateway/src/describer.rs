//! What updates do not tell of a chat: its title, on most messengers, and its link.
//!
//! The messenger is asked for both, behind the updates: no handler waits for it. A chat is asked for
//! when an account comes into it, and when a message is seen in one of which no title is known. What
//! was asked for stands in memory alone. After a failure, or in another process, the next update from
//! the chat has it asked for again, for as long as it has no title.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use gateway_core::Messenger;
use gateway_core::messenger::ErrorKind;
use gateway_core::model::{Account, Chat, ChatDetails, ChatKind};
use gateway_core::time::Clock;
use registry_api::store::StoreError;
use registry_api::{Registry, Sighting};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

/// How many chats wait to be asked for; of more the next update tells.
const WAITING: usize = 1000;

/// How many are asked for at once.
const AT_ONCE: usize = 4;

/// How many chats are remembered to have been asked for. Of those that are forgotten the registry is
/// asked again.
const REMEMBERED: usize = 100_000;

/// How long a messenger may take.
const DEADLINE: Duration = Duration::from_secs(30);

/// How long a chat is not asked for again after a failure that may pass, and after another.
const PAUSE: Duration = Duration::from_mins(1);
const LONG_PAUSE: Duration = Duration::from_hours(1);

/// A chat, by the name of an account and its id there.
type Key = (String, String);

/// A chat that was asked for.
#[derive(Clone, Copy, Debug)]
struct Noted {
    /// When the account came into it, if it did: then it is asked for whatever is known of it.
    came: Option<DateTime<Utc>>,
    /// From when on it may be asked for again, when that has failed.
    again_at: Option<Instant>,
}

/// A chat that is to be asked for.
#[derive(Debug)]
struct Wish {
    messenger: Arc<dyn Messenger>,
    chat: Chat,
    has_come: bool,
}

impl Wish {
    fn key(&self) -> Key {
        (self.messenger.account().id.to_string(), self.chat.id.to_string())
    }
}

/// Takes down which chats are to be asked for.
#[derive(Debug)]
pub(crate) struct Describer {
    registry: Registry,
    messengers: HashMap<String, Arc<dyn Messenger>>,
    clock: Arc<dyn Clock>,
    noted: Mutex<HashMap<Key, Noted>>,
    wishes: mpsc::Sender<Wish>,
}

/// Chats that wait to be asked for.
#[derive(Debug)]
pub(crate) struct Wishes(mpsc::Receiver<Wish>);

/// Why a chat was not described.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error(transparent)]
    Messenger(#[from] gateway_core::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("describing a chat: no answer in time")]
    Late,
}

impl Trouble {
    fn pause(&self) -> Duration {
        match self {
            Self::Messenger(error)
                if !error.is_retryable() && *error.kind() != ErrorKind::Unauthorized =>
            {
                LONG_PAUSE
            }
            Self::Messenger(error) => error.retry_after().map_or(PAUSE, |asked| asked.max(PAUSE)),
            Self::Store(_) | Self::Late => PAUSE,
        }
    }
}

impl Describer {
    pub(crate) fn new(
        registry: Registry,
        messengers: &[Arc<dyn Messenger>],
        clock: Arc<dyn Clock>,
    ) -> (Arc<Self>, Wishes) {
        let (wishes, waiting) = mpsc::channel(WAITING);
        let named = messengers.iter().map(|it| (it.account().id.to_string(), it.clone()));
        let (messengers, noted) = (named.collect(), Mutex::default());
        (Arc::new(Self { registry, messengers, clock, noted, wishes }), Wishes(waiting))
    }

    /// Takes down that an account takes part in a chat, and when it has come into it, if it just has.
    pub(crate) fn note(&self, account: &Account, chat: &Chat, came: Option<DateTime<Utc>>) {
        if chat.kind == ChatKind::Dialog || chat.title.is_some() && came.is_none() {
            return;
        }
        let Some(messenger) = self.messengers.get(account.id.as_str()) else { return };
        let wish = Wish { messenger: messenger.clone(), chat: chat.clone(), has_come: false };
        let key = wish.key();
        let mut noted = self.lock();
        let before = noted.get(&key).copied();
        if let Some(Noted { came: known, again_at }) = before
            && came <= known
            && again_at.is_none_or(|at| Instant::now() < at)
        {
            return;
        }
        // What has failed is tried again as what it was.
        let came = came.max(before.and_then(|it| it.came));
        let wish = Wish { has_come: came.is_some(), ..wish };
        if self.wishes.try_send(wish).is_ok() {
            if noted.len() >= REMEMBERED {
                noted.clear();
            }
            noted.insert(key, Noted { came, again_at: None });
        }
    }

    /// Asks for what is taken down, until the stop: what was not asked for by then is forgotten.
    pub(crate) async fn run(self: Arc<Self>, mut wishes: Wishes, stop: CancellationToken) {
        let mut running = JoinSet::new();
        loop {
            let has_room = running.len() < AT_ONCE;
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                Some(_) = running.join_next() => {}
                wish = wishes.0.recv(), if has_room => match wish {
                    Some(wish) => drop(running.spawn(self.clone().fulfil(wish))),
                    None => return,
                },
            }
        }
    }

    async fn fulfil(self: Arc<Self>, wish: Wish) {
        let described = timeout(DEADLINE, self.describe(&wish)).await;
        let Err(error) = described.unwrap_or(Err(Trouble::Late)) else { return };
        let key = wish.key();
        tracing::info!(account = key.0, chat = key.1, %error, "describing a chat");
        let again_at = Some(Instant::now() + error.pause());
        if let Some(noted) = self.lock().get_mut(&key) {
            noted.again_at = again_at;
        }
    }

    async fn describe(&self, wish: &Wish) -> Result<(), Trouble> {
        let Wish { messenger, chat, has_come } = wish;
        let account = messenger.account();
        if !has_come && self.registry.is_titled(account, chat).await? {
            return Ok(());
        }
        let Some(chats) = messenger.chats() else { return Ok(()) };
        let at = self.clock.now();
        let details = chats.describe(&chat.id).await?;
        Ok(tell(&self.registry, account, chat, &details, at).await?)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Noted>> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells the registry how a messenger describes a chat, and when it was asked.
pub(crate) async fn tell(
    registry: &Registry,
    account: &Account,
    chat: &Chat,
    details: &ChatDetails,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let title = details.chat.title.clone();
    let chat = Chat { title, ..chat.clone() };
    let invitation = details.link.as_deref();
    if chat.title.is_none() && invitation.is_none() {
        return Ok(());
    }
    registry.see(&Sighting { invitation, ..Sighting::new(account, &chat, at) }).await
}

#[cfg(test)]
mod tests;
