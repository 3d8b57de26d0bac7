//! Wire → model.

mod attachment;
mod chat;
mod id;
mod keyboard;
mod message;
mod text;
mod unknown;
mod vcard;

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use gateway_core::model::{
    AccountId, ButtonPress, CallbackId, Chat, ChatId, ChatKind, Construction, ConstructionInput,
    Draft, MessageId, QueryId, Raw, Update, UpdateKind, User, UserId,
};

pub(crate) use chat::{chat, details, member, user};
pub(crate) use message::message;

use crate::client::chat_of;
use crate::wire;

/// An update, whatever it is: what is not understood becomes [`UpdateKind::Unknown`].
///
/// ```
/// use adapter_tamtam::decode_update;
/// use gateway_core::model::{AccountId, Raw, UpdateKind};
///
/// let raw = Raw::from_text(
///     r#"{"update_type": "dialog_cleared", "timestamp": 1775025604499, "chat_id": 7,
///         "user": {"user_id": 5, "first_name": "Anna"}}"#,
/// )?;
/// let update = decode_update(&AccountId::new("shop"), raw);
/// assert!(matches!(update.kind, UpdateKind::DialogCleared { .. }));
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn update(account: &AccountId, raw: Raw) -> Update {
    let known = serde_json::from_str(raw.as_str()).ok().and_then(known);
    let Known { id, at, locale, kind } = known.unwrap_or_else(|| unknown::read(&raw));
    let (account, id, time) = (account.clone(), id::bounded(&id), at.map(time));
    Update { account, id, time, locale, kind, raw }
}

/// What is read from an update.
struct Known {
    id: String,
    /// In milliseconds since 1970.
    at: Option<i64>,
    locale: Option<String>,
    kind: UpdateKind,
}

impl Known {
    /// The id begins with the time: what comes one after the other stands side by side in an index
    /// of ids, of which a database changes a few pages then and not one for each.
    fn new(id: &str, at: i64, kind: UpdateKind) -> Self {
        Self { id: format!("{at}:{id}"), at: Some(at), locale: None, kind }
    }

    /// Nothing is said by a language that is not named.
    fn in_language(self, locale: Option<String>) -> Self {
        Self { locale: locale.filter(|locale| !locale.is_empty()), ..self }
    }
}

/// What is typed and holds all that the model needs. Each id is made of what identifies the event
/// and stays the same when the platform writes the update down anew, so not of tokens, addresses
/// of files and the like.
fn known(update: wire::Update) -> Option<Known> {
    use wire::Update as It;
    match update {
        It::MessageCreated { .. }
        | It::MessageEdited { .. }
        | It::MessageRemoved { .. }
        | It::MessageCallback { .. } => of_message(update),
        It::BotStarted { .. }
        | It::BotStopped(_)
        | It::DialogCleared(_)
        | It::DialogMuted(_)
        | It::DialogUnmuted(_)
        | It::DialogRemoved(_) => of_dialog(update),
        It::BotAdded(_)
        | It::BotRemoved(_)
        | It::BotAdminPermissionsChanged { .. }
        | It::UserAdded { .. }
        | It::UserRemoved { .. }
        | It::ChatTitleChanged { .. }
        | It::MessageChatCreated { .. } => of_chat(update),
        It::MessageConstructionRequest { .. } | It::MessageConstructed { .. } => {
            of_construction(update)
        }
        It::CommentCreated { .. } | It::CommentEdited { .. } | It::CommentRemoved { .. } => {
            of_comment(update)
        }
    }
}

/// What was said, and the buttons under it; nothing for what is read elsewhere.
fn of_message(update: wire::Update) -> Option<Known> {
    Some(match update {
        wire::Update::MessageCreated { timestamp, message, user_locale } => {
            let message = Box::new(self::message(*message)?);
            let id = format!("message_created:{}", message.id);
            Known::new(&id, timestamp, UpdateKind::MessageCreated { message })
                .in_language(user_locale)
        }
        wire::Update::MessageEdited { timestamp, message } => {
            let content = id::of_content(message.body.as_ref());
            let mut message = Box::new(self::message(*message)?);
            message.edited = Some(time(timestamp));
            let id = format!("message_edited:{}:{content}", message.id);
            Known::new(&id, timestamp, UpdateKind::MessageEdited { message })
        }
        wire::Update::MessageRemoved { timestamp, message_id, chat_id, user_id } => {
            let chat = chat_by_id(chat_id.or_else(|| chat_of(&message_id))?);
            let id = format!("message_removed:{message_id}");
            let (message, by) = (MessageId::new(message_id), user_id.map(by_id));
            Known::new(&id, timestamp, UpdateKind::MessageDeleted { chat, message, by })
        }
        wire::Update::MessageCallback { timestamp, callback, message, user_locale } => {
            // Without the message there is no telling in which chat it was.
            let chat = message.as_ref().and_then(|it| message::chat(&it.recipient));
            let press = ButtonPress {
                id: CallbackId::new(callback.callback_id),
                message: message.and_then(|it| it.body).map(|body| MessageId::new(body.mid)),
                chat,
                user: user(callback.user),
                payload: callback.payload.unwrap_or_default(),
                game: None,
            };
            let id = format!("message_callback:{}", press.id);
            Known::new(&id, timestamp, UpdateKind::ButtonPressed(press)).in_language(user_locale)
        }
        _ => return None,
    })
}

