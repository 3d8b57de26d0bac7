//! The operations beyond the contract.

use serde_json::{Value, json};

use super::super::problem::Kind;
use super::super::{BASE, events, participants, search};
use super::answers::{
    CHAT, Operation, PARTICIPANT, answer, chat_example, in_query, linked, path_id, size,
};

pub(super) fn search_chats() -> Value {
    let parameters = in_query(&search::PARAMETERS, |name| {
        let text = json!({
            "type": "string",
            "minLength": 1,
            "maxLength": search::TEXT_LIMIT,
            "pattern": r"^[^\u0000]*$",
        });
        match name {
            "title" => (text, "How the title begins; capitals and small letters are alike.".into()),
            "participant" => {
                (json!({"type": "string", "format": "uuid"}), "Who is or was in the chat.".into())
            }
            "username" => (
                json!({
                    "type": "string",
                    "minLength": 1,
                    "maxLength": search::TEXT_LIMIT,
                    "pattern": r"^@*[^@\u0000][^\u0000]*$",
                }),
                "Who is or was in the chat, by their public name, with `@` before it or without; \
                 not together with `participant`."
                    .into(),
            ),
            "size" => size(),
            "cursor" => (
                json!({"type": "string", "format": "search-cursor"}),
                "From `next` of a page.".into(),
            ),
            _ => (json!({}), String::new()),
        }
    });
    let links = json!({
        "self": format!("{BASE}/chats/search?title=chat"),
        "first": format!("{BASE}/chats/search?title=chat"),
    });
    let example = json!({"records": [chat_example()], "_links": links});
    Operation {
        id: "searchChats".to_owned(),
        tag: "beyond",
        summary: "Search chats",
        description: "Chats that fit all that is said, by title. At least one of `title`, \
            `participant` and `username` is given.",
        parameters,
        answers: vec![("200", linked(answer("What was found", "SearchResult", &example)))],
        refusals: vec![],
    }
    .written()
}

pub(super) fn list_participants() -> Value {
    let mut parameters = vec![path_id("chatId", CHAT)];
    parameters.extend(in_query(&participants::PARAMETERS, |name| match name {
        "size" => size(),
        _ => (
            json!({"type": "string", "format": "uuid"}),
            "Behind this participant, in the order of their ids.".into(),
        ),
    }));
    let path = format!("{BASE}/chats/{CHAT}/participants?size=20");
    let example = json!({
        "records": chat_example()["participants"],
        "_metadata": {"pageSize": 20, "totalRecords": 2},
        "_links": {"self": path, "first": path},
    });
    Operation {
        id: "listParticipants".to_owned(),
        tag: "beyond",
        summary: "Participants of a chat",
        description: "Those who are or were in a chat, by their ids: for chats with many.",
        parameters,
        answers: vec![("200", linked(answer("A page of them", "ParticipantList", &example)))],
        refusals: vec![Kind::NotFound],
    }
    .written()
}

pub(super) fn list_operations() -> Value {
    let example = json!({"records": [{
        "id": "3322d043-4f3c-4a85-92fc-4c6876cd9442",
        "kind": "removeParticipant",
        "participantId": PARTICIPANT,
        "state": "done",
        "tries": 1,
        "requestedAt": "2024-12-11T09:00:00.000Z",
        "finishedAt": "2024-12-11T09:00:01.250Z",
    }]});
    Operation {
        id: "listOperations".to_owned(),
        tag: "beyond",
        summary: "Operations of a chat",
        description: "What the chat's messenger was asked for, and what became of it.",
        parameters: vec![path_id("chatId", CHAT)],
        answers: vec![("200", answer("The last 200", "OperationList", &example))],
        refusals: vec![Kind::NotFound],
    }
    .written()
}

pub(super) fn list_events() -> Value {
    let parameters = in_query(&events::PARAMETERS, |name| match name {
        "size" => size(),
        _ => (
            json!({"type": "string", "format": "event-cursor"}),
            "From `next` of the answer before; from the beginning when nothing is said.".into(),
        ),
    });
    let event = json!({"kind": "registered", "chatId": CHAT, "at": "2024-12-11T08:54:03.000Z"});
    let example = json!({"records": [event], "next": "12.1"});
    Operation {
        id: "listEvents".to_owned(),
        tag: "beyond",
        summary: "What has happened",
        description: "Chats that are new, changed, or turned out to be one, in the order in which \
            that became visible. Asking again with `next` misses nothing and tells nothing twice.",
        parameters,
        answers: vec![("200", answer("What has happened", "EventList", &example))],
        refusals: vec![],
    }
    .written()
}
