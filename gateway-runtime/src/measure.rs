//! What is counted and timed.
//!
//! Handles are looked up once, when an account is first measured: what an update then costs is a few
//! additions. So the recorder has to be installed before the runtime runs.
//!
//! Labels are bounded: accounts are the operator's, and kinds and outcomes are listed here. Nothing
//! is ever counted by chat or person.

use std::sync::OnceLock;
use std::time::Duration;

use gateway_core::model::AccountId;
use metrics::{Counter, Histogram, Unit, counter, describe_counter, describe_histogram, histogram};

const RECEIVED: &str = "gateway_updates_received_total";
const HANDLED: &str = "gateway_updates_handled_total";
const DEAD: &str = "gateway_updates_dead_total";
const RETRIED: &str = "gateway_updates_retried_total";
const LAG_SECONDS: &str = "gateway_update_lag_seconds";
const ATTEMPT_SECONDS: &str = "gateway_attempt_seconds";
const RECEIVE_ERRORS: &str = "gateway_receive_errors_total";
const EFFECTS: &str = "gateway_effects_total";
const COMMIT_SECONDS: &str = "gateway_journal_commit_seconds";
const COMMIT_ERRORS: &str = "gateway_journal_errors_total";
const WRITES: &str = "gateway_journal_writes_total";

/// Tells the recorder what the runtime's metrics mean. Once, after the recorder is installed; they
/// are recorded without it too.
///
/// Those of updates bear the label `account`; effects also `kind` and `outcome`; commits of the
/// journal `what`: `updates`, or the `ledger` of what handlers did.
pub fn describe_metrics() {
    describe_counter!(RECEIVED, Unit::Count, "Updates that were new and written down");
    describe_counter!(HANDLED, Unit::Count, "Updates handled to the end, dead ones included");
    describe_counter!(DEAD, Unit::Count, "Updates that were given up");
    describe_counter!(RETRIED, Unit::Count, "Attempts to handle an update that another follows");
    describe_histogram!(
        LAG_SECONDS,
        Unit::Seconds,
        "From the arrival of an update to the end of its handling"
    );
    describe_histogram!(ATTEMPT_SECONDS, Unit::Seconds, "One attempt to handle an update");
    describe_counter!(RECEIVE_ERRORS, Unit::Count, "Times that receiving failed");
    describe_counter!(EFFECTS, Unit::Count, "Effects, by kind and by what came of them");
    describe_histogram!(COMMIT_SECONDS, Unit::Seconds, "Commits of the journal");
    describe_counter!(COMMIT_ERRORS, Unit::Count, "Commits of the journal that failed");
    describe_counter!(WRITES, Unit::Count, "Writes to the ledger: many share a commit");
}

/// What an effect does.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Kind {
    Send,
    Edit,
    Delete,
    Answer,
    Pin,
    Unpin,
    Show,
    Rename,
    Leave,
    AddMember,
    RemoveMember,
    Upload,
}

const KINDS: usize = Kind::Upload as usize + 1;

impl Kind {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Send => "send",
            Self::Edit => "edit",
            Self::Delete => "delete",
            Self::Answer => "answer",
            Self::Pin => "pin",
            Self::Unpin => "unpin",
            Self::Show => "show",
            Self::Rename => "rename",
            Self::Leave => "leave",
            Self::AddMember => "add_member",
            Self::RemoveMember => "remove_member",
            Self::Upload => "upload",
        }
    }
}

/// What came of an effect.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Came {
    /// It happened.
    Done,
    /// It did not: the messenger said no, or could not be reached.
    Refused,
    /// Nobody knows whether it happened.
    Unknown,
    /// Nobody knew, and it turned out to have happened before.
    Settled,
}

const OUTCOMES: [Came; 4] = [Came::Done, Came::Refused, Came::Unknown, Came::Settled];

impl Came {
    const fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
            Self::Settled => "settled",
        }
    }
}

/// What is measured of one account.
#[derive(Debug)]
pub(crate) struct Meters {
    account: String,
    pub(crate) received: Counter,
    pub(crate) handled: Counter,
    pub(crate) dead: Counter,
    pub(crate) retried: Counter,
    pub(crate) lag: Histogram,
    pub(crate) attempt: Histogram,
    pub(crate) receive_errors: Counter,
    /// Most bots have few kinds of effects: each is there once it has happened.
    effects: [[OnceLock<Counter>; OUTCOMES.len()]; KINDS],
    /// Commits of what is received.
    pub(crate) inbox: JournalMeter,
}

impl Meters {
    pub(crate) fn of(account: &AccountId) -> Self {
        let name = || account.to_string();
        let meters = Self {
            account: name(),
            received: counter!(RECEIVED, "account" => name()),
            handled: counter!(HANDLED, "account" => name()),
            dead: counter!(DEAD, "account" => name()),
            retried: counter!(RETRIED, "account" => name()),
            lag: histogram!(LAG_SECONDS, "account" => name()),
            attempt: histogram!(ATTEMPT_SECONDS, "account" => name()),
            receive_errors: counter!(RECEIVE_ERRORS, "account" => name()),
            effects: Default::default(),
            inbox: JournalMeter::of("updates"),
        };
        // What every bot does is there from the start, at zero.
        for outcome in OUTCOMES {
            meters.effect(Kind::Send, outcome).increment(0);
        }
        meters
    }

    pub(crate) fn effect(&self, kind: Kind, came: Came) -> &Counter {
        self.effects[kind as usize][came as usize].get_or_init(|| {
            let account = self.account.clone();
            counter!(EFFECTS, "account" => account, "kind" => kind.name(), "outcome" => came.name())
        })
    }
}

/// What is measured of commits.
#[derive(Clone, Debug)]
pub(crate) struct JournalMeter {
    seconds: Histogram,
    errors: Counter,
    writes: Counter,
}

impl JournalMeter {
    fn of(what: &'static str) -> Self {
        Self {
            seconds: histogram!(COMMIT_SECONDS, "what" => what),
            errors: counter!(COMMIT_ERRORS, "what" => what),
            writes: counter!(WRITES),
        }
    }

    /// Of the ledger.
    pub(crate) fn ledger() -> Self {
        Self::of("ledger")
    }

    /// A commit was tried.
    pub(crate) fn committed<T, E>(&self, took: Duration, written: &Result<T, E>) {
        self.seconds.record(took);
        if written.is_err() {
            self.errors.increment(1);
        }
    }

    /// So many writes were in it.
    pub(crate) fn held(&self, writes: usize) {
        self.writes.increment(writes as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_and_outcome_has_its_own_counter() {
        let meters = Meters::of(&AccountId::from("test"));
        meters.effect(Kind::Send, Came::Settled);
        meters.effect(Kind::Upload, Came::Unknown);
        let known = meters.effects.iter().flatten().filter(|it| it.get().is_some());
        assert_eq!(known.count(), OUTCOMES.len() + 1);
        for (number, outcome) in OUTCOMES.into_iter().enumerate() {
            assert_eq!(outcome as usize, number);
        }
    }
}
