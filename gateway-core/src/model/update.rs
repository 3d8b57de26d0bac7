//! What happened on a messenger.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    AccountId, Attachment, CallbackId, Chat, ChatId, Location, Message, MessageId, Permission,
    QueryId, Raw, Text, UpdateId, User,
};

/// One thing that happened, as one account was told of it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Update {
    /// The account that was told.
    pub account: AccountId,
    /// The same whenever the same update is delivered again.
    pub id: UpdateId,
    /// When it happened, where the messenger says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time: Option<DateTime<Utc>>,
    /// The language of who did it, as IETF BCP 47 has it (`de`, `pt-BR`), where the messenger says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// What happened.
    pub kind: UpdateKind,
    /// The platform's own JSON, so that nothing it said is lost.
    #[serde(default)]
    pub raw: Raw,
}

impl Update {
    /// The chat it happened in, where that is known. Updates of one chat are handled in their
    /// order.
    pub fn chat(&self) -> Option<&Chat> {
        match &self.kind {
            UpdateKind::MessageCreated { message }
            | UpdateKind::MessageEdited { message }
            | UpdateKind::MessageConstructed { message, .. } => Some(&message.chat),
            UpdateKind::CommentCreated { comment, .. }
            | UpdateKind::CommentEdited { comment, .. } => Some(&comment.chat),
            UpdateKind::ButtonPressed(press) => press.chat.as_ref(),
            UpdateKind::MessageDeleted { chat, .. }
            | UpdateKind::BotStarted { chat, .. }
            | UpdateKind::BotStopped { chat, .. }
            | UpdateKind::BotAdded { chat, .. }
            | UpdateKind::BotRemoved { chat, .. }
            | UpdateKind::BotPermissionsChanged { chat, .. }
            | UpdateKind::MembersJoined { chat, .. }
            | UpdateKind::MemberLeft { chat, .. }
            | UpdateKind::TitleChanged { chat, .. }
            | UpdateKind::ChatCreated { chat, .. }
            | UpdateKind::ChatMigrated { chat, .. }
            | UpdateKind::DialogCleared { chat, .. }
            | UpdateKind::DialogMuted { chat, .. }
            | UpdateKind::DialogUnmuted { chat, .. }
            | UpdateKind::DialogRemoved { chat, .. }
            | UpdateKind::CommentDeleted { chat, .. } => Some(chat),
            UpdateKind::InlineQuery(_)
            | UpdateKind::ConstructionRequested(_)
            | UpdateKind::Unknown { .. } => None,
        }
    }

    /// The id of the chat it happened in.
    pub fn chat_id(&self) -> Option<&ChatId> {
        match &self.kind {
            UpdateKind::Unknown { chat, .. } => chat.as_ref(),
            _ => self.chat().map(|chat| &chat.id),
        }
    }

    /// Who did it, where that is known. Of somebody who may be known by their id alone.
    pub fn user(&self) -> Option<&User> {
        match &self.kind {
            UpdateKind::MessageCreated { message }
            | UpdateKind::MessageEdited { message }
            | UpdateKind::MessageConstructed { message, .. } => message.sender.as_ref(),
            UpdateKind::CommentCreated { comment, .. }
            | UpdateKind::CommentEdited { comment, .. } => comment.sender.as_ref(),
            UpdateKind::ButtonPressed(press) => Some(&press.user),
            UpdateKind::InlineQuery(query) => Some(&query.user),
            UpdateKind::ConstructionRequested(construction) => Some(&construction.user),
            UpdateKind::BotStarted { user, .. }
            | UpdateKind::BotStopped { user, .. }
            | UpdateKind::DialogCleared { user, .. }
            | UpdateKind::DialogMuted { user, .. }
            | UpdateKind::DialogUnmuted { user, .. }
            | UpdateKind::DialogRemoved { user, .. } => Some(user),
            // Somebody whom nobody brought or put out came or went by themselves.
            UpdateKind::MembersJoined { members, by, .. } => by.as_ref().or(members.first()),
            UpdateKind::MemberLeft { member, by, .. } => by.as_ref().or(Some(member)),
            UpdateKind::MessageDeleted { by, .. }
            | UpdateKind::BotAdded { by, .. }
            | UpdateKind::BotRemoved { by, .. }
            | UpdateKind::BotPermissionsChanged { by, .. }
            | UpdateKind::TitleChanged { by, .. }
            | UpdateKind::CommentDeleted { by, .. } => by.as_ref(),
            UpdateKind::ChatCreated { .. }
            | UpdateKind::ChatMigrated { .. }
            | UpdateKind::Unknown { .. } => None,
        }
    }
}

