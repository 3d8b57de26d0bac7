//! Updates that a messenger delivers: written down before they are acknowledged.

use std::sync::Arc;

use gateway_core::messenger::{Delivery, Error, ErrorKind, Webhooks};
use gateway_core::model::Update;
use gateway_core::time::Clock;
use tokio::time::Instant;

use crate::account::RunningAccount;
use crate::intake::PART;
use crate::journal::{Append, Appended, Journal, JournalError};
use crate::trace;

/// The door of an account that is called instead of polling. Whoever serves HTTP hands over what
/// comes, and answers when this has returned.
///
/// Any process may take a delivery: it is handled by the one that runs the account.
///
/// # Example
///
/// What whoever serves HTTP does with a request. It need not look into it: the hook finds out what
/// proves it and what is in it.
///
/// ```
/// # use std::net::IpAddr;
/// # use std::sync::Arc;
/// # use gateway_core::messenger::Delivery;
/// # use gateway_core::testing::MemoryMessenger;
/// # use gateway_runtime::journal::MemoryJournal;
/// # use gateway_runtime::{Hook, Router, Runtime};
/// # use reqwest::header::HeaderMap;
/// /// The status that answers a request.
/// async fn answer(
///     hook: &Hook,
///     headers: &HeaderMap,
///     path: &str,
///     body: &[u8],
///     peer: Option<IpAddr>,
/// ) -> u16 {
///     match hook.deliver(&Delivery { headers, body, path, peer }).await {
///         // It is written down.
///         Ok(_) => 200,
///         // It is not, and the messenger comes again with it.
///         Err(error) => error.status(),
///     }
/// }
///
/// # let messenger = Arc::new(MemoryMessenger::new("test"));
/// let mut runtime = Runtime::new(Arc::new(MemoryJournal::default()), messenger.clock());
/// let hook = runtime.add_called_account(messenger);
/// // … serve HTTP with the hook, and run the runtime, both until the same stop …
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// # // The messenger in memory does not call.
/// # assert_eq!(answer(&hook, &HeaderMap::new(), "/hook", b"{}", None).await, 400);
/// # });
/// ```
#[derive(Clone, Debug)]
pub struct Hook {
    pub(crate) account: RunningAccount,
    pub(crate) journal: Arc<dyn Journal>,
    pub(crate) clock: Arc<dyn Clock>,
}

/// Why a delivery is not acknowledged. Messengers come again with it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HookError {
    /// Nothing proves that it comes from the messenger: 401.
    #[error(transparent)]
    Unproven(Error),
    /// Its body has more bytes than any should: 413.
    #[error(transparent)]
    TooLarge(Error),
    /// It is none: 400.
    #[error(transparent)]
    Unreadable(Error),
    /// The journal could not write it: 503.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// So much waits that no more is taken for now: 503.
    #[error("taking a delivery: {waiting} updates wait, at most {limit} may")]
    Full {
        /// How many wait.
        waiting: usize,
        /// How many may.
        limit: usize,
    },
}

const OPENING: &str = "opening a delivery";

impl HookError {
    /// The HTTP status that says so.
    pub fn status(&self) -> u16 {
        match self {
            Self::Unproven(_) => 401,
            Self::Unreadable(_) => 400,
            Self::TooLarge(_) => 413,
            Self::Journal(_) | Self::Full { .. } => 503,
        }
    }
}

impl Hook {
    /// Takes a delivery: when this returns, its updates are written down, and may be acknowledged.
    /// How many of them were new is returned; one that comes again is not.
    ///
    /// # Errors
    ///
    /// See [`HookError`]. Of a delivery of hundreds, a part may be written then: what comes again of it is
    /// not new.
    pub async fn deliver(&self, delivery: &Delivery<'_>) -> Result<usize, HookError> {
        self.has_room()?;
        let opened = match self.account.messenger.webhooks() {
            Some(webhooks) => webhooks.open(delivery),
            None => Err(Error::unsupported(OPENING, "webhooks")),
        };
        let updates = opened.map_err(|error| {
            self.account.pulse.refused(&error);
            match error.kind() {
                ErrorKind::Unproven => HookError::Unproven(error),
                _ => HookError::Unreadable(error),
            }
        })?;
        let (mut new, mut left) = (0, updates.chunks(PART));
        loop {
            new += self.append(left.next().unwrap_or_default()).await?;
            if left.len() == 0 {
                return Ok(new);
            }
            self.has_room()?;
        }
    }

