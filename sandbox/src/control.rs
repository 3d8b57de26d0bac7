//! The control API: people write and press buttons, and their chats can be looked at.
//!
//! | request | what it does |
//! |---|---|
//! | `POST /people` `{"platform","name"}` | a new person |
//! | `POST /say` `{"platform","person","text","marks"?}` | the person writes to the bot |
//! | `POST /press` `{"platform","person","chat_id","message_id","payload"}` | presses a button |
//! | `GET /chats/{platform}/{chat_id}/messages` | the chat as people see it, oldest first |
//! | `POST /faults` `{"platform","operation","skip"?,"fault":{"type"}}` | something will go wrong |

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::Platform;
use crate::fault::PlannedFault;
use crate::world::{
    AccountKey, Button, Chat, ChatKey, Mark, Message, Press, RichText, Seen, World, mid,
};

pub(crate) fn router(world: World) -> Router {
    Router::new()
        .route("/people", post(add_person))
        .route("/say", post(say))
        .route("/press", post(press))
        .route("/faults", post(plan_fault))
        .route("/chats/{platform}/{chat_id}/messages", get(messages))
        .fallback(async || {
            let paths = "POST /people, /say, /press, /faults, \
                         GET /chats/{platform}/{chat_id}/messages";
            Mistake::not_found(format!("there is no such path; there are {paths}"))
        })
        .method_not_allowed_fallback(async || {
            Mistake(
                StatusCode::METHOD_NOT_ALLOWED,
                "see Allow for the method of this path".to_owned(),
            )
        })
        .with_state(world)
}

/// A request that cannot be done, and why.
#[derive(Debug)]
struct Mistake(StatusCode, String);

impl Mistake {
    fn bad(why: impl Into<String>) -> Self {
        Self(StatusCode::BAD_REQUEST, why.into())
    }

    fn not_found(why: impl Into<String>) -> Self {
        Self(StatusCode::NOT_FOUND, why.into())
    }
}

impl IntoResponse for Mistake {
    fn into_response(self) -> Response {
        (self.0, Json(json!({"error": self.1}))).into_response()
    }
}

type Answer = Result<Json<Value>, Mistake>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewPerson {
    platform: Platform,
    name: String,
}

