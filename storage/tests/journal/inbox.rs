//! Updates wait until they are done.

use gateway_core::model::{AccountId, ChatId, Cursor, Update, UpdateId, UpdateKind};
use gateway_runtime::journal::{Append, Appended, Depth, Entry, Fence, Journal, Place, State};
use sqlx::Connection as _;
use storage::Database;
use storage::testing::TestDatabase;

use super::{account, after, append, append_at, commit_at, dead, done, migration, now, received};
use super::{anybody, update, waiting, write};

on_every_journal! {
    an_update_waits_until_it_is_done
    an_update_that_is_known_is_left_out
    a_batch_is_kept_in_its_order
    the_cursor_is_that_of_the_last_batch
    a_batch_may_bring_a_cursor_alone
    a_page_begins_after_the_last_one
    what_came_in_comes_out
    what_waits_is_loaded_by_its_place
    places_tell_whose_turn_it_is_as_the_updates_would
    accounts_do_not_mix
    the_depth_is_what_waits_and_what_is_dead
    a_batch_of_another_owner_is_not_taken
    a_chat_that_moved_is_known_with_the_update_that_tells_it
    a_move_that_is_told_again_changes_nothing
    an_update_that_has_ended_stays_so
    an_update_ends_on_its_account_alone
    a_large_batch_comes_out_whole
}

async fn tell(journal: &dyn Journal, updates: &[Update], cursor: Option<&str>) -> Appended {
    let (account, cursor) = (account(), cursor.map(Cursor::new));
    let batch = Append { account: &account, updates, cursor: cursor.as_ref(), fence: None };
    journal.append(batch, now()).await.expect("it is written")
}

async fn cursor(journal: &dyn Journal) -> Option<Cursor> {
    journal.cursor(&account()).await.expect("an answer")
}

async fn an_update_waits_until_it_is_done(journal: &dyn Journal) {
    append(journal, &["1", "2"]).await;
    let first = journal.pending(&account(), 0, 1).await.expect("an entry")[0].seq;
    write(journal, done(first)).await;
    assert_eq!(waiting(journal, 0).await, ["2"]);
}

async fn an_update_that_is_known_is_left_out(journal: &dyn Journal) {
    assert_eq!(append(journal, &["1", "2", "1"]).await, 2);
    assert_eq!(append(journal, &["2", "3"]).await, 1);
    let first = journal.pending(&account(), 0, 1).await.expect("an entry")[0].seq;
    write(journal, done(first)).await;
    assert_eq!(append(journal, &["1"]).await, 0, "not even when it is done");
    assert_eq!(waiting(journal, 0).await, ["2", "3"]);
}

async fn a_batch_is_kept_in_its_order(journal: &dyn Journal) {
    let ids: Vec<String> = (0..50).rev().map(|number| number.to_string()).collect();
    append(journal, &ids.iter().map(String::as_str).collect::<Vec<_>>()).await;
    assert_eq!(waiting(journal, 0).await, ids);
}

/// Whoever copies the file of a gateway that has stopped has all of it, and nobody else reads it.
#[tokio::test]
async fn the_file_of_a_database_is_its_owners_and_holds_all_of_it() {
    let database = TestDatabase::sqlite();
    let path = database.url().strip_prefix("sqlite://").expect("a path").to_owned();
    let opened = database.open().await;
    append(&*opened.journal(), &["1"]).await;
    assert!(opened.fold().await.expect("an answer"), "nobody else uses it");
    let log = std::fs::metadata(format!("{path}-wal")).map_or(0, |it| it.len());
    assert_eq!(log, 0);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;

        let mode = std::fs::metadata(&path).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{mode:o}");
    }
    let copy = format!("{path}.copy");
    std::fs::copy(&path, &copy).expect("it is copied");
    let copy = Database::open(&format!("sqlite://{copy}")).await.expect("it opens");
    assert_eq!(waiting(&*copy.journal(), 0).await, ["1"]);
}

async fn the_cursor_is_that_of_the_last_batch(journal: &dyn Journal) {
    assert_eq!(cursor(journal).await, None);
    tell(journal, &[update("1")], Some("10")).await;
    tell(journal, &[update("1")], Some("20")).await;
    append(journal, &["2"]).await;
    assert_eq!(cursor(journal).await, Some(Cursor::new("20")));
}

async fn a_batch_may_bring_a_cursor_alone(journal: &dyn Journal) {
    for place in ["7", "8"] {
        assert_eq!(tell(journal, &[], Some(place)).await, Appended::New(0));
        assert_eq!(cursor(journal).await, Some(Cursor::new(place)));
    }
}

async fn a_page_begins_after_the_last_one(journal: &dyn Journal) {
    append(journal, &["1", "2", "3"]).await;
    let page = journal.pending(&account(), 0, 2).await.expect("two");
    assert_eq!(page.len(), 2);
    assert_eq!(waiting(journal, page[1].seq).await, ["3"]);
}

