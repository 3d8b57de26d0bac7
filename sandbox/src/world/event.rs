//! What bots are told.

use chrono::{DateTime, Utc};

use super::{AccountKey, ChatKey, Comment, Message, Permission, Platform, Typed};

use Platform::{Max, Tamtam};

/// What TamTam and MAX call it when a bot is told of something, and which of them tells it: the
/// schema 0.5.6 of TamTam, 0.0.32 of MAX and what clients of its 0.0.33 know.
const KINDS: [(&str, &[Platform]); 22] = [
    ("message_created", &[Tamtam, Max]),
    ("message_callback", &[Tamtam, Max]),
    ("message_edited", &[Tamtam, Max]),
    ("message_removed", &[Tamtam, Max]),
    ("bot_added", &[Tamtam, Max]),
    ("bot_removed", &[Tamtam, Max]),
    ("user_added", &[Tamtam, Max]),
    ("user_removed", &[Tamtam, Max]),
    ("bot_started", &[Tamtam, Max]),
    ("chat_title_changed", &[Tamtam, Max]),
    ("message_construction_request", &[Tamtam]),
    ("message_constructed", &[Tamtam]),
    ("message_chat_created", &[Tamtam]),
    ("bot_stopped", &[Max]),
    ("dialog_cleared", &[Max]),
    ("dialog_muted", &[Max]),
    ("dialog_unmuted", &[Max]),
    ("dialog_removed", &[Max]),
    ("comment_created", &[Max]),
    ("comment_edited", &[Max]),
    ("comment_removed", &[Max]),
    ("bot_admin_permissions_changed", &[Max]),
];

/// Something a bot is told of, with everything as it was when it happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A person started the bot.
    Started {
        /// Their dialog.
        chat: ChatKey,
        /// The person.
        person: AccountKey,
        /// What the link that led them there carried.
        payload: Option<String>,
    },
    /// A person did something with their dialog.
    Dialog {
        /// Their dialog.
        chat: ChatKey,
        /// The person.
        person: AccountKey,
        /// What they did.
        what: DialogChange,
    },
    /// Somebody wrote.
    Wrote {
        /// Where.
        chat: ChatKey,
        /// What.
        message: Message,
    },
    /// Somebody changed a message.
    Edited {
        /// Where.
        chat: ChatKey,
        /// What it is now.
        message: Message,
    },
    /// Somebody deleted a message.
    Deleted {
        /// Where.
        chat: ChatKey,
        /// Its number.
        number: i64,
        /// Who.
        by: AccountKey,
    },
    /// A person pressed a button.
    Pressed {
        /// Where.
        chat: ChatKey,
        /// The message with the button.
        message: Message,
        /// Who.
        person: AccountKey,
        /// What the button carries.
        payload: String,
        /// The game that it starts.
        game: Option<String>,
        /// By which it is answered.
        callback: String,
    },
    /// The bot was brought in.
    BotAdded {
        /// Where.
        chat: ChatKey,
        /// By whom.
        by: AccountKey,
    },
    /// The bot was put out.
    BotRemoved {
        /// Where.
        chat: ChatKey,
        /// By whom.
        by: AccountKey,
    },
    /// Somebody came.
    Joined {
        /// Where.
        chat: ChatKey,
        /// Who.
        account: AccountKey,
        /// Who brought them in, unless they came by a link.
        inviter: Option<AccountKey>,
    },
    /// Somebody is gone.
    Left {
        /// Where.
        chat: ChatKey,
        /// Who.
        account: AccountKey,
        /// Who put them out, unless they left by themselves.
        by: Option<AccountKey>,
    },
    /// A chat has another title.
    Renamed {
        /// Where.
        chat: ChatKey,
        /// By whom.
        by: AccountKey,
        /// The title.
        title: String,
    },
    /// Somebody keeps order in a chat from now on, or does no more, or may do other things.
    RoleChanged {
        /// Where.
        chat: ChatKey,
        /// Who made it so.
        by: AccountKey,
        /// Whose.
        account: AccountKey,
        /// What they may do there now; `None` when they keep order no more.
        permissions: Option<Vec<Permission>>,
    },
    /// A button opened a chat.
    ChatOpened {
        /// The new chat.
        chat: ChatKey,
        /// Where the button is.
        from: ChatKey,
        /// The message that has it.
        number: i64,
        /// What the button carries.
        payload: Option<String>,
    },
    /// Somebody builds a message with the bot's help.
    ConstructionAsked {
        /// By which it is answered.
        session: String,
        /// Who.
        person: AccountKey,
        /// What the bot wanted to be reminded of.
        data: Option<String>,
        /// What they did.
        input: Input,
    },
    /// A message that was built with the bot's help was posted.
    Constructed {
        /// The session in which it was built.
        session: String,
        /// Where it is.
        chat: ChatKey,
        /// The message.
        message: Message,
    },
    /// Somebody said something about a message, or changed or deleted that.
    Commented {
        /// Where the message is.
        chat: ChatKey,
        /// Its number.
        number: i64,
        /// What was said.
        comment: Comment,
        /// What became of it.
        what: CommentChange,
        /// Who did that.
        by: AccountKey,
    },
    /// A person typed to the bot: Potato only.
    Typed {
        /// By which it is answered.
        id: String,
        /// Who.
        person: AccountKey,
        /// What.
        typed: Typed,
    },
    /// Something of which no document tells.
    Undocumented {
        /// Where.
        chat: ChatKey,
        /// What the messenger calls it.
        kind: String,
    },
}

