//! What a journal promises, held against each of them: in memory, on `SQLite`, on `PostgreSQL`.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use chrono::{DateTime, TimeDelta, Utc};
use gateway_core::model::{
    AccountId, Attachment, Chat, ChatKind, Message, Raw, Update, UpdateId, UpdateKind,
};
use gateway_runtime::journal::{
    Append, Appended, Change, EffectKey, End, Ending, Fence, Journal, Origin, Seq, SessionWrite,
    Write, Written,
};
use serde_json::json;

/// Each fact becomes a test on each journal.
macro_rules! on_every_journal {
    ($($fact:ident)*) => {
        mod memory {$(
            #[tokio::test]
            async fn $fact() {
                super::$fact(&gateway_runtime::journal::MemoryJournal::default()).await;
            }
        )*}
        mod sqlite {$(
            #[tokio::test]
            async fn $fact() {
                let database = storage::testing::TestDatabase::sqlite();
                super::$fact(&*database.open().await.journal()).await;
            }
        )*}
        mod postgres {$(
            #[tokio::test]
            async fn $fact() {
                let database = storage::testing::TestDatabase::postgres().await;
                super::$fact(&*database.open().await.journal()).await;
            }
        )*}
    };
}

mod dead;
mod effects;
mod inbox;
mod mixed;
mod outbox;
mod owners;
mod prune;
mod sessions;
mod usual;

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp_millis(1_767_225_600_123).expect("a time")
}

fn after(seconds: i64) -> DateTime<Utc> {
    now() + TimeDelta::seconds(seconds)
}

fn account() -> AccountId {
    AccountId::new("test")
}

fn update(id: &str) -> Update {
    Update {
        account: account(),
        id: UpdateId::new(id),
        time: Some(now()),
        kind: UpdateKind::MessageCreated { message: Box::new(message()) },
        locale: Some("de".to_owned()),
        raw: Raw::of(&json!({"text": "NUL \0 and 😀"})),
    }
}

/// A message with what no adapter knows: it too must come out as it came in.
fn message() -> Message {
    let raw = Raw::from_text(r#"{"mood": "\ud83d", "size": 1e999}"#).expect("it is JSON");
    let unknown = Attachment::Unknown { kind: "hologram".to_owned(), raw };
    let chat = Chat::new("5", ChatKind::Dialog);
    Message { attachments: vec![unknown], ..Message::new("1", chat, now()) }
}

/// The chat `from` is `to` from now on.
fn migration(id: &str, from: &str, to: &str) -> Update {
    let chat = Chat::new(to, ChatKind::Group);
    let kind = UpdateKind::ChatMigrated { chat, from: from.into(), to: to.into() };
    Update { kind, ..update(id) }
}

async fn append_at(journal: &dyn Journal, ids: &[&str], now: DateTime<Utc>) -> usize {
    let updates: Vec<Update> = ids.iter().map(|id| update(id)).collect();
    let account = account();
    let batch = Append { account: &account, updates: &updates, cursor: None, fence: None };
    match journal.append(batch, now).await.expect("they are written") {
        Appended::New(new) => new,
        Appended::Fenced => panic!("a batch without a fence is not fenced"),
    }
}

async fn append(journal: &dyn Journal, ids: &[&str]) -> usize {
    append_at(journal, ids, now()).await
}

/// One update that waits, and its place.
async fn received(journal: &dyn Journal, id: &str) -> Seq {
    append(journal, &[id]).await;
    let entries = journal.pending(&account(), 0, 100).await.expect("they are read");
    let entry = entries.into_iter().find(|entry| entry.update.id.as_str() == id);
    entry.expect("it waits").seq
}

async fn waiting(journal: &dyn Journal, after: Seq) -> Vec<String> {
    let entries = journal.pending(&account(), after, 100).await.expect("they are read");
    entries.into_iter().map(|entry| entry.update.id.to_string()).collect()
}

/// What anybody may write.
fn anybody(change: Change) -> Write {
    Write { account: account(), fence: None, change }
}

/// What the owner with this number writes.
fn owner(fence: Fence, change: Change) -> Write {
    Write { account: account(), fence: Some(fence), change }
}

async fn commit_at(journal: &dyn Journal, writes: &[Write], now: DateTime<Utc>) -> Vec<Written> {
    journal.commit(writes, now).await.expect("it is written")
}

/// Writes one thing.
async fn write(journal: &dyn Journal, change: Change) -> Written {
    commit_at(journal, &[anybody(change)], now()).await.remove(0)
}

fn effect(place: &str) -> EffectKey {
    let origin = Origin::Update(UpdateId::new("1"));
    EffectKey { account: account(), origin, place: place.to_owned() }
}

fn end(seq: Seq, ending: Ending) -> Change {
    Change::End(End { seq, ending, sessions: Vec::new(), moved: None })
}

fn done(seq: Seq) -> Change {
    end(seq, Ending::Done)
}

fn dead(seq: Seq, error: &str) -> Change {
    end(seq, Ending::Dead(error.to_owned()))
}

fn done_with(seq: Seq, sessions: Vec<SessionWrite>) -> Change {
    Change::End(End { seq, ending: Ending::Done, sessions, moved: None })
}
