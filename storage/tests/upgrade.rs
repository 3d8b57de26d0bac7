//! What a database holds that an older gateway wrote is there after the schema has changed.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use chrono::DateTime;
use gateway_core::chance::Chance;
use gateway_core::model::{Account, Chat, ChatKind, Platform};
use gateway_core::testing::ManualClock;
use registry_api::store::PageRequest;
use registry_api::{Registry, Sighting};
use sqlx::{Connection as _, PgConnection, SqliteConnection};
use storage::testing::TestDatabase;

/// The last schema in which a chat had one address, in its own row.
const ONE_ADDRESS: i64 = 3;

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
        let sighting = Sighting { account: &account, chat: &chat, people: &[], at };
        registry.see(sighting).await.expect("it is kept");
    }
    let page = registry.chats(PageRequest { page: 0, size: 200 }).await.expect("a page");
    assert_eq!(page.total, 3);
}
