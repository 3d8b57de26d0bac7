//! The routes over a store in memory. Every answer is held against the OpenAPI document.

mod changing;
mod judge;
mod listing;
mod memory;
mod refusing;
mod showing;

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, Method, Request};
use chrono::{DateTime, Utc};
use gateway_core::chance::Chance;
use gateway_core::testing::ManualClock;
use serde_json::{Value, json};
use tower::ServiceExt as _;
use uuid::Uuid;

use crate::Registry;
use crate::model::{Participant, Participation, UserProperties};
use crate::token::Scopes;
use judge::Judge;
use memory::MemoryStore;

use super::ServerOptions;

const CHATS: &str = "/api/v1/private/chats";

/// The service, and a client with a token.
struct Desk {
    store: Arc<MemoryStore>,
    clock: Arc<ManualClock>,
    registry: Registry,
    router: Router,
    bearer: String,
    judge: Judge,
}

/// An answer.
#[derive(Debug)]
struct Got {
    status: u16,
    headers: HeaderMap,
    text: String,
    body: Value,
}

impl Got {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|it| it.to_str().expect("ASCII"))
    }

    fn titles(&self) -> Vec<&str> {
        let records = self.body["records"].as_array().expect("records").iter();
        records.map(|it| it["title"][0]["value"].as_str().expect("a title")).collect()
    }

    /// The `type` and `detail` of a problem.
    fn problem(&self) -> (u16, &str, &str) {
        let text = |name: &str| self.body[name].as_str().expect("a problem");
        (self.status, text("type").strip_prefix("/problems/").expect("its type"), text("detail"))
    }

    /// What is wrong with a request: its places.
    fn places(&self) -> Vec<&str> {
        let errors = self.body["errors"].as_array().expect("errors").iter();
        let places = errors.map(|it| {
            ["parameter", "header", "pointer"].iter().find_map(|place| it[place].as_str())
        });
        places.map(|it| it.expect("a place")).collect()
    }
}

impl Desk {
    async fn open() -> Self {
        let store = Arc::new(MemoryStore::default());
        let clock = Arc::new(ManualClock::default());
        let registry = Registry::new(store.clone(), clock.clone(), Arc::new(Chance::seeded(3)));
        let token = registry.create_token("test", Scopes::ALL).await.expect("a token");
        let bearer = format!("Bearer {}", token.expose());
        let router = super::router(registry.clone(), &ServerOptions::default());
        Self { store, clock, registry, router, bearer, judge: Judge::new() }
    }

    async fn asks(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Got {
        let mut request = Request::builder().method(&method).uri(path);
        if !headers.iter().any(|(name, _)| *name == AUTHORIZATION.as_str()) {
            request = request.header(AUTHORIZATION, &self.bearer);
        }
        for (name, value) in headers.iter().filter(|(_, value)| !value.is_empty()) {
            request = request.header(*name, *value);
        }
        let request = request.body(body.into()).expect("a request");
        let answer = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = answer.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.expect("a body");
        let text = String::from_utf8(bytes.to_vec()).expect("UTF-8");
        let body = serde_json::from_str(&text).unwrap_or_default();
        let got = Got { status: parts.status.as_u16(), headers: parts.headers, text, body };
        self.judge.judge(&method, path, &got);
        got
    }

    async fn gets(&self, path: &str) -> Got {
        self.asks(Method::GET, path, &[], "").await
    }

    /// Below the list of chats.
    async fn gets_chats(&self, path: &str) -> Got {
        self.gets(&format!("{CHATS}{path}")).await
    }

    async fn posts(&self, headers: &[(&str, &str)], body: impl Into<Body>) -> Got {
        let kind = (CONTENT_TYPE.as_str(), "application/json");
        let headers: Vec<_> = headers.iter().copied().chain([kind]).collect();
        self.asks(Method::POST, CHATS, &headers, body).await
    }

    /// Registers a chat with a title, a second after the last one.
    async fn registers(&self, title: &str) -> String {
        let got = self.posts(&[], json!({"title": title}).to_string()).await;
        assert_eq!(got.status, 202);
        self.clock.advance(1000);
        got.body["id"].as_str().expect("an id").to_owned()
    }

    /// Lets somebody be in a chat.
    fn joins(&self, chat: &str, person: Uuid, username: &str, is_active: bool) {
        let mut state = self.store.state();
        let found = state.chats.iter_mut().find(|(it, _)| it.id.to_string() == chat);
        let (chat, version) = found.expect("the chat");
        *version += 1;
        let username = Some(username.to_owned());
        chat.participants.push(Participant {
            id: person,
            user_properties: UserProperties { username, ..UserProperties::default() },
            participations: vec![Participation {
                is_active,
                joined_at: DateTime::<Utc>::UNIX_EPOCH,
                left_at: (!is_active).then_some(DateTime::<Utc>::UNIX_EPOCH),
                invited_by: None,
            }],
        });
    }
}
