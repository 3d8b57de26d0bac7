//! The messenger and its abilities against servers that do as they are told.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod abilities;
mod polling;
mod sending;
#[path = "../client/server.rs"]
mod server;
mod webhooks;

use adapter_tamtam::{Dialect, Options, TamTam};
use gateway_core::model::ChatId;
use serde_json::{Value, json};

use server::{Request, Server};

fn options(dialect: Dialect, server: &Server) -> Options {
    Options::new(dialect, "secret-token".to_owned()).at(server.url.parse().expect("a URL"))
}

fn messenger(dialect: Dialect, server: &Server) -> TamTam {
    TamTam::new("test", &options(dialect, server)).expect("a messenger")
}

fn dialog() -> ChatId {
    ChatId::new("4096")
}

fn group() -> ChatId {
    ChatId::new("-5")
}

fn done() -> Value {
    json!({"success": true})
}

fn person() -> Value {
    json!({"user_id": 9, "first_name": "Vera", "is_bot": false, "last_activity_time": 1_000})
}

fn message(mid: &str, timestamp: i64) -> Value {
    json!({"recipient": {"chat_id": -5, "chat_type": "chat"}, "timestamp": timestamp,
           "sender": person(), "body": {"mid": mid, "seq": timestamp, "text": "hi"}})
}

impl Request {
    /// The method and the path with its query, without the token.
    fn line(&self) -> String {
        let uri = self.uri.to_string();
        let uri =
            uri.replace("access_token=secret-token&", "").replace("access_token=secret-token", "");
        format!("{} {}", self.method, uri.trim_end_matches('?'))
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("a body of JSON")
    }
}

impl Server {
    /// What it was asked, as lines.
    fn lines(&self) -> Vec<String> {
        self.requests().iter().map(Request::line).collect()
    }

    /// What it was asked last.
    fn last(&self) -> Request {
        self.requests().pop().expect("it was asked")
    }
}
