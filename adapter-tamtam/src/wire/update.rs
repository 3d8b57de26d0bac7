//! Updates.

use gateway_core::model::Raw;
use serde::{Deserialize, Deserializer, Serialize};

use super::{Chat, ChatAdminPermission, ConstructedMessage, ConstructorInput, Message, User};

/// The answer to `GET /updates`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct UpdateList {
    /// What happened, each as it came: one that is not understood must not cost the others.
    pub updates: Vec<Raw>,
    /// Where to go on. One that is none is left out: it must not cost the updates either.
    #[serde(default, deserialize_with = "marker")]
    pub marker: Option<i64>,
}

/// A number, also one that is written as a text or as a float.
fn marker<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    /// Beyond it a float has lost digits, and a place that is too late would skip updates.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let raw = Raw::deserialize(deserializer)?;
    let digits = |text: &str| text.parse::<i64>().ok();
    let text = raw.as_str();
    Ok(digits(text).or_else(|| digits(&serde_json::from_str::<String>(text).ok()?)).or_else(|| {
        let number: f64 = serde_json::from_str(text).ok()?;
        let is_whole = number.fract() == 0.0 && number.abs() < EXACT;
        is_whole.then(|| digits(&format!("{number:.0}"))).flatten()
    }))
}

/// The updates that are typed here. Not among them are MAX's `message_delivered` and
/// `message_read`, which one person reported and no schema has.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(tag = "update_type", rename_all = "snake_case")]
pub enum Update {
    /// Somebody wrote.
    MessageCreated {
        /// When, in milliseconds since 1970.
        timestamp: i64,
        /// What they wrote.
        message: Box<Message>,
        /// The language of the person, in dialogs.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        user_locale: Option<String>,
    },
    /// Somebody changed what they had written.
    MessageEdited {
        /// When, in milliseconds since 1970.
        timestamp: i64,
        /// What it says now.
        message: Box<Message>,
    },
    /// Somebody deleted a message.
    MessageRemoved {
        /// When, in milliseconds since 1970.
        timestamp: i64,
        /// The message's `mid`.
        message_id: String,
        /// Where it was. Both schemas demand it; older ones have not got it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        chat_id: Option<i64>,
        /// Who deleted it. Both schemas demand it; older ones have not got it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        user_id: Option<i64>,
    },
    /// Somebody pressed a button.
    MessageCallback {
        /// When, in milliseconds since 1970.
        timestamp: i64,
        /// The press.
        callback: Callback,
        /// The message with the button; `null` when it was deleted in the meantime.
        #[serde(default)]
        message: Option<Box<Message>>,
        /// The language of the person.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        user_locale: Option<String>,
    },
    /// A person started the bot.
    BotStarted {
        /// When, in milliseconds since 1970.
        timestamp: i64,
        /// The dialog.
        chat_id: i64,
        /// The person.
        user: User,
        /// What the link that led here carried.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        payload: Option<String>,
        /// The language of the person.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        user_locale: Option<String>,
        /// Seen on MAX's wire: the person once more.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        user_id: Option<i64>,
    },
    /// MAX: a person stopped the bot.
    BotStopped(InDialog),
    /// MAX: a person emptied the dialog.
    DialogCleared(InDialog),
    /// MAX: a person wants to hear nothing of the dialog for a while.
    DialogMuted(InDialog),
    /// MAX: a person wants to hear of the dialog again.
    DialogUnmuted(InDialog),
    /// MAX: a person deleted the dialog, which stops the bot too.
    DialogRemoved(InDialog),
    /// The bot was added to a chat.
    BotAdded(BotInChat),
    /// The bot was removed from a chat.
    BotRemoved(BotInChat),
    /// MAX: what the bot may do in a chat was changed.
    BotAdminPermissionsChanged {
        /// When, in milliseconds since 1970.
        timestamp: i64,
        /// The chat.
        chat_id: i64,
        /// Who changed it.
        user_id: i64,
        /// The bot.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        bot_id: Option<i64>,
        /// Whether the chat is a channel.
        #[serde(default, deserialize_with = "super::or_default")]
        is_channel: bool,
        /// Whether the bot is an admin now.
        #[serde(default, deserialize_with = "super::or_default")]
        is_admin: bool,
        /// What it may do now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        permissions: Option<Vec<ChatAdminPermission>>,
    },
    /// Somebody came into a chat.
    UserAdded {
        /// When, in milliseconds since 1970.
        timestamp: i64,
        /// The chat.
        chat_id: i64,
        /// Who came.
        user: User,
        /// Who added them; absent when they came by a link.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        inviter_id: Option<i64>,
        /// Whether the chat is a channel.
        #[serde(default, deserialize_with = "super::or_default")]
        is_channel: bool,
        /// Seen on MAX's wire, in no schema.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        user_id: Option<i64>,
    },
    /// Somebody is no longer in a chat.
    UserRemoved {
        /// When, in milliseconds since 1970.
        timestamp: i64,
        /// The chat.
        chat_id: i64,
        /// Who is gone.
        user: User,
        /// Who removed them; absent when they left.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        admin_id: Option<i64>,
        /// Whether the chat is a channel.
        #[serde(default, deserialize_with = "super::or_default")]
        is_channel: bool,
        /// Seen on MAX's wire, in no schema.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        user_id: Option<i64>,
    },
    /// A chat has another title.
    ChatTitleChanged {
        /// When, in milliseconds since 1970.
        timestamp: i64,
        /// The chat.
        chat_id: i64,
        /// Who changed it.
        user: User,
        /// The new title.
        title: String,
        /// Seen on MAX's wire: who changed it once more.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        user_id: Option<i64>,
    },
    /// TamTam: a person is in the bot's constructor.
    MessageConstructionRequest {
        /// When, in milliseconds since 1970.
        timestamp: i64,
        /// The person.
        user: User,
        /// The language of the person.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        user_locale: Option<String>,
        /// By which it is answered.
        session_id: String,
        /// What the last answer carried.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        data: Option<String>,
        /// What the person did.
        input: ConstructorInput,
    },
    /// TamTam: a person posted what they made in the bot's constructor.
    MessageConstructed {
        /// When, in milliseconds since 1970.
        timestamp: i64,
        /// The constructor's session.
        session_id: String,
        /// What was posted.
        message: Box<ConstructedMessage>,
    },
    /// TamTam: somebody was the first to press a `chat` button.
    MessageChatCreated {
        /// When, in milliseconds since 1970.
        timestamp: i64,
        /// The chat that was made.
        chat: Box<Chat>,
        /// The message with the button.
        message_id: String,
        /// What the button carries.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        start_payload: Option<String>,
    },
    /// MAX: somebody commented on a post.
    CommentCreated {
        /// When, in milliseconds since 1970.
        timestamp: i64,
        /// The comment.
        message: Box<Message>,
    },
    /// MAX: somebody changed their comment.
    CommentEdited {
        /// When, in milliseconds since 1970.
        timestamp: i64,
        /// The comment as it is now.
        message: Box<Message>,
    },
    /// MAX: somebody deleted a comment.
    CommentRemoved {
        /// When, in milliseconds since 1970.
        timestamp: i64,
        /// The comment's id.
        message_id: String,
        /// The channel.
        chat_id: i64,
        /// Who deleted it.
        user_id: i64,
        /// The post that it was under.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        post_id: Option<String>,
    },
}

/// A press of a button.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Callback {
    /// When, in milliseconds since 1970.
    pub timestamp: i64,
    /// By which it is answered.
    pub callback_id: String,
    /// What the button carries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<String>,
    /// Who pressed.
    pub user: User,
}

/// That the bot came into a chat or is gone from it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct BotInChat {
    /// When, in milliseconds since 1970.
    pub timestamp: i64,
    /// The chat.
    pub chat_id: i64,
    /// Who did it.
    pub user: User,
    /// Whether the chat is a channel.
    #[serde(default, deserialize_with = "super::or_default")]
    pub is_channel: bool,
    /// Seen on MAX's wire: who did it once more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<i64>,
}

/// MAX: what a person does with their dialog with the bot.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct InDialog {
    /// When, in milliseconds since 1970.
    pub timestamp: i64,
    /// The dialog.
    pub chat_id: i64,
    /// The person.
    pub user: User,
    /// Until when the dialog is silent, in milliseconds since 1970; only of `dialog_muted`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub muted_until: Option<i64>,
    /// The language of the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_locale: Option<String>,
    /// The person once more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<i64>,
}