/// What happened.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum UpdateKind {
    /// Somebody wrote.
    MessageCreated {
        /// What they wrote.
        message: Box<Message>,
    },
    /// Somebody changed what they had written.
    MessageEdited {
        /// What it says now.
        message: Box<Message>,
    },
    /// Somebody deleted a message.
    MessageDeleted {
        /// Where.
        chat: Chat,
        /// Which.
        message: MessageId,
        /// Who deleted it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<User>,
    },
    /// Somebody pressed a callback button.
    ButtonPressed(ButtonPress),
    /// A person started the bot, before writing anything.
    BotStarted {
        /// The dialog.
        chat: Chat,
        /// The person.
        user: User,
        /// What the link that led here carried.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        payload: Option<String>,
    },
    /// A person stopped the bot: it can no longer write to them.
    BotStopped {
        /// The dialog.
        chat: Chat,
        /// The person.
        user: User,
    },
    /// Somebody brought the bot into a group or channel.
    BotAdded {
        /// Where.
        chat: Chat,
        /// Who.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<User>,
    },
    /// Somebody put the bot out of a group or channel.
    BotRemoved {
        /// Where.
        chat: Chat,
        /// Who.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<User>,
    },
    /// What the bot may do in a group or channel has changed.
    BotPermissionsChanged {
        /// Where.
        chat: Chat,
        /// Who changed it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<User>,
        /// Whether the bot is an administrator now.
        is_administrator: bool,
        /// What it may do now, where the messenger says.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        permissions: Option<BTreeSet<Permission>>,
    },
    /// People came into a group or channel.
    MembersJoined {
        /// Where.
        chat: Chat,
        /// Who came.
        members: Vec<User>,
        /// Who brought them; `None` when they came by themselves.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<User>,
    },
    /// Somebody left a group or channel.
    MemberLeft {
        /// Where.
        chat: Chat,
        /// Who is gone.
        member: User,
        /// Who put them out; `None` when they went by themselves.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<User>,
    },
    /// A group or channel has another title.
    TitleChanged {
        /// Which, with its new title.
        chat: Chat,
        /// Who changed it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<User>,
    },
    /// A press of [`Action::OpenChat`](super::Action::OpenChat) made a chat.
    ChatCreated {
        /// The new chat.
        chat: Chat,
        /// The message with the button.
        message: MessageId,
        /// What the button carries.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        payload: Option<String>,
    },
    /// A chat has another id from now on.
    ChatMigrated {
        /// The chat in which this was told: the old one or the new one.
        chat: Chat,
        /// The id that it had.
        from: ChatId,
        /// The id that it has.
        to: ChatId,
    },
    /// A person deleted what was said in the dialog.
    DialogCleared {
        /// The dialog.
        chat: Chat,
        /// The person.
        user: User,
    },
    /// A person turned the dialog's notifications off.
    DialogMuted {
        /// The dialog.
        chat: Chat,
        /// The person.
        user: User,
        /// For how long; `None` for good.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<DateTime<Utc>>,
    },
    /// A person turned the dialog's notifications on again.
    DialogUnmuted {
        /// The dialog.
        chat: Chat,
        /// The person.
        user: User,
    },
    /// A person deleted the dialog.
    DialogRemoved {
        /// The dialog.
        chat: Chat,
        /// The person.
        user: User,
    },
    /// Somebody types to the bot in another chat.
    InlineQuery(InlineQuery),
    /// Somebody builds a message with the bot's help, and waits for it.
    ConstructionRequested(Construction),
    /// A message that was built with the bot's help was sent.
    MessageConstructed {
        /// Which construction.
        session: QueryId,
        /// What was sent.
        message: Box<Message>,
    },
    /// Somebody commented on a post.
    CommentCreated {
        /// The post.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        post: Option<MessageId>,
        /// What they wrote.
        comment: Box<Message>,
    },
    /// Somebody changed a comment.
    CommentEdited {
        /// The post.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        post: Option<MessageId>,
        /// What it says now.
        comment: Box<Message>,
    },
    /// Somebody deleted a comment.
    CommentDeleted {
        /// Where.
        chat: Chat,
        /// The post.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        post: Option<MessageId>,
        /// Which comment.
        comment: MessageId,
        /// Who deleted it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<User>,
    },
    /// Something that the adapter does not know: see [`Update::raw`].
    Unknown {
        /// What the platform calls it.
        kind: String,
        /// The chat, where the adapter could tell.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        chat: Option<ChatId>,
    },
}

