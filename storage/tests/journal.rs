//! What a journal promises, held against each of them: in memory, on `SQLite`, on `PostgreSQL`.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use chrono::{DateTime, Utc};
use gateway_core::model::{
    AccountId, Attachment, Chat, ChatKind, Cursor, Message, Raw, Update, UpdateId, UpdateKind,
};
use gateway_runtime::journal::{Begun, EffectKey, Journal, MemoryJournal, Outcome};
use serde_json::json;
use sqlx::Connection as _;
use storage::testing::TestDatabase;

/// Each fact becomes a test on each journal.
macro_rules! on_every_journal {
    ($($fact:ident)*) => {
        mod memory {$(
            #[tokio::test]
            async fn $fact() {
                super::$fact(&super::MemoryJournal::default()).await;
            }
        )*}
        mod sqlite {$(
            #[tokio::test]
            async fn $fact() {
                let database = super::TestDatabase::sqlite();
                super::$fact(&*database.open().await.journal()).await;
            }
        )*}
        mod postgres {$(
            #[tokio::test]
            async fn $fact() {
                let database = super::TestDatabase::postgres().await;
                super::$fact(&*database.open().await.journal()).await;
            }
        )*}
    };
}

on_every_journal! {
    an_update_waits_until_it_is_done
    an_update_that_is_known_is_left_out
    a_batch_is_kept_in_its_order
    the_cursor_is_that_of_the_last_batch
    a_batch_may_bring_a_cursor_alone
    a_page_begins_after_the_last_one
    a_dead_update_waits_no_longer
    what_came_in_comes_out
    an_effect_is_new_once
    a_done_effect_hands_back_its_receipt
    a_refused_effect_may_be_asked_for_again
    another_effect_under_the_same_key_is_found_out
    accounts_do_not_mix
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp_millis(1_767_225_600_123).expect("a time")
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

async fn append(journal: &dyn Journal, ids: &[&str]) -> usize {
    let updates: Vec<Update> = ids.iter().map(|id| update(id)).collect();
    journal.append(&account(), &updates, None, now()).await.expect("they are written")
}

async fn waiting(journal: &dyn Journal, after: i64) -> Vec<String> {
    let entries = journal.pending(&[account()], after, 100).await.expect("they are read");
    entries.into_iter().map(|entry| entry.update.id.to_string()).collect()
}

async fn an_update_waits_until_it_is_done(journal: &dyn Journal) {
    append(journal, &["1", "2"]).await;
    let first = journal.pending(&[account()], 0, 1).await.expect("an entry")[0].seq;
    journal.done(first, now()).await.expect("it is settled");
    assert_eq!(waiting(journal, 0).await, ["2"]);
}

async fn an_update_that_is_known_is_left_out(journal: &dyn Journal) {
    assert_eq!(append(journal, &["1", "2", "1"]).await, 2);
    assert_eq!(append(journal, &["2", "3"]).await, 1);
    let first = journal.pending(&[account()], 0, 1).await.expect("an entry")[0].seq;
    journal.done(first, now()).await.expect("it is settled");
    assert_eq!(append(journal, &["1"]).await, 0, "not even when it is done");
    assert_eq!(waiting(journal, 0).await, ["2", "3"]);
}

async fn a_batch_is_kept_in_its_order(journal: &dyn Journal) {
    let ids: Vec<String> = (0..50).rev().map(|number| number.to_string()).collect();
    append(journal, &ids.iter().map(String::as_str).collect::<Vec<_>>()).await;
    assert_eq!(waiting(journal, 0).await, ids);
}

async fn the_cursor_is_that_of_the_last_batch(journal: &dyn Journal) {
    assert_eq!(journal.cursor(&account()).await.expect("an answer"), None);
    for cursor in ["10", "20"] {
        let cursor = Cursor::new(cursor);
        journal.append(&account(), &[update("1")], Some(&cursor), now()).await.expect("written");
    }
    append(journal, &["2"]).await;
    assert_eq!(journal.cursor(&account()).await.expect("an answer"), Some(Cursor::new("20")));
}

async fn a_batch_may_bring_a_cursor_alone(journal: &dyn Journal) {
    let cursor = Cursor::new("7");
    let new = journal.append(&account(), &[], Some(&cursor), now()).await.expect("written");
    assert_eq!((new, journal.cursor(&account()).await.expect("an answer")), (0, Some(cursor)));
}

async fn a_page_begins_after_the_last_one(journal: &dyn Journal) {
    append(journal, &["1", "2", "3"]).await;
    let page = journal.pending(&[account()], 0, 2).await.expect("two");
    assert_eq!(page.len(), 2);
    assert_eq!(waiting(journal, page[1].seq).await, ["3"]);
}

async fn a_dead_update_waits_no_longer(journal: &dyn Journal) {
    append(journal, &["1"]).await;
    let entry = &journal.pending(&[account()], 0, 1).await.expect("an entry")[0];
    journal.dead(entry.seq, "the handler failed \0", now()).await.expect("it is settled");
    assert!(waiting(journal, 0).await.is_empty());
    assert_eq!(journal.count_dead().await.expect("a count"), 1);
}

async fn what_came_in_comes_out(journal: &dyn Journal) {
    append(journal, &["1"]).await;
    let entry = journal.pending(&[account()], 0, 1).await.expect("an entry").remove(0);
    assert_eq!((entry.update, entry.received_at), (update("1"), now()));
}

fn effect(ordinal: u32) -> EffectKey {
    EffectKey { account: account(), update: UpdateId::new("1"), ordinal }
}

async fn begin(journal: &dyn Journal, ordinal: u32, fingerprint: &str) -> Begun {
    journal.begin(&effect(ordinal), fingerprint, now()).await.expect("it is written")
}

async fn settle(journal: &dyn Journal, ordinal: u32, outcome: Outcome) {
    journal.settle(&effect(ordinal), &outcome, now()).await.expect("it is written");
}

async fn an_effect_is_new_once(journal: &dyn Journal) {
    assert_eq!(begin(journal, 0, "send").await, Begun::New);
    assert_eq!(begin(journal, 0, "send").await, Begun::Unsettled);
    assert_eq!(begin(journal, 1, "send").await, Begun::New);
}

async fn a_done_effect_hands_back_its_receipt(journal: &dyn Journal) {
    begin(journal, 0, "send").await;
    settle(journal, 0, Outcome::Done(json!({"message": "5"}))).await;
    assert_eq!(begin(journal, 0, "send").await, Begun::Done(json!({"message": "5"})));
}

async fn a_refused_effect_may_be_asked_for_again(journal: &dyn Journal) {
    begin(journal, 0, "send").await;
    settle(journal, 0, Outcome::Refused("no \0".to_owned())).await;
    assert_eq!(begin(journal, 0, "send something else").await, Begun::New);
    assert_eq!(begin(journal, 0, "send something else").await, Begun::Unsettled);
}

async fn another_effect_under_the_same_key_is_found_out(journal: &dyn Journal) {
    begin(journal, 0, "send").await;
    let mismatch = Begun::Mismatch { recorded: "send".to_owned() };
    assert_eq!(begin(journal, 0, "edit").await, mismatch);
    settle(journal, 0, Outcome::Done(json!(null))).await;
    assert_eq!(begin(journal, 0, "edit").await, mismatch);
}

async fn accounts_do_not_mix(journal: &dyn Journal) {
    append(journal, &["1"]).await;
    let other = AccountId::new("other");
    let theirs = Update { account: other.clone(), ..update("1") };
    let cursor = Cursor::new("9");
    let new = journal.append(&other, &[theirs], Some(&cursor), now()).await.expect("written");
    assert_eq!(new, 1);
    assert_eq!(journal.cursor(&account()).await.expect("an answer"), None);
    assert_eq!(waiting(journal, 0).await.len(), 1, "not that of the other");
}

/// As another version of the gateway may have written it.
const SPOIL: &str = "update journal_updates set body = '{}' where update_id = '1'";

async fn one_that_cannot_be_read_is_dead_and_the_rest_comes(journal: &dyn Journal) {
    let page = journal.pending(&[account()], 0, 1).await.expect("the second");
    assert_eq!(page[0].update.id, UpdateId::new("2"));
    assert_eq!(journal.count_dead().await.expect("a count"), 1);
}

#[tokio::test]
async fn sqlite_survives_an_update_that_cannot_be_read() {
    let database = TestDatabase::sqlite();
    let journal = database.open().await.journal();
    append(&*journal, &["1", "2"]).await;
    let mut hand = sqlx::SqliteConnection::connect(database.url()).await.expect("it opens");
    sqlx::query(SPOIL).execute(&mut hand).await.expect("it is spoiled");
    one_that_cannot_be_read_is_dead_and_the_rest_comes(&*journal).await;
}

#[tokio::test]
async fn postgres_survives_an_update_that_cannot_be_read() {
    let database = TestDatabase::postgres().await;
    let journal = database.open().await.journal();
    append(&*journal, &["1", "2"]).await;
    let mut hand = sqlx::PgConnection::connect(database.url()).await.expect("it opens");
    sqlx::query(SPOIL).execute(&mut hand).await.expect("it is spoiled");
    one_that_cannot_be_read_is_dead_and_the_rest_comes(&*journal).await;
}

/// Places are given out before they are seen: whoever writes holds a lock until it is.
#[tokio::test]
async fn postgres_appends_one_at_a_time() {
    let database = TestDatabase::postgres().await;
    let journal = database.open().await.journal();
    let mut other = sqlx::PgConnection::connect(database.url()).await.expect("it opens");
    let mut writing = other.begin().await.expect("it begins");
    sqlx::query("select pg_advisory_xact_lock(x'676174650001'::bigint)")
        .execute(&mut *writing)
        .await
        .expect("nobody else writes");
    let mut watch = sqlx::PgConnection::connect(database.url()).await.expect("it opens");
    let release = async {
        let waiting = "select count(*) from pg_locks join pg_database on pg_database.oid = database
                       where datname = current_database() and locktype = 'advisory' and not granted";
        while sqlx::query_scalar::<_, i64>(waiting).fetch_one(&mut watch).await.expect("a count")
            == 0
        {
            tokio::task::yield_now().await;
        }
        writing.commit().await.expect("it ends");
    };
    let (new, ()) = tokio::join!(append(&*journal, &["1"]), release);
    assert_eq!(new, 1);
}
