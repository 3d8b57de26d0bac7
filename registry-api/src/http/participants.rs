//! `GET /chats/{chatId}/participants`: those who are or were in a chat, a page at a time.

use axum::Json;
use axum::extract::State;
use axum::http::header::LINK;
use axum::response::IntoResponse;
use serde_json::json;

use super::asked::{Asked, uuid};
use super::detail::no_chat;
use super::paging::{Links, link, size};
use super::problem::Problem;
use crate::Registry;

/// What may be asked.
pub(super) const PARAMETERS: [&str; 2] = ["size", "after"];

pub(super) async fn participants(
    State(registry): State<Registry>,
    mut asked: Asked,
) -> Result<impl IntoResponse, Problem> {
    asked.only(&PARAMETERS);
    let id = asked.path_id("chatId");
    let size = size(&mut asked);
    let after = asked.value("after", uuid);
    asked.done()?;
    let found = registry.participants(id, after, size).await?.ok_or_else(|| no_chat(id))?;
    let path = format!("{}/chats/{id}/participants", super::BASE);
    let text = size.to_string();
    let page = |after: Option<String>| {
        let after = after.as_deref().map(|it| ("after", it));
        link(&path, after.into_iter().chain([("size", text.as_str())]))
    };
    let last = found.records.last().filter(|_| found.more);
    let links = Links {
        own: page(after.map(|it| it.to_string())),
        first: page(None),
        next: last.map(|it| page(Some(it.id.to_string()))),
        ..Links::default()
    };
    let metadata = json!({"pageSize": size, "totalRecords": found.total});
    let body = json!({"records": found.records, "_metadata": metadata, "_links": links});
    Ok(([(LINK, links.header())], Json(body)))
}