/// A press of a callback button.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct ButtonPress {
    /// By which the press is answered.
    pub id: CallbackId,
    /// Where it was pressed; `None` when the message was deleted in the meantime and the messenger
    /// tells only who pressed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chat: Option<Chat>,
    /// The message with the button; `None` when it was deleted in the meantime.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<MessageId>,
    /// Who pressed it.
    pub user: User,
    /// What the button carries; empty for a game.
    pub payload: String,
    /// The game that the button starts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub game: Option<String>,
}

/// What somebody types to the bot in another chat.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct InlineQuery {
    /// By which it is answered.
    pub id: QueryId,
    /// Who types.
    pub user: User,
    /// What they have typed.
    pub query: String,
    /// From where results are wanted, as the bot named it before.
    #[serde(default)]
    pub offset: String,
    /// Where they are, if they let the bot know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
}

/// A message that somebody builds with the bot's help.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Construction {
    /// By which it is answered.
    pub session: QueryId,
    /// Who builds it.
    pub user: User,
    /// What the bot left with its last answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<String>,
    /// What the person did.
    pub input: ConstructionInput,
}

/// What somebody did while building a message.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ConstructionInput {
    /// They pressed a button of the bot.
    Callback {
        /// What the button carries.
        payload: String,
    },
    /// They wrote; nothing yet when they have just begun.
    Messages {
        /// What they wrote.
        messages: Vec<Draft>,
    },
}

/// What somebody wrote to the bot while building a message.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Draft {
    /// What it says.
    #[serde(default)]
    pub text: Text,
    /// What it carries beside its text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Action, Button, ChatKind, Keyboard, LinkedMessage};

    /// The journal holds updates as JSON: what does not come back from there was never received.
    #[test]
    fn what_nobody_knows_survives_the_journal() {
        let deep = format!("{}{}", "[".repeat(300), "]".repeat(300));
        for json in
            [r#"{"b":1,"a":[null,116327994376978687]}"#, r#"{"mood":"\ud83d"}"#, "1e999", &deep]
        {
            let raw = Raw::from_text(json).expect("it is JSON");
            let attachment = Attachment::Unknown { kind: "hologram".to_owned(), raw: raw.clone() };
            let button = Action::Other { kind: "dance".to_owned(), raw: raw.clone() };
            let linked =
                LinkedMessage { attachments: vec![attachment.clone()], ..LinkedMessage::default() };
            let message = Message {
                attachments: vec![attachment],
                keyboard: Some(Keyboard::inline([[Button::new("x", button)]])),
                forward: Some(Box::new(linked)),
                ..Message::new("1", Chat::new("5", ChatKind::Dialog), DateTime::default())
            };
            let update = Update {
                account: AccountId::new("test"),
                id: UpdateId::new("1"),
                time: None,
                locale: None,
                kind: UpdateKind::MessageCreated { message: Box::new(message) },
                raw,
            };
            let stored = serde_json::to_string(&update).expect("it can be written");
            let back: Update = serde_json::from_str(&stored).expect("and read");
            assert_eq!(serde_json::to_string(&back).expect("and written again"), stored);
            assert_eq!(back.raw.as_str(), json);
        }
    }
}
