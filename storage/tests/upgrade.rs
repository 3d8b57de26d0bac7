//! What a database holds that an older gateway wrote is there after the schema has changed.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use chrono::{DateTime, TimeDelta};
use gateway_core::chance::Chance;
use gateway_core::model::{
    Account, AccountId, Chat, ChatKind, Cursor, Platform, Raw, Update, UpdateId, UpdateKind,
};
use gateway_core::testing::ManualClock;
use gateway_runtime::journal::{
    Append, Appended, Begun, Change, Depth, EffectKey, Listing, Origin, Outcome, Settled, State,
    Write, Written,
};
use registry_api::query::ChatQuery;
use registry_api::store::Search;
use registry_api::{Registry, Sighting};
use serde_json::json;
use sqlx::{Connection as _, PgConnection, SqliteConnection};
use storage::testing::TestDatabase;

/// The last schema in which a chat had one address, in its own row.
const ONE_ADDRESS: i64 = 3;

/// The last schema of a journal that knew updates and effects, and nothing else.
const UPDATES_AND_EFFECTS: i64 = 4;

/// The last schemas in which a title was compared otherwise.
const OTHER_KEYS: (i64, i64) = (7, 16);

#[tokio::test]
async fn sqlite_titles_are_found_whoever_made_their_keys() {
    let database = TestDatabase::sqlite();
    let url = format!("{}?mode=rwc", database.url());
    let mut db = SqliteConnection::connect(&url).await.expect("it is made");
    let schema = sqlx::migrate!("../migrations/sqlite");
    schema.run_to(OTHER_KEYS.0, &mut db).await.expect("the old schema");
    for (id, title, key) in TITLES {
        let id = uuid::Uuid::from_u128(id);
        sqlx::query(
            "insert into registry_chats (id, service, registered_at, title_key)
             values ($1, 'gateway', 0, $2)",
        )
        .bind(id)
        .bind(key)
        .execute(&mut db)
        .await
        .expect("a chat");
        sqlx::query("insert into registry_titles (chat_id, value, captured_at) values ($1, $2, 0)")
            .bind(id)
            .bind(title)
            .execute(&mut db)
            .await
            .expect("a title");
    }
    db.close().await.expect("it is closed");
    titles_are_found(database).await;
}

#[tokio::test]
async fn postgres_titles_are_found_whoever_made_their_keys() {
    let database = TestDatabase::postgres().await;
    let mut db = PgConnection::connect(database.url()).await.expect("it is there");
    let schema = sqlx::migrate!("../migrations/postgres");
    schema.run_to(OTHER_KEYS.1, &mut db).await.expect("the old schema");
    for (id, title, key) in TITLES {
        let id = uuid::Uuid::from_u128(id);
        sqlx::query(
            "insert into registry_chats (id, service, registered_at, title_key)
             values ($1, 'gateway', 'epoch', $2)",
        )
        .bind(id)
        .bind(key)
        .execute(&mut db)
        .await
        .expect("a chat");
        sqlx::query(
            "insert into registry_titles (chat_id, value, captured_at) values ($1, $2, 'epoch')",
        )
        .bind(id)
        .bind(title)
        .execute(&mut db)
        .await
        .expect("a title");
    }
    db.close().await.expect("it is closed");
    titles_are_found(database).await;
}

/// Titles, and keys as they were made before: with a sigma of the end of a word, of ASCII alone, and
/// as now.
const TITLES: [(u128, &str, &str); 4] =
    [(1, "ΟΔΟΣ", "οδος"), (2, "ΟΔΟΣΑΝ", "οδοσαν"), (3, "Ёлка", "Ёлка"), (4, "Tea", "tea")];

async fn titles_are_found(database: TestDatabase) {
    // What is done once is not done again.
    for _ in 0..2 {
        let store = database.open().await.registry();
        for (title, found) in [("ΟΔΟΣ", 2), ("οδος", 2), ("ёл", 1), ("TE", 1)] {
            let title_key = Some(registry_api::query::title_key(title));
            let search = Search { title: title_key, size: 10, ..Search::default() };
            let chats = store.search(&search).await.expect("an answer");
            assert_eq!(chats.len(), found, "{title}");
        }
    }
}