    /// How many bytes the body of a delivery may have: whoever serves HTTP reads no more.
    pub fn most_bytes(&self) -> usize {
        self.account.messenger.webhooks().map_or(0, Webhooks::most_bytes)
    }

    /// A delivery had a larger body, which nobody has read: what it is to be answered with.
    pub fn too_large(&self) -> HookError {
        let why = format!("it has more than {} bytes", self.most_bytes());
        let error = Error::invalid(OPENING, "body", why);
        self.account.pulse.refused(&error);
        HookError::TooLarge(error)
    }

    fn has_room(&self) -> Result<(), HookError> {
        let gate = &self.account.gate;
        if gate.is_full() {
            return Err(HookError::Full { waiting: gate.waiting(), limit: gate.bound() });
        }
        Ok(())
    }

    /// Writes a part of a delivery, and says how much of it was new.
    async fn append(&self, updates: &[Update]) -> Result<usize, HookError> {
        let account = self.account.id();
        let append = Append { account, updates, cursor: None, fence: None };
        let receiving: Vec<_> = updates.iter().map(trace::received).collect();
        let begun = Instant::now();
        let appended = self.journal.append(append, self.clock.now()).await;
        self.account.pulse.meters().inbox.committed(begun.elapsed(), &appended);
        drop(receiving);
        let new = match appended? {
            Appended::New(new) => new,
            // Nothing is fenced that carries no fence.
            Appended::Fenced => 0,
        };
        self.account.pulse.called(new);
        if new > 0 {
            tracing::debug!(%account, new, "received");
        }
        // Also of what is not new: whoever wrote it may have been cut off before saying so.
        self.account.arrived.notify_one();
        Ok(new)
    }
}

#[cfg(test)]
mod tests {
    use async_trait::async_trait;
    use gateway_core::Messenger;
    use gateway_core::messenger::{Batch, Capabilities, Receipt, Result};
    use gateway_core::model::{Account, ChatId, Cursor, NewMessage, User};
    use gateway_core::testing::MemoryMessenger;
    use reqwest::header::HeaderMap;
    use tokio_util::sync::CancellationToken;
    use url::Url;

    use super::*;
    use crate::journal::{Inbox as _, MemoryJournal};
    use crate::testing::{Crash, Point};
    use crate::{Context, HandlerResult, Router, Runtime};

    /// A messenger in memory that calls: the body of a delivery is the number of updates in it, and
    /// the header `knock` proves it.
    #[derive(Debug)]
    struct Calling(MemoryMessenger);

    #[async_trait]
    impl Messenger for Calling {
        fn account(&self) -> &Account {
            self.0.account()
        }

        fn capabilities(&self) -> &Capabilities {
            self.0.capabilities()
        }

        async fn me(&self) -> Result<User> {
            self.0.me().await
        }

        async fn receive(&self, _: Option<&Cursor>) -> Result<Batch> {
            panic!("who is called does not poll")
        }

        async fn send(&self, chat: &ChatId, message: &NewMessage) -> Result<Receipt> {
            self.0.send(chat, message).await
        }

        fn webhooks(&self) -> Option<&dyn Webhooks> {
            Some(self)
        }
    }

    #[async_trait]
    impl Webhooks for Calling {
        async fn set(&self, _: &Url) -> Result<()> {
            Ok(())
        }

        async fn list(&self) -> Result<Vec<Url>> {
            Ok(Vec::new())
        }

        async fn remove(&self, _: &Url) -> Result<()> {
            Ok(())
        }

        fn open(&self, delivery: &Delivery<'_>) -> Result<Vec<Update>> {
            if !delivery.headers.contains_key("knock") {
                return Err(Error::new(ErrorKind::Unproven, "opening a delivery"));
            }
            serde_json::from_slice(delivery.body)
                .map_err(|why| Error::invalid("opening a delivery", "body", why.to_string()))
        }
    }

