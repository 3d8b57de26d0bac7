//! One process at a time runs an account.

use gateway_core::model::{AccountId, Cursor};
use gateway_runtime::journal::{
    Append, Appended, Begun, Change, Claim, Fence, Journal, Outcome, Written,
};
use serde_json::json;
use sqlx::{Connection as _, PgConnection};
use storage::testing::TestDatabase;

use super::{account, anybody, commit_at, done, effect, now, owner, received, waiting};

on_every_journal! {
    an_owner_holds_its_account
    who_claims_again_has_a_greater_number
    what_an_older_owner_writes_is_not_taken
    one_batch_is_of_many_owners
    where_nobody_owns_everybody_may_write
    what_was_given_up_can_be_claimed_again
    each_account_has_its_own_owner
}

async fn claim(journal: &dyn Journal) -> Option<Claim> {
    journal.claim(&account()).await.expect("an answer")
}

async fn claimed(journal: &dyn Journal) -> Claim {
    claim(journal).await.expect("nobody else has it")
}

async fn holds(journal: &dyn Journal, claim: &Claim) -> bool {
    journal.holds(claim).await.expect("an answer")
}

async fn an_owner_holds_its_account(journal: &dyn Journal) {
    let claim = claimed(journal).await;
    assert_eq!(claim.account, account());
    assert!(holds(journal, &claim).await);
    assert!(!holds(journal, &Claim { fence: Fence(claim.fence.0 + 1), ..claim.clone() }).await);
    assert!(!holds(journal, &Claim { account: AccountId::new("other"), ..claim }).await);
}

async fn who_claims_again_has_a_greater_number(journal: &dyn Journal) {
    let first = claimed(journal).await;
    let second = claimed(journal).await;
    assert!(second.fence > first.fence);
    assert!(!holds(journal, &first).await);
    assert!(holds(journal, &second).await);
    journal.release(first).await;
    assert!(holds(journal, &second).await, "it was not the first's to give");
}

async fn what_an_older_owner_writes_is_not_taken(journal: &dyn Journal) {
    let seq = received(journal, "1").await;
    let (old, new) = (claimed(journal).await.fence, claimed(journal).await.fence);
    let begin = Change::Begin { effect: effect("0"), fingerprint: "send".to_owned() };
    let schedule = gateway_runtime::journal::Scheduled {
        chat: gateway_core::model::ChatRef::new("test", "5"),
        key: "a".to_owned(),
        due: now(),
        message: "hello".into(),
    };
    let changes = [
        begin.clone(),
        Change::Settle { effect: effect("1"), outcome: Outcome::Done(json!(1)) },
        Change::Fail { seq, error: "no".to_owned() },
        done(seq),
        Change::Schedule(Box::new(schedule)),
        Change::Unschedule { key: "b".to_owned() },
        Change::GiveUp { key: "c".to_owned(), error: "no".to_owned() },
    ];
    let writes = changes.map(|change| owner(old, change));
    assert_eq!(commit_at(journal, &writes, now()).await, vec![Written::Fenced; 7]);
    let (_, failures) = journal.record(seq).await.expect("an answer").expect("it is there");
    assert_eq!(failures, []);
    assert_eq!(waiting(journal, 0).await, ["1"]);
    assert_eq!(journal.effect(&effect("0")).await.expect("an answer"), None);
    assert_eq!(journal.next_due(&account()).await.expect("an answer"), None);
    let writes = [owner(new, begin), owner(new, done(seq))];
    let answers = commit_at(journal, &writes, now()).await;
    assert_eq!(answers, [Written::Begun(Begun::New), Written::Done]);
}

async fn one_batch_is_of_many_owners(journal: &dyn Journal) {
    let (old, new) = (claimed(journal).await.fence, claimed(journal).await.fence);
    let other = journal.claim(&AccountId::new("other")).await.expect("an answer");
    let other = other.expect("nobody has it");
    let begin = |place| Change::Begin { effect: effect(place), fingerprint: "send".to_owned() };
    let mut theirs = owner(other.fence, begin("2"));
    theirs.account = other.account;
    let writes = [owner(old, begin("0")), owner(new, begin("1")), theirs, anybody(begin("3"))];
    let begun = Written::Begun(Begun::New);
    let answers = commit_at(journal, &writes, now()).await;
    assert_eq!(answers, [Written::Fenced, begun.clone(), begun.clone(), begun]);
}

async fn where_nobody_owns_everybody_may_write(journal: &dyn Journal) {
    let begin = Change::Begin { effect: effect("0"), fingerprint: "send".to_owned() };
    let answer = commit_at(journal, &[owner(Fence(7), begin)], now()).await;
    assert_eq!(answer, [Written::Begun(Begun::New)]);
}

async fn what_was_given_up_can_be_claimed_again(journal: &dyn Journal) {
    let first = claimed(journal).await;
    journal.release(first.clone()).await;
    let second = claimed(journal).await;
    assert!(second.fence > first.fence);
    assert!(holds(journal, &second).await);
}

async fn each_account_has_its_own_owner(journal: &dyn Journal) {
    let ours = claimed(journal).await;
    let theirs = journal.claim(&AccountId::new("other")).await.expect("an answer");
    let theirs = theirs.expect("nobody has it");
    journal.release(ours).await;
    assert!(holds(journal, &theirs).await);
}

