//! Updates as people look at them, and what they do with those that are dead.

use gateway_core::model::{AccountId, Update, UpdateId};
use gateway_runtime::journal::{
    Append, Change, Depth, Failure, Journal, Listing, Record, Seq, State,
};

use super::{account, after, anybody, append, append_at, commit_at, dead, done, now, received};
use super::{update, waiting, write};

on_every_journal! {
    a_record_tells_what_an_update_has_come_to
    a_record_shows_every_failure_the_oldest_first
    an_update_that_is_dead_is_kept_whole
    a_listing_goes_on_behind_a_place
    a_listing_is_of_a_state_and_an_account
    a_revived_update_waits_behind_all_others
    a_revived_update_can_end_again
    what_comes_after_a_revived_update_comes_behind_it
    only_a_dead_update_is_revived
    a_discarded_update_is_done
    only_a_dead_update_is_discarded
}

async fn record(journal: &dyn Journal, seq: Seq) -> Option<(Record, Vec<Failure>)> {
    journal.record(seq).await.expect("an answer")
}

async fn list(journal: &dyn Journal, listing: Listing) -> Vec<String> {
    let records = journal.list(&listing, 100).await.expect("they are read");
    records.into_iter().map(|it| format!("{} {}", it.update, it.state)).collect()
}

fn fail(seq: Seq, error: &str) -> Change {
    Change::Fail { seq, error: error.to_owned() }
}

fn body(id: &str) -> String {
    serde_json::to_string(&update(id)).expect("it is JSON")
}

async fn a_record_tells_what_an_update_has_come_to(journal: &dyn Journal) {
    let seq = received(journal, "1").await;
    let mut expected = Record {
        seq,
        account: account(),
        update: UpdateId::new("1"),
        chat: Some("5".into()),
        received_at: now(),
        state: State::Received,
        error: None,
        settled_at: None,
        body: body("1"),
    };
    assert_eq!(record(journal, seq).await, Some((expected.clone(), Vec::new())));
    commit_at(journal, &[anybody(done(seq))], after(5)).await;
    expected.state = State::Done;
    expected.settled_at = Some(after(5));
    expected.body = String::new();
    assert_eq!(record(journal, seq).await, Some((expected, Vec::new())));
    assert_eq!(record(journal, seq + 1).await, None);
}

async fn a_record_shows_every_failure_the_oldest_first(journal: &dyn Journal) {
    let (seq, other) = (received(journal, "1").await, received(journal, "2").await);
    for (seconds, error) in [(1, "b"), (2, "a"), (3, "c")] {
        let writes = [anybody(fail(seq, error)), anybody(fail(other, "other"))];
        commit_at(journal, &writes, after(seconds)).await;
    }
    let failure = |seconds, error: &str| Failure { at: after(seconds), error: error.to_owned() };
    let expected = vec![failure(1, "b"), failure(2, "a"), failure(3, "c")];
    let (record, failures) = record(journal, seq).await.expect("it is there");
    assert_eq!((record.state, failures), (State::Received, expected));
    assert_eq!(waiting(journal, 0).await, ["1", "2"], "there will be another try");
}

async fn an_update_that_is_dead_is_kept_whole(journal: &dyn Journal) {
    let seq = received(journal, "1").await;
    commit_at(journal, &[anybody(dead(seq, "the handler failed"))], after(5)).await;
    assert!(waiting(journal, 0).await.is_empty());
    let (record, _) = record(journal, seq).await.expect("it is there");
    assert_eq!((record.state, record.settled_at), (State::Dead, Some(after(5))));
    assert_eq!((record.error.as_deref(), record.body), (Some("the handler failed"), body("1")));
    let other = received(journal, "2").await;
    write(journal, dead(other, "NUL \0")).await;
    assert_eq!(journal.depth(&account()).await.expect("a count").dead, 2);
}

async fn a_listing_goes_on_behind_a_place(journal: &dyn Journal) {
    append(journal, &["1", "2", "3"]).await;
    let first = journal.list(&Listing::default(), 2).await.expect("they are read");
    let ids: Vec<&str> = first.iter().map(|it| it.update.as_str()).collect();
    assert_eq!(ids, ["1", "2"]);
    let behind = Listing { after: first[1].seq, ..Listing::default() };
    assert_eq!(list(journal, behind).await, ["3 received"]);
    let newest = Listing { newest_first: true, ..Listing::default() };
    let newest = journal.list(&newest, 2).await.expect("they are read");
    let ids: Vec<&str> = newest.iter().map(|it| it.update.as_str()).collect();
    assert_eq!(ids, ["3", "2"]);
}

