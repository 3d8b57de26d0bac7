//! The registry's contract over HTTP, on both databases.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use gateway_core::chance::Chance;
use gateway_core::testing::ManualClock;
use gateway_tests::{Got, Stranger};
use registry_api::token::Scopes;
use registry_api::{Registry, http};
use reqwest::Method;
use reqwest::header::AUTHORIZATION;
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
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let query: Vec<(&str, &str)> =
            query.split('&').filter_map(|pair| pair.split_once('=')).collect();
        let headers = [(AUTHORIZATION, self.bearer.as_str())];
        self.stranger.asks(method, path, &query, &headers, body).await
    }

    async fn gets(&self, path: &str) -> Got {
        self.asks(Method::GET, path, None).await
    }

    async fn registers(&self, body: &Value) -> Got {
        self.asks(Method::POST, CHATS, Some(body)).await
    }
}

macro_rules! on_both {
    ($($fact:ident)*) => {
        mod sqlite {$(
            #[tokio::test]
            async fn $fact() {
                super::$fact(super::Service::on(super::TestDatabase::sqlite()).await).await;
            }
        )*}
        mod postgres {$(
            #[tokio::test]
            async fn $fact() {
                let database = super::TestDatabase::postgres().await;
                super::$fact(super::Service::on(database).await).await;
            }
        )*}
    };
}

on_both! {
    an_empty_list_has_the_contracts_shape
    a_chat_is_registered_listed_and_shown
    pages_follow_the_contract
    without_a_token_nothing_is_told
    a_token_without_the_scope_is_refused
    every_refusal_is_a_problem_with_a_name
    what_is_not_built_says_so
}

async fn an_empty_list_has_the_contracts_shape(service: Service) {
    for path in [CHATS.to_owned(), format!("{CHATS}/")] {
        let list = service.gets(&path).await;
        let metadata =
            json!({"currentPage": 0, "totalPages": 0, "pageSize": 20, "totalRecords": 0});
        let body = json!({"records": [], "_metadata": metadata});
        assert_eq!(list, Got { status: 200, body });
    }
}

async fn a_chat_is_registered_listed_and_shown(service: Service) {
    let body = json!({
        "title": "Title of the chat",
        "createdBy": "example created by",
        "description": "example description",
    });
    let headers = [(AUTHORIZATION, service.bearer.as_str())];
    let stranger = &service.stranger;
    let registered =
        stranger.asks_for("location", Method::POST, CHATS, &[], &headers, Some(&body)).await;
    let (registered, location) = registered;
    assert_eq!(registered.status, 202);
    let id = registered.body["id"].as_str().expect("an id");
    assert_eq!(location, Some(format!("/{CHATS}/{id}")));

    let expected = json!({
        "id": id,
        "isActive": true,
        "service": "gateway",
        "registeredAt": "2026-01-01T00:00:00.000Z",
        "createdBy": "example created by",
        "description": "example description",
        "title": [{
            "value": "Title of the chat",
            "contentType": "text/plain",
            "capturedAt": "2026-01-01T00:00:00.000Z",
        }],
        "participants": [],
    });
    let detail = service.gets(&format!("{CHATS}/{id}")).await;
    assert_eq!(detail, Got { status: 200, body: expected.clone() });
    let list = service.gets(CHATS).await;
    assert_eq!(list.body["records"], json!([expected]));
}

async fn pages_follow_the_contract(service: Service) {
    for number in 0..7 {
        service.registers(&json!({"title": number.to_string()})).await;
        service.clock.advance(1);
    }
    let page = service.gets(&format!("{CHATS}?page=1&size=3")).await.body;
    let titles: Vec<&Value> = (0..3).map(|it| &page["records"][it]["title"][0]["value"]).collect();
    assert_eq!(titles, ["3", "2", "1"]);
    let metadata = json!({"currentPage": 1, "totalPages": 3, "pageSize": 3, "totalRecords": 7});
    assert_eq!(page["_metadata"], metadata);
    let beyond = service.gets(&format!("{CHATS}?page=4294967295&size=200")).await;
    assert_eq!((beyond.status, &beyond.body["records"]), (200, &json!([])));
}

