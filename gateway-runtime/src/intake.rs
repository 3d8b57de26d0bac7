//! Fetching updates: written down before the messenger is asked for more.

use std::sync::Arc;
use std::time::Duration;

use gateway_core::messenger::{Batch, ErrorKind};
use gateway_core::model::Cursor;
use gateway_core::time::Clock;
use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::account::{Receiving, RunningAccount};
use crate::journal::Journal;
use crate::pause;

/// Pauses after a failed poll, and after a failed write.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// Proves one account's token, and polls it until it is stopped.
#[derive(Clone, Debug)]
pub(crate) struct Intake {
    pub(crate) account: RunningAccount,
    pub(crate) journal: Arc<dyn Journal>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) arrived: Arc<Notify>,
    pub(crate) stop: CancellationToken,
}

impl Intake {
    pub(crate) async fn run(self) {
        let Some(()) = self.introduce().await else { return };
        if self.account.receiving == Receiving::Called {
            return;
        }
        let Some(mut cursor) = self.cursor().await else { return };
        let polling = self.account.messenger.capabilities().polling;
        let mut pauses = pause::growing(FIRST_PAUSE, LONGEST_PAUSE);
        let mut idle = polling.idle_pause;
        while !self.stop.is_cancelled() {
            let asked = Instant::now();
            let polled = tokio::select! {
                // What a messenger that forgets has handed out must be waited for: it is nowhere else.
                () = self.stop.cancelled(), if !polling.consumes => return,
                polled = self.account.messenger.receive(cursor.as_ref()) => polled,
            };
            let wait = match polled {
                Ok(batch) => {
                    pauses = pause::growing(FIRST_PAUSE, LONGEST_PAUSE);
                    let new = self.write(&batch).await;
                    let at_once = asked.elapsed() < FIRST_PAUSE;
                    cursor = batch.cursor.or(cursor);
                    if new > 0 {
                        idle = polling.idle_pause;
                    }
                    match new {
                        0 if !polling.idle_pause.is_zero() => {
                            let longest = polling.longest_idle_pause.max(polling.idle_pause);
                            let wait = idle;
                            idle = (idle * 2).min(longest);
                            wait
                        }
                        // A messenger that holds the line has no reason to answer so.
                        0 if at_once => FIRST_PAUSE,
                        _ => Duration::ZERO,
                    }
                }
                Err(error) => {
                    let own = pauses.next().unwrap_or(LONGEST_PAUSE);
                    let wait = error.retry_after().map_or(own, |asked| pause::as_asked(own, asked));
                    self.report(&error, wait);
                    wait
                }
            };
            if pause::or_stop(wait, &self.stop).await {
                return;
            }
        }
    }

    /// Proves the token, however long that takes. `None` when it was stopped before.
    async fn introduce(&self) -> Option<()> {
        for own in pause::growing(FIRST_PAUSE, LONGEST_PAUSE) {
            let me = tokio::select! {
                () = self.stop.cancelled() => return None,
                me = self.account.me() => me,
            };
            let error = match me {
                Ok(me) => {
                    let account = self.account.messenger.account();
                    let (name, id) = (me.display_name(), &me.id);
                    tracing::info!(account = %account.id, platform = %account.platform, bot = name, %id, "connected");
                    return Some(());
                }
                Err(error) => error,
            };
            let wait = error.retry_after().map_or(own, |asked| pause::as_asked(own, asked));
            self.report(&error, wait);
            if pause::or_stop(wait, &self.stop).await {
                return None;
            }
        }
        None
    }

    /// Where receiving goes on; `None` when it was stopped before the journal answered.
    async fn cursor(&self) -> Option<Option<Cursor>> {
        let account = self.account.messenger.account();
        for wait in pause::growing(FIRST_PAUSE, LONGEST_PAUSE) {
            match self.journal.cursor(&account.id).await {
                Ok(cursor) => return Some(cursor),
                Err(error) => tracing::error!(account = %account.id, %error, "journal"),
            }
            if pause::or_stop(wait, &self.stop).await {
                return None;
            }
        }
        None
    }

