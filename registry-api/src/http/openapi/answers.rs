//! What the operations' descriptions are made of.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::super::once;
use super::super::paging::{DEFAULT_SIZE, MAX_SIZE};
use super::super::problem::Kind;
use super::schemas::{idempotency_key, refer};

/// An operation of the contract or beyond it, before it is written.
pub(super) struct Operation {
    pub(super) id: String,
    pub(super) tag: &'static str,
    pub(super) summary: &'static str,
    pub(super) description: &'static str,
    pub(super) parameters: Vec<Value>,
    pub(super) answers: Vec<(&'static str, Value)>,
    pub(super) refusals: Vec<Kind>,
}

/// What every operation with a token may be refused with.
pub(super) const ALWAYS: [Kind; 9] = [
    Kind::InvalidParameter,
    Kind::Unauthorized,
    Kind::InsufficientScope,
    Kind::MethodNotAllowed,
    Kind::BodyTimeout,
    Kind::TooLarge,
    Kind::RateLimited,
    Kind::Internal,
    Kind::Unavailable,
];

impl Operation {
    pub(super) fn written(self) -> Value {
        let mut responses =
            refusals(ALWAYS.into_iter().chain([Kind::Timeout]).chain(self.refusals));
        responses.extend(self.answers.into_iter().map(|(status, it)| (status.to_owned(), it)));
        json!({
            "operationId": self.id,
            "tags": [self.tag],
            "summary": self.summary,
            "description": self.description,
            "parameters": self.parameters,
            "responses": responses,
        })
    }
}

/// Answers that are problems, those of one status in one.
pub(super) fn refusals(kinds: impl Iterator<Item = Kind>) -> Map<String, Value> {
    let mut by_status: BTreeMap<u16, Vec<Kind>> = BTreeMap::new();
    for kind in kinds {
        by_status.entry(kind.status().as_u16()).or_default().push(kind);
    }
    by_status
        .into_iter()
        .map(|(status, kinds)| (status.to_string(), refusal(status, &kinds)))
        .collect()
}

fn refusal(status: u16, kinds: &[Kind]) -> Value {
    let types: Vec<String> = kinds.iter().map(|it| it.uri()).collect();
    let words: Vec<&str> = kinds.iter().map(|it| it.title()).collect();
    let mut headers = json!({"X-Request-Id": request_id()});
    let always = |description: &str, schema: Value| json!({"required": true, "description": description, "schema": schema});
    let text = json!({"type": "string"});
    match status {
        401 | 403 => headers["WWW-Authenticate"] = always("RFC 6750.", text),
        405 => headers["Allow"] = always("The methods of this path.", text),
        429 | 503 => headers["Retry-After"] = always("In seconds.", seconds()),
        404 if kinds.contains(&Kind::NoInvitation) => {
            headers["Retry-After"] = json!({
                "description": "In seconds; where the messenger is asked for a link, or will be asked again.",
                "schema": seconds(),
            });
        }
        _ => {}
    }
    json!({
        "description": words.join("; or: "),
        "headers": headers,
        "content": {"application/problem+json": {"schema": {
            "allOf": [refer("Problem")],
            "properties": {"type": {"enum": types}, "status": {"const": status}},
        }}},
    })
}

pub(super) fn seconds() -> Value {
    json!({"type": "string", "pattern": "^[0-9]+$"})
}

pub(super) fn request_id() -> Value {
    json!({"required": true, "schema": refer("Id")})
}

/// An answer with JSON.
pub(super) fn answer(description: &str, schema: &str, example: &Value) -> Value {
    json!({
        "description": description,
        "headers": {"X-Request-Id": request_id()},
        "content": {"application/json": {"schema": refer(schema), "example": example}},
    })
}

pub(super) fn with_header(
    mut answer: Value,
    name: &str,
    description: &str,
    schema: &Value,
) -> Value {
    answer["headers"][name] =
        json!({"required": true, "description": description, "schema": schema});
    answer
}

pub(super) fn linked(answer: Value) -> Value {
    let text = json!({"type": "string"});
    with_header(answer, "Link", "The same as `_links`, as RFC 8288 has it.", &text)
}

pub(super) fn path_id(name: &str, example: &str) -> Value {
    json!({
        "name": name,
        "in": "path",
        "required": true,
        "schema": {"type": "string", "format": "uuid"},
        "example": example,
    })
}

pub(super) fn in_query(names: &[&str], of: fn(&str) -> (Value, String)) -> Vec<Value> {
    let parameter = |name: &&str| {
        let (schema, description) = of(name);
        json!({"name": name, "in": "query", "description": description, "schema": schema})
    };
    names.iter().map(parameter).collect()
}

pub(super) fn idempotency() -> Value {
    json!({
        "name": once::HEADER,
        "in": "header",
        "description": "The same request under the same key is done once, within a day.",
        "schema": idempotency_key(),
    })
}

pub(super) fn size() -> (Value, String) {
    let schema =
        json!({"type": "integer", "minimum": 1, "maximum": MAX_SIZE, "default": DEFAULT_SIZE});
    (schema, "How many records a page has.".to_owned())
}
pub(super) const CHAT: &str = "9a983789-1709-4543-aa31-a02867680017";
pub(super) const PARTICIPANT: &str = "5a9b042b-36ca-4aab-ba50-7ceda030d33f";

/// An example of the contract.
pub(super) fn example(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

pub(super) fn chat_example() -> Value {
    example(include_str!("examples/chat.json"))
}