async fn without_a_token_nothing_is_told(service: Service) {
    let asks = async |authorization: Option<&str>| {
        let headers: Vec<_> = authorization.map(|it| (AUTHORIZATION, it)).into_iter().collect();
        let stranger = &service.stranger;
        stranger.asks_for("www-authenticate", Method::GET, CHATS, &[], &headers, None).await.1
    };
    assert_eq!(asks(None).await.as_deref(), Some("Bearer realm=\"registry\""));
    let invalid = "Bearer realm=\"registry\", error=\"invalid_token\"";
    assert_eq!(asks(Some("Bearer nonsense")).await.as_deref(), Some(invalid));

    for path in [CHATS.to_owned(), format!("{CHATS}/"), format!("{CHATS}/x")] {
        let refused = service.stranger.gets(&path, &[]).await;
        assert_eq!(
            (refused.status, &refused.body["type"]),
            (401, &json!("/problems/unauthorized"))
        );
        let refused = service.stranger.gets_as("Bearer gwr_wrong", &path).await;
        assert_eq!(refused.status, 401);
    }
    let refused = service.stranger.posts(CHATS, &json!({"title": "x"})).await;
    assert_eq!(refused.status, 401);
}

async fn a_token_without_the_scope_is_refused(service: Service) {
    let scopes = Scopes { read: true, write: false };
    let token = service.registry.create_token("reader", scopes).await.expect("a token");
    let reader = format!("Bearer {}", token.expose());
    assert_eq!(service.stranger.gets_as(&reader, CHATS).await.status, 200);
    let headers = [(AUTHORIZATION, reader.as_str())];
    let body = json!({"title": "x"});
    let refused = service.stranger.asks(Method::POST, CHATS, &[], &headers, Some(&body)).await;
    assert_eq!(refused.status, 403);
    assert_eq!(refused.body["type"], "/problems/insufficient-scope");
}

async fn every_refusal_is_a_problem_with_a_name(service: Service) {
    let unknown = format!("{CHATS}/9a983789-1709-4543-aa31-a02867680017");
    for (path, status, kind, words) in [
        (format!("{CHATS}?size=201"), 400, "invalid-parameter", "size: "),
        (format!("{CHATS}?size=0"), 400, "invalid-parameter", "size: "),
        (format!("{CHATS}?colour=red"), 400, "invalid-parameter", "colour: "),
        (format!("{CHATS}/x"), 400, "invalid-parameter", "chatId: "),
        (unknown, 404, "not-found", "there is no chat"),
        ("api/v2".to_owned(), 404, "not-found", "there is no such path"),
    ] {
        let refused = service.gets(&path).await;
        assert_eq!(refused.status, status, "{path}");
        assert_eq!(refused.body["type"], format!("/problems/{kind}"), "{path}");
        assert_eq!(refused.body["status"], status, "{path}");
        assert!(refused.body["detail"].as_str().expect("words").starts_with(words), "{path}");
        assert!(refused.body["requestId"].is_string(), "{path}");
    }
    let refused = service.registers(&json!({"createdBy": 5})).await;
    assert_eq!(refused.status, 400);
    assert_eq!(refused.body["errors"][0]["pointer"], "#/createdBy");
    assert_eq!(refused.body["errors"][1]["pointer"], "#/title");
    let headers = [(AUTHORIZATION, service.bearer.as_str())];
    let stranger = &service.stranger;
    let (refused, allow) =
        stranger.asks_for("allow", Method::PUT, CHATS, &[], &headers, None).await;
    assert_eq!(allow.as_deref(), Some("GET,HEAD,POST"));
    assert_eq!(
        (refused.status, &refused.body["type"]),
        (405, &json!("/problems/method-not-allowed"))
    );
}

async fn what_is_not_built_says_so(service: Service) {
    let id = "9a983789-1709-4543-aa31-a02867680017";
    let invitation = service.gets(&format!("{CHATS}/{id}/invitation")).await;
    assert_eq!(
        (invitation.status, &invitation.body["type"]),
        (501, &json!("/problems/not-implemented"))
    );
    let path = format!("{CHATS}/{id}/participants/{id}");
    assert_eq!(service.asks(Method::DELETE, &path, None).await.status, 501);
}
