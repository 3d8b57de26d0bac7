//! Which parameters the methods have: the document's tables, and what its examples have beside them.

use serde_json::{Map, Value};

use super::answer::Failure;
use crate::world::Switches;
use crate::world::switches::potato::{Confirmation, UnknownFields};

/// The parameters of each method, but for those in [`CHAT`].
pub(super) const METHODS: [(&str, &[&str]); 34] = [
    ("getMe", &[]),
    ("getUpdates", &[]),
    ("setWebhook", &["url", "certificate"]),
    ("delWebhook", &[]),
    ("getFile", &["file_id"]),
    ("sendTextMessage", &["text", "reply_to_message_id", "markdown", "reply_markup"]),
    ("forwardMessage", &["from_chat_type", "from_chat_id", "message_id"]),
    ("answerCallbackQuery", &["inline_message_id", "text", "show_alert", "url", "cache_time"]),
    ("sendLocation", &["latitude", "longitude", "reply_to_message_id", "reply_markup"]),
    (
        "sendVenue",
        &[
            "latitude",
            "longitude",
            "title",
            "address",
            "foursquare_id",
            "reply_to_message_id",
            "reply_markup",
        ],
    ),
    ("sendPhoto", &["photo", "caption", "reply_to_message_id", "reply_markup"]),
    ("sendDocument", &["document", "caption", "reply_to_message_id", "reply_markup"]),
    (
        "sendVideo",
        &[
            "video",
            "duration",
            "width",
            "height",
            "thumb",
            "caption",
            "reply_to_message_id",
            "reply_markup",
        ],
    ),
    ("editMessageText", &["message_id", "text", "markdown", "reply_markup"]),
    ("editMessageCaption", &["message_id", "caption", "text", "reply_markup"]),
    ("deleteMessage", &["message_id"]),
    ("leaveChat", &[]),
    ("getChat", &[]),
    ("getChatMembersCount", &[]),
    ("getChatAdministrators", &[]),
    ("setChatTitle", &["title"]),
    ("setChatDescription", &["description"]),
    ("setJoinGroups", &["enable"]),
    ("pinChatMessage", &["message_id", "disable_notification"]),
    ("unpinChatMessage", &[]),
    ("kickChatMember", &["user_id"]),
    ("kickNotBan", &["user_id"]),
    ("sendChatAction", &["action"]),
    (
        "sendContact",
        &[
            "phone_number",
            "first_name",
            "last_name",
            "disable_notification",
            "reply_to_message_id",
            "reply_markup",
        ],
    ),
    ("getGroups", &[]),
    (
        "sendGame",
        &["game_short_name", "reply_to_message_id", "disable_notification", "reply_markup"],
    ),
    ("setGameScore", &["user_id", "score", "message_id", "force", "bot_id"]),
    ("getGameHighScores", &["user_id", "message_id", "bot_id", "score"]),
    (
        "answerInlineQuery",
        &[
            "inline_query_id",
            "results",
            "is_personal",
            "next_offset",
            "switch_pm_text",
            "switch_pm_parameter",
        ],
    ),
];

/// Which chat it is for.
const CHAT: [&str; 2] = ["chat_type", "chat_id"];

/// The methods that are for no chat.
const WITHOUT_CHAT: [&str; 9] = [
    "getMe",
    "getUpdates",
    "setWebhook",
    "delWebhook",
    "getFile",
    "answerCallbackQuery",
    "setJoinGroups",
    "getGroups",
    "answerInlineQuery",
];

/// Refuses what the method does not have, where the switches say so. It looks at the names of the
/// parameters, and not into them.
pub(super) fn check(
    method: &str,
    given: &Map<String, Value>,
    switches: &Switches,
) -> Result<(), Failure> {
    if switches.potato_unknown_fields == UnknownFields::Ignored {
        return Ok(());
    }
    let has = |name: &str| {
        let own = METHODS.iter().filter(|(it, _)| *it == method);
        own.into_iter().any(|(_, names)| names.contains(&name))
            || CHAT.contains(&name) && !WITHOUT_CHAT.contains(&method)
            || method == "getUpdates" && is_of_poll(name, switches)
    };
    match given.keys().find(|name| !has(name)) {
        Some(name) => Err(Failure::WrongParameters(format!("there is no {name}"))),
        None => Ok(()),
    }
}

/// The document's poll has no parameters; it has those that the switches give it.
fn is_of_poll(name: &str, switches: &Switches) -> bool {
    match name {
        "offset" | "limit" => switches.potato_confirmation == Confirmation::ByOffset,
        "timeout" => switches.potato_poll_seconds > 0,
        _ => false,
    }
}