impl Event {
    /// What TamTam and MAX call it: `update_type`.
    pub fn kind(&self) -> &str {
        match self {
            Self::Started { .. } => "bot_started",
            Self::Dialog { what: DialogChange::Stopped, .. } => "bot_stopped",
            Self::Dialog { what: DialogChange::Cleared, .. } => "dialog_cleared",
            Self::Dialog { what: DialogChange::Muted { .. }, .. } => "dialog_muted",
            Self::Dialog { what: DialogChange::Unmuted, .. } => "dialog_unmuted",
            Self::Dialog { what: DialogChange::Removed, .. } => "dialog_removed",
            Self::Wrote { .. } => "message_created",
            Self::Edited { .. } => "message_edited",
            Self::Deleted { .. } => "message_removed",
            Self::Pressed { .. } => "message_callback",
            Self::BotAdded { .. } => "bot_added",
            Self::BotRemoved { .. } => "bot_removed",
            Self::Joined { .. } => "user_added",
            Self::Left { .. } => "user_removed",
            Self::Renamed { .. } => "chat_title_changed",
            Self::RoleChanged { .. } => "bot_admin_permissions_changed",
            Self::ChatOpened { .. } => "message_chat_created",
            Self::ConstructionAsked { .. } => "message_construction_request",
            Self::Constructed { .. } => "message_constructed",
            Self::Commented { what: CommentChange::Written, .. } => "comment_created",
            Self::Commented { what: CommentChange::Edited, .. } => "comment_edited",
            Self::Commented { what: CommentChange::Deleted, .. } => "comment_removed",
            Self::Typed { .. } => "inline_query",
            Self::Undocumented { kind, .. } => kind,
        }
    }

    /// Where it happened, if that is anywhere.
    pub fn chat(&self) -> Option<ChatKey> {
        match self {
            Self::Started { chat, .. }
            | Self::Dialog { chat, .. }
            | Self::Wrote { chat, .. }
            | Self::Edited { chat, .. }
            | Self::Deleted { chat, .. }
            | Self::Pressed { chat, .. }
            | Self::BotAdded { chat, .. }
            | Self::BotRemoved { chat, .. }
            | Self::Joined { chat, .. }
            | Self::Left { chat, .. }
            | Self::Renamed { chat, .. }
            | Self::RoleChanged { chat, .. }
            | Self::ChatOpened { chat, .. }
            | Self::Constructed { chat, .. }
            | Self::Commented { chat, .. }
            | Self::Undocumented { chat, .. } => Some(*chat),
            Self::ConstructionAsked { .. } | Self::Typed { .. } => None,
        }
    }

    /// What TamTam or MAX calls all that it tells of; Potato has no such words.
    pub fn kinds_of(platform: Platform) -> impl Iterator<Item = &'static str> {
        KINDS.into_iter().filter(move |(_, on)| on.contains(&platform)).map(|(kind, _)| kind)
    }

    /// Whether a bot on a messenger is told of it. Potato's wire has few kinds of updates.
    pub(super) fn is_told_on(&self, platform: Platform) -> bool {
        match self {
            Self::Undocumented { .. } => true,
            Self::Wrote { .. }
            | Self::Edited { .. }
            | Self::Pressed { .. }
            | Self::Typed { .. }
                if platform == Platform::Potato =>
            {
                true
            }
            event => Self::kinds_of(platform).any(|it| it == event.kind()),
        }
    }
}

/// What a person did with their dialog.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum DialogChange {
    /// The bot may not write any more.
    Stopped,
    /// All messages are gone for the person.
    Cleared,
    /// They want to hear nothing until then.
    Muted {
        /// Until when.
        until: DateTime<Utc>,
    },
    /// They want to hear of it again.
    Unmuted,
    /// They took it off their list.
    Removed,
}

/// What became of a comment.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CommentChange {
    /// It is new.
    Written,
    /// It says something else.
    Edited,
    /// It is gone.
    Deleted,
}

/// What somebody who builds a message did.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// They pressed a button of the bot's.
    Pressed {
        /// What it carries.
        payload: String,
    },
    /// They wrote something; nothing yet when they only opened the constructor.
    Wrote {
        /// What they wrote.
        messages: Vec<super::Content>,
    },
}
