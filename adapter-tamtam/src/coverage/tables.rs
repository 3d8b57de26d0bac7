//! The tables.

use super::Source::{Absent, Other, Schema, SchemaAnd};
use super::{Covered, Here, Source};

/// Where what came with 0.0.33 is known from.
const V33: &str = "0.0.33, as the client maxoxide 3.1.0 has it";

/// What the platform itself says no to.
const CHATS_GONE: &str = "MAX took it away in the summer of 2026 and answers with an error";
const ADD_GONE: &str = "MAX took it away on 2026-09-30 and answers with an error";

/// What two objects of MAX's schema have no place in.
const NO_PLACE: &str = "schema 0.0.32 has the object, and does not list it among the kinds";

const fn row(name: &'static str, tamtam: Source, max: Source, by: &'static str) -> Covered {
    Covered { name, tamtam, max, here: Here::By(by) }
}

/// Both schemas have it.
const fn both(name: &'static str, by: &'static str) -> Covered {
    row(name, Schema, Schema, by)
}

/// Only TamTam's schema has it.
const fn tamtam(name: &'static str, by: &'static str) -> Covered {
    row(name, Schema, Absent, by)
}

/// Only MAX's schema has it.
const fn max(name: &'static str, by: &'static str) -> Covered {
    row(name, Absent, Schema, by)
}

/// MAX has it, though its schema does not say so.
const fn max_by(name: &'static str, source: &'static str, by: &'static str) -> Covered {
    row(name, Absent, Other(source), by)
}

/// The operations, by their `operationId`. What has none in a schema has the name that
/// [`Operation`](gateway_core::http::Operation) bears here.
pub const OPERATIONS: &[Covered] = &[
    both("getMyInfo", "Client::me"),
    tamtam("editMyInfo", "Client::edit_me"),
    max_by("editMyCommands", "documented by MAX since July 2026", "Client::edit_commands"),
    row("getChats", Schema, SchemaAnd(CHATS_GONE), "Client::chats"),
    both("getChatByLink", "Client::chat_by_link"),
    both("getChat", "Client::chat"),
    both("editChat", "Client::edit_chat"),
    max_by(
        "deleteChat",
        "schema 0.0.30; MAX took it away in June 2026 and answers with an error",
        "Client::delete_chat",
    ),
    both("sendAction", "Client::send_action"),
    both("getPinnedMessage", "Client::pinned_message"),
    both("pinMessage", "Client::pin_message"),
    both("unpinMessage", "Client::unpin_message"),
    both("getMembership", "Client::membership"),
    both("leaveChat", "Client::leave_chat"),
    both("getAdmins", "Client::admins"),
    max("postAdmins", "Client::add_admins"),
    max("deleteAdmin", "Client::remove_admin"),
    both("getMembers", "Client::members"),
    row("addMembers", Schema, SchemaAnd(ADD_GONE), "Client::add_members"),
    both("removeMember", "Client::remove_member"),
    both("getSubscriptions", "Client::subscriptions"),
    both("subscribe", "Client::subscribe"),
    both("unsubscribe", "Client::unsubscribe"),
    both("getUploadUrl", "Client::upload"),
    both("getMessages", "Client::messages"),
    both("sendMessage", "Client::send_message"),
    both("editMessage", "Client::edit_message"),
    both("deleteMessage", "Client::delete_message"),
    both("getMessageById", "Client::message"),
    max("getVideoAttachmentDetails", "Client::video"),
    both("answerOnCallback", "Client::answer"),
    tamtam("construct", "Client::construct"),
    both("getUpdates", "Client::updates"),
    max_by("getComments", V33, "Client::comments"),
    max_by("getComment", V33, "Client::comment"),
    max_by("createComment", V33, "Client::create_comment"),
    max_by("editComment", V33, "Client::edit_comment"),
    max_by("deleteComment", V33, "Client::delete_comment"),
];

/// The kinds of updates, by their `update_type`.
pub const UPDATES: &[Covered] = &[
    both("message_created", "wire::Update::MessageCreated"),
    both("message_callback", "wire::Update::MessageCallback"),
    both("message_edited", "wire::Update::MessageEdited"),
    both("message_removed", "wire::Update::MessageRemoved"),
    both("bot_added", "wire::Update::BotAdded"),
    both("bot_removed", "wire::Update::BotRemoved"),
    both("user_added", "wire::Update::UserAdded"),
    both("user_removed", "wire::Update::UserRemoved"),
    both("bot_started", "wire::Update::BotStarted"),
    max("bot_stopped", "wire::Update::BotStopped"),
    both("chat_title_changed", "wire::Update::ChatTitleChanged"),
    max("dialog_cleared", "wire::Update::DialogCleared"),
    max("dialog_muted", "wire::Update::DialogMuted"),
    max("dialog_unmuted", "wire::Update::DialogUnmuted"),
    max("dialog_removed", "wire::Update::DialogRemoved"),
    tamtam("message_construction_request", "wire::Update::MessageConstructionRequest"),
    tamtam("message_constructed", "wire::Update::MessageConstructed"),
    tamtam("message_chat_created", "wire::Update::MessageChatCreated"),
    max_by("comment_created", V33, "wire::Update::CommentCreated"),
    max_by("comment_edited", V33, "wire::Update::CommentEdited"),
    max_by("comment_removed", V33, "wire::Update::CommentRemoved"),
    max_by("bot_admin_permissions_changed", V33, "wire::Update::BotAdminPermissionsChanged"),
    Covered {
        name: "message_delivered",
        tamtam: Absent,
        max: Other("reported by one person, who has a user's token"),
        here: Here::Not("no bot gets it, and its shape is not known; it is kept as unknown"),
    },
    Covered {
        name: "message_read",
        tamtam: Absent,
        max: Other("reported by one person, who has a user's token"),
        here: Here::Not("no bot gets it, and its shape is not known; it is kept as unknown"),
    },
];

