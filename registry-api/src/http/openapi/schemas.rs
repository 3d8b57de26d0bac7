//! What answers and bodies look like.

use serde_json::{Value, json};

use super::super::once;
use super::super::paging::MAX_SIZE;
use super::super::problem::Kind;
use super::super::register::{CREATED_BY_LIMIT, DESCRIPTION_LIMIT, TITLE_LIMIT};

/// A reference to one of them.
pub(super) fn refer(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// An object that has these fields, of which some are always there, and no others.
fn object(required: &[&str], properties: &Value) -> Value {
    json!({
        "type": "object",
        "required": required,
        "properties": properties,
        "additionalProperties": false,
    })
}

fn list_of(name: &str) -> Value {
    json!({"type": "array", "items": refer(name)})
}

/// All of them.
pub(super) fn all() -> Value {
    json!({
        "Id": {
            "type": "string",
            "format": "uuid",
            "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
        },
        "Time": {
            "type": "string",
            "format": "date-time",
            "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$",
            "description": "RFC 3339, UTC, milliseconds.",
        },
        "NewChat": new_chat(),
        "Accepted": object(&["id"], &json!({"id": refer("Id")})),
        "Chat": chat(),
        "Title": object(&["value", "contentType", "capturedAt"], &json!({
            "value": {"type": "string"},
            "contentType": {"const": "text/plain"},
            "capturedAt": refer("Time"),
        })),
        "Participant": object(&["id", "userProperties", "participations"], &json!({
            "id": {"$ref": "#/components/schemas/Id", "description": "The same in every chat."},
            "userProperties": refer("UserProperties"),
            "participations": {
                "type": "array",
                "items": refer("Participation"),
                "description": "Oldest first.",
            },
        })),
        "UserProperties": object(&[], &json!({
            "firstname": {"type": "string"},
            "lastname": {"type": "string"},
            "username": {"type": "string"},
        })),
        "Participation": object(&["isActive", "joinedAt"], &json!({
            "isActive": {"type": "boolean"},
            "joinedAt": refer("Time"),
            "leftAt": refer("Time"),
            "invitedBy": {
                "$ref": "#/components/schemas/Id",
                "description": "A participant, who need not be in this chat.",
            },
        })),
        "ChatList": object(&["records", "_metadata", "_links"], &json!({
            "records": list_of("Chat"),
            "_metadata": refer("Metadata"),
            "_links": links(&["self", "first", "last"]),
        })),
        "Metadata": object(&["currentPage", "totalPages", "pageSize", "totalRecords"], &json!({
            "currentPage": count("From 0."),
            "totalPages": count("How many pages of this size there are."),
            "pageSize": {"type": "integer", "minimum": 1, "maximum": MAX_SIZE},
            "totalRecords": count("How many chats the whole list has."),
        })),
        "Invitation": object(&["service", "invitation"], &json!({
            "service": {"type": "string"},
            "invitation": {"type": "string"},
        })),
        "SearchResult": object(&["records", "_links"], &json!({
            "records": list_of("Chat"),
            "_links": links(&["self", "first"]),
        })),
        "ParticipantList": object(&["records", "_metadata", "_links"], &json!({
            "records": list_of("Participant"),
            "_metadata": object(&["pageSize", "totalRecords"], &json!({
                "pageSize": {"type": "integer", "minimum": 1, "maximum": MAX_SIZE},
                "totalRecords": count("How many are or were in the chat."),
            })),
            "_links": links(&["self", "first"]),
        })),
        "Operation": operation(),
        "OperationList": object(&["records"], &json!({
            "records": {
                "type": "array",
                "items": refer("Operation"),
                "maxItems": 200,
                "description": "The last first.",
            },
        })),
        "Event": object(&["kind", "chatId", "at"], &json!({
            "kind": {"enum": ["registered", "changed", "joined"]},
            "chatId": refer("Id"),
            "into": {
                "$ref": "#/components/schemas/Id",
                "description": "Of `joined`: the chat that this one turned out to be.",
            },
            "at": refer("Time"),
        })),
        "EventList": object(&["records", "next"], &json!({
            "records": list_of("Event"),
            "next": {
                "type": "string",
                "description": "What to ask for as `after` the next time.",
            },
        })),
        "Problem": problem(),
    })
}

fn count(description: &str) -> Value {
    json!({"type": "integer", "minimum": 0, "description": description})
}

/// Text that a client gives: any but the character NUL, which PostgreSQL does not keep.
const NO_NUL: &str = r"^[^\u0000]*$";

/// At least one character that can be seen.
const VISIBLE: &str = r"^[^\u0000]*[^\u0000-\u0020\u007f-\u00a0\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u2064\u2066-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb][^\u0000]*$";

fn new_chat() -> Value {
    let optional = |limit: usize, description: &str| {
        json!({
            "type": ["string", "null"],
            "maxLength": limit,
            "pattern": NO_NUL,
            "description": description,
        })
    };
    let mut schema = object(
        &["title"],
        &json!({
            "title": {
                "type": "string",
                "minLength": 1,
                "maxLength": TITLE_LIMIT,
                "pattern": VISIBLE,
                "description": "A title for the chat, with something in it that can be seen.",
            },
            "createdBy": optional(CREATED_BY_LIMIT, "The creator of the chat."),
            "description": optional(DESCRIPTION_LIMIT, "The description of the chat."),
        }),
    );
    schema["description"] = "Lengths are counted in characters.".into();
    schema
}

fn chat() -> Value {
    let required = ["id", "isActive", "service", "registeredAt", "title", "participants"];
    object(
        &required,
        &json!({
            "id": refer("Id"),
            "isActive": {"type": "boolean", "description": "If the chat is active or not."},
            "service": {
                "type": "string",
                "maxLength": 255,
                "description": "The messenger; `gateway` until a registered chat has one.",
            },
            "registeredAt": refer("Time"),
            "createdBy": {
                "type": "string",
                "description": "What the client said, or the account that met the chat.",
            },
            "description": {"type": "string", "maxLength": DESCRIPTION_LIMIT},
            "title": {
                "type": "array",
                "items": refer("Title"),
                "description": "The titles that the chat has had, oldest first.",
            },
            "participants": {
                "type": "array",
                "items": refer("Participant"),
                "description": "Everybody who is or was in the chat, oldest first.",
            },
        }),
    )
}

fn operation() -> Value {
    let required = ["id", "kind", "state", "tries", "requestedAt"];
    object(
        &required,
        &json!({
            "id": refer("Id"),
            "kind": {"enum": ["removeParticipant", "getInvitation"]},
            "participantId": {"$ref": "#/components/schemas/Id", "description": "Whom it concerns."},
            "state": {"enum": ["pending", "done", "failed"]},
            "tries": count("How often it was tried."),
            "error": {"type": "string", "description": "Why it failed the last time."},
            "requestedAt": refer("Time"),
            "finishedAt": refer("Time"),
        }),
    )
}

/// Paths with a query, as in the header `Link`.
fn links(required: &[&str]) -> Value {
    let names = ["self", "first", "prev", "next", "last"];
    let link = || json!({"type": "string", "format": "uri-reference"});
    // Lists that are not counted know no last page, and those that go forward only no page before.
    let names =
        names.iter().filter(|it| required.contains(&"last") || !["prev", "last"].contains(it));
    let properties = names.map(|name| ((*name).to_owned(), link())).collect();
    object(required, &Value::Object(properties))
}

fn problem() -> Value {
    let fault = |place: &str, description: &str| {
        object(
            &[place, "detail"],
            &json!({
                place: {"type": "string", "description": description},
                "detail": {"type": "string"},
            }),
        )
    };
    let types: Vec<String> = Kind::ALL.into_iter().map(Kind::uri).collect();
    object(
        &["type", "title", "status", "detail", "requestId"],
        &json!({
            "type": {"type": "string", "format": "uri-reference", "enum": types},
            "title": {"type": "string"},
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": {"type": "string"},
            "requestId": {
                "$ref": "#/components/schemas/Id",
                "description": "The same as in `X-Request-Id`; the log has it, too.",
            },
            "errors": {
                "type": "array",
                "minItems": 1,
                "description": "Everything that is wrong with the request.",
                "items": {"oneOf": [
                    fault("parameter", "A parameter of the path or the query."),
                    fault("header", "A header."),
                    fault("pointer", "A JSON pointer into the body, as a fragment; `#` is all of it."),
                ]},
            },
        }),
    )
}

/// The header `Idempotency-Key`.
pub(super) fn idempotency_key() -> Value {
    json!({
        "type": "string",
        "minLength": 1,
        "maxLength": once::LIMIT,
        "pattern": "^[!-~]+$",
    })
}
