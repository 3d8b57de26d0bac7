//! How each account fares, told by what came and what went, not by whether a task is there.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use gateway_core::messenger::ErrorKind;
use gateway_core::model::Account;
use gateway_core::time::Clock;
use serde::Serialize;

use crate::gate::Gate;

/// A messenger holds a poll for up to 90 seconds: who has heard nothing for longer, not even that
/// nothing happened, is deaf.
const DEAF_AFTER: Duration = Duration::from_mins(3);

/// What an account is about.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AccountState {
    /// It has not yet proven its token.
    #[default]
    Starting,
    /// Another process runs it; this one stands by.
    StandingBy,
    /// It receives.
    Running,
    /// It receives nothing, since the messenger cannot be reached or refuses.
    Failing,
    /// Its token is refused: somebody must replace it.
    Unauthorized,
    /// It polls, and has had no answer for minutes.
    Deaf,
    /// So much waits that it does not ask for more.
    Full,
    /// It was stopped.
    Stopped,
}

/// How an account fares.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AccountStatus {
    /// The account.
    pub account: Account,
    /// What it is about.
    pub state: AccountState,
    /// When the messenger last answered, or called.
    pub last_success: Option<DateTime<Utc>>,
    /// When it last told of something new.
    pub last_update: Option<DateTime<Utc>>,
    /// When something last went wrong, and what.
    pub last_error: Option<(DateTime<Utc>, String)>,
    /// How many updates wait or are being handled, as far as this process knows.
    pub waiting: usize,
    /// How long the update that was last handled had waited, in milliseconds.
    pub lag_ms: Option<i64>,
    /// How many updates were handled since the start.
    pub handled: u64,
    /// How many of them are dead.
    pub dead: u64,
}

/// The pulse of an account: what its parts tell of themselves.
#[derive(Debug)]
pub(crate) struct Pulse {
    account: Account,
    clock: Arc<dyn Clock>,
    gate: Arc<Gate>,
    /// Whether it polls: who is called may hear nothing for days.
    polls: bool,
    beat: Mutex<Beat>,
}

#[derive(Debug, Default)]
struct Beat {
    state: AccountState,
    last_success: Option<DateTime<Utc>>,
    last_update: Option<DateTime<Utc>>,
    last_error: Option<(DateTime<Utc>, String)>,
    lag_ms: Option<i64>,
    handled: u64,
    dead: u64,
}

impl Pulse {
    pub(crate) fn new(
        account: Account,
        clock: Arc<dyn Clock>,
        gate: Arc<Gate>,
        polls: bool,
    ) -> Self {
        Self { account, clock, gate, polls, beat: Mutex::default() }
    }

    fn beat(&self, change: impl FnOnce(&mut Beat, DateTime<Utc>)) {
        let now = self.clock.now();
        change(&mut self.beat.lock().unwrap_or_else(PoisonError::into_inner), now);
    }

    pub(crate) fn is(&self, state: AccountState) {
        self.beat(|beat, now| {
            beat.state = state;
            if state == AccountState::Running {
                beat.last_success = Some(now);
            }
        });
    }

    /// The messenger called, with so much that is new. That may happen in any process: it says
    /// nothing of who runs the account.
    pub(crate) fn called(&self, new: usize) {
        self.beat(|beat, now| {
            beat.last_success = Some(now);
            if new > 0 {
                beat.last_update = Some(now);
            }
        });
    }

    /// The messenger answered, with so much that is new.
    pub(crate) fn heard(&self, new: usize) {
        self.beat(|beat, now| {
            beat.state = AccountState::Running;
            beat.last_success = Some(now);
            if new > 0 {
                beat.last_update = Some(now);
            }
        });
    }

    /// Receiving failed.
    pub(crate) fn failed(&self, error: &gateway_core::Error) {
        let state = match error.kind() {
            ErrorKind::Unauthorized => AccountState::Unauthorized,
            _ => AccountState::Failing,
        };
        self.beat(|beat, now| {
            beat.state = state;
            beat.last_error = Some((now, error.to_string()));
        });
    }

    /// Handling failed.
    pub(crate) fn erred(&self, error: &str) {
        self.beat(|beat, now| beat.last_error = Some((now, error.to_owned())));
    }

    /// An update is handled to its end.
    pub(crate) fn ended(&self, received_at: DateTime<Utc>, is_dead: bool) {
        self.beat(|beat, now| {
            beat.handled += 1;
            if beat.state == AccountState::Unauthorized {
                beat.state = AccountState::Running;
            }
            beat.dead += u64::from(is_dead);
            beat.lag_ms = Some((now - received_at).num_milliseconds());
        });
    }

    fn status(&self) -> AccountStatus {
        let now = self.clock.now();
        let beat = self.beat.lock().unwrap_or_else(PoisonError::into_inner);
        let silence = beat.last_success.and_then(|it| (now - it).to_std().ok());
        let is_deaf = self.polls && silence.is_some_and(|it| it > DEAF_AFTER);
        let state = match beat.state {
            AccountState::Running if self.gate.is_full() => AccountState::Full,
            AccountState::Running if is_deaf => AccountState::Deaf,
            state => state,
        };
        AccountStatus {
            account: self.account.clone(),
            state,
            last_success: beat.last_success,
            last_update: beat.last_update,
            last_error: beat.last_error.clone(),
            waiting: self.gate.waiting(),
            lag_ms: beat.lag_ms,
            handled: beat.handled,
            dead: beat.dead,
        }
    }
}

/// Tells how the accounts of a [`Runtime`](crate::Runtime) fare, also while it runs.
#[derive(Clone, Debug)]
pub struct Status(pub(crate) Vec<Arc<Pulse>>);

impl Status {
    /// Each account, in the order in which they were added.
    pub fn accounts(&self) -> Vec<AccountStatus> {
        self.0.iter().map(|pulse| pulse.status()).collect()
    }
}
