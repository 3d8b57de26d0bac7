//! How each account is doing. It is judged by what was received and handled: that a task still runs
//! says nothing.

use std::fmt::Display;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use gateway_core::messenger::ErrorKind;
use gateway_core::model::{Account, UpdateId};
use gateway_core::time::Clock;
use gateway_core::trouble::Trouble;
use serde::Serialize;

use crate::gate::Gate;
use crate::journal::{EffectKey, JournalError};
use crate::measure::Meters;
use crate::outage::{Asked, Outage, Service};

/// A messenger answers a poll within 90 seconds, even when nothing has happened. An account that has
/// had no answer for this long is deaf.
const DEAF_AFTER: Duration = Duration::from_mins(3);

/// What an account is doing.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AccountState {
    /// It has started, and the messenger has not accepted its token yet.
    #[default]
    Starting,
    /// Another process runs it; this one stands by.
    StandingBy,
    /// It receives updates.
    Running,
    /// It receives no updates: the messenger cannot be reached, or answers with an error.
    Failing,
    /// The messenger refuses its token. Updates wait until somebody replaces it.
    Unauthorized,
    /// It polls, and has had no answer for three minutes.
    Deaf,
    /// As many updates wait as may (`RuntimeOptions::waiting`): it asks for no more until some are
    /// handled.
    Full,
    /// The journal cannot be read or written: nothing is received or handled until it can.
    JournalFailing,
    /// It was stopped.
    Stopped,
}

impl AccountState {
    /// Every state.
    pub const ALL: [Self; 9] = [
        Self::Starting,
        Self::StandingBy,
        Self::Running,
        Self::Failing,
        Self::Unauthorized,
        Self::Deaf,
        Self::Full,
        Self::JournalFailing,
        Self::Stopped,
    ];

    /// Its name, as JSON and metrics spell it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::StandingBy => "standing_by",
            Self::Running => "running",
            Self::Failing => "failing",
            Self::Unauthorized => "unauthorized",
            Self::Deaf => "deaf",
            Self::Full => "full",
            Self::JournalFailing => "journal_failing",
            Self::Stopped => "stopped",
        }
    }
}

/// How an account is doing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AccountStatus {
    /// The account.
    pub account: Account,
    /// What it is doing.
    pub state: AccountState,
    /// When the messenger last answered a poll, or delivered something.
    pub last_success: Option<DateTime<Utc>>,
    /// When a new update last came.
    pub last_update: Option<DateTime<Utc>>,
    /// When receiving or handling last failed, and with which error. Of an account that does not
    /// receive, why it does not.
    pub last_error: Option<(DateTime<Utc>, String)>,
    /// How many updates wait or are being handled. A process that stands by does not know of those
    /// of the other.
    pub waiting: usize,
    /// The time from the arrival of the last handled update to the end of its handling, in
    /// milliseconds.
    pub lag_ms: Option<i64>,
    /// How many updates this process has handled to the end, dead ones included.
    pub handled: u64,
    /// How many of them were given up, and are dead.
    pub dead: u64,
}

