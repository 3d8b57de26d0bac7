//! Most commits are of effects that begin or are done, and of updates that are done: the databases
//! have a short way for these, and what stands in its way is answered as on the long one.

use gateway_core::model::AccountId;
use gateway_runtime::journal::{Append, Appended, Begun, Change, Fence, Journal, Outcome, Settled};
use gateway_runtime::journal::{Write, Written};
use serde_json::json;
use sqlx::{Connection as _, PgConnection};
use storage::testing::TestDatabase;

use super::owners::somebody_waits;
use super::{
    account, anybody, append, commit_at, done, effect, now, owner, received, update, waiting,
};

on_every_journal! {
    effects_and_ends_are_written_at_once
    an_effect_that_is_known_holds_up_nothing_else
    nothing_is_written_for_who_is_not_the_owner
}

fn begin(place: &str) -> Change {
    Change::Begin { effect: effect(place), fingerprint: "send".to_owned() }
}

fn did(place: &str) -> Change {
    Change::Settle { effect: effect(place), outcome: Outcome::Done(json!(place)) }
}

async fn came_to(journal: &dyn Journal, place: &str) -> Option<Settled> {
    journal.effect(&effect(place)).await.expect("an answer")
}

async fn effects_and_ends_are_written_at_once(journal: &dyn Journal) {
    let (one, two) = (received(journal, "1").await, received(journal, "2").await);
    let fence = journal.claim(&account()).await.expect("an answer").expect("it is free").fence;
    let first = [owner(fence, begin("0")), owner(fence, done(one))];
    assert_eq!(
        commit_at(journal, &first, now()).await,
        [Written::Begun(Begun::New), Written::Done]
    );
    let second = [
        owner(fence, done(two)),
        owner(fence, done(one)),
        owner(fence, did("0")),
        owner(fence, begin("1")),
        // Nobody began it.
        owner(fence, did("2")),
    ];
    let answers =
        [Written::Done, Written::Nothing, Written::Done, Written::Begun(Begun::New), Written::Done];
    assert_eq!(commit_at(journal, &second, now()).await, answers);
    assert_eq!(came_to(journal, "0").await, Some(Settled::Ended(Outcome::Done(json!("0")))));
    assert_eq!(came_to(journal, "1").await, Some(Settled::Intended));
    assert_eq!(came_to(journal, "2").await, None);
    assert!(waiting(journal, 0).await.is_empty());
}

async fn an_effect_that_is_known_holds_up_nothing_else(journal: &dyn Journal) {
    let seq = received(journal, "1").await;
    commit_at(journal, &[anybody(begin("0")), anybody(begin("1"))], now()).await;
    let writes = [anybody(begin("2")), anybody(did("1")), anybody(done(seq)), anybody(begin("0"))];
    let answers = [
        Written::Begun(Begun::New),
        Written::Done,
        Written::Done,
        Written::Begun(Begun::Unsettled { since: now() }),
    ];
    assert_eq!(commit_at(journal, &writes, now()).await, answers);
    assert_eq!(came_to(journal, "1").await, Some(Settled::Ended(Outcome::Done(json!("1")))));
    assert_eq!(came_to(journal, "2").await, Some(Settled::Intended));
    assert!(waiting(journal, 0).await.is_empty());
}

/// And what comes with it from owners, or from anybody, is.
async fn nothing_is_written_for_who_is_not_the_owner(journal: &dyn Journal) {
    let other = AccountId::new("other");
    let seq = received(journal, "1").await;
    let claim = async |account: &AccountId| {
        journal.claim(account).await.expect("an answer").expect("it is free").fence
    };
    let (old, others) = (claim(&account()).await, claim(&other).await);
    let stale = [owner(old, begin("0")), owner(old, did("0")), owner(old, done(seq))];
    let of_other = Write { account: other, ..owner(others, begin("1")) };
    let writes = [&stale[..], &[of_other, anybody(begin("2"))]].concat();
    assert_eq!(claim(&account()).await, Fence(old.0 + 1));
    let fenced = [Written::Fenced, Written::Fenced, Written::Fenced];
    assert_eq!(commit_at(journal, &stale, now()).await, fenced);
    assert_eq!(came_to(journal, "0").await, None);
    let begun = || Written::Begun(Begun::New);
    let answers = [&fenced[..], &[begun(), begun()]].concat();
    assert_eq!(commit_at(journal, &writes, now()).await, answers);
    assert_eq!(came_to(journal, "0").await, None);
    assert_eq!(waiting(journal, 0).await, ["1"]);
}

