//! What stands in a row of the journal, the same in both databases.

use std::borrow::Cow;
use std::collections::HashSet;

use chrono::{DateTime, Utc};
use gateway_core::model::{ChatId, Update, UpdateKind};
use gateway_runtime::journal::{
    Begun, Fence, Outcome, Place, Scheduled, Scope, Seq, Settled, State,
};
use registry_api::token::Scopes;
use serde_json::Value;

/// How many rows are looked at at once where the way to the wanted ones is by their place.
pub(crate) const PAGE: usize = 1000;

/// How many keys of titles are made anew at once.
pub(crate) const REKEYED_AT_ONCE: i64 = 1000;

/// Effects that end later than this after they were intended are found by that.
pub(crate) const LATE: chrono::TimeDelta = chrono::TimeDelta::hours(1);

/// What stands for a character that a database cannot hold.
pub(crate) const LOST: &str = "\u{fffd}";

/// A text as both databases can hold it: `PostgreSQL` has no NUL, and what a bot's author or a
/// messenger says may contain it.
pub(crate) fn text(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { text.replace('\0', LOST).into() } else { text.into() }
}

/// What a token allows, as its column has it. What this version does not know allows nothing.
pub(crate) fn scopes(names: &str) -> Scopes {
    names.parse().unwrap_or_default()
}

/// An effect as its row has it.
pub(crate) struct KnownEffect {
    pub(crate) fingerprint: String,
    pub(crate) state: String,
    pub(crate) outcome: Option<String>,
    pub(crate) since: DateTime<Utc>,
}

impl KnownEffect {
    /// Whether it did not happen, so that what is asked for now takes its place.
    pub(crate) fn is_refused(&self) -> bool {
        self.state == "refused"
    }

    /// What it says to whoever asks for it again.
    pub(crate) fn begun(self, asked: &str) -> Begun {
        if self.is_refused() {
            return Begun::New;
        }
        if self.fingerprint != text(asked) {
            return Begun::Mismatch { recorded: self.fingerprint };
        }
        match self.state.as_str() {
            "done" => Begun::Done(receipt(self.outcome.as_deref())),
            _ => Begun::Unsettled { since: self.since },
        }
    }
}

/// A receipt as its column has it.
pub(crate) fn receipt(outcome: Option<&str>) -> Value {
    outcome.and_then(|it| serde_json::from_str(it).ok()).unwrap_or(Value::Null)
}

/// State and outcome of a row, for an effect that has ended.
pub(crate) fn settled(outcome: &Outcome) -> (&'static str, String) {
    match outcome {
        Outcome::Done(receipt) => ("done", receipt.to_string()),
        Outcome::Refused(why) => ("refused", text(why).into_owned()),
    }
}

/// What state and outcome of a row say of an effect.
pub(crate) fn known(state: &str, outcome: Option<String>) -> Settled {
    match state {
        "done" => Settled::Ended(Outcome::Done(receipt(outcome.as_deref()))),
        "refused" => Settled::Ended(Outcome::Refused(outcome.unwrap_or_default())),
        _ => Settled::Intended,
    }
}

/// The columns of a session's scope: the word for it, the chat and the person.
pub(crate) fn scope(scope: &Scope) -> (&'static str, Cow<'_, str>, Cow<'_, str>) {
    let kind = match scope {
        Scope::Chat(_) => "chat",
        Scope::User(_) => "user",
        Scope::Member(..) => "member",
    };
    let chat = scope.chat().map_or("", ChatId::as_str);
    let person = scope.user().map_or("", gateway_core::model::UserId::as_str);
    (kind, text(chat), text(person))
}

/// A message that is to be sent, as its column has it.
pub(crate) fn scheduled(body: &str) -> serde_json::Result<Scheduled> {
    serde_json::from_str(body)
}

/// An update's state as its column has it.
pub(crate) fn state(text: &str) -> Result<State, sqlx::Error> {
    text.parse().map_err(|why: String| sqlx::Error::Decode(why.into()))
}

/// Whether who writes under this fence is not the owner any more.
pub(crate) fn is_stale(fence: Option<Fence>, owner: Option<i64>) -> bool {
    fence.is_some_and(|fence| owner.is_some_and(|owner| owner != fence.0))
}

/// Each update once: a batch may name one twice.
pub(crate) fn once(updates: &[Update]) -> Vec<&Update> {
    let mut seen = HashSet::new();
    updates.iter().filter(|update| seen.insert(&update.id)).collect()
}

/// The chat's old id and its new one, if this is what the update tells.
pub(crate) fn moved(update: &Update) -> Option<(Cow<'_, str>, Cow<'_, str>)> {
    match &update.kind {
        UpdateKind::ChatMigrated { from, to, .. } => Some((text(from.as_str()), text(to.as_str()))),
        _ => None,
    }
}

/// The chat of an update, as its column has it.
pub(crate) fn chat(update: &Update) -> Option<Cow<'_, str>> {
    update.chat_id().map(|chat| text(chat.as_str()))
}

/// A place as the columns have it, and the body where they do not have all of it. One that cannot be
/// read stands in its chat until its turn comes.
pub(crate) fn place(seq: Seq, chat: Option<ChatId>, body: Option<&str>) -> Place {
    match body.and_then(|body| serde_json::from_str(body).ok()) {
        Some(update) => Place::of(seq, &update),
        None => Place { seq, chat, moved_to: None },
    }
}

/// Why an update is given up that was written by another version of the gateway.
pub(crate) fn unreadable(why: &serde_json::Error) -> String {
    format!("this version of the gateway cannot read it: {why}")
}