/// Two processes, one database: the second has the account when the first has given it up, and the
/// first finds out.
async fn a_process_takes_over(one: &dyn Journal, other: &dyn Journal) {
    let first = claimed(one).await;
    assert_eq!(claim(other).await, None);
    one.release(first.clone()).await;
    let second = claimed(other).await;
    assert!(second.fence > first.fence);
    assert_eq!(claim(one).await, None);
    assert!(!holds(one, &first).await);
    assert!(holds(other, &second).await);
    let (account, place) = (account(), Cursor::new("5"));
    let fence = Some(first.fence);
    let batch = Append { account: &account, updates: &[], cursor: Some(&place), fence };
    assert_eq!(one.append(batch, now()).await.expect("an answer"), Appended::Fenced);
}

#[tokio::test]
async fn sqlite_a_process_takes_over() {
    let database = TestDatabase::sqlite();
    let (one, other) = (database.open().await, database.open().await);
    a_process_takes_over(&*one.journal(), &*other.journal()).await;
}

#[tokio::test]
async fn postgres_a_process_takes_over() {
    let database = TestDatabase::postgres().await;
    let (one, other) = (database.open().await, database.open().await);
    a_process_takes_over(&*one.journal(), &*other.journal()).await;
}

#[tokio::test]
async fn sqlite_an_account_is_free_when_its_owner_is_gone() {
    let database = TestDatabase::sqlite();
    let (one, other) = (database.open().await, database.open().await);
    let first = claimed(&*one.journal()).await;
    assert_eq!(claim(&*other.journal()).await, None);
    drop(one);
    assert!(claimed(&*other.journal()).await.fence > first.fence);
}

#[tokio::test]
async fn postgres_an_account_is_free_when_its_owner_is_gone() {
    let database = TestDatabase::postgres().await;
    let (one, other) = (database.open().await, database.open().await);
    let first = claimed(&*one.journal()).await;
    assert_eq!(claim(&*other.journal()).await, None);
    drop(one);
    assert!(sooner_or_later(&*other.journal()).await.fence > first.fence);
}

/// The server needs a moment to find out that somebody is gone.
async fn sooner_or_later(journal: &dyn Journal) -> Claim {
    loop {
        if let Some(claim) = claim(journal).await {
            return claim;
        }
        tokio::task::yield_now().await;
    }
}

/// The network was down, or somebody restarted the server: what was held is not held any more.
#[tokio::test]
async fn postgres_an_owner_whose_connection_is_lost_owns_nothing() {
    let database = TestDatabase::postgres().await;
    let journal = database.open().await.journal();
    let first = claimed(&*journal).await;
    let mut hand = PgConnection::connect(database.url()).await.expect("it opens");
    let cut: Vec<bool> = sqlx::query_scalar(
        "select pg_terminate_backend(pid, 60000) from pg_locks
         where locktype = 'advisory'
           and database = (select oid from pg_database where datname = current_database())",
    )
    .fetch_all(&mut hand)
    .await
    .expect("it is cut");
    assert_eq!(cut, [true]);
    // Nobody can say, or it is not so.
    assert!(!journal.holds(&first).await.unwrap_or(false));
    assert!(!holds(&*journal, &first).await);
    let second = claimed(&*journal).await;
    assert!(second.fence > first.fence);
    assert!(holds(&*journal, &second).await);
}

/// A write that is under way when another process takes over is finished first: it is taken, or the
/// next owner is there before it.
#[tokio::test]
async fn postgres_the_next_owner_waits_for_a_write_that_is_under_way() {
    let database = TestDatabase::postgres().await;
    let journal = database.open().await.journal();
    claimed(&*journal).await;
    let mut hand = PgConnection::connect(database.url()).await.expect("it opens");
    let mut writing = hand.begin().await.expect("it begins");
    // As a commit has it.
    sqlx::query("select fence from journal_owners for share")
        .execute(&mut *writing)
        .await
        .expect("it is locked");
    // Whoever takes an account does not wait for long.
    let mut looking = PgConnection::connect(database.url()).await.expect("it opens");
    let release = async {
        sees_somebody_wait(&mut looking, "transactionid").await;
        writing.commit().await.expect("it ends");
    };
    let (second, ()) = tokio::join!(claimed(&*journal), release);
    assert!(holds(&*journal, &second).await);
}

/// And a write of the owner before, that comes while the next one takes over, sees it.
#[tokio::test]
async fn postgres_a_late_write_sees_the_next_owner() {
    let database = TestDatabase::postgres().await;
    let journal = database.open().await.journal();
    let old = claimed(&*journal).await.fence;
    let mut hand = PgConnection::connect(database.url()).await.expect("it opens");
    let mut taking = hand.begin().await.expect("it begins");
    sqlx::query("update journal_owners set fence = fence + 1")
        .execute(&mut *taking)
        .await
        .expect("it is written");
    let release = async {
        somebody_waits(&database, "transactionid").await;
        taking.commit().await.expect("it ends");
    };
    let begin = Change::Begin { effect: effect("0"), fingerprint: "send".to_owned() };
    let writes = [owner(old, begin)];
    let (answers, ()) = tokio::join!(commit_at(&*journal, &writes, now()), release);
    assert_eq!(answers, [Written::Fenced]);
}

/// Returns when somebody waits for a lock of this kind in this database.
pub(super) async fn somebody_waits(database: &TestDatabase, kind: &str) {
    let mut watch = PgConnection::connect(database.url()).await.expect("it opens");
    sees_somebody_wait(&mut watch, kind).await;
}

async fn sees_somebody_wait(watch: &mut PgConnection, kind: &str) {
    // A lock on a transaction belongs to no database, but whoever waits for it does.
    let waiting = "select count(*) from pg_locks join pg_stat_activity using (pid)
                   where datname = current_database() and locktype = $1 and not granted";
    loop {
        let count: i64 =
            sqlx::query_scalar(waiting).bind(kind).fetch_one(&mut *watch).await.expect("a count");
        if count > 0 {
            return;
        }
        tokio::task::yield_now().await;
    }
}
