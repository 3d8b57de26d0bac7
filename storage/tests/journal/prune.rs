//! Forgetting.

use gateway_core::model::UpdateId;
use gateway_runtime::journal::{
    Change, EffectKey, Journal, Listing, Origin, Outcome, Seq, Settled, State,
};
use serde_json::json;
use sqlx::Connection as _;
use storage::testing::TestDatabase;

use super::{account, after, anybody, append, append_at, commit_at, dead, done, effect, now};
use super::{received, waiting};

on_every_journal! {
    what_was_done_long_ago_is_forgotten
    what_is_forgotten_may_come_again
    its_effects_and_failures_are_forgotten_too
    what_is_not_done_is_never_forgotten
    no_more_is_forgotten_than_is_asked
    what_is_old_is_found_behind_much_that_stays
    effects_of_old_keys_are_forgotten
}

async fn prune(journal: &dyn Journal, seconds: i64, limit: usize) -> usize {
    journal.prune(after(seconds), limit).await.expect("it is forgotten")
}

/// Has an update done at some second, and says its place.
async fn done_at(journal: &dyn Journal, id: &str, seconds: i64) -> Seq {
    let seq = received(journal, id).await;
    commit_at(journal, &[anybody(done(seq))], after(seconds)).await;
    seq
}

async fn what_was_done_long_ago_is_forgotten(journal: &dyn Journal) {
    assert_eq!(prune(journal, 99, 100).await, 0);
    let (old, new) = (done_at(journal, "1", 10).await, done_at(journal, "2", 20).await);
    assert_eq!(prune(journal, 10, 100).await, 0);
    assert_eq!(prune(journal, 20, 100).await, 1);
    assert_eq!(journal.record(old).await.expect("an answer"), None);
    assert!(journal.record(new).await.expect("an answer").is_some());
}

async fn what_is_forgotten_may_come_again(journal: &dyn Journal) {
    done_at(journal, "1", 10).await;
    assert_eq!(append(journal, &["1"]).await, 0);
    prune(journal, 20, 100).await;
    assert_eq!(append(journal, &["1"]).await, 1);
    assert_eq!(waiting(journal, 0).await, ["1"]);
}

async fn its_effects_and_failures_are_forgotten_too(journal: &dyn Journal) {
    let seq = received(journal, "1").await;
    let other = EffectKey { origin: Origin::Update(UpdateId::new("2")), ..effect("0") };
    let begin = |effect| anybody(Change::Begin { effect, fingerprint: "send".to_owned() });
    let writes = [
        begin(effect("0")),
        begin(effect("left.1")),
        begin(other.clone()),
        anybody(Change::Fail { seq, error: "no".to_owned() }),
    ];
    commit_at(journal, &writes, now()).await;
    commit_at(journal, &[anybody(done(seq))], after(10)).await;
    assert_eq!(prune(journal, 20, 100).await, 1);
    for place in ["0", "left.1"] {
        assert_eq!(journal.effect(&effect(place)).await.expect("an answer"), None);
    }
    let stays = journal.effect(&other).await.expect("an answer");
    assert_eq!(stays, Some(Settled::Intended));
}

async fn what_is_not_done_is_never_forgotten(journal: &dyn Journal) {
    let seq = received(journal, "1").await;
    append(journal, &["2"]).await;
    commit_at(journal, &[anybody(dead(seq, "no"))], after(1)).await;
    assert_eq!(prune(journal, 1_000_000, 100).await, 0);
    assert_eq!(waiting(journal, 0).await, ["2"]);
    assert!(journal.record(seq).await.expect("an answer").is_some());
    journal.discard(seq, after(10)).await.expect("an answer");
    assert_eq!(prune(journal, 10, 100).await, 0);
    assert_eq!(prune(journal, 11, 100).await, 1);
}

async fn no_more_is_forgotten_than_is_asked(journal: &dyn Journal) {
    for id in ["1", "2", "3"] {
        done_at(journal, id, 1).await;
    }
    assert_eq!(prune(journal, 2, 0).await, 0);
    assert_eq!(prune(journal, 2, 2).await, 2);
    let left = journal.list(&Listing::default(), 9).await.expect("they are read");
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].update.as_str(), "3", "the oldest go first");
    assert_eq!(prune(journal, 2, 2).await, 1);
}

/// More than is looked at at once: of what stays in front of it, and of itself.
async fn what_is_old_is_found_behind_much_that_stays(journal: &dyn Journal) {
    let ids: Vec<String> = (0..2600).map(|number| number.to_string()).collect();
    append(journal, &ids.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let entries = journal.pending(&account(), 0, 3000).await.expect("all");
    for page in entries[1100..].chunks(256) {
        let ends: Vec<_> = page.iter().map(|entry| anybody(done(entry.seq))).collect();
        commit_at(journal, &ends, after(10)).await;
    }
    append_at(journal, &["late"], after(15)).await;
    assert_eq!(prune(journal, 20, 1300).await, 1300);
    assert_eq!(prune(journal, 20, 1300).await, 200);
    let listing = Listing { state: Some(State::Done), ..Listing::default() };
    assert_eq!(journal.list(&listing, 9).await.expect("nothing"), []);
    assert_eq!(journal.depth(&account()).await.expect("a count").waiting, 1101);
}

async fn effects_of_old_keys_are_forgotten(journal: &dyn Journal) {
    let of = |key: &str| EffectKey { origin: Origin::Key(key.to_owned()), ..effect("0") };
    let begin = |key| anybody(Change::Begin { effect: of(key), fingerprint: "send".to_owned() });
    let settle =
        |key| anybody(Change::Settle { effect: of(key), outcome: Outcome::Done(json!(1)) });
    commit_at(journal, &[begin("old"), begin("late"), begin("open")], now()).await;
    commit_at(journal, &[settle("old")], after(1)).await;
    commit_at(journal, &[begin("new")], after(9)).await;
    commit_at(journal, &[settle("new"), settle("late")], after(10)).await;
    let is_there = async |key| journal.effect(&of(key)).await.expect("an answer").is_some();
    assert_eq!(prune(journal, 5, 100).await, 0, "updates are counted");
    assert!(!is_there("old").await);
    assert!(is_there("open").await, "nobody knows whether it happened");
    assert!(is_there("late").await);
    assert!(is_there("new").await);
    prune(journal, 11, 1).await;
    assert!(is_there("late").await != is_there("new").await, "no more than is asked");
}

/// Somebody else has the first of two in hand: it is left for another time, and not waited for.
#[tokio::test]
async fn postgres_does_not_wait_for_what_is_in_use() {
    let database = TestDatabase::postgres().await;
    let journal = database.open().await.journal();
    let first = done_at(&*journal, "1", 1).await;
    done_at(&*journal, "2", 1).await;
    let mut other = sqlx::PgConnection::connect(database.url()).await.expect("it opens");
    let mut using = other.begin().await.expect("it begins");
    sqlx::query("select from journal_updates where seq = $1 for update")
        .bind(first)
        .execute(&mut *using)
        .await
        .expect("it is locked");
    assert_eq!(prune(&*journal, 2, 100).await, 1);
    using.rollback().await.expect("it ends");
    assert_eq!(prune(&*journal, 2, 100).await, 1);
}
