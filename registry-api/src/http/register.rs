//! `POST /chats`: registers a chat.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse;
use serde_json::{Map, Value, json};

use super::problem::{Kind, Problem};
use crate::{NewChat, Registry};

/// Longest values, in characters. The contract bounds the last two; of titles the longest that any
/// messenger takes has 255 (Potato, `setChatTitle`).
const TITLE_LIMIT: usize = 255;
const CREATED_BY_LIMIT: usize = 50;
const DESCRIPTION_LIMIT: usize = 255;

/// A body cannot be larger than its three values, even if every character is escaped.
const BODY_LIMIT: usize = 16 * 1024;

pub(super) async fn register(
    State(registry): State<Registry>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<impl IntoResponse, Problem> {
    let body = body.map_err(|why| Problem::new(Kind::TooLarge, why.body_text()))?;
    let id = registry.register(read(&headers, &body)?).await?;
    let location = format!("{}/chats/{id}", super::BASE);
    Ok((StatusCode::ACCEPTED, [(LOCATION, location)], Json(json!({"id": id}))))
}

fn read(headers: &HeaderMap, body: &[u8]) -> Result<NewChat, Problem> {
    let kind = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or_default();
    if kind
        .split(';')
        .next()
        .is_none_or(|kind| !kind.trim().eq_ignore_ascii_case("application/json"))
    {
        let detail = format!("Content-Type is {kind:?}, it must be application/json");
        return Err(Problem::new(Kind::UnsupportedMediaType, detail));
    }
    if body.len() > BODY_LIMIT {
        let detail = format!("the body has {} bytes, at most {BODY_LIMIT}", body.len());
        return Err(Problem::new(Kind::TooLarge, detail));
    }
    let body: Value = serde_json::from_slice(body)
        .map_err(|why| Problem::new(Kind::InvalidBody, format!("it is not JSON: {why}")))?;
    let Value::Object(fields) = body else {
        return Err(Problem::body(vec![(String::new(), "it must be an object".to_owned())]));
    };
    new_chat(fields).map_err(Problem::body)
}

/// Every mistake is named, not only the first.
fn new_chat(mut fields: Map<String, Value>) -> Result<NewChat, Vec<(String, String)>> {
    let mut errors = Vec::new();
    let mut take = |name: &str, limit| {
        text(fields.remove(name), limit).unwrap_or_else(|why| {
            errors.push((format!("/{name}"), why));
            None
        })
    };
    let title = take("title", TITLE_LIMIT);
    let created_by = take("createdBy", CREATED_BY_LIMIT);
    let description = take("description", DESCRIPTION_LIMIT);
    let refused = errors.iter().any(|(pointer, _)| pointer == "/title");
    match &title {
        None if !refused => errors.push(("/title".to_owned(), "it is mandatory".to_owned())),
        Some(title) if title.trim().is_empty() => {
            errors.push(("/title".to_owned(), "it is empty".to_owned()));
        }
        _ => {}
    }
    errors.extend(fields.keys().map(|name| {
        let pointer = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
        (pointer, "there is no such field: title, createdBy, description".to_owned())
    }));
    if errors.is_empty() {
        return Ok(NewChat { title: title.unwrap_or_default(), created_by, description });
    }
    Err(errors)
}

fn text(value: Option<Value>, limit: usize) -> Result<Option<String>, String> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => {
            let given = text.chars().count();
            if given > limit {
                return Err(format!("it has {given} characters, at most {limit}"));
            }
            if text.contains('\0') {
                return Err("it contains the character NUL".to_owned());
            }
            Ok(Some(text))
        }
        Some(_) => Err("it must be a string".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(body: Value) -> Result<NewChat, Vec<(String, String)>> {
        let Value::Object(fields) = body else { panic!("an object") };
        new_chat(fields)
    }

    #[test]
    fn the_contracts_sample_is_accepted() {
        let chat = checked(json!({
            "title": "Title of the chat",
            "createdBy": "example created by",
            "description": "example description",
        }));
        assert_eq!(chat.expect("a chat").created_by.as_deref(), Some("example created by"));
    }

    #[test]
    fn every_mistake_is_named() {
        let errors = checked(json!({"createdBy": "x".repeat(51), "description": 5, "a/b": 1}))
            .expect_err("four mistakes");
        let pointers: Vec<&str> = errors.iter().map(|(pointer, _)| pointer.as_str()).collect();
        assert_eq!(pointers, ["/createdBy", "/description", "/title", "/a~1b"]);
        assert_eq!(errors[0].1, "it has 51 characters, at most 50");
    }

    #[test]
    fn lengths_count_characters() {
        assert!(checked(json!({"title": "x", "createdBy": "漢".repeat(50)})).is_ok());
    }
}
