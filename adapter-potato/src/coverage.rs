//! What of the platform's document is here, as data: every method, every object, every error.
//!
//! A test compares these tables with the document's headings where it is at hand, so that neither
//! can have something that the other has not. [`markdown`] writes them down for people.
//!
//! ```
//! use adapter_potato::coverage::{self, Here};
//!
//! let send = coverage::METHODS.iter().find(|it| it.name == "sendTextMessage").unwrap();
//! assert_eq!(send.here, Here::By("Client::send_text_message"));
//! assert!(coverage::markdown().contains("| `kickNotBan` |"));
//! ```

use std::fmt::Write as _;

use crate::ErrorCode;

/// Something that the platform has.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Covered {
    /// The document's heading.
    pub name: &'static str,
    /// How it is reached here.
    pub here: Here,
    /// What there is to know about it: where the document is wrong or says nothing.
    pub note: &'static str,
}

/// How something is reached.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Here {
    /// By this method or type of this crate.
    By(&'static str),
    /// Not at all, for this reason.
    Not(&'static str),
}

const fn by(name: &'static str, here: &'static str, note: &'static str) -> Covered {
    Covered { name, here: Here::By(here), note }
}

/// Every method.
pub const METHODS: &[Covered] = &[
    by("getUpdates", "Client::updates", "hands each update out once: seen by clients"),
    by(
        "setWebhook",
        "Client::set_webhook",
        "a certificate comes along as a file, never as a string",
    ),
    by("delWebhook", "Client::del_webhook", ""),
    by("getMe", "Client::me", ""),
    by("getFile", "Client::file", "brings an address with the token in it; `open_file` fetches it"),
    by("sendTextMessage", "Client::send_text_message", "no length is documented"),
    by("forwardMessage", "Client::forward_message", ""),
    by(
        "answerCallbackQuery",
        "Client::answer_callback_query",
        "the press is named by `inline_message_id`, a string",
    ),
    by(
        "sendLocation",
        "Client::send_location",
        "degrees are not checked: the example has a latitude of 212.03",
    ),
    by("sendVenue", "Client::send_venue", ""),
    by("sendPhoto", "Client::send_photo", "up to 2 MB; JPEG, PNG, BMP, WEBP"),
    by("sendDocument", "Client::send_document", "up to 50 MB"),
    by("sendVideo", "Client::send_video", "up to 50 MB, its `thumb` up to 3 MB"),
    by("editMessageText", "Client::edit_message_text", ""),
    by(
        "editMessageCaption",
        "Client::edit_message_caption",
        "`caption` is in the example only; the example's `text` is a slip",
    ),
    by("deleteMessage", "Client::delete_message", ""),
    by("leaveChat", "Client::leave_chat", ""),
    by("getChat", "Client::chat", "the table's field `chat` does not exist"),
    by("getChatMembersCount", "Client::chat_members_count", "brings `{\"count\"}`, not a number"),
    by(
        "getChatAdministrators",
        "Client::chat_administrators",
        "the table's field `chat_member` does not exist",
    ),
    by("setChatTitle", "Client::set_chat_title", ""),
    by(
        "setChatDescription",
        "Client::set_chat_description",
        "supergroups and channels only, though the example names a group",
    ),
    by("setJoinGroups", "Client::set_join_groups", ""),
    by("pinChatMessage", "Client::pin_chat_message", ""),
    by("unpinChatMessage", "Client::unpin_chat_message", ""),
    by("kickChatMember", "Client::kick_chat_member", "no method lets somebody in again"),
    by("kickNotBan", "Client::kick_not_ban", ""),
    by("sendChatAction", "Client::send_chat_action", "the second of its two lists counts"),
    by("sendContact", "Client::send_contact", "does not tell the message's number"),
    by(
        "getGroups",
        "Client::groups",
        "its keys begin with capitals; the table's `String[]` are objects",
    ),
    by("sendGame", "Client::send_game", ""),
    by(
        "setGameScore",
        "Client::set_game_score",
        "the example's `bot_id` is in no table; what it brings is as it comes",
    ),
    by(
        "getGameHighScores",
        "Client::game_high_scores",
        "the example is a copy of the one above; what it brings is as it comes",
    ),
    by("answerInlineQuery", "Client::answer_inline_query", ""),
];

/// Every object.
pub const OBJECTS: &[Covered] = &[
    by(
        "Update",
        "wire::Update",
        "two tables that disagree; `inline_query` is read in both spellings",
    ),
    by("InlineQuery", "wire::InlineQuery", ""),
    by("InlineQueryResult", "wire::InlineQueryResult", "\"5 types\", of which seven are listed"),
    by("InlineQueryResultArticle", "wire::ArticleResult", ""),
    by("InlineQueryResultWebsite", "wire::WebsiteResult", ""),
    by(
        "InlineQueryResultGame",
        "wire::GameResult",
        "its type is `game`; \"must be article\" is copied from above",
    ),
    by("InlineQueryResultGif", "wire::GifResult", ""),
    by("InlineQueryResultPhoto", "wire::PhotoResult", "`PhotoSource::Web`"),
    by("InlineQueryResultVideo", "wire::VideoResult", ""),
    by("InputMessageContent", "wire::InputMessageContent", ""),
    by("InputTextMessageContent", "wire::InputMessageContent", "the only kind there is"),
    by("InlineQueryResultCachedPhoto", "wire::PhotoResult", "`PhotoSource::Cached`"),
    by("Chat Type", "wire::ChatType", "3 is a channel, too: seen by clients"),
    by(
        "Entity Type",
        "wire::EntityType",
        "8 is an e-mail address; \"Code highlighting\" is a slip",
    ),
    by("ReplyMarkup Type", "wire::MarkupType", ""),
    by("User", "wire::User", "a name that is not there is `\"\"`"),
    by("Chat", "wire::Chat", ""),
    by("Entity", "wire::Entity", "places count UTF-16 code units"),
    by("KeyboardButtonRow", "wire::KeyboardButtonRow", "twice; the first is `KeyboardButton`"),
    by(
        "InlineKeyboardButton",
        "wire::InlineKeyboardButton",
        "`callback_game` is in Game › Description",
    ),
    by("InlineKeyboardButtonRow", "wire::InlineKeyboardButtonRow", ""),
    by("ReplyMarkup", "wire::ReplyMarkup", ""),
    by(
        "ForceReply",
        "wire::ForceReply",
        "its table is a copy of the next one: only its number is known",
    ),
    by("ReplyKeyboardMarkup", "wire::ReplyKeyboardMarkup", ""),
    by("ReplyKeyboardRemove", "wire::ReplyKeyboardRemove", ""),
    by(
        "InlineKeyboardMarkup",
        "wire::InlineKeyboardMarkup",
        "its table is a copy of the one above: as the examples show it",
    ),
    by("Location", "wire::Location", ""),
    by("Venue", "wire::Venue", ""),
    by("PhotoSize", "wire::PhotoSize", ""),
    by("Audio", "wire::Audio", ""),
    by("Document", "wire::Document", ""),
    by("Video", "wire::Video", ""),
    by("Voice", "wire::Voice", ""),
    by("Contact", "wire::Contact", ""),
    by("MessageAction", "wire::MessageAction", ""),
    by("CallbackQuery", "wire::CallbackQuery", "`from` is who pressed"),
    by("Message", "wire::Message", "what is in no table is kept"),
    by("ChatMember", "wire::ChatMember", "no right is always there, whatever the table says"),
];

/// What the document names and nowhere describes.
pub const UNDESCRIBED: &[Covered] = &[
    by("ResponseParameters", "wire::Envelope", "`parameters`, as it comes"),
    Covered {
        name: "GameHighScore",
        here: Here::Not("nobody knows what is in it"),
        note: "comes as it is from `game_high_scores`",
    },
    Covered {
        name: "Game",
        here: Here::Not("nobody knows what is in it"),
        note: "in a message it arrives untouched",
    },
];

/// The tables, as Markdown.
pub fn markdown() -> String {
    let mut page = String::new();
    let tables =
        [("Methods", METHODS), ("Objects", OBJECTS), ("Named and not described", UNDESCRIBED)];
    // Writing to a string cannot fail.
    for (title, rows) in tables {
        let _ = write!(page, "### {title}\n\n| name | here | to know |\n|---|---|---|\n");
        for Covered { name, here, note } in rows {
            let here = match here {
                Here::By(name) => format!("`{name}`"),
                Here::Not(why) => format!("not: {why}"),
            };
            let _ = writeln!(page, "| `{name}` | {here} | {note} |");
        }
        page.push('\n');
    }
    page.push_str(
        "### Errors\n\n| code | `ErrorCode` | to the gateway | what to do |\n|---|---|---|---|\n",
    );
    for code in ErrorCode::all() {
        let (kind, advice) = (code.kind(None), code.advice());
        let _ = writeln!(page, "| {code} | `{code:?}` | `{}` | {advice} |", kind.name());
    }
    page.trim_end().to_owned()
}