async fn a_listing_is_of_a_state_and_an_account(journal: &dyn Journal) {
    let other = AccountId::new("other");
    let theirs = [Update { account: other.clone(), ..update("x") }];
    let batch = Append { account: &other, updates: &theirs, cursor: None, fence: None };
    journal.append(batch, now()).await.expect("it is written");
    append(journal, &["1", "2", "3"]).await;
    let entries = journal.pending(&account(), 0, 9).await.expect("three");
    write(journal, done(entries[0].seq)).await;
    write(journal, dead(entries[1].seq, "")).await;
    let of = |state, account| Listing { state, account, ..Listing::default() };
    let all = ["x received", "1 done", "2 dead", "3 received"];
    assert_eq!(list(journal, Listing::default()).await, all);
    assert_eq!(list(journal, of(None, Some(account()))).await, all[1..]);
    assert_eq!(list(journal, of(Some(State::Done), None)).await, [all[1]]);
    assert_eq!(list(journal, of(Some(State::Dead), None)).await, [all[2]]);
    assert_eq!(list(journal, of(Some(State::Dead), Some(other.clone()))).await, [""; 0]);
    for state in [State::Received, State::Done, State::Dead] {
        let mut turned = list(journal, of(Some(state), None)).await;
        turned.reverse();
        let listing = Listing { newest_first: true, ..of(Some(state), None) };
        assert_eq!(list(journal, listing).await, turned);
    }
    assert_eq!(list(journal, of(Some(State::Received), None)).await, [all[0], all[3]]);
    assert_eq!(list(journal, of(Some(State::Received), Some(other))).await, [all[0]]);
    let page = Listing { state: Some(State::Dead), after: entries[1].seq, ..Listing::default() };
    assert_eq!(list(journal, page).await, [""; 0]);
}

async fn a_revived_update_waits_behind_all_others(journal: &dyn Journal) {
    let seq = received(journal, "1").await;
    let writes = [fail(seq, "first"), fail(seq, "second")];
    for change in writes {
        write(journal, change).await;
    }
    commit_at(journal, &[anybody(dead(seq, "no"))], after(1)).await;
    let other = received(journal, "2").await;
    assert!(journal.revive(seq, after(2)).await.expect("an answer"));
    assert_eq!(waiting(journal, 0).await, ["2", "1"]);
    let last = journal.pending(&account(), other, 9).await.expect("one").remove(0);
    assert_eq!((&*last.update, last.received_at), (&update("1"), now()));
    assert_eq!(record(journal, seq).await, None);
    let (record, failures) = record(journal, last.seq).await.expect("it is there");
    let failures: Vec<&str> = failures.iter().map(|it| it.error.as_str()).collect();
    assert_eq!(failures, ["first", "second", "no"], "and the one that it died of");
    assert_eq!((record.state, record.error, record.settled_at), (State::Received, None, None));
    let depth = journal.depth(&account()).await.expect("a count");
    assert_eq!(depth, Depth { waiting: 2, oldest: Some(now()), dead: 0 });
    assert_eq!(append(journal, &["1"]).await, 0, "it is known");
}

async fn a_revived_update_can_end_again(journal: &dyn Journal) {
    let mut seq = received(journal, "1").await;
    for _ in 0..3 {
        write(journal, dead(seq, "no")).await;
        assert!(journal.revive(seq, now()).await.expect("an answer"));
        seq = journal.pending(&account(), seq, 9).await.expect("one")[0].seq;
    }
    commit_at(journal, &[anybody(done(seq))], after(1)).await;
    assert!(waiting(journal, 0).await.is_empty());
    assert_eq!(record(journal, seq).await.map(|(it, _)| it.state), Some(State::Done));
}

/// Nobody who reads on from the revived one may miss it.
async fn what_comes_after_a_revived_update_comes_behind_it(journal: &dyn Journal) {
    let seq = received(journal, "1").await;
    write(journal, dead(seq, "no")).await;
    journal.revive(seq, now()).await.expect("an answer");
    let revived = journal.pending(&account(), 0, 9).await.expect("one")[0].seq;
    append_at(journal, &["2", "3"], after(1)).await;
    assert!(revived > seq);
    assert_eq!(waiting(journal, revived).await, ["2", "3"]);
}

async fn only_a_dead_update_is_revived(journal: &dyn Journal) {
    let (one, other) = (received(journal, "1").await, received(journal, "2").await);
    write(journal, done(other)).await;
    for seq in [one, other, other + 1000] {
        assert!(!journal.revive(seq, now()).await.expect("an answer"));
    }
    assert_eq!(waiting(journal, 0).await, ["1"]);
}

async fn a_discarded_update_is_done(journal: &dyn Journal) {
    let seq = received(journal, "1").await;
    write(journal, dead(seq, "no")).await;
    assert!(journal.discard(seq, after(5)).await.expect("an answer"));
    let (record, _) = record(journal, seq).await.expect("it is there");
    assert_eq!((record.state, record.error), (State::Done, None));
    assert_eq!((record.settled_at, record.body.as_str()), (Some(after(5)), ""));
    assert_eq!(journal.depth(&account()).await.expect("a count"), Depth::default());
    assert!(!journal.revive(seq, now()).await.expect("an answer"));
}

async fn only_a_dead_update_is_discarded(journal: &dyn Journal) {
    let (one, other) = (received(journal, "1").await, received(journal, "2").await);
    write(journal, done(other)).await;
    for seq in [one, other, other + 1000] {
        assert!(!journal.discard(seq, now()).await.expect("an answer"));
    }
    assert_eq!(waiting(journal, 0).await, ["1"]);
}
