//! A database whose rows tests write, as no client can.

use std::sync::Arc;

use registry_api::query::{Key, KeyValue, SortBy, title_key};
use registry_api::store::{RegisteredChat, Store};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};
use uuid::Uuid;

use super::{DateTime, TestDatabase, Utc};

pub(crate) const SERVICES: [&str; 3] = ["gateway", "max", "potato"];
/// A chat, with all by which lists are made.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) id: Uuid,
    pub(crate) is_active: bool,
    pub(crate) service: &'static str,
    pub(crate) at: DateTime<Utc>,
    pub(crate) created_by: Option<&'static str>,
    pub(crate) title: String,
}

impl Known {
    pub(crate) fn key(&self, by: SortBy) -> Key {
        let value = match by {
            SortBy::RegisteredAt => KeyValue::Time(self.at),
            SortBy::CreatedBy => KeyValue::Text(self.created_by.unwrap_or_default().to_owned()),
            SortBy::Service => KeyValue::Text(self.service.to_owned()),
            SortBy::Title => KeyValue::Text(title_key(&self.title)),
            SortBy::Id => KeyValue::Id,
        };
        Key { value, id: self.id }
    }

    pub(crate) fn registered(&self) -> RegisteredChat {
        RegisteredChat {
            id: self.id,
            title: self.title.clone(),
            created_by: self.created_by.map(str::to_owned),
            description: None,
            at: self.at,
        }
    }
}

/// A database, and a connection to write to it what no client can.
pub(crate) struct Table {
    pub(crate) store: Arc<dyn Store>,
    side: Side,
    _database: TestDatabase,
}

pub(crate) enum Side {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

impl Table {
    pub(crate) async fn postgres() -> Self {
        let database = TestDatabase::postgres().await;
        let store = database.open().await.registry();
        let side = PgConnection::connect(database.url()).await.expect("it is there");
        Self { store, side: Side::Postgres(side), _database: database }
    }

    pub(crate) async fn sqlite() -> Self {
        let database = TestDatabase::sqlite();
        let store = database.open().await.registry();
        let side = SqliteConnection::connect(database.url()).await.expect("it is there");
        Self { store, side: Side::Sqlite(side), _database: database }
    }

    pub(crate) async fn run(&mut self, statement: String) {
        // The statement is made here, of words and ids.
        let statement = sqlx::raw_sql(AssertSqlSafe(statement));
        match &mut self.side {
            Side::Postgres(db) => statement.execute(db).await.map(drop),
            Side::Sqlite(db) => statement.execute(db).await.map(drop),
        }
        .expect("it is done");
    }

    pub(crate) async fn clear(&mut self) {
        let tables = [
            "registry_documents",
            "registry_participations",
            "registry_participants",
            "registry_titles",
            "registry_chats",
        ];
        self.run(tables.map(|table| format!("delete from {table};")).concat()).await;
    }

    pub(crate) async fn add(&mut self, chats: &[Known]) {
        let registered: Vec<RegisteredChat> = chats.iter().map(Known::registered).collect();
        self.store.register(&registered).await.expect("they are kept");
        let of = |is_active: bool, service: &str| -> Vec<Uuid> {
            let fitting = chats.iter().filter(|it| it.is_active == is_active);
            fitting.filter(|it| it.service == service).map(|it| it.id).collect()
        };
        for is_active in [false, true] {
            for service in SERVICES {
                let ids =
                    of(is_active, service).iter().map(|id| self.literal(*id)).collect::<Vec<_>>();
                if !ids.is_empty() {
                    let ids = ids.join(", ");
                    let statement = format!(
                        "update registry_chats set is_active = {is_active}, service = '{service}'
                         where id in ({ids})"
                    );
                    self.run(statement).await;
                }
            }
        }
    }

    /// A person, who has this public name.
    pub(crate) async fn add_person(&mut self, id: Uuid, username: &str) {
        let literal = self.literal(id);
        let statement = format!(
            "insert into registry_participants (id, service, external_id, username)
             values ({literal}, 'max', '{id}', '{username}')"
        );
        self.run(statement).await;
    }

    /// A stay that has ended, of somebody in a chat.
    pub(crate) async fn add_stay(&mut self, chat: Uuid, person: Uuid, joined: DateTime<Utc>) {
        let (chat, person, joined) = (self.literal(chat), self.literal(person), self.time(joined));
        let statement = format!(
            "insert into registry_participations
                 (chat_id, participant_id, is_active, joined_at, left_at)
             values ({chat}, {person}, false, {joined}, {joined})"
        );
        self.run(statement).await;
    }

    pub(crate) fn time(&self, time: DateTime<Utc>) -> String {
        match self.side {
            Side::Postgres(_) => format!("'{}'", time.to_rfc3339()),
            Side::Sqlite(_) => time.timestamp_millis().to_string(),
        }
    }

    /// How many rows a condition leaves of a table.
    pub(crate) async fn count(&mut self, rows: &str) -> i64 {
        let statement = AssertSqlSafe(format!("select count(*) from {rows}"));
        match &mut self.side {
            Side::Postgres(db) => sqlx::query_scalar(statement).fetch_one(db).await,
            Side::Sqlite(db) => sqlx::query_scalar(statement).fetch_one(db).await,
        }
        .expect("they are counted")
    }

    pub(crate) fn literal(&self, id: Uuid) -> String {
        match self.side {
            Side::Postgres(_) => format!("'{id}'"),
            Side::Sqlite(_) => format!("x'{}'", id.simple()),
        }
    }
}