/// What a person did with their dialog; nothing for what is read elsewhere.
fn of_dialog(update: wire::Update) -> Option<Known> {
    Some(match update {
        wire::Update::BotStarted { timestamp, chat_id, user, payload, user_locale, .. } => {
            let chat = Chat::new(ChatId::of(chat_id), ChatKind::Dialog);
            let id = format!("bot_started:{chat_id}");
            let kind = UpdateKind::BotStarted { chat, user: self::user(user), payload };
            Known::new(&id, timestamp, kind).in_language(user_locale)
        }
        wire::Update::BotStopped(it) => {
            in_dialog("bot_stopped", it, |chat, user, _| UpdateKind::BotStopped { chat, user })
        }
        wire::Update::DialogCleared(it) => in_dialog("dialog_cleared", it, |chat, user, _| {
            UpdateKind::DialogCleared { chat, user }
        }),
        wire::Update::DialogMuted(it) => in_dialog("dialog_muted", it, |chat, user, until| {
            UpdateKind::DialogMuted { chat, user, until }
        }),
        wire::Update::DialogUnmuted(it) => in_dialog("dialog_unmuted", it, |chat, user, _| {
            UpdateKind::DialogUnmuted { chat, user }
        }),
        wire::Update::DialogRemoved(it) => in_dialog("dialog_removed", it, |chat, user, _| {
            UpdateKind::DialogRemoved { chat, user }
        }),
        _ => return None,
    })
}

/// What a chat became, and who came and went; nothing for what is read elsewhere.
fn of_chat(update: wire::Update) -> Option<Known> {
    Some(match update {
        wire::Update::BotAdded(it) => {
            bot_in_chat("bot_added", it, |chat, by| UpdateKind::BotAdded { chat, by })
        }
        wire::Update::BotRemoved(it) => {
            bot_in_chat("bot_removed", it, |chat, by| UpdateKind::BotRemoved { chat, by })
        }
        wire::Update::BotAdminPermissionsChanged {
            timestamp,
            chat_id,
            user_id,
            is_channel,
            is_admin,
            permissions,
            ..
        } => {
            let granted: String =
                permissions.iter().flatten().map(wire::ChatAdminPermission::as_str).collect();
            let granted = id::checksum(&granted);
            let id =
                format!("bot_admin_permissions_changed:{chat_id}:{user_id}:{is_admin}:{granted}");
            let kind = UpdateKind::BotPermissionsChanged {
                chat: group(chat_id, is_channel),
                by: Some(by_id(user_id)),
                is_administrator: is_admin,
                permissions: permissions.map(chat::permissions),
            };
            Known::new(&id, timestamp, kind)
        }
        wire::Update::UserAdded { timestamp, chat_id, user, inviter_id, is_channel, .. } => {
            let id = format!("user_added:{chat_id}:{}", user.user_id);
            let kind = UpdateKind::MembersJoined {
                chat: group(chat_id, is_channel),
                members: vec![self::user(user)],
                by: inviter_id.map(by_id),
            };
            Known::new(&id, timestamp, kind)
        }
        wire::Update::UserRemoved { timestamp, chat_id, user, admin_id, is_channel, .. } => {
            let id = format!("user_removed:{chat_id}:{}", user.user_id);
            let kind = UpdateKind::MemberLeft {
                chat: group(chat_id, is_channel),
                member: self::user(user),
                by: admin_id.map(by_id),
            };
            Known::new(&id, timestamp, kind)
        }
        wire::Update::ChatTitleChanged { timestamp, chat_id, user, title, .. } => {
            let id = format!("chat_title_changed:{chat_id}:{}", id::checksum(&title));
            let chat = Chat { title: Some(title), ..chat_by_id(chat_id) };
            let kind = UpdateKind::TitleChanged { chat, by: Some(self::user(user)) };
            Known::new(&id, timestamp, kind)
        }
        wire::Update::MessageChatCreated { timestamp, chat, message_id, start_payload } => {
            let id = format!("message_chat_created:{}:{message_id}", chat.chat_id);
            let chat = self::chat(&chat);
            let (message, payload) = (MessageId::new(message_id), start_payload);
            Known::new(&id, timestamp, UpdateKind::ChatCreated { chat, message, payload })
        }
        _ => return None,
    })
}

