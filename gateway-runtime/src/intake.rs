//! Fetching updates: written down before the messenger is asked for more.

use std::sync::Arc;
use std::time::Duration;

use gateway_core::chance::Chance;
use gateway_core::messenger::{Batch, ErrorKind};
use gateway_core::model::{Cursor, Update};
use gateway_core::time::Clock;
use tokio::time::{Instant, timeout};

use crate::account::RunningAccount;
use crate::journal::{Append, Appended, Fence, Journal, JournalError};
use crate::lanes::Ends;
use crate::outage::Asked;
use crate::status::AccountState;
use crate::{pause, trace};

/// Pauses after a failed poll.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// The most updates of a batch that are written in one transaction: of thousands, all would be in memory
/// several times over.
pub(crate) const PART: usize = 256;

/// The longest pause after a poll that the messenger refuses for what it is, as of a bot that has a
/// webhook yet: it answers, and goes on as soon as somebody has mended that. Chance makes it up to
/// twice as long.
const LONGEST_REFUSED_PAUSE: Duration = Duration::from_millis(2500);

/// How long a database may take to write what came, before it is asked again.
const PATIENCE: Duration = Duration::from_secs(30);

/// The longest pause before what came is written again that could not be: everybody waits for the
/// database. Chance makes it up to twice as long.
const LONGEST_WRITE_PAUSE: Duration = Duration::from_millis(2500);

/// How long a messenger that could not be reached has for the question whether it is back.
const PROBE: Duration = Duration::from_secs(5);

/// It is, if it holds the next poll for this long, too.
const HELD: Duration = Duration::from_secs(2);

/// The longest pause before a messenger that cannot be reached is asked again: people wait for the bot
/// when it is back. Chance makes it up to twice as long.
const LONGEST_AWAY_PAUSE: Duration = Duration::from_secs(8);

/// Polls one account until it is stopped.
#[derive(Clone, Debug)]
pub(crate) struct Intake {
    pub(crate) account: RunningAccount,
    pub(crate) journal: Arc<dyn Journal>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) chance: Arc<Chance>,
    pub(crate) fence: Fence,
    /// How long a stop may take.
    pub(crate) drain: Duration,
    pub(crate) ends: Ends,
}

impl Intake {
    pub(crate) async fn run(self) {
        let Some(mut cursor) = self.cursor().await else { return };
        let polling = self.account.messenger.capabilities().polling;
        let (mut pauses, mut refused) = (self.pauses(), self.refused_pauses());
        let mut away = self.away_pauses();
        let mut idle = polling.idle_pause;
        // It says nothing of a messenger that answers, and holds polls only to break them off.
        let (mut is_away, mut is_probed) = (false, true);
        while !self.is_over() {
            tokio::select! {
                biased;
                () = self.over() => return,
                () = self.account.gate.open() => {}
            }
            let mut is_back = false;
            if std::mem::take(&mut is_away) && is_probed && polling.idle_pause.is_zero() {
                tokio::select! {
                    biased;
                    () = self.over() => return,
                    me = timeout(PROBE, self.account.messenger.me()) => {
                        is_back = matches!(me, Ok(Ok(_)));
                    }
                }
            }
            let asked = Instant::now();
            // What a messenger that forgets has handed out must be waited for: it is nowhere else.
            let mut receiving = self.account.messenger.receive(cursor.as_ref());
            let polled = loop {
                tokio::select! {
                    biased;
                    () = self.over(), if !polling.consumes => return,
                    polled = &mut receiving => break polled,
                    // It may be held for long: that nothing is wrong is known before.
                    () = tokio::time::sleep(HELD), if is_back => {
                        self.account.pulse.is(AccountState::Running);
                        (is_back, is_probed) = (false, false);
                    }
                }
            };
            drop(receiving);
            let wait = match polled {
                Ok(batch) => {
                    (pauses, refused) = (self.pauses(), self.refused_pauses());
                    away = self.away_pauses();
                    let at_once = asked.elapsed() < FIRST_PAUSE;
                    cursor = batch.cursor.clone().or(cursor);
                    let Some(new) = self.write(batch).await else { return };
                    self.account.pulse.heard(new);
                    is_probed = true;
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
                    is_away = matches!(
                        error.kind(),
                        ErrorKind::Unavailable { .. } | ErrorKind::Timeout { .. }
                    );
                    let own = match error.kind() {
                        ErrorKind::Forbidden | ErrorKind::Invalid { .. } => refused.next(),
                        _ if is_away => away.next(),
                        _ => pauses.next(),
                    };
                    let own = own.unwrap_or(LONGEST_PAUSE);
                    let wait = error.retry_after().map_or(own, |asked| pause::as_asked(own, asked));
                    self.account.pulse.failed(&error, wait);
                    wait
                }
            };
            if !wait.is_zero() && self.or_over(wait).await {
                return;
            }
        }
    }

    fn pauses(&self) -> impl Iterator<Item = Duration> + use<> {
        pause::growing(&self.chance, FIRST_PAUSE, LONGEST_PAUSE)
    }

    fn away_pauses(&self) -> impl Iterator<Item = Duration> + use<> {
        pause::growing(&self.chance, FIRST_PAUSE, LONGEST_AWAY_PAUSE)
    }

    fn write_pauses(&self) -> impl Iterator<Item = Duration> + use<> {
        pause::growing(&self.chance, FIRST_PAUSE, LONGEST_WRITE_PAUSE)
    }

    fn refused_pauses(&self) -> impl Iterator<Item = Duration> + use<> {
        pause::growing(&self.chance, FIRST_PAUSE, LONGEST_REFUSED_PAUSE)
    }

    fn is_over(&self) -> bool {
        self.ends.stop.is_cancelled() || self.ends.lost.is_cancelled()
    }