/// What the parts of an account report: intake, hook and handling.
#[derive(Debug)]
pub(crate) struct Pulse {
    account: Account,
    clock: Arc<dyn Clock>,
    gate: Arc<Gate>,
    /// Whether it polls. One that is called may hear nothing for days, and is not deaf.
    polls: bool,
    beat: Mutex<Beat>,
    receiving: Trouble,
    journal: Service,
    observing: Trouble,
    /// What handlers ask of the journal.
    working: Trouble,
    meters: OnceLock<Meters>,
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
        outage: Arc<Outage>,
    ) -> Self {
        Self {
            journal: Service::new(account.id.clone(), outage),
            account,
            clock,
            gate,
            polls,
            beat: Mutex::default(),
            receiving: Trouble::default(),
            observing: Trouble::default(),
            working: Trouble::default(),
            meters: OnceLock::new(),
        }
    }

    /// What is measured of the account, from the first time it is asked for.
    pub(crate) fn meters(&self) -> &Meters {
        self.meters.get_or_init(|| Meters::of(&self.account.id))
    }

    fn beat(&self, change: impl FnOnce(&mut Beat, DateTime<Utc>)) {
        let now = self.clock.now();
        change(&mut self.beat.lock().unwrap_or_else(PoisonError::into_inner), now);
    }

    pub(crate) fn is(&self, state: AccountState) {
        match state {
            AccountState::Running => self.receives(),
            // Whether it could receive is not known from here any more.
            AccountState::StandingBy => {
                self.forget_troubles();
                self.journal.is_handed_over();
            }
            AccountState::Stopped => {
                self.forget_troubles();
                self.journal.is_left();
            }
            _ => {}
        }
        self.beat(|beat, now| {
            beat.state = state;
            if state == AccountState::Running {
                beat.last_success = Some(now);
            }
        });
    }

    /// What was in trouble is not asked for from here any more.
    fn forget_troubles(&self) {
        for trouble in [&self.receiving, &self.observing, &self.working] {
            let _ = trouble.is_over();
        }
    }

    /// The messenger delivered, with so many new updates. That may happen in any process, so it says
    /// nothing of who runs the account.
    pub(crate) fn called(&self, new: usize) {
        self.meters().received.increment(new as u64);
        self.beat(|beat, now| {
            beat.last_success = Some(now);
            if new > 0 {
                beat.last_update = Some(now);
            }
        });
    }

    /// The messenger answered a poll, with so many new updates.
    pub(crate) fn heard(&self, new: usize) {
        self.receives();
        self.meters().received.increment(new as u64);
        self.beat(|beat, now| {
            beat.state = AccountState::Running;
            beat.last_success = Some(now);
            if new > 0 {
                beat.last_update = Some(now);
            }
        });
    }

    fn receives(&self) {
        if let Some(over) = self.receiving.is_over() {
            let (account, lasted_ms) = (&self.account.id, over.lasted.as_millis());
            tracing::info!(%account, failures = over.failures, lasted_ms, "the account receives again");
        }
    }

    /// Receiving has failed, and is tried again.
    pub(crate) fn failed(&self, error: &gateway_core::Error, retry_in: Duration) {
        let (account, retry_in_ms) = (&self.account.id, retry_in.as_millis());
        let words = "the account cannot receive";
        let is_dead = *error.kind() == ErrorKind::Unauthorized;
        match self.receiving.is_news(error.kind().name()) {
            true if is_dead => tracing::error!(%account, %error, retry_in_ms, "{words}"),
            true => tracing::warn!(%account, %error, retry_in_ms, "{words}"),
            false => tracing::debug!(%account, %error, retry_in_ms, "{words}"),
        }
        let state = match error.kind() {
            ErrorKind::Unauthorized => AccountState::Unauthorized,
            _ => AccountState::Failing,
        };
        self.meters().receive_errors.increment(1);
        self.beat(|beat, now| {
            beat.state = state;
            beat.last_error = Some((now, error.to_string()));
        });
    }

    /// A delivery was refused. Whoever knows the path can send one, in any process: that is kept in
    /// memory alone, and says nothing of how the account itself is doing.
    pub(crate) fn refused(&self, error: &gateway_core::Error) {
        self.meters().receive_errors.increment(1);
        self.erred(&error.to_string());
    }

    /// The journal did not do what was asked of it: it is asked again.
    pub(crate) fn journal_failed(&self, asked: Asked, what: &'static str, error: &dyn Display) {
        self.beat(|beat, now| beat.last_error = Some((now, error.to_string())));
        self.journal.failed(asked, what, error);
    }

    /// The journal did what was asked of it.
    pub(crate) fn journal_answered(&self, asked: Asked) {
        self.journal.answered(asked);
    }

    /// The journal did not do what a handler asked of it. When it is out of order, all that run fail
    /// of it, and the account itself says so.
    pub(crate) fn handler_waits(&self, update: &UpdateId, error: &str, retry_in: Duration) {
        let (account, words) = (&self.account.id, "a handler failed of the journal");
        let retry_in_ms = retry_in.as_millis();
        if self.working.is_news(words) {
            tracing::warn!(%account, %update, error, retry_in_ms, "{words}");
        } else {
            tracing::debug!(%account, %update, error, retry_in_ms, "{words}");
        }
    }

    /// What an effect came to is not written down, and tried again.
    pub(crate) fn effect_waits(&self, effect: &EffectKey, error: &JournalError) {
        let words = "what an effect came to is not written down yet";
        if self.working.is_news(words) {
            tracing::warn!(%effect, %error, "{words}");
        } else {
            tracing::debug!(%effect, %error, "{words}");
        }
    }

    /// An observer holds an update back.
    pub(crate) fn held_back(&self, update: &UpdateId, error: &str) {
        let (account, words) = (&self.account.id, "an observer fails: updates wait");
        if self.observing.is_news(words) {
            tracing::warn!(%account, %update, error, "{words}");
        } else {
            tracing::debug!(%account, %update, error, "{words}");
        }
    }

    /// No observer holds an update back.
    pub(crate) fn observed(&self) {
        if let Some(over) = self.observing.is_over() {
            let (account, lasted_ms) = (&self.account.id, over.lasted.as_millis());
            tracing::info!(%account, failures = over.failures, lasted_ms, "updates pass the observers again");
        }
    }

    /// Handling has failed. Why an account does not receive is worth more than that.
    pub(crate) fn erred(&self, error: &str) {
        self.beat(|beat, now| {
            if !matches!(beat.state, AccountState::Failing | AccountState::Unauthorized) {
                beat.last_error = Some((now, error.to_owned()));
            }
        });
    }

    /// An update was handled to its end.
    pub(crate) fn ended(&self, received_at: DateTime<Utc>, is_dead: bool) {
        let meters = self.meters();
        meters.handled.increment(1);
        let _ = self.working.is_over();
        meters.dead.increment(u64::from(is_dead));
        self.beat(|beat, now| {
            meters.lag.record((now - received_at).to_std().unwrap_or_default());
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
            state @ (AccountState::Unauthorized | AccountState::Stopped) => state,
            _ if self.journal.is_failing() => AccountState::JournalFailing,
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

/// Tells how the accounts of a [`Runtime`](crate::Runtime) are doing, also while it runs.
#[derive(Clone, Debug)]
pub struct Status(pub(crate) Vec<Arc<Pulse>>);

impl Status {
    /// How each account is doing now, in the order in which they were added.
    pub fn accounts(&self) -> Vec<AccountStatus> {
        self.0.iter().map(|pulse| pulse.status()).collect()
    }
}

#[cfg(test)]
mod tests {
    use gateway_core::model::Platform;
    use gateway_core::time::SystemClock;

    use super::*;

    #[tokio::test]
    async fn an_account_whose_journal_fails_is_shown_as_such_while_this_process_runs_it() {
        let account = Account::new("test", Platform::MEMORY);
        let (clock, gate) = (Arc::new(SystemClock), Arc::new(Gate::new()));
        let pulse = Pulse::new(account, clock, gate, true, Arc::default());
        let state = || pulse.status().state;
        let fails = |asked| pulse.journal_failed(asked, "asking", &"no answer");

        fails(Asked::Writing);
        assert_eq!(state(), AccountState::JournalFailing, "it cannot even be taken");
        pulse.journal_answered(Asked::Writing);
        assert_eq!(state(), AccountState::Starting);
        pulse.is(AccountState::Running);
        fails(Asked::Reading);
        pulse.journal_answered(Asked::Writing);
        assert_eq!(state(), AccountState::JournalFailing, "it can be written, and not be read");
        pulse.heard(0);
        assert_eq!(state(), AccountState::JournalFailing, "the messenger is well");
        pulse.is(AccountState::StandingBy);
        assert_eq!(state(), AccountState::StandingBy);
        pulse.is(AccountState::Running);
        assert_eq!(state(), AccountState::Running, "the other process knew how the journal was");
        // What handlers meet says nothing of the account: it may be their own mistake.
        pulse.handler_waits(&UpdateId::of(1), "no answer", Duration::ZERO);
        assert_eq!(state(), AccountState::Running);
    }
}