/// What is built in a constructor; nothing for what is read elsewhere.
fn of_construction(update: wire::Update) -> Option<Known> {
    Some(match update {
        wire::Update::MessageConstructionRequest {
            timestamp,
            user,
            user_locale,
            session_id,
            data,
            input,
        } => {
            let content = id::of(&input);
            let id = format!("message_construction_request:{session_id}:{content}");
            let construction = Construction {
                session: QueryId::new(session_id),
                user: self::user(user),
                data,
                input: self::input(input),
            };
            Known::new(&id, timestamp, UpdateKind::ConstructionRequested(construction))
                .in_language(user_locale)
        }
        wire::Update::MessageConstructed { timestamp, session_id, message } => {
            let message = Box::new(message::constructed(*message)?);
            let id = format!("message_constructed:{session_id}:{}", message.id);
            let session = QueryId::new(session_id);
            Known::new(&id, timestamp, UpdateKind::MessageConstructed { session, message })
        }
        _ => return None,
    })
}

/// What was said under a post; nothing for what is read elsewhere.
fn of_comment(update: wire::Update) -> Option<Known> {
    Some(match update {
        wire::Update::CommentCreated { timestamp, message } => {
            let (post, comment) = comment(*message)?;
            let id = format!("comment_created:{}", comment.id);
            Known::new(&id, timestamp, UpdateKind::CommentCreated { post, comment })
        }
        wire::Update::CommentEdited { timestamp, message } => {
            let content = id::of_content(message.body.as_ref());
            let (post, mut comment) = comment(*message)?;
            comment.edited = Some(time(timestamp));
            let id = format!("comment_edited:{}:{content}", comment.id);
            Known::new(&id, timestamp, UpdateKind::CommentEdited { post, comment })
        }
        wire::Update::CommentRemoved { timestamp, message_id, chat_id, user_id, post_id } => {
            let id = format!("comment_removed:{message_id}");
            let kind = UpdateKind::CommentDeleted {
                // Only the posts of channels have comments.
                chat: group(chat_id, true),
                post: post_id.map(MessageId::new),
                comment: MessageId::new(message_id),
                by: Some(by_id(user_id)),
            };
            Known::new(&id, timestamp, kind)
        }
        _ => return None,
    })
}

fn in_dialog(
    name: &str,
    it: wire::InDialog,
    kind: impl FnOnce(Chat, User, Option<DateTime<Utc>>) -> UpdateKind,
) -> Known {
    let wire::InDialog { timestamp, chat_id, user, muted_until, user_locale, .. } = it;
    let id = format!("{name}:{chat_id}");
    let chat = Chat::new(ChatId::of(chat_id), ChatKind::Dialog);
    let kind = kind(chat, self::user(user), muted_until.map(time));
    Known::new(&id, timestamp, kind).in_language(user_locale)
}

fn bot_in_chat(
    name: &str,
    it: wire::BotInChat,
    kind: impl FnOnce(Chat, Option<User>) -> UpdateKind,
) -> Known {
    let id = format!("{name}:{}:{}", it.chat_id, it.user.user_id);
    let kind = kind(group(it.chat_id, it.is_channel), Some(user(it.user)));
    Known::new(&id, it.timestamp, kind)
}

/// A comment, and the post that it is under.
fn comment(wire: wire::Message) -> Option<(Option<MessageId>, Box<gateway_core::model::Message>)> {
    let post = wire.recipient.post_id.clone().map(MessageId::new);
    Some((post, Box::new(message(wire)?)))
}

fn input(wire: wire::ConstructorInput) -> ConstructionInput {
    match wire {
        wire::ConstructorInput::Callback { payload } => ConstructionInput::Callback { payload },
        wire::ConstructorInput::Message { messages } => {
            let messages = messages.unwrap_or_default().into_iter();
            ConstructionInput::Messages { messages: messages.map(draft).collect() }
        }
    }
}

fn draft(wire: wire::ConstructedMessageBody<'_>) -> Draft {
    let plain = wire.text.map(Cow::into_owned).unwrap_or_default();
    let attachments = wire.attachments.unwrap_or_default();
    Draft {
        text: text::text(plain, wire.markup.unwrap_or_default()),
        attachments: attachments.into_iter().filter_map(attachment::requested).collect(),
    }
}

/// Somebody of whom only the id is told.
fn by_id(user_id: i64) -> User {
    User::new(UserId::of(user_id))
}

/// A chat of which only the id is told. The numbers of dialogs are positive, those of groups and
/// channels are not: found in what MAX sends, and a formula of the official TamTam client's suite.
fn chat_by_id(chat_id: i64) -> Chat {
    let kind = if chat_id >= 0 { ChatKind::Dialog } else { ChatKind::Group };
    Chat::new(ChatId::of(chat_id), kind)
}

fn group(chat_id: i64, is_channel: bool) -> Chat {
    let kind = if is_channel { ChatKind::Channel } else { ChatKind::Group };
    Chat::new(ChatId::of(chat_id), kind)
}

/// The end of the year 9999: what is beyond it no database and no RFC 3339 can hold.
const LAST_MILLISECOND: i64 = 253_402_300_799_999;

pub(crate) fn time(milliseconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(milliseconds.clamp(0, LAST_MILLISECOND)).unwrap_or_default()
}

/// A time, where it is not the zero that stands for none.
fn some_time(milliseconds: i64) -> Option<DateTime<Utc>> {
    Some(milliseconds).filter(|at| *at > 0).map(time)
}

/// A text, where it is not the empty one that stands for none.
fn given(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}
