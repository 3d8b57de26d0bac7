//! What bots keep from one update to the next.

use gateway_core::model::{AccountId, ChatId, UserId};
use gateway_runtime::journal::{
    Change, End, Ending, Journal, Scope, SessionKey, SessionWrite, Stored, Written,
};
use serde_json::{Value, json};
use sqlx::Connection as _;
use storage::testing::TestDatabase;

use super::{account, anybody, commit_at, done, done_with, now, received, waiting, write};

on_every_journal! {
    a_session_is_there_when_its_update_is_done
    a_session_of_one_is_none_of_another
    a_change_to_what_has_changed_since_is_not_taken
    of_many_changes_all_are_written_or_none
    an_ended_session_keeps_its_version
    one_that_ends_holds_up_no_other_in_its_batch
    the_sessions_of_a_chat_that_moved_go_along
    a_session_of_the_new_chat_stays
    the_sessions_of_an_update_that_moves_go_along_too
    a_session_may_hold_what_databases_do_not
}

fn key(scope: Scope) -> SessionKey {
    SessionKey { account: account(), scope, name: "state".to_owned() }
}

fn chat(id: &str) -> SessionKey {
    key(Scope::Chat(ChatId::new(id)))
}

fn member(chat: &str, user: &str) -> SessionKey {
    key(Scope::Member(ChatId::new(chat), UserId::new(user)))
}

fn change(key: SessionKey, read: i64, value: Value) -> SessionWrite {
    SessionWrite { key, read, value: Some(value) }
}

async fn stored(journal: &dyn Journal, key: &SessionKey) -> Option<(Option<Value>, i64)> {
    let stored: Option<Stored> = journal.session(key).await.expect("an answer");
    stored.map(|it| (it.value, it.version))
}

/// Has an update done that changes sessions.
async fn change_all(journal: &dyn Journal, id: &str, sessions: Vec<SessionWrite>) -> Written {
    let seq = received(journal, id).await;
    write(journal, done_with(seq, sessions)).await
}

async fn a_session_is_there_when_its_update_is_done(journal: &dyn Journal) {
    assert_eq!(stored(journal, &chat("5")).await, None);
    let first = change_all(journal, "1", vec![change(chat("5"), 0, json!({"step": 1}))]).await;
    assert_eq!(first, Written::Done);
    assert_eq!(stored(journal, &chat("5")).await, Some((Some(json!({"step": 1})), 1)));
    let second = change_all(journal, "2", vec![change(chat("5"), 1, json!({"step": 2}))]).await;
    assert_eq!(second, Written::Done);
    assert_eq!(stored(journal, &chat("5")).await, Some((Some(json!({"step": 2})), 2)));
    assert!(waiting(journal, 0).await.is_empty());
}

async fn a_session_of_one_is_none_of_another(journal: &dyn Journal) {
    let keys = [
        chat("5"),
        key(Scope::User(UserId::new("5"))),
        member("5", "5"),
        member("5", "6"),
        SessionKey { name: "other".to_owned(), ..chat("5") },
        SessionKey { account: AccountId::new("other"), ..chat("5") },
    ];
    let changes = keys.iter().zip(0..).map(|(key, it)| change(key.clone(), 0, json!(it)));
    assert_eq!(change_all(journal, "1", changes.collect()).await, Written::Done);
    for (key, it) in keys.iter().zip(0..) {
        assert_eq!(stored(journal, key).await, Some((Some(json!(it)), 1)), "{key}");
    }
}

async fn a_change_to_what_has_changed_since_is_not_taken(journal: &dyn Journal) {
    change_all(journal, "1", vec![change(chat("5"), 0, json!(1))]).await;
    for (id, read) in [("2", 0), ("3", 2)] {
        let answer = change_all(journal, id, vec![change(chat("5"), read, json!(2))]).await;
        assert_eq!(answer, Written::Conflict(chat("5")));
    }
    let unknown = change_all(journal, "4", vec![change(chat("6"), 1, json!(2))]).await;
    assert_eq!(unknown, Written::Conflict(chat("6")));
    assert_eq!(stored(journal, &chat("5")).await, Some((Some(json!(1)), 1)));
    assert_eq!(waiting(journal, 0).await, ["2", "3", "4"], "they have not ended");
}

async fn of_many_changes_all_are_written_or_none(journal: &dyn Journal) {
    change_all(journal, "1", vec![change(chat("5"), 0, json!(1))]).await;
    let changes = vec![
        change(chat("1"), 0, json!(2)),
        change(chat("7"), 3, json!(2)),
        change(chat("5"), 0, json!(2)),
        change(chat("9"), 0, json!(2)),
    ];
    let seq = received(journal, "2").await;
    let moved = Some(("5".into(), "6".into()));
    let end = End { seq, ending: Ending::Done, sessions: changes, moved };
    let answer = write(journal, Change::End(end)).await;
    assert_eq!(answer, Written::Conflict(chat("7")), "the first of them");
    for untouched in ["1", "6", "7", "9"] {
        assert_eq!(stored(journal, &chat(untouched)).await, None);
    }
    assert_eq!(stored(journal, &chat("5")).await, Some((Some(json!(1)), 1)));
}

async fn an_ended_session_keeps_its_version(journal: &dyn Journal) {
    change_all(journal, "1", vec![change(chat("5"), 0, json!(1))]).await;
    let ended = SessionWrite { key: chat("5"), read: 1, value: None };
    assert_eq!(change_all(journal, "2", vec![ended]).await, Written::Done);
    assert_eq!(stored(journal, &chat("5")).await, Some((None, 2)));
    let late = change_all(journal, "3", vec![change(chat("5"), 0, json!(1))]).await;
    assert_eq!(late, Written::Conflict(chat("5")), "it was there once");
    let again = change_all(journal, "4", vec![change(chat("5"), 2, json!(null))]).await;
    assert_eq!(again, Written::Done);
    assert_eq!(stored(journal, &chat("5")).await, Some((Some(json!(null)), 3)));
}

