//! What tokens allow, kept for a moment, and when they were last used.
//!
//! Every request shows a token, and the database shall not be asked every time: what it said is
//! believed for half a second. So long may a token that was taken back still be used; one that has
//! expired may not, since its end is known.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use gateway_core::time::Clock;
use tokio::sync::{Notify, OnceCell};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::store::{Grant, Result, Store, TokenStore};
use crate::token::TokenHash;

/// How long an answer of the store is believed, from the moment it was asked.
const LIFE: Duration = Duration::from_millis(500);

/// How many answers are kept. Anybody can make up tokens that could be ones, so that there may be
/// any number of answers that say no; those go first.
const ANSWERS: usize = 4096;

/// How often room is made for new answers.
const SWEEP: Duration = Duration::from_millis(100);

/// How long nothing is written about a token after its use was.
const REST: Duration = Duration::from_mins(1);

/// How long writing uses may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Answers the store for a moment.
#[derive(Debug)]
pub(crate) struct Grants {
    store: Arc<dyn TokenStore>,
    clock: Arc<dyn Clock>,
    answers: Mutex<Answers>,
    uses: Mutex<HashMap<Uuid, Use>>,
    used: Notify,
}

#[derive(Debug)]
struct Answers {
    kept: HashMap<TokenHash, Answer>,
    swept: Instant,
}

#[derive(Clone, Debug)]
struct Answer {
    asked: Instant,
    /// Whoever comes while the store is asked waits for the same answer.
    grant: Arc<OnceCell<Option<Grant>>>,
}

impl Answer {
    fn is_fresh(&self) -> bool {
        self.asked.elapsed() < LIFE
    }

    fn is_no(&self) -> bool {
        matches!(self.grant.get(), Some(None))
    }
}

/// The uses of one token.
#[derive(Debug)]
struct Use {
    noted: Instant,
    /// What is to be written.
    at: Option<DateTime<Utc>>,
}

impl Grants {
    pub(crate) fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Self {
        Self::over(store, clock)
    }

    fn over(store: Arc<dyn TokenStore>, clock: Arc<dyn Clock>) -> Self {
        let answers = Mutex::new(Answers { kept: HashMap::new(), swept: Instant::now() });
        Self { store, clock, answers, uses: Mutex::default(), used: Notify::new() }
    }

    /// What a token allows; `None` for one that does not count: it was never given out, was taken
    /// back, or has expired.
    pub(crate) async fn of(&self, token: TokenHash) -> Result<Option<Grant>> {
        let answer = self.lock().answer(token);
        let grant = answer.grant.get_or_try_init(|| self.store.grant(&token)).await?;
        let now = self.clock.now();
        Ok(grant.filter(|grant| grant.expires_at.is_none_or(|end| now < end)))
    }

    /// Forgets what the store said.
    pub(crate) fn forget(&self) {
        self.lock().kept.clear();
    }

    /// A token was used now. This is written later, by [`Self::write_uses`], and once a minute.
    pub(crate) fn note_use(&self, token: Uuid) {
        let now = Instant::now();
        let mut uses = self.uses();
        let known = uses.get(&token);
        if known.is_none_or(|it| now.duration_since(it.noted) >= REST) {
            uses.insert(token, Use { noted: now, at: Some(self.clock.now()) });
            drop(uses);
            self.used.notify_one();
        }
    }

    /// Writes uses as they are noted, until the stop, and those that are left then.
    pub(crate) async fn write_uses(&self, stop: CancellationToken) {
        loop {
            let stopped = stop.run_until_cancelled(self.used.notified()).await.is_none();
            let uses: Vec<_> = {
                let mut uses = self.uses();
                let noted = uses.iter_mut().filter_map(|(id, it)| Some((*id, it.at.take()?)));
                noted.collect()
            };
            if !uses.is_empty() {
                let written = tokio::time::timeout(PATIENCE, self.store.used(&uses)).await;
                let error = match written {
                    Ok(Ok(())) => None,
                    Ok(Err(error)) => Some(error.to_string()),
                    Err(elapsed) => Some(elapsed.to_string()),
                };
                if let Some(error) = error {
                    // It is for people to look at, and comes again with a later use.
                    tracing::warn!(error, "the last use of tokens was not written");
                }
            }
            if stopped {
                return;
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Answers> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn uses(&self) -> MutexGuard<'_, HashMap<Uuid, Use>> {
        self.uses.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Answers {
    /// The answer for a token, or the place of one that is to be asked for.
    fn answer(&mut self, token: TokenHash) -> Answer {
        if let Some(answer) = self.kept.get(&token)
            && answer.is_fresh()
        {
            return answer.clone();
        }
        let answer = Answer { asked: Instant::now(), grant: Arc::default() };
        if self.kept.len() >= ANSWERS {
            self.make_room();
        }
        // Without room this one is not kept: the store is asked, as it would be without all this.
        if self.kept.len() < ANSWERS || self.kept.contains_key(&token) {
            self.kept.insert(token, answer.clone());
        }
        answer
    }

    /// Looks through all of them, and so not for every token that somebody made up.
    fn make_room(&mut self) {
        if self.swept.elapsed() < SWEEP {
            return;
        }
        self.swept = Instant::now();
        self.kept.retain(|_, answer| answer.is_fresh() && !answer.is_no());
    }
}

#[cfg(test)]
mod tests;
