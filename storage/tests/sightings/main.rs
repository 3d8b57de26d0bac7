//! What bots see of chats, and what messengers are asked for, held against both databases.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use gateway_core::chance::Chance;
use gateway_core::model::{Account, Chat, ChatKind, Platform, User};
use gateway_core::testing::ManualClock;
use gateway_core::time::Clock as _;
use registry_api::model::{Chat as Kept, EventKind};
use registry_api::{NewChat, Registry, SeenPresence, Sighting};
use sqlx::{Connection as _, PgConnection, SqliteConnection};
use storage::testing::TestDatabase;
use uuid::Uuid;

/// A registry with a clock to move.
struct Bench {
    registry: Registry,
    clock: Arc<ManualClock>,
    database: TestDatabase,
}

impl Bench {
    async fn on(database: TestDatabase) -> Self {
        let clock = Arc::new(ManualClock::default());
        let store = database.open().await.registry();
        let registry = Registry::new(store, clock.clone(), Arc::new(Chance::seeded(7)));
        Self { registry, clock, database }
    }

    fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    async fn sees(&self, sighting: &Sighting<'_>) {
        self.registry.see(sighting).await.expect("it is kept");
    }

    async fn registers(&self, title: &str) -> Uuid {
        let chat = NewChat { title: title.to_owned(), ..NewChat::default() };
        self.registry.register(chat).await.expect("it is kept")
    }

    /// All that has happened. Readers of events wait for whatever is on its way, also in the databases
    /// of other tests, so the table is looked into.
    async fn told(&self) -> Vec<(EventKind, Uuid)> {
        let url = self.database.url();
        let rows: Vec<(String, Uuid)> = if url.starts_with("sqlite:") {
            let question = "select kind, chat_id from registry_events order by place";
            let mut db = SqliteConnection::connect(url).await.expect("it is open");
            sqlx::query_as(question).fetch_all(&mut db).await.expect("an answer")
        } else {
            let question = "select kind, chat_id from registry_events order by transaction, place";
            let mut db = PgConnection::connect(url).await.expect("it is open");
            sqlx::query_as(question).fetch_all(&mut db).await.expect("an answer")
        };
        let kind = |name: &str| match name {
            "registered" => EventKind::Registered,
            "joined" => EventKind::Joined,
            _ => EventKind::Changed,
        };
        rows.into_iter().map(|(name, id)| (kind(&name), id)).collect()
    }

    async fn chat(&self, id: Uuid) -> (i64, Kept) {
        let document = self.registry.chat(id).await.expect("an answer").expect("it is there");
        (document.version, serde_json::from_str(&document.json).expect("it is a chat"))
    }

    /// The only chat that has happened.
    async fn the_one(&self) -> (i64, Kept) {
        let told = self.told().await;
        let gone = |id| told.contains(&(EventKind::Joined, id));
        let mut ids: Vec<Uuid> = told.iter().map(|(_, id)| *id).filter(|id| !gone(*id)).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 1, "{told:?}");
        self.chat(ids[0]).await
    }
}

macro_rules! on_both {
    ($($fact:ident)*) => {
        mod sqlite {$(
            #[tokio::test(flavor = "multi_thread")]
            async fn $fact() {
                super::$fact(super::Bench::on(super::TestDatabase::sqlite()).await).await;
            }
        )*}
        mod postgres {$(
            #[tokio::test(flavor = "multi_thread")]
            async fn $fact() {
                let database = super::TestDatabase::postgres().await;
                super::$fact(super::Bench::on(database).await).await;
            }
        )*}
    };
}

mod operations;
mod seeing;

/// So many seconds after the beginning.
fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_225_600, 0).expect("a time") + TimeDelta::seconds(seconds)
}

fn account(name: &str) -> Account {
    Account::new(name, Platform::POTATO)
}

fn person(id: &str, name: &str) -> User {
    User { first_name: Some(name.to_owned()), is_bot: Some(false), ..User::new(id) }
}

fn bot() -> User {
    User { is_bot: Some(true), ..person("1", "Helper") }
}

fn group(title: &str) -> Chat {
    Chat { title: Some(title.to_owned()), ..untitled() }
}

/// The same group, when an update tells no title.
fn untitled() -> Chat {
    Chat::new("group:5", ChatKind::Group)
}