async fn what_came_in_comes_out(journal: &dyn Journal) {
    append(journal, &["1"]).await;
    let entry = journal.pending(&account(), 0, 1).await.expect("an entry").remove(0);
    assert_eq!((&*entry.update, entry.received_at), (&update("1"), now()));
}

async fn what_waits_is_loaded_by_its_place(journal: &dyn Journal) {
    append(journal, &["1", "2", "3", "4"]).await;
    let entries = journal.pending(&account(), 0, 100).await.expect("four");
    let seqs: Vec<i64> = entries.iter().map(|entry| entry.seq).collect();
    write(journal, done(seqs[1])).await;
    write(journal, dead(seqs[3], "no")).await;
    let wanted = [seqs[2], seqs[1], seqs[3], seqs[0], seqs[3] + 1000];
    let loaded = journal.load(&wanted).await.expect("they are read");
    assert_eq!(loaded, [entries[0].clone(), entries[2].clone()]);
    assert_eq!(journal.load(&[]).await.expect("nothing"), []);
}

async fn places_tell_whose_turn_it_is_as_the_updates_would(journal: &dyn Journal) {
    let in_chat = |id: &str, chat: Option<&str>| {
        let kind = UpdateKind::Unknown { kind: "odd".to_owned(), chat: chat.map(Into::into) };
        Update { kind, ..update(id) }
    };
    let updates = [
        update("1"),
        in_chat("2", None),
        in_chat("3", Some("NUL \0")),
        in_chat("4", Some("no character \u{fffd}")),
        in_chat("5", Some("chat_migrated \"'%")),
        migration("6", "old", "new"),
        migration("7", "same", "same"),
        update("8"),
        migration("9", "old \0", "new \0"),
    ];
    tell(journal, &updates, None).await;
    let entries = journal.pending(&account(), 0, 100).await.expect("all");
    let places = |it: &Entry| Place::of(it.seq, &it.update);
    write(journal, done(entries[7].seq)).await;
    let left: Vec<Place> =
        entries.iter().filter(|it| it.seq != entries[7].seq).map(places).collect();
    assert_eq!(journal.places(&account(), 0, 100).await.expect("all"), left);
    let page = journal.places(&account(), left[1].seq, 2).await.expect("a page");
    assert_eq!(page, left[2..4]);
    assert_eq!(journal.places(&account(), left[7].seq, 9).await.expect("nothing"), []);
    assert_eq!(journal.places(&AccountId::new("other"), 0, 9).await.expect("nothing"), []);
    let moved = journal.moved(&account(), &ChatId::new("old \0")).await.expect("it is read");
    assert!(moved.is_some_and(|to| to.as_str().starts_with("new ")));
}

async fn accounts_do_not_mix(journal: &dyn Journal) {
    append(journal, &["1"]).await;
    let other = AccountId::new("other");
    let theirs = Update { account: other.clone(), ..update("1") };
    let cursor_of_theirs = Cursor::new("9");
    let batch = Append {
        account: &other,
        updates: std::slice::from_ref(&theirs),
        cursor: Some(&cursor_of_theirs),
        fence: None,
    };
    assert_eq!(journal.append(batch, now()).await.expect("written"), Appended::New(1));
    assert_eq!(cursor(journal).await, None);
    assert_eq!(waiting(journal, 0).await, ["1"], "not that of the other");
    assert_eq!(journal.depth(&other).await.expect("a count").waiting, 1);
}

async fn the_depth_is_what_waits_and_what_is_dead(journal: &dyn Journal) {
    assert_eq!(journal.depth(&account()).await.expect("a count"), Depth::default());
    let first = received(journal, "1").await;
    append_at(journal, &["2", "3"], after(5)).await;
    let depth = journal.depth(&account()).await.expect("a count");
    assert_eq!(depth, Depth { waiting: 3, oldest: Some(now()), dead: 0 });
    write(journal, dead(first, "no")).await;
    let depth = journal.depth(&account()).await.expect("a count");
    assert_eq!(depth, Depth { waiting: 2, oldest: Some(after(5)), dead: 1 });
}

async fn a_batch_of_another_owner_is_not_taken(journal: &dyn Journal) {
    let claim = journal.claim(&account()).await.expect("an answer").expect("nobody has it");
    let (account, place) = (account(), Cursor::new("5"));
    let updates = [migration("1", "5", "6")];
    let batch = |fence| Append {
        account: &account,
        updates: &updates,
        cursor: Some(&place),
        fence: Some(Fence(fence)),
    };
    let older = journal.append(batch(claim.fence.0 - 1), now()).await.expect("an answer");
    assert_eq!(older, Appended::Fenced);
    assert_eq!(waiting(journal, 0).await.len(), 0);
    assert_eq!(cursor(journal).await, None);
    assert_eq!(journal.moved(&account, &"5".into()).await.expect("an answer"), None);
    let owners = journal.append(batch(claim.fence.0), now()).await.expect("an answer");
    assert_eq!(owners, Appended::New(1));
    assert_eq!(cursor(journal).await, Some(place.clone()));
    assert_eq!(tell(journal, &[update("2")], None).await, Appended::New(1), "delivered to anybody");
}

