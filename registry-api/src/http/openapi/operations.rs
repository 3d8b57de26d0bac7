//! All operations, by their paths.

use serde_json::{Map, Value, json};

use super::super::BASE;
use super::super::problem::Kind;
use super::answers::{refusals, request_id};
use super::{beyond, contract};

/// The paths of the contract and of what is beyond it.
pub(super) fn paths() -> Value {
    let mut paths = Map::new();
    let mut add = |path: &str, methods: Value| paths.insert(format!("{BASE}{path}"), methods);
    for (path, suffix) in [("/chats", ""), ("/chats/", "Slash")] {
        add(
            path,
            json!({"get": contract::list_chats(suffix), "post": contract::register_chat(suffix)}),
        );
    }
    add("/chats/search", json!({"get": beyond::search_chats()}));
    add("/chats/{chatId}", json!({"get": contract::get_chat()}));
    add("/chats/{chatId}/invitation", json!({"get": contract::get_invitation()}));
    add("/chats/{chatId}/operations", json!({"get": beyond::list_operations()}));
    add("/chats/{chatId}/participants", json!({"get": beyond::list_participants()}));
    let participant = "/chats/{chatId}/participants/{participantId}";
    add(participant, json!({"delete": contract::remove_participant()}));
    add("/events", json!({"get": beyond::list_events()}));
    add(
        "/openapi.json",
        json!({"get": document(
            "openapi", "This document", "application/json", &json!({"type": "object"}),
        )}),
    );
    add(
        "/docs",
        json!({"get": document(
            "docs", "A page to try it", "text/html; charset=utf-8", &json!({"type": "string"}),
        )}),
    );
    Value::Object(paths)
}
/// A document that anybody may read.
fn document(id: &str, summary: &str, kind: &str, schema: &Value) -> Value {
    let kinds = [Kind::MethodNotAllowed, Kind::Internal, Kind::Timeout];
    let mut responses = refusals(kinds.into_iter());
    let answer = json!({
        "description": summary,
        "headers": {"X-Request-Id": request_id()},
        "content": {kind: {"schema": schema}},
    });
    responses.insert("200".to_owned(), answer);
    json!({
        "operationId": id,
        "tags": ["documents"],
        "summary": summary,
        "security": [],
        "responses": responses,
    })
}