    async fn over(&self) {
        tokio::select! {
            biased;
            () = self.ends.stop.cancelled() => {}
            () = self.ends.lost.cancelled() => {}
        }
    }

    /// Waits, unless the end comes first; says whether it has come.
    async fn or_over(&self, wait: Duration) -> bool {
        tokio::select! {
            biased;
            () = self.over() => true,
            () = tokio::time::sleep(wait) => false,
        }
    }

    /// Where receiving goes on; `None` when it was stopped before the journal answered.
    async fn cursor(&self) -> Option<Option<Cursor>> {
        let account = self.account.messenger.account();
        for wait in self.pauses() {
            match self.journal.cursor(&account.id).await {
                Ok(cursor) => {
                    self.account.pulse.journal_answered(Asked::Reading);
                    return Some(cursor);
                }
                Err(error) => {
                    self.account.pulse.journal_failed(
                        Asked::Reading,
                        "where to go on is not known yet",
                        &error,
                    );
                }
            }
            if self.or_over(wait).await {
                return None;
            }
        }
        None
    }

    /// Writes a batch, however long that takes, and says how much of it was new: until then the
    /// messenger is not asked for more. `None` when it could not be written before the end.
    ///
    /// What the messenger has forgotten is nowhere else: it is written by whoever has it, also by an
    /// owner that is none any more, and tried until it is written, or for as long as a stop may take.
    async fn write(&self, batch: Batch) -> Option<usize> {
        if batch.updates.is_empty() && batch.cursor.is_none() {
            return Some(0);
        }
        let (mut new, mut given_up) = (0, None);
        let mut left = batch.updates.into_iter();
        loop {
            let part: Vec<Update> = left.by_ref().take(PART).collect();
            // Once it is written, the messenger is not asked for any of them again.
            let cursor = batch.cursor.as_ref().filter(|_| left.len() == 0);
            new += self.write_part(&part, left.len(), cursor, &mut given_up).await?;
            if left.len() == 0 {
                return Some(new);
            }
        }
    }

    /// Writes a part of a batch, of which so many come later. When it is given up is the same for all
    /// parts.
    async fn write_part(
        &self,
        updates: &[Update],
        later: usize,
        cursor: Option<&Cursor>,
        given_up: &mut Option<Instant>,
    ) -> Option<usize> {
        let account = &self.account.messenger.account().id;
        let consumes = self.account.messenger.capabilities().polling.consumes;
        let append = Append { account, updates, cursor, fence: (!consumes).then_some(self.fence) };
        let left = updates.len() + later;
        let mut is_repeated = false;
        for wait in self.write_pauses() {
            // They are written down together, and each has its own trace.
            let receiving: Vec<_> = updates.iter().map(trace::received).collect();
            let begun = Instant::now();
            let appended = timeout(PATIENCE, self.journal.append(append, self.clock.now())).await;
            let appended = appended.unwrap_or_else(|_| {
                Err(JournalError::new("writing updates", format!("no answer within {PATIENCE:?}")))
            });
            self.account.pulse.meters().inbox.committed(begun.elapsed(), &appended);
            drop(receiving);
            match appended {
                Ok(Appended::New(new)) => {
                    self.account.pulse.journal_answered(Asked::Writing);
                    // Of a try whose answer was lost, too.
                    if new > 0 || is_repeated {
                        tracing::debug!(%account, new, "received");
                        self.account.arrived.notify_one();
                    }
                    return Some(new);
                }
                // Whoever has the account now asks for the same again.
                Ok(Appended::Fenced) => {
                    self.ends.lost.cancel();
                    return None;
                }
                Err(error) => {
                    is_repeated = true;
                    self.account.pulse.journal_failed(
                        Asked::Writing,
                        "updates are not written down yet",
                        &error,
                    );
                }
            }
            let is_over = match *given_up {
                _ if !consumes => self.or_over(wait).await,
                // At the stop it is tried at once, and then for as long as a stop may take.
                None => {
                    if pause::or_stop(wait, &self.ends.stop).await {
                        *given_up = Some(Instant::now() + self.drain);
                    }
                    false
                }
                Some(end) => {
                    let left = end.saturating_duration_since(Instant::now());
                    tokio::time::sleep(wait.min(left)).await;
                    left.is_zero()
                }
            };
            if is_over {
                if consumes {
                    tracing::error!(%account, updates = left, "lost: they could not be written down");
                } else {
                    let words =
                        "they are not written down, and the messenger is asked again for them";
                    tracing::debug!(%account, updates = left, "{words}");
                }
                return None;
            }
        }
        None
    }
}

/// Proves an account's token, however long that takes. `false` when it was stopped before.
pub(crate) async fn introduce(account: &RunningAccount, chance: &Chance, ends: &Ends) -> bool {
    let own = account.messenger.account();
    for wait in pause::growing(chance, FIRST_PAUSE, LONGEST_PAUSE) {
        let me = tokio::select! {
            biased;
            () = ends.stop.cancelled() => return false,
            () = ends.lost.cancelled() => return false,
            me = account.me() => me,
        };
        let error = match me {
            Ok(me) => {
                let (name, id) = (me.display_name(), &me.id);
                tracing::info!(account = %own.id, platform = %own.platform, bot = name, %id, "connected");
                account.pulse.is(AccountState::Running);
                return true;
            }
            Err(error) => error,
        };
        let wait = error.retry_after().map_or(wait, |asked| pause::as_asked(wait, asked));
        account.pulse.failed(&error, wait);
        tokio::select! {
            biased;
            () = ends.stop.cancelled() => return false,
            () = ends.lost.cancelled() => return false,
            () = tokio::time::sleep(wait) => {}
        }
    }
    false
}

#[cfg(test)]
mod tests;