#[tokio::test]
async fn sqlite_a_chat_keeps_its_address() {
    let database = TestDatabase::sqlite();
    let url = format!("{}?mode=rwc", database.url());
    let mut db = SqliteConnection::connect(&url).await.expect("it is made");
    let schema = sqlx::migrate!("../migrations/sqlite");
    schema.run_to(ONE_ADDRESS, &mut db).await.expect("the old schema");
    sqlx::query(
        "insert into registry_chats (id, service, account, external_id, registered_at) values
             (unhex('6f4be35eb26b4e3b9a8e3f1f8f9d1a01'), 'potato', '', 'group:5', 0),
             (unhex('6f4be35eb26b4e3b9a8e3f1f8f9d1a02'), 'potato', 'a', 'user:5', 0),
             (unhex('6f4be35eb26b4e3b9a8e3f1f8f9d1a03'), 'gateway', '', null, 0)",
    )
    .execute(&mut db)
    .await
    .expect("three chats");
    db.close().await.expect("it is closed");
    both_are_known(database).await;
}

#[tokio::test]
async fn postgres_a_chat_keeps_its_address() {
    let database = TestDatabase::postgres().await;
    let mut db = PgConnection::connect(database.url()).await.expect("it is there");
    let schema = sqlx::migrate!("../migrations/postgres");
    schema.run_to(ONE_ADDRESS, &mut db).await.expect("the old schema");
    sqlx::query(
        "insert into registry_chats (id, service, account, external_id, registered_at) values
             ('6f4be35e-b26b-4e3b-9a8e-3f1f8f9d1a01', 'potato', '', 'group:5', 'epoch'),
             ('6f4be35e-b26b-4e3b-9a8e-3f1f8f9d1a02', 'potato', 'a', 'user:5', 'epoch'),
             ('6f4be35e-b26b-4e3b-9a8e-3f1f8f9d1a03', 'gateway', '', null, 'epoch')",
    )
    .execute(&mut db)
    .await
    .expect("three chats");
    db.close().await.expect("it is closed");
    both_are_known(database).await;
}

/// Seeing the group and the dialog again makes no other chat.
async fn both_are_known(database: TestDatabase) {
    let store = database.open().await.registry();
    let clock = Arc::new(ManualClock::default());
    let registry = Registry::new(store, clock, Arc::new(Chance::seeded(7)));
    let account = Account::new("a", Platform::POTATO);
    for (id, kind) in [("group:5", ChatKind::Group), ("user:5", ChatKind::Dialog)] {
        let chat = Chat::new(id, kind);
        let at = DateTime::UNIX_EPOCH;
        let sighting = Sighting::new(&account, &chat, at);
        registry.see(&sighting).await.expect("it is kept");
    }
    let everything = ChatQuery { size: 200, ..ChatQuery::default() };
    let page = registry.list(&everything).await.expect("a page");
    assert_eq!(page.total, 3);
}

/// An update as the older gateway wrote it.
fn update(id: &str) -> Update {
    Update {
        account: AccountId::new("a"),
        id: UpdateId::new(id),
        time: None,
        kind: UpdateKind::Unknown { kind: "new".to_owned(), chat: Some("5".into()) },
        locale: None,
        raw: Raw::of(&json!({"text": "NUL \0"})),
    }
}

fn body(id: &str) -> String {
    serde_json::to_string(&update(id)).expect("it is JSON")
}

#[tokio::test]
async fn sqlite_a_journal_goes_on() {
    let database = TestDatabase::sqlite();
    let url = format!("{}?mode=rwc", database.url());
    let mut db = SqliteConnection::connect(&url).await.expect("it is made");
    let schema = sqlx::migrate!("../migrations/sqlite");
    schema.run_to(UPDATES_AND_EFFECTS, &mut db).await.expect("the old schema");
    sqlx::query(
        "insert into journal_updates
             (account, update_id, chat, received_at, body, state, error, settled_at) values
             ('a', '1', '5', 0, $1, 'done', null, 5000),
             ('a', '2', '5', 0, $2, 'dead', 'no', 5000),
             ('a', '3', '5', 0, $3, 'received', null, null)",
    )
    .bind(body("1"))
    .bind(body("2"))
    .bind(body("3"))
    .execute(&mut db)
    .await
    .expect("three updates");
    sqlx::query(
        "insert into journal_effects values
             ('a', '1', 0, 'send', 'done', '{\"message\":\"7\"}', 1000, 2000),
             ('a', '1', 1, 'send', 'done', '8', 1000, 9000000),
             ('a', '3', 10, 'send', 'intended', null, 1000, null),
             ('a', '3', 11, 'send', 'refused', 'no', 1000, 2000)",
    )
    .execute(&mut db)
    .await
    .expect("four effects");
    sqlx::query("insert into journal_cursors values ('a', '77')")
        .execute(&mut db)
        .await
        .expect("a cursor");
    db.close().await.expect("it is closed");
    a_journal_goes_on(database).await;
}

