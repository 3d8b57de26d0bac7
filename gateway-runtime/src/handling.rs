//! What is done with one update: observers, the router, a handler, and how that ended.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::FutureExt as _;
use gateway_core::model::{UpdateKind, User};
use tokio::time::Instant;
use tracing::Instrument as _;

use crate::account::RunningAccount;
use crate::effect::{EffectError, Effects, Unwritten};
use crate::journal::{Change, End, Ending, Entry, JournalError, SessionWrite, Written};
use crate::lanes::{Ends, Next, Tries, Work};
use crate::outage::Asked;
use crate::runtime::verdict::{Verdict, verdict};
use crate::runtime::{Observed, Observer, RuntimeOptions};
use crate::slots::Slot;
use crate::status::AccountState;
use crate::{Context, HandlerError, Router, pause, trace};

/// The longest pause between two tries of a handler.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// The pause after somebody else has changed a session.
const CONFLICT_PAUSE: Duration = Duration::from_millis(20);

/// What an account runs: its router; the rest is the same for all accounts.
pub(crate) struct Bot {
    pub(crate) router: Router,
    pub(crate) observers: Arc<[Arc<dyn Observer>]>,
    pub(crate) options: RuntimeOptions,
}

/// What is done with the updates of one account.
pub(crate) struct Handling {
    pub(crate) account: RunningAccount,
    /// The bot itself.
    pub(crate) me: Arc<User>,
    pub(crate) effects: Effects,
    pub(crate) bot: Arc<Bot>,
    pub(crate) ends: Ends,
}

/// Why a try failed, and what to do about it.
struct Failure {
    error: HandlerError,
    verdict: Verdict,
}

impl From<HandlerError> for Failure {
    fn from(error: HandlerError) -> Self {
        Self { verdict: verdict(&*error), error }
    }
}

/// A handler ran longer than it may.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the handler took longer than {} seconds", .0.as_secs_f32())]
struct TooLong(Duration);

#[async_trait]
impl Work for Handling {
    async fn attempt(&self, entry: &Entry, tries: Tries, slot: Slot) -> Next {
        let span = trace::handled(entry, tries.all + 1);
        let begun = Instant::now();
        let next = self.attempted(entry, tries, slot).instrument(span).await;
        let meters = self.account.pulse.meters();
        meters.attempt.record(begun.elapsed());
        if matches!(next, Next::Again { .. }) {
            meters.retried.increment(1);
        }
        next
    }
}

impl Handling {
    async fn attempted(&self, entry: &Entry, tries: Tries, slot: Slot) -> Next {
        // Filters, observers and the call of a handler may panic too, not only its future.
        let running = slot.ends_with();
        let limit = self.bot.options.deadline;
        let unwritten = Unwritten::default();
        let effects = self.effects.of_one_origin(&unwritten, slot);
        let handled = AssertUnwindSafe(self.handle(entry, effects)).catch_unwind();
        let handled = match tokio::time::timeout(limit, handled).await {
            Ok(Ok(handled)) => handled,
            Ok(Err(panic)) => Err(HandlerError::from(words(&*panic)).into()),
            Err(_) => Err(HandlerError::from(TooLong(limit)).into()),
        };
        drop(running);
        // The end is asked for before what the effects came to is waited for: mostly it is one commit.
        let ended = match handled {
            Ok(sessions) => Ok(self.end(entry, Ending::Done, sessions, tries.all + 1).await),
            Err(failure) => Err(failure),
        };
        match self.effects.written(&unwritten).await {
            Ok(()) => {}
            Err(EffectError::Fenced { .. }) => self.ends.lost.cancel(),
            Err(error) => {
                tracing::error!(update = %entry.update.id, %error, "nobody knows what an effect came to");
            }
        }
        match ended {
            Ok(Some(Written::Conflict(session))) => {
                tracing::debug!(%session, "somebody else has changed it");
                Next::Again { pause: CONFLICT_PAUSE, tries }
            }
            Ok(_) => {
                tracing::debug!(update = %entry.update.id, "handled");
                Next::Ended
            }
            // Most do not fail, and shall not hold room for it while they wait.
            Err(failure) => Box::pin(self.failed(entry, failure, tries)).await,
        }
    }

    /// Observers, and the handler; what it wants kept comes back.
    async fn handle(&self, entry: &Entry, effects: Effects) -> Result<Vec<SessionWrite>, Failure> {
        let account = self.account.messenger.account();
        let observed = Observed { account, me: &self.me, entry };
        for observer in &*self.bot.observers {
            let seen = observer.observe(observed).await;
            seen.map_err(|error| Failure { error, verdict: Verdict::Observer })?;
        }
        if !self.bot.observers.is_empty() {
            self.account.pulse.observed();
        }
        let context = Context::new(entry, self.me.clone(), effects);
        if self.bot.router.expects_answers() {
            context
                .remember_question()
                .await
                .map_err(|error| Failure::from(HandlerError::from(error)))?;
        }
        if let Some(handled) = self.bot.router.handle(context.clone()) {
            handled.await?;
        }
        Ok(context.session_changes())
    }

