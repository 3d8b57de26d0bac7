//! How everything is doing, as data.

use chrono::{DateTime, Utc};
use futures_util::future::join_all;
use gateway_core::model::AccountId;
use gateway_runtime::journal::{Depth, JournalError, Listing, Record, State};
use gateway_runtime::{AccountState, AccountStatus};
use serde::Serialize;
use tokio::time::timeout;

use super::{ANSWER_WITHIN, Watching, health};

/// How many dead updates are shown.
const NEWEST: usize = 10;

/// How much of an error is shown, in characters.
const WORDS: usize = 500;

/// What `/status` answers. Times are RFC 3339 in UTC.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    pub(super) version: &'static str,
    /// Since when this process runs.
    pub(super) since: DateTime<Utc>,
    pub(super) now: DateTime<Utc>,
    /// As `/health/ready` says it.
    pub(super) is_ready: bool,
    pub(super) database: DatabaseReport,
    pub(super) accounts: Vec<AccountReport>,
    /// Nothing when the database does not answer.
    pub(super) dead: Option<DeadReport>,
}

#[derive(Debug, Serialize)]
pub(super) struct DatabaseReport {
    pub(super) name: &'static str,
    pub(super) is_ok: bool,
    pub(super) error: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct AccountReport {
    pub(super) account: String,
    pub(super) platform: String,
    pub(super) state: AccountState,
    pub(super) last_success: Option<DateTime<Utc>>,
    pub(super) last_update: Option<DateTime<Utc>>,
    pub(super) last_error: Option<LastError>,
    /// Updates that wait or are being handled.
    pub(super) waiting: usize,
    /// When the oldest of them came.
    pub(super) oldest_waiting: Option<DateTime<Utc>>,
    /// From the arrival of the last handled update to the end of its handling.
    pub(super) lag_ms: Option<i64>,
    /// Since this process runs; those that died are among them.
    pub(super) handled: u64,
    pub(super) dead: u64,
}

#[derive(Debug, Serialize)]
pub(super) struct LastError {
    pub(super) at: DateTime<Utc>,
    pub(super) error: String,
}

/// The dead updates that the journal keeps.
#[derive(Debug, Serialize)]
pub(super) struct DeadReport {
    pub(super) count: u64,
    pub(super) newest: Vec<DeadUpdate>,
}

#[derive(Debug, Serialize)]
pub(super) struct DeadUpdate {
    /// Its number, by which it is shown, retried and dropped.
    pub(super) id: i64,
    pub(super) account: String,
    pub(super) chat: Option<String>,
    pub(super) received_at: DateTime<Utc>,
    pub(super) settled_at: Option<DateTime<Utc>>,
    pub(super) error: String,
}

/// What the journal says of an account.
struct Kept {
    depth: Depth,
    dead: Vec<Record>,
}

pub(super) async fn report(watching: &Watching) -> Report {
    let statuses = watching.status.accounts();
    let asked = timeout(ANSWER_WITHIN, kept(watching, &statuses)).await;
    let (kept, error) = match asked {
        Ok(Ok(kept)) => (Some(kept), None),
        Ok(Err(error)) => (None, Some(error.to_string())),
        Err(_) => (None, Some(format!("it did not answer within {ANSWER_WITHIN:?}"))),
    };
    let is_ok = error.is_none();
    let is_going_on = !watching.stop.is_cancelled();
    let is_ready = is_ok && is_going_on && statuses.iter().all(|it| health::holds_up(it).is_none());
    let oldest = |number: usize| kept.as_ref()?.get(number)?.depth.oldest;
    let accounts = statuses.into_iter().enumerate();
    let accounts = accounts.map(|(number, it)| account(it, oldest(number))).collect();
    Report {
        version: env!("CARGO_PKG_VERSION"),
        since: watching.since,
        now: watching.clock.now(),
        is_ready,
        database: DatabaseReport { name: watching.database.name(), is_ok, error },
        accounts,
        dead: kept.map(dead),
    }
}

async fn kept(watching: &Watching, accounts: &[AccountStatus]) -> Result<Vec<Kept>, JournalError> {
    watching.database.answers().await?;
    let journal = watching.database.journal();
    let of = async |account: &AccountId| {
        let depth = journal.depth(account).await?;
        let state = Some(State::Dead);
        let listing =
            Listing { state, account: Some(account.clone()), after: 0, newest_first: true };
        let dead = match depth.dead {
            0 => Vec::new(),
            _ => journal.list(&listing, NEWEST).await?,
        };
        Ok(Kept { depth, dead })
    };
    join_all(accounts.iter().map(|it| of(&it.account.id))).await.into_iter().collect()
}

fn account(status: AccountStatus, oldest_waiting: Option<DateTime<Utc>>) -> AccountReport {
    AccountReport {
        account: status.account.id.to_string(),
        platform: status.account.platform.to_string(),
        state: status.state,
        last_success: status.last_success,
        last_update: status.last_update,
        last_error: status.last_error.map(|(at, error)| LastError { at, error: shortened(&error) }),
        waiting: status.waiting,
        oldest_waiting,
        lag_ms: status.lag_ms,
        handled: status.handled,
        dead: status.dead,
    }
}

fn dead(kept: Vec<Kept>) -> DeadReport {
    let count = kept.iter().map(|it| it.depth.dead).sum();
    let mut newest: Vec<Record> = kept.into_iter().flat_map(|it| it.dead).collect();
    newest.sort_by_key(|it| std::cmp::Reverse(it.seq));
    newest.truncate(NEWEST);
    let shown = |it: Record| DeadUpdate {
        id: it.seq,
        account: it.account.to_string(),
        chat: it.chat.map(|chat| chat.to_string()),
        received_at: it.received_at,
        settled_at: it.settled_at,
        error: shortened(&it.error.unwrap_or_default()),
    };
    DeadReport { count, newest: newest.into_iter().map(shown).collect() }
}

fn shortened(words: &str) -> String {
    words.chars().take(WORDS).collect()
}
