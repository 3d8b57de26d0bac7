//! The registry's contract over HTTP, on both databases.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod beyond;
mod changing;
mod contract;
mod listing;
mod refusing;

use std::sync::Arc;

use gateway_core::chance::Chance;
use gateway_core::model::{Account, Chat, ChatKind, Platform, User};
use gateway_core::testing::ManualClock;
use gateway_core::time::Clock as _;
use gateway_tests::{Got, Header, Stranger};
use registry_api::token::Scopes;
use registry_api::{Registry, Sighting, http};
use reqwest::Method;
use reqwest::header::{AUTHORIZATION, HeaderName};
use serde_json::{Value, json};
use storage::testing::TestDatabase;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

const CHATS: &str = "api/v1/private/chats";

/// A running registry.
struct Service {
    registry: Registry,
    clock: Arc<ManualClock>,
    stranger: Stranger,
    bearer: String,
    _task: JoinSet<std::io::Result<()>>,
    _database: TestDatabase,
}

impl Service {
    async fn on(database: TestDatabase) -> Self {
        let clock = Arc::new(ManualClock::default());
        let store = database.open().await.registry();
        let registry = Registry::new(store, clock.clone(), Arc::new(Chance::seeded(3)));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let stranger = Stranger::at(&format!("http://{}", listener.local_addr().expect("bound")));
        let token = registry.create_token("test", Scopes::ALL).await.expect("a token");
        let mut task = JoinSet::new();
        task.spawn(http::serve(listener, registry.clone(), CancellationToken::new()));
        let bearer = format!("Bearer {}", token.expose());
        Self { registry, clock, stranger, bearer, _task: task, _database: database }
    }

    async fn asks(&self, method: Method, path: &str, body: Option<&Value>) -> Got {
        self.asks_for("content-type", method, path, &[], body).await.0
    }

    /// The same with headers, and one header of the answer.
    async fn asks_for(
        &self,
        header: &str,
        method: Method,
        path: &str,
        headers: &[(HeaderName, &str)],
        body: Option<&Value>,
    ) -> (Got, Header) {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let path = path.strip_prefix('/').unwrap_or(path);
        // The client writes a query anew.
        let query: Vec<(&str, String)> = query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name, value.replace("%2B", "+").replace("%25", "%")))
            .collect();
        let query: Vec<(&str, &str)> =
            query.iter().map(|(name, it)| (*name, it.as_str())).collect();
        let bearer = (AUTHORIZATION, self.bearer.as_str());
        let headers: Vec<_> = headers.iter().cloned().chain([bearer]).collect();
        self.stranger.asks_for(header, method, path, &query, &headers, body).await
    }

    async fn gets(&self, path: &str) -> Got {
        self.asks(Method::GET, path, None).await
    }

    async fn registers(&self, body: &Value) -> Got {
        self.asks(Method::POST, CHATS, Some(body)).await
    }

    /// Registers a chat with a title, a second after the last one, and says its id.
    async fn has(&self, title: &str) -> String {
        let id = self.registers(&json!({"title": title})).await.body["id"].clone();
        self.clock.advance(1000);
        id.as_str().expect("an id").to_owned()
    }

    /// A bot sees a group with people in it, a second after the last one.
    async fn sees(&self, title: &str, people: &[&User]) -> String {
        let account = Account::new("max", Platform::MAX);
        let chat = Chat { title: Some(title.to_owned()), ..Chat::new(title, ChatKind::Group) };
        let sighting = Sighting {
            is_present: Some(true),
            ..Sighting::new(&account, &chat, self.clock.now()).with_people(people.iter().copied())
        };
        self.registry.see(&sighting).await.expect("it is kept");
        self.clock.advance(1000);
        let newest = self.gets(&format!("{CHATS}?size=1")).await;
        newest.body["records"][0]["id"].as_str().expect("an id").to_owned()
    }
}

/// The first titles of a page's chats.
fn titles(page: &Got) -> Vec<&str> {
    let records = page.body["records"].as_array().expect("records").iter();
    records.map(|it| it["title"][0]["value"].as_str().expect("a title")).collect()
}

/// A link of a page.
fn link(page: &Got, relation: &str) -> String {
    page.body["_links"][relation].as_str().expect("a link").to_owned()
}

/// Somebody with a public name.
fn person(name: &str) -> User {
    User { username: Some(name.to_owned()), ..User::new(name) }
}

/// Each of these facts holds on SQLite and on PostgreSQL.
macro_rules! on_both {
    ($($fact:ident)*) => {
        mod sqlite {$(
            #[tokio::test]
            async fn $fact() {
                let database = storage::testing::TestDatabase::sqlite();
                super::$fact(crate::Service::on(database).await).await;
            }
        )*}
        mod postgres {$(
            #[tokio::test]
            async fn $fact() {
                let database = storage::testing::TestDatabase::postgres().await;
                super::$fact(crate::Service::on(database).await).await;
            }
        )*}
    };
}
use on_both;