    fn knocking() -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("knock", reqwest::header::HeaderValue::from_static("yes"));
        headers
    }

    fn delivery<'a>(headers: &'a HeaderMap, body: &'a [u8]) -> Delivery<'a> {
        Delivery { headers, body, path: "/hook", peer: None }
    }

    async fn echo(ctx: Context) -> HandlerResult {
        if let Some(text) = ctx.text() {
            ctx.reply(text.clone()).await?;
        }
        Ok(())
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_delivered_is_handled_once_however_often_it_comes() {
        let calling = Arc::new(Calling(MemoryMessenger::new("test")));
        let journal = Arc::new(MemoryJournal::default());
        let mut runtime = Runtime::new(journal, calling.0.clock());
        let hook = runtime.add_called_account(calling.clone());
        calling.0.says("Anna", "hello");
        let said = calling.0.receive(None).await.expect("what she said").updates;
        let body = serde_json::to_vec(&said).expect("it can be written");
        let stop = CancellationToken::new();
        let talk = async {
            let headers = knocking();
            let delivery = delivery(&headers, &body);
            assert_eq!(hook.deliver(&delivery).await.expect("it is taken"), said.len());
            assert_eq!(hook.deliver(&delivery).await.expect("it is taken"), 0);
            calling.0.next().await;
            stop.cancel();
        };
        let run = runtime.with_router(Router::new().text(echo)).run(stop.clone());
        tokio::join!(run, talk).0.expect("one account");
        assert_eq!(calling.0.everything_done().len(), 1);
    }

    /// The process dies over the second part: what comes again goes on there, and in order.
    #[tokio::test]
    async fn what_waited_for_long_is_written_in_parts() {
        let calling = Arc::new(Calling(MemoryMessenger::new("test")));
        let journal = Arc::new(MemoryJournal::default());
        let all = 2 * PART + 1;
        for number in 0..all {
            calling.0.says("Anna", number.to_string().as_str());
        }
        let said = calling.0.receive(None).await.expect("what she said").updates;
        let (body, headers) = (serde_json::to_vec(&said).expect("it can be written"), knocking());
        let delivery = delivery(&headers, &body);
        let waiting = || async {
            let account = &calling.account().id;
            journal.pending(account, 0, all + 1).await.expect("it is in memory")
        };

        let crash = Crash::at(Point::Received).after(1);
        let mut runtime = Runtime::new(crash.journal(journal.clone()), calling.0.clock());
        let hook = runtime.add_called_account(calling.clone());
        crash.happens(hook.deliver(&delivery)).await;
        assert_eq!(waiting().await.len(), PART);

        let mut runtime = Runtime::new(journal.clone(), calling.0.clock());
        let hook = runtime.add_called_account(calling.clone());
        assert_eq!(hook.deliver(&delivery).await.expect("it is taken"), all - PART);
        assert!(waiting().await.iter().map(|it| &*it.update).eq(&said));
    }

    #[tokio::test]
    async fn what_is_not_proven_or_not_readable_is_not_written() {
        let calling = Arc::new(Calling(MemoryMessenger::new("test")));
        let journal = Arc::new(MemoryJournal::default());
        let mut runtime = Runtime::new(journal.clone(), calling.0.clock());
        let hook = runtime.add_called_account(calling.clone());
        let status = runtime.status();
        let last_error = || status.accounts().remove(0).last_error.map(|(_, error)| error);
        assert_eq!(last_error(), None);
        let refused = |headers: HeaderMap, body: &'static [u8]| {
            let hook = hook.clone();
            async move {
                hook.deliver(&delivery(&headers, body)).await.expect_err("it is refused").status()
            }
        };
        assert_eq!(refused(HeaderMap::new(), b"[]").await, 401);
        let unproven = "opening a delivery: nothing proves that it comes from the messenger";
        assert_eq!(last_error().as_deref(), Some(unproven));
        assert_eq!(refused(knocking(), b"[").await, 400);
        assert!(last_error().is_some_and(|it| it.contains("body is not accepted")));
        let account = calling.account().id.clone();
        assert_eq!(journal.pending(&account, 0, 9).await.expect("an answer"), []);
    }
}