    /// Gives it up, or says when it is tried again.
    async fn failed(&self, entry: &Entry, failure: Failure, tries: Tries) -> Next {
        let Failure { error, verdict } = failure;
        let (account, update) = (&entry.update.account, &entry.update.id);
        let words = error.to_string();
        if verdict == Verdict::Fenced {
            self.ends.lost.cancel();
            return Next::Again { pause: LONGEST_PAUSE, tries };
        }
        self.account.pulse.erred(&words);
        let verdict = match verdict {
            // Where the chat can be read, another try does no harm.
            Verdict::Unsure if self.account.messenger.history().is_some() => Verdict::Outside(None),
            Verdict::Unsure => Verdict::Counted,
            Verdict::Unauthorized => {
                self.account.pulse.is(AccountState::Unauthorized);
                Verdict::Outside(None)
            }
            verdict => verdict,
        };
        let options = &self.bot.options;
        let Tries { counted, all } = tries;
        let tries =
            Tries { counted: counted + usize::from(verdict == Verdict::Counted), all: all + 1 };
        if verdict == Verdict::Final || tries.counted >= options.tries {
            tracing::error!(%account, %update, error = words, tries = tries.all, "the update is dead");
            self.end(entry, Ending::Dead(words), Vec::new(), tries.all).await;
            return Next::Ended;
        }
        let chance = &self.effects.chance;
        let own =
            pause::growing(chance, options.retry_pause, LONGEST_PAUSE).nth(tries.all.min(16) - 1);
        let own = own.unwrap_or(LONGEST_PAUSE);
        let pause = match verdict {
            Verdict::Outside(Some(asked)) => pause::as_asked(own, asked),
            _ => own,
        };
        let retry_in_ms = pause.as_millis();
        match verdict {
            Verdict::Journal => self.account.pulse.handler_waits(update, &words, pause),
            Verdict::Observer => self.account.pulse.held_back(update, &words),
            _ => {
                tracing::warn!(%account, %update, error = words, retry_in_ms, "the handler failed");
            }
        }
        if verdict == Verdict::Counted {
            let fail = Change::Fail { seq: entry.seq, error: words };
            if let Err(error) = self.write(fail).await {
                tracing::warn!(%account, %update, %error, "a failure is not written down");
            }
        }
        Next::Again { pause, tries }
    }

    /// Writes down how an update ended, however long that takes; `None` when it came to its end
    /// before.
    async fn end(
        &self,
        entry: &Entry,
        ending: Ending,
        sessions: Vec<SessionWrite>,
        tries: usize,
    ) -> Option<Written> {
        let moved = match &entry.update.kind {
            UpdateKind::ChatMigrated { from, to, .. } => Some((from.clone(), to.clone())),
            _ => None,
        };
        let mut end = End { seq: entry.seq, ending, sessions, moved };
        let (chance, first) = (&self.effects.chance, self.bot.options.retry_pause);
        for wait in pause::growing(chance, first, LONGEST_PAUSE) {
            match self.write(Change::End(end.clone())).await {
                Ok(Written::Fenced) => {
                    self.ends.lost.cancel();
                    return None;
                }
                Ok(written) => {
                    for asked in [Asked::Writing, Asked::Effects] {
                        self.account.pulse.journal_answered(asked);
                    }
                    if written == Written::Done {
                        let is_dead = matches!(end.ending, Ending::Dead(_));
                        self.account.pulse.ended(entry.received_at, is_dead);
                        if tries > 1 && !is_dead {
                            let (account, update) = (&entry.update.account, &entry.update.id);
                            tracing::info!(%account, %update, tries, "handled after all");
                        }
                    }
                    return Some(written);
                }
                // It will not take it later either.
                Err(error) if error.is_refusal && !end.sessions.is_empty() => {
                    tracing::error!(update = %entry.update.id, %error, "the update is dead");
                    end.ending = Ending::Dead(error.to_string());
                    end.sessions.clear();
                    continue;
                }
                Err(error) => {
                    let what = "that an update has ended is not written down yet";
                    self.account.pulse.journal_failed(Asked::Writing, what, &error);
                }
            }
            if pause::or_stop(wait, &self.ends.lost).await {
                return None;
            }
        }
        None
    }

    fn write(&self, change: Change) -> impl Future<Output = Result<Written, JournalError>> {
        let fence = Some(self.effects.fence);
        self.effects.scribe.write(self.account.id(), fence, change)
    }
}

fn words(panic: &(dyn std::any::Any + Send)) -> String {
    let words = panic.downcast_ref::<&str>().copied();
    let words = words.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("the handler panicked: {}", words.unwrap_or("without words"))
}