async fn add_person(State(world): State<World>, body: Bytes) -> Answer {
    let NewPerson { platform, name } = decoded(&body)?;
    let person = world.add_person(platform, &name);
    Ok(Json(
        json!({"platform": platform, "name": name, "user_id": world.look(|it| it.account(person).id)}),
    ))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Say {
    platform: Platform,
    person: String,
    text: String,
    #[serde(default)]
    marks: Vec<Mark>,
}

async fn say(State(world): State<World>, body: Bytes) -> Answer {
    let Say { platform, person, text, marks } = decoded(&body)?;
    let person = find_person(&world, platform, &person)?;
    let bot = world.bot(platform);
    let bot = bot.ok_or_else(|| Mistake::not_found(format!("there is no bot on {platform}")))?;
    if text.is_empty() {
        return Err(Mistake::bad("text is empty"));
    }
    let text = RichText { plain: text, marks };
    if let Some(fault) = text.fault() {
        return Err(Mistake::bad(fault));
    }
    let chat = world.dialog(bot, person);
    let message = world.say(chat, person, text);
    Ok(Json(address(&world, platform, chat, message.number)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pressing {
    platform: Platform,
    person: String,
    /// As `/say` gives it back for Potato; there are only dialogs.
    #[serde(default, rename = "chat_type")]
    _chat_type: Option<u8>,
    chat_id: Value,
    message_id: Value,
    payload: String,
}

async fn press(State(world): State<World>, body: Bytes) -> Answer {
    let Pressing { platform, person, chat_id, message_id, payload, .. } = decoded(&body)?;
    let person = find_person(&world, platform, &person)?;
    let chat = find_chat(&world, platform, &text_of(&chat_id))?;
    let wanted = text_of(&message_id);
    let found = world.look(|it| it.chat(chat).clone());
    let message = found.messages.iter().find(|it| message_id_text(platform, &found, it) == wanted);
    let message = message.ok_or_else(|| {
        Mistake::not_found(format!("message_id: no message {wanted} in the chat"))
    })?;
    if found.member(person).is_none() {
        return Err(Mistake::not_found("person: they are not in this chat"));
    }
    let callback = world.press(chat, person, message.number, &payload).ok_or_else(|| {
        Mistake::not_found(format!("payload: the message has no button with {payload:?}"))
    })?;
    Ok(Json(json!({"callback_id": callback})))
}

async fn plan_fault(State(world): State<World>, body: Bytes) -> Answer {
    let fault: PlannedFault = decoded(&body)?;
    world.faults().plan(fault);
    Ok(Json(json!(fault)))
}

async fn messages(
    State(world): State<World>,
    Path((platform, chat)): Path<(String, String)>,
) -> Answer {
    let platform: Platform = platform.parse().map_err(Mistake::not_found)?;
    let chat = find_chat(&world, platform, &chat)?;
    let chat = world.look(|it| it.chat(chat).clone());
    let messages: Vec<Value> =
        chat.messages.iter().map(|it| message_json(&world, platform, &chat, it)).collect();
    let notices: Vec<Value> = chat
        .seen
        .iter()
        .filter_map(|seen| match seen {
            Seen::Notice { person, at, text } => {
                let person = world.look(|it| it.account(*person).name.clone());
                Some(json!({"person": person, "time": at, "text": text}))
            }
            Seen::Message(_) | Seen::Edited(_) | Seen::Deleted(_) => None,
        })
        .collect();
    Ok(Json(json!({"messages": messages, "notices": notices})))
}

/// A message as people see it.
fn message_json(world: &World, platform: Platform, chat: &Chat, message: &Message) -> Value {
    let sender = world.look(|it| it.account(message.sender).clone());
    let row = |row: &Vec<Button>| row.iter().map(button_json).collect::<Vec<Value>>();
    json!({
        "message_id": message_id(platform, chat, message.number),
        "from": {"name": sender.name, "is_bot": sender.bot.is_some()},
        "time": message.at,
        "edited": message.edited,
        "text": message.content.text.plain,
        "marks": message.content.text.marks,
        "buttons": message.content.buttons.iter().map(row).collect::<Vec<_>>(),
        "reply_to": message.link.as_ref().map(|it| message_id(platform, chat, it.original().number)),
    })
}

fn button_json(button: &Button) -> Value {
    match &button.press {
        Press::Callback { payload, .. } => json!({"label": button.label, "payload": payload}),
        Press::Link { url } => json!({"label": button.label, "url": url}),
        _ => json!({"label": button.label}),
    }
}

/// The platform's own ids of a message and its chat.
fn address(world: &World, platform: Platform, chat: ChatKey, number: i64) -> Value {
    let chat = world.look(|it| it.chat(chat).clone());
    let mut address = json!({
        "platform": platform,
        "chat_id": chat.id,
        "message_id": message_id(platform, &chat, number),
    });
    if platform == Platform::Potato {
        // A chat of Potato is a pair; 1 is the kind of a dialog.
        address["chat_type"] = json!(1);
    }
    address
}

fn message_id(platform: Platform, chat: &Chat, number: i64) -> Value {
    match platform {
        Platform::Tamtam | Platform::Max => json!(mid(chat.id, number)),
        Platform::Potato => json!(number),
    }
}

fn message_id_text(platform: Platform, chat: &Chat, message: &Message) -> String {
    text_of(&message_id(platform, chat, message.number))
}

/// Ids are taken as numbers and as strings.
fn text_of(id: &Value) -> String {
    id.as_str().map_or_else(|| id.to_string(), str::to_owned)
}

fn find_person(world: &World, platform: Platform, name: &str) -> Result<AccountKey, Mistake> {
    world.look(|it| it.person(platform, name)).ok_or_else(|| {
        Mistake::not_found(format!(
            "person: there is no {name:?} on {platform}; POST /people brings somebody in"
        ))
    })
}

fn find_chat(world: &World, platform: Platform, id: &str) -> Result<ChatKey, Mistake> {
    let number = id.parse().map_err(|_| Mistake::bad(format!("chat_id: {id:?} is no number")))?;
    world
        .look(|it| it.chat_on(platform, number))
        .ok_or_else(|| Mistake::not_found(format!("chat_id: there is no chat {id} on {platform}")))
}

/// The content type is not looked at: `curl -d` sends another.
fn decoded<T: DeserializeOwned>(body: &[u8]) -> Result<T, Mistake> {
    serde_json::from_slice(body).map_err(|why| Mistake::bad(why.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn says(marks: Value) -> Answer {
        let anna = json!({"platform": "max", "person": "Anna", "text": "😀a", "marks": marks});
        say(State(World::new().furnished()), anna.to_string().into()).await
    }

    #[tokio::test]
    async fn marks_that_do_not_fit_the_text_are_refused() {
        assert!(says(json!([{"from": 0, "length": 3, "kind": "bold"}])).await.is_ok());
        for (from, length) in [(0, 4), (1, 1), (3, 0)] {
            let refused = says(json!([{"from": from, "length": length, "kind": "bold"}])).await;
            let Mistake(status, why) = refused.expect_err("a mark that does not fit");
            assert_eq!(status, StatusCode::BAD_REQUEST);
            assert!(why.starts_with("marks[0]: "), "{why}");
        }
    }
}