async fn one_that_ends_holds_up_no_other_in_its_batch(journal: &dyn Journal) {
    let (one, other) = (received(journal, "1").await, received(journal, "2").await);
    let third = received(journal, "3").await;
    let writes = [
        anybody(done_with(one, vec![change(chat("1"), 0, json!(1))])),
        anybody(done_with(other, vec![change(chat("2"), 9, json!(1))])),
        anybody(done(third)),
    ];
    let answers = commit_at(journal, &writes, now()).await;
    assert_eq!(answers, [Written::Done, Written::Conflict(chat("2")), Written::Done]);
    assert_eq!(stored(journal, &chat("1")).await, Some((Some(json!(1)), 1)));
    assert_eq!(waiting(journal, 0).await, ["2"]);
}

async fn move_chat(journal: &dyn Journal, id: &str, sessions: Vec<SessionWrite>) {
    let seq = received(journal, id).await;
    let moved = Some(("5".into(), "6".into()));
    let end = End { seq, ending: Ending::Done, sessions, moved };
    assert_eq!(write(journal, Change::End(end)).await, Written::Done);
}

async fn the_sessions_of_a_chat_that_moved_go_along(journal: &dyn Journal) {
    let person = key(Scope::User(UserId::new("5")));
    let other = SessionKey { account: AccountId::new("other"), ..chat("5") };
    let changes = [chat("5"), member("5", "7"), chat("8"), person.clone(), other.clone()];
    let changes = changes.map(|key| change(key, 0, json!(1)));
    change_all(journal, "1", changes.to_vec()).await;
    change_all(journal, "2", vec![change(member("5", "7"), 1, json!(2))]).await;
    move_chat(journal, "3", Vec::new()).await;
    assert_eq!(stored(journal, &chat("5")).await, None);
    assert_eq!(stored(journal, &member("5", "7")).await, None);
    assert_eq!(stored(journal, &chat("6")).await, Some((Some(json!(1)), 1)));
    assert_eq!(stored(journal, &member("6", "7")).await, Some((Some(json!(2)), 2)));
    for stays in [chat("8"), person, other] {
        assert_eq!(stored(journal, &stays).await, Some((Some(json!(1)), 1)), "{stays}");
    }
}

async fn a_session_of_the_new_chat_stays(journal: &dyn Journal) {
    let changes = [chat("5"), member("5", "7"), chat("6")];
    let changes = changes.into_iter().zip(1..).map(|(key, it)| change(key, 0, json!(it)));
    change_all(journal, "1", changes.collect()).await;
    move_chat(journal, "2", Vec::new()).await;
    assert_eq!(stored(journal, &chat("6")).await, Some((Some(json!(3)), 1)));
    assert_eq!(stored(journal, &chat("5")).await, Some((Some(json!(1)), 1)), "nobody lost it");
    assert_eq!(stored(journal, &member("6", "7")).await, Some((Some(json!(2)), 1)));
}

async fn the_sessions_of_an_update_that_moves_go_along_too(journal: &dyn Journal) {
    move_chat(journal, "1", vec![change(chat("5"), 0, json!(1))]).await;
    assert_eq!(stored(journal, &chat("6")).await, Some((Some(json!(1)), 1)));
    assert_eq!(stored(journal, &chat("5")).await, None);
}

async fn a_session_may_hold_what_databases_do_not(journal: &dyn Journal) {
    let odd = SessionKey { name: "a name \0".to_owned(), ..chat("5") };
    let value = json!({"text \0": "NUL \0 and 😀", "number": 0.1});
    assert_eq!(
        change_all(journal, "1", vec![change(odd.clone(), 0, value.clone())]).await,
        Written::Done
    );
    assert_eq!(stored(journal, &odd).await, Some((Some(value), 1)));
}

/// Nobody can lock what is not there yet: who comes second finds out when it is written.
#[tokio::test]
async fn postgres_of_two_who_make_a_session_one_is_told() {
    let database = TestDatabase::postgres().await;
    let journal = database.open().await.journal();
    let mut other = sqlx::PgConnection::connect(database.url()).await.expect("it opens");
    let mut making = other.begin().await.expect("it begins");
    sqlx::query("insert into journal_sessions values ('test', 'chat', '5', '', 'state', '1', 1)")
        .execute(&mut *making)
        .await
        .expect("it is written");
    let (one, two) = (received(&*journal, "1").await, received(&*journal, "2").await);
    let writes = [
        anybody(done_with(
            one,
            vec![change(chat("4"), 0, json!(2)), change(chat("5"), 0, json!(2))],
        )),
        anybody(done_with(two, vec![change(chat("6"), 0, json!(2))])),
    ];
    let release = async {
        super::owners::somebody_waits(&database, "transactionid").await;
        making.commit().await.expect("it ends");
    };
    let (answers, ()) = tokio::join!(commit_at(&*journal, &writes, now()), release);
    assert_eq!(answers, [Written::Conflict(chat("5")), Written::Done]);
    assert_eq!(stored(&*journal, &chat("4")).await, None);
    assert_eq!(stored(&*journal, &chat("5")).await, Some((Some(json!(1)), 1)));
    assert_eq!(stored(&*journal, &chat("6")).await, Some((Some(json!(2)), 1)));
    assert_eq!(waiting(&*journal, 0).await, ["1"]);
}