async fn moved(journal: &dyn Journal, chat: &str) -> Option<ChatId> {
    journal.moved(&account(), &ChatId::new(chat)).await.expect("an answer")
}

async fn a_chat_that_moved_is_known_with_the_update_that_tells_it(journal: &dyn Journal) {
    tell(journal, &[update("1"), migration("2", "5", "6"), migration("3", "8", "9")], None).await;
    assert_eq!(moved(journal, "5").await, Some(ChatId::new("6")));
    assert_eq!(moved(journal, "8").await, Some(ChatId::new("9")));
    assert_eq!(moved(journal, "6").await, None);
    let other = journal.moved(&AccountId::new("other"), &ChatId::new("5")).await;
    assert_eq!(other.expect("an answer"), None);
}

async fn a_move_that_is_told_again_changes_nothing(journal: &dyn Journal) {
    tell(journal, &[migration("1", "5", "6"), migration("2", "5", "7")], None).await;
    assert_eq!(moved(journal, "5").await, Some(ChatId::new("7")), "the later one counts");
    tell(journal, &[migration("1", "5", "6")], None).await;
    assert_eq!(moved(journal, "5").await, Some(ChatId::new("7")));
}

async fn an_update_that_has_ended_stays_so(journal: &dyn Journal) {
    let seq = received(journal, "1").await;
    write(journal, done(seq)).await;
    commit_at(journal, &[anybody(dead(seq, "too late"))], after(1)).await;
    let (record, _) = journal.record(seq).await.expect("an answer").expect("it is there");
    assert_eq!((record.state, record.error, record.settled_at), (State::Done, None, Some(now())));
}

async fn an_update_ends_on_its_account_alone(journal: &dyn Journal) {
    let seq = received(journal, "1").await;
    let other = AccountId::new("other");
    commit_at(journal, &[super::Write { account: other, ..anybody(done(seq)) }], now()).await;
    assert_eq!(waiting(journal, 0).await, ["1"]);
}

async fn a_large_batch_comes_out_whole(journal: &dyn Journal) {
    let ids: Vec<String> = (0..3000).map(|number| number.to_string()).collect();
    let new = append(journal, &ids.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let mut read = Vec::new();
    let mut last = 0;
    loop {
        let page = journal.pending(&account(), last, 700).await.expect("a page");
        let Some(entry) = page.last() else { break };
        last = entry.seq;
        read.extend(page.into_iter().map(|entry| entry.update.id.to_string()));
    }
    assert_eq!((new, read), (3000, ids));
}

/// As another version of the gateway may have written it.
macro_rules! spoil {
    ($table:literal, $id:literal) => {
        concat!("update ", $table, " set body = '{}' where ", $id)
    };
}

async fn one_that_cannot_be_read_is_dead_and_the_rest_comes(journal: &dyn Journal) {
    let page = journal.pending(&account(), 0, 1).await.expect("the second");
    assert_eq!(page[0].update.id, UpdateId::new("2"));
    assert_eq!(journal.depth(&account()).await.expect("a count").dead, 1);
    let record = journal.record(page[0].seq - 1).await.expect("an answer").expect("it is there").0;
    assert_eq!((record.state, record.body.as_str()), (State::Dead, "{}"));
    assert!(record.error.is_some_and(|error| error.contains("cannot read it")));
}

#[tokio::test]
async fn sqlite_survives_an_update_that_cannot_be_read() {
    let database = TestDatabase::sqlite();
    let journal = database.open().await.journal();
    append(&*journal, &["1", "2"]).await;
    let mut hand = sqlx::SqliteConnection::connect(database.url()).await.expect("it opens");
    let spoil = spoil!("journal_updates", "update_id = '1'");
    sqlx::query(spoil).execute(&mut hand).await.expect("it is spoiled");
    one_that_cannot_be_read_is_dead_and_the_rest_comes(&*journal).await;
}

#[tokio::test]
async fn postgres_survives_an_update_that_cannot_be_read() {
    let database = TestDatabase::postgres().await;
    let journal = database.open().await.journal();
    append(&*journal, &["1", "2"]).await;
    let mut hand = sqlx::PgConnection::connect(database.url()).await.expect("it opens");
    let spoil = spoil!("journal_waiting", "seq = (select min(seq) from journal_waiting)");
    sqlx::query(spoil).execute(&mut hand).await.expect("it is spoiled");
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
    let release = async {
        super::owners::somebody_waits(&database, "advisory").await;
        writing.commit().await.expect("it ends");
    };
    let (new, ()) = tokio::join!(append(&*journal, &["1"]), release);
    assert_eq!(new, 1);
}