#[tokio::test]
async fn postgres_a_journal_goes_on() {
    let database = TestDatabase::postgres().await;
    let mut db = PgConnection::connect(database.url()).await.expect("it is there");
    let schema = sqlx::migrate!("../migrations/postgres");
    schema.run_to(UPDATES_AND_EFFECTS, &mut db).await.expect("the old schema");
    sqlx::query(
        "insert into journal_updates
             (account, update_id, chat, received_at, body, state, error, settled_at) values
             ('a', '1', '5', 'epoch', $1, 'done', null, to_timestamp(5)),
             ('a', '2', '5', 'epoch', $2, 'dead', 'no', to_timestamp(5)),
             ('a', '3', '5', 'epoch', $3, 'received', null, null)",
    )
    .bind(body("1"))
    .bind(body("2"))
    .bind(body("3"))
    .execute(&mut db)
    .await
    .expect("three updates");
    sqlx::query(
        "insert into journal_effects values
             ('a', '1', 0, 'send', 'done', '{\"message\":\"7\"}', to_timestamp(1), to_timestamp(2)),
             ('a', '1', 1, 'send', 'done', '8', to_timestamp(1), to_timestamp(9000)),
             ('a', '3', 10, 'send', 'intended', null, to_timestamp(1), null),
             ('a', '3', 11, 'send', 'refused', 'no', to_timestamp(1), to_timestamp(2))",
    )
    .execute(&mut db)
    .await
    .expect("four effects");
    sqlx::query("insert into journal_cursors values ('a', '77')")
        .execute(&mut db)
        .await
        .expect("a cursor");
    db.close().await.expect("it is closed");
    a_journal_goes_on(database).await;
}

/// What waited waits, what was dead is, and no handler does again what one has done.
async fn a_journal_goes_on(database: TestDatabase) {
    let journal = database.open().await.journal();
    let account = AccountId::new("a");
    let at = |seconds| DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds);
    let cursor = journal.cursor(&account).await.expect("an answer");
    assert_eq!(cursor, Some(Cursor::new("77")));
    let records = journal.list(&Listing::default(), 9).await.expect("they are read");
    let told: Vec<_> = records.iter().map(|it| (it.update.as_str(), it.state)).collect();
    assert_eq!(told, [("1", State::Done), ("2", State::Dead), ("3", State::Received)]);
    assert_eq!(records[1].error.as_deref(), Some("no"));
    let bodies = [body("1"), body("2"), body("3")];
    assert_eq!(records.iter().map(|it| it.body.clone()).collect::<Vec<_>>(), bodies);
    let waiting = journal.pending(&account, 0, 9).await.expect("they are read");
    assert_eq!(waiting.len(), 1);
    assert_eq!((&*waiting[0].update, waiting[0].received_at), (&update("3"), at(0)));
    let depth = journal.depth(&account).await.expect("a count");
    assert_eq!(depth, Depth { waiting: 1, oldest: Some(at(0)), dead: 1 });

    let effect = |id: &str, place: &str| EffectKey {
        account: account.clone(),
        origin: Origin::Update(UpdateId::new(id)),
        place: place.to_owned(),
    };
    let known = journal.effect(&effect("1", "0")).await.expect("an answer");
    assert_eq!(known, Some(Settled::Ended(Outcome::Done(json!({"message": "7"})))));
    let begin = |place| Write {
        account: account.clone(),
        fence: None,
        change: Change::Begin { effect: effect("3", place), fingerprint: "send".to_owned() },
    };
    let answers = journal.commit(&[begin("10"), begin("11")], at(10)).await.expect("an answer");
    let unsettled = Written::Begun(Begun::Unsettled { since: at(1) });
    assert_eq!(answers, [unsettled, Written::Begun(Begun::New)]);
    let late = journal.receipts(&account, "send", at(8000)).await.expect("an answer");
    assert_eq!(late, [json!(8)]);

    let updates = [update("1"), update("2"), update("3"), update("4")];
    let batch = Append { account: &account, updates: &updates, cursor: None, fence: None };
    let new = journal.append(batch, at(10)).await.expect("they are written");
    assert_eq!(new, Appended::New(1), "the others are known");
    let last = waiting[0].seq;
    let after = journal.pending(&account, last, 9).await.expect("they are read");
    assert_eq!(after.len(), 1);
    assert!(journal.revive(records[1].seq, at(11)).await.expect("an answer"));
    let revived = journal.pending(&account, after[0].seq, 9).await.expect("they are read");
    assert_eq!(revived.len(), 1);
    assert_eq!(*revived[0].update, update("2"));
    assert_eq!(journal.prune(at(6), 9).await.expect("an answer"), 1);
    assert_eq!(journal.effect(&effect("1", "0")).await.expect("an answer"), None);
}