/// Somebody who writes to the same database at this moment.
async fn hand(database: &TestDatabase) -> PgConnection {
    PgConnection::connect(database.url()).await.expect("it opens")
}

#[tokio::test]
async fn postgres_an_effect_that_begins_elsewhere_at_this_moment_is_known() {
    let database = TestDatabase::postgres().await;
    let journal = database.open().await.journal();
    let seq = received(&*journal, "1").await;
    let mut hand = hand(&database).await;
    let mut writing = hand.begin().await.expect("it begins");
    sqlx::query(
        "insert into journal_effects
             (account, origin_id, place, origin, fingerprint, state, intended_at)
         values ($1, '1', '0', 'update', 'send', 'intended', $2)",
    )
    .bind(account().as_str())
    .bind(now())
    .execute(&mut *writing)
    .await
    .expect("it is written");
    let release = async {
        somebody_waits(&database, "transactionid").await;
        writing.commit().await.expect("it ends");
    };
    let writes = [anybody(begin("0")), anybody(begin("1")), anybody(done(seq))];
    let (answers, ()) = tokio::join!(commit_at(&*journal, &writes, now()), release);
    let unsettled = Written::Begun(Begun::Unsettled { since: now() });
    assert_eq!(answers, [unsettled, Written::Begun(Begun::New), Written::Done]);
}

#[tokio::test]
async fn postgres_an_update_that_is_written_elsewhere_at_this_moment_is_known() {
    let database = TestDatabase::postgres().await;
    let journal = database.open().await.journal();
    let mut hand = hand(&database).await;
    let mut writing = hand.begin().await.expect("it begins");
    sqlx::query("select pg_advisory_xact_lock(x'676174650001'::bigint)")
        .execute(&mut *writing)
        .await
        .expect("nobody else writes");
    sqlx::query(
        "with new as
             (insert into journal_updates (account, update_id, received_at)
              values ($1, '1', $2) returning seq)
         insert into journal_waiting (account, seq, received_at, body)
             select $1, seq, $2, $3 from new",
    )
    .bind(account().as_str())
    .bind(now())
    .bind(serde_json::to_string(&update("1")).expect("JSON"))
    .execute(&mut *writing)
    .await
    .expect("it is written");
    let release = async {
        somebody_waits(&database, "advisory").await;
        writing.commit().await.expect("it ends");
    };
    let (new, ()) = tokio::join!(append(&*journal, &["1", "2"]), release);
    assert_eq!((new, waiting(&*journal, 0).await), (1, vec!["1".to_owned(), "2".to_owned()]));
}

#[tokio::test]
async fn postgres_a_batch_that_comes_late_sees_the_next_owner() {
    let database = TestDatabase::postgres().await;
    let journal = database.open().await.journal();
    let fence = journal.claim(&account()).await.expect("an answer").expect("it is free").fence;
    let mut hand = hand(&database).await;
    let mut taking = hand.begin().await.expect("it begins");
    sqlx::query("update journal_owners set fence = fence + 1")
        .execute(&mut *taking)
        .await
        .expect("it is written");
    let release = async {
        somebody_waits(&database, "transactionid").await;
        taking.commit().await.expect("it ends");
    };
    let (account, updates) = (account(), [update("1")]);
    let batch = Append { account: &account, updates: &updates, cursor: None, fence: Some(fence) };
    let (answer, ()) = tokio::join!(journal.append(batch, now()), release);
    assert_eq!(answer.expect("an answer"), Appended::Fenced);
    assert!(waiting(&*journal, 0).await.is_empty());
}
