//! The operations of the contract.

use serde_json::{Value, json};

use super::super::list;
use super::super::problem::Kind;
use super::answers::{
    CHAT, Operation, PARTICIPANT, answer, chat_example, example, idempotency, in_query, linked,
    path_id, request_id, size, with_header,
};
use super::schemas::refer;
use crate::query::SortBy;

pub(super) fn list_chats(suffix: &str) -> Value {
    let parameters = in_query(&list::PARAMETERS, |name| {
        match name {
        "page" => (
            json!({"type": "integer", "minimum": 0, "maximum": u32::MAX, "default": 0}),
            "Which page, from 0.".into(),
        ),
        "size" => size(),
        "sort" => {
            let orders = SortBy::ALL.iter().map(|it| it.name());
            let orders = orders.flat_map(|it| [it.into(), format!("{it},asc"), format!("{it},desc")]);
            let schema = json!({
                "type": "string",
                "enum": orders.collect::<Vec<_>>(),
                "default": "registeredAt",
            });
            (
                schema,
                "By what, and in which direction; `registeredAt` alone is newest first, the others \
                 alone are ascending. Ids decide where chats are alike."
                    .into(),
            )
        }
        "cursor" => (
            json!({"type": "string", "format": "chat-cursor"}),
            "From `next` or `prev` of a page; not together with `page`, and not with another order."
                .into(),
        ),
        "isActive" => (json!({"type": "boolean"}), "Whether the chats are in use.".into()),
        "id" => (json!({"type": "string", "format": "uuid"}), "The chat of this id.".into()),
        "fromDate" => (date(), "Registered then or later; a date alone is from its begin.".into()),
        "toDate" => (date(), "Registered then or before; a date alone is to its end.".into()),
        _ => (json!({}), String::new()),
    }
    });
    let example = example(include_str!("examples/list.json"));
    let page = linked(answer("A page of chats", "ChatList", &example));
    Operation {
        id: format!("listChats{suffix}"),
        tag: "contract",
        summary: "Chat list",
        description: "A page of all chats, or of those that fit the filters.",
        parameters,
        answers: vec![("200", page)],
        refusals: vec![],
    }
    .written()
}

pub(super) fn date() -> Value {
    json!({
        "type": "string",
        "anyOf": [{"format": "date-time"}, {"format": "date"}],
    })
}

pub(super) fn register_chat(suffix: &str) -> Value {
    let accepted = answer("The chat is created, under this id", "Accepted", &json!({"id": CHAT}));
    let reference = json!({"type": "string", "format": "uri-reference"});
    let mut accepted = with_header(accepted, "Location", "Where the chat is.", &reference);
    let by_id = json!({"chatId": "$response.body#/id"});
    accepted["links"] = json!({
        "chat": {"operationId": "getChat", "parameters": by_id},
        "invitation": {"operationId": "getInvitation", "parameters": by_id},
        "operations": {"operationId": "listOperations", "parameters": by_id},
        "participants": {"operationId": "listParticipants", "parameters": by_id},
        "remove": {"operationId": "removeParticipant", "parameters": by_id},
    });
    let mut written = Operation {
        id: format!("registerChat{suffix}"),
        tag: "contract",
        summary: "Register a chat",
        description: "Creates a chat. Where a bot is brought into it later, it is that chat.",
        parameters: vec![idempotency()],
        answers: vec![("202", accepted)],
        refusals: vec![Kind::InvalidBody, Kind::UnsupportedMediaType, Kind::IdempotencyKeyReused],
    }
    .written();
    let example = example(include_str!("examples/new_chat.json"));
    written["requestBody"] = json!({
        "required": true,
        "content": {"application/json": {"schema": refer("NewChat"), "example": example}},
    });
    written
}

pub(super) fn get_chat() -> Value {
    let tag = json!({"type": "string"});
    let tagged = |answer| with_header(answer, "ETag", "Of the chat and its version.", &tag);
    let found = tagged(answer("The chat", "Chat", &chat_example()));
    let unchanged = tagged(json!({
        "description": "The client has it already",
        "headers": {"X-Request-Id": request_id()},
    }));
    let known = json!({
        "name": "If-None-Match",
        "in": "header",
        "description": "Tags of what the client has, or `*`.",
        "schema": {"type": "string"},
    });
    Operation {
        id: "getChat".to_owned(),
        tag: "contract",
        summary: "Chat detail",
        description: "Everything about a chat.",
        parameters: vec![path_id("chatId", CHAT), known],
        answers: vec![("200", found), ("304", unchanged)],
        refusals: vec![Kind::NotFound],
    }
    .written()
}

pub(super) fn remove_participant() -> Value {
    let accepted = answer(
        "The participant is removed from the chat of this id",
        "Accepted",
        &json!({"id": CHAT}),
    );
    let reference = json!({"type": "string", "format": "uri-reference"});
    let location = "Where it is told what became of it.";
    Operation {
        id: "removeParticipant".to_owned(),
        tag: "contract",
        summary: "Delete a user from a chat",
        description: "Has the messenger put somebody out. For somebody who has left already there \
            is nothing to do, and the answer is the same.",
        parameters: vec![
            path_id("chatId", CHAT),
            path_id("participantId", PARTICIPANT),
            idempotency(),
        ],
        answers: vec![("202", with_header(accepted, "Location", location, &reference))],
        refusals: vec![Kind::NotFound, Kind::NoAccount, Kind::IdempotencyKeyReused],
    }
    .written()
}

pub(super) fn get_invitation() -> Value {
    let example = example(include_str!("examples/invitation.json"));
    Operation {
        id: "getInvitation".to_owned(),
        tag: "contract",
        summary: "Get a chat's invitation link",
        description: "The link by which people join the chat. Where it is not known yet, its \
            messenger is asked for it.",
        parameters: vec![path_id("chatId", CHAT)],
        answers: vec![("200", answer("The link", "Invitation", &example))],
        refusals: vec![Kind::NotFound, Kind::NoInvitation],
    }
    .written()
}