/// The kinds of attachments of a message that is read, by their `type`.
pub const ATTACHMENTS: &[Covered] = &[
    both("image", "wire::KnownAttachment::Image"),
    both("video", "wire::KnownAttachment::Video"),
    both("audio", "wire::KnownAttachment::Audio"),
    both("file", "wire::KnownAttachment::File"),
    both("sticker", "wire::KnownAttachment::Sticker"),
    both("contact", "wire::KnownAttachment::Contact"),
    both("inline_keyboard", "wire::KnownAttachment::InlineKeyboard"),
    max_by("reply_keyboard", NO_PLACE, "wire::KnownAttachment::ReplyKeyboard"),
    both("share", "wire::KnownAttachment::Share"),
    both("location", "wire::KnownAttachment::Location"),
    max_by("data", NO_PLACE, "wire::KnownAttachment::Data"),
];

/// The kinds of attachments of a message that is sent, by their `type`.
pub const ATTACHMENT_REQUESTS: &[Covered] = &[
    both("image", "wire::KnownAttachmentRequest::Image"),
    both("video", "wire::KnownAttachmentRequest::Video"),
    both("audio", "wire::KnownAttachmentRequest::Audio"),
    both("file", "wire::KnownAttachmentRequest::File"),
    both("sticker", "wire::KnownAttachmentRequest::Sticker"),
    both("contact", "wire::KnownAttachmentRequest::Contact"),
    both("inline_keyboard", "wire::KnownAttachmentRequest::InlineKeyboard"),
    max_by("reply_keyboard", NO_PLACE, "wire::KnownAttachmentRequest::ReplyKeyboard"),
    both("location", "wire::KnownAttachmentRequest::Location"),
    both("share", "wire::KnownAttachmentRequest::Share"),
];

/// The kinds of buttons under a message, by their `type`.
pub const BUTTONS: &[Covered] = &[
    both("callback", "wire::KnownButton::Callback"),
    both("link", "wire::KnownButton::Link"),
    both("request_geo_location", "wire::KnownButton::RequestGeoLocation"),
    both("request_contact", "wire::KnownButton::RequestContact"),
    tamtam("chat", "wire::KnownButton::Chat"),
    max("open_app", "wire::KnownButton::OpenApp"),
    max("message", "wire::KnownButton::Message"),
    max("clipboard", "wire::KnownButton::Clipboard"),
];

/// The kinds of buttons in the place of a person's keyboard, by their `type`.
pub const REPLY_BUTTONS: &[Covered] = &[
    max("message", "wire::KnownReplyButton::Message"),
    max("user_geo_location", "wire::KnownReplyButton::UserGeoLocation"),
    max("user_contact", "wire::KnownReplyButton::UserContact"),
];

/// The kinds of formatting, by their `type`.
pub const MARKUP: &[Covered] = &[
    both("strong", "gateway_core::model::Style::Bold"),
    both("emphasized", "gateway_core::model::Style::Italic"),
    both("monospaced", "gateway_core::model::Style::Code"),
    both("link", "gateway_core::model::Style::Link"),
    both("strikethrough", "gateway_core::model::Style::Strikethrough"),
    both("underline", "gateway_core::model::Style::Underline"),
    both("user_mention", "gateway_core::model::Style::Mention"),
    both("heading", "gateway_core::model::Style::Heading"),
    both("highlighted", "gateway_core::model::Style::Highlight"),
    max("quote", "gateway_core::model::Style::Quote"),
];

/// What a chat is shown that the bot is doing, by its `action`.
pub const ACTIONS: &[Covered] = &[
    both("typing_on", "wire::SenderAction::TypingOn"),
    both("sending_photo", "wire::SenderAction::SendingPhoto"),
    both("sending_video", "wire::SenderAction::SendingVideo"),
    both("sending_audio", "wire::SenderAction::SendingAudio"),
    both("sending_file", "wire::SenderAction::SendingFile"),
    tamtam("mark_seen", "wire::SenderAction::MarkSeen"),
];

/// What a person does in a constructor, by its `input_type`.
pub const CONSTRUCTOR_INPUTS: &[Covered] = &[
    tamtam("callback", "wire::ConstructorInput::Callback"),
    tamtam("message", "wire::ConstructorInput::Message"),
];