    /// Writes a batch, however long that takes, and says how much of it was new: until then the messenger is not asked for more.
    /// The stop does not end it, so that a batch which the messenger has forgotten gets a last try.
    async fn write(&self, batch: &Batch) -> usize {
        if batch.updates.is_empty() && batch.cursor.is_none() {
            return 0;
        }
        let account = &self.account.messenger.account().id;
        for wait in pause::growing(FIRST_PAUSE, LONGEST_PAUSE) {
            let cursor = batch.cursor.as_ref();
            match self.journal.append(account, &batch.updates, cursor, self.clock.now()).await {
                Ok(new) => {
                    if new > 0 {
                        tracing::debug!(%account, new, "received");
                        self.arrived.notify_one();
                    }
                    return new;
                }
                Err(error) => {
                    tracing::error!(%account, updates = batch.updates.len(), %error, "journal");
                }
            }
            if pause::or_stop(wait, &self.stop).await {
                tracing::error!(%account, updates = batch.updates.len(), "stopped before they were written");
                break;
            }
        }
        0
    }

    fn report(&self, error: &gateway_core::Error, wait: Duration) {
        let account = &self.account.messenger.account().id;
        let retry_in_ms = wait.as_millis();
        if *error.kind() == ErrorKind::Unauthorized {
            tracing::error!(%account, %error, retry_in_ms, "the account cannot receive");
        } else {
            tracing::warn!(%account, %error, retry_in_ms, "the account cannot receive");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use async_trait::async_trait;
    use gateway_core::Messenger;
    use gateway_core::messenger::{Capabilities, Polling, Receipt, Result};
    use gateway_core::model::{Account, ChatId, NewMessage, User};
    use gateway_core::testing::MemoryMessenger;

    use super::*;
    use crate::journal::MemoryJournal;
    use crate::{Context, HandlerResult, Router, Runtime};

    async fn echo(ctx: Context) -> HandlerResult {
        ctx.reply(ctx.text().cloned().unwrap_or_default()).await?;
        Ok(())
    }

    /// A messenger that answers at once, and brings something with every fourth poll.
    #[derive(Debug)]
    struct Hasty {
        memory: Arc<MemoryMessenger>,
        capabilities: Capabilities,
        polls: Mutex<Vec<tokio::time::Instant>>,
    }

    #[async_trait]
    impl Messenger for Hasty {
        fn account(&self) -> &Account {
            self.memory.account()
        }

        fn capabilities(&self) -> &Capabilities {
            &self.capabilities
        }

        async fn me(&self) -> Result<User> {
            self.memory.me().await
        }

        async fn receive(&self, cursor: Option<&Cursor>) -> Result<Batch> {
            let count = {
                let mut polls = self.polls.lock().expect("nobody panicked");
                polls.push(tokio::time::Instant::now());
                polls.len()
            };
            if count % 4 != 0 {
                return Ok(Batch::default());
            }
            self.memory.says("Anna", "hello");
            self.memory.receive(cursor).await
        }

        async fn send(&self, chat: &ChatId, message: &NewMessage) -> Result<Receipt> {
            self.memory.send(chat, message).await
        }
    }

    #[tokio::test(start_paused = true)]
    async fn pauses_grow_while_nothing_happens_and_begin_anew_when_something_does() {
        let memory = Arc::new(MemoryMessenger::new("test"));
        let polling = Polling {
            idle_pause: Duration::from_secs(1),
            longest_idle_pause: Duration::from_secs(3),
            consumes: false,
        };
        let capabilities = Capabilities { polling, ..memory.capabilities().clone() };
        let hasty =
            Arc::new(Hasty { memory: memory.clone(), capabilities, polls: Mutex::default() });
        let stop = CancellationToken::new();
        let runtime = Runtime::new(Arc::new(MemoryJournal::default()), memory.clock())
            .with_account(hasty.clone())
            .with_router(Router::new().text(echo));
        let talk = async {
            memory.next().await;
            memory.next().await;
            stop.cancel();
        };
        tokio::join!(runtime.run(stop.clone()), talk).0.expect("one account");
        let polls = hasty.polls.lock().expect("nobody panicked");
        let pauses: Vec<u64> =
            polls.windows(2).map(|pair| (pair[1] - pair[0]).as_secs()).take(7).collect();
        assert_eq!(pauses, [1, 2, 3, 0, 1, 2, 3]);
    }
}
