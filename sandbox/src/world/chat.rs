//! Chats, and who is in them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{AccountKey, FileKey, Message, Platform, Score};

/// Names a chat within its world.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct ChatKey(pub(super) usize);

/// What kind of chat it is.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChatKind {
    /// Of two, one a bot.
    Dialog,
    /// Everybody writes.
    Group,
    /// A group that grew: Potato only.
    Supergroup,
    /// Those who keep it write, all others read.
    Channel,
}

/// A chat.
#[derive(Clone, Debug)]
pub struct Chat {
    /// The messenger.
    pub platform: Platform,
    /// Its number there.
    pub id: i64,
    /// What kind it is.
    pub kind: ChatKind,
    /// Its title; dialogs have none.
    pub title: Option<String>,
    /// What it is about.
    pub description: Option<String>,
    /// Its picture.
    pub icon: Option<FileKey>,
    /// The name by which a link leads to it, when it has one.
    pub link: Option<String>,
    /// Whether everybody may find it and come in.
    pub is_public: bool,
    /// Whether the posts of a channel bear the names of those who wrote them.
    pub is_signed: bool,
    /// Whether it was closed: nobody writes there any more.
    pub is_closed: bool,
    /// Who is in it, in the order in which they came.
    pub members: Vec<Member>,
    /// Who was in it and is not any more.
    pub former: Vec<Former>,
    /// What a dialog's person made of it.
    pub dialog: Dialog,
    /// Its messages, oldest first, as they are now.
    pub messages: Vec<Message>,
    /// The pinned message.
    pub pinned: Option<i64>,
    /// What only chats of Potato have.
    pub potato: OnPotato,
    /// When something last happened in it.
    pub last_event: DateTime<Utc>,
    /// What bots did to be seen by people, oldest first.
    pub seen: Vec<Seen>,
    /// What a bot was last said to be busy with.
    pub activity: Option<Activity>,
    /// The message whose button opened it, by its chat and number.
    pub opened_by: Option<(ChatKey, i64)>,
    /// What tells that button from the others of its message, before and after an edit.
    pub opened_by_button: Option<i64>,
}

/// What only chats of Potato have.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OnPotato {
    /// Whether all in a group keep order, as its setting "All Members Are Admins" has it.
    pub all_keep_order: bool,
    /// The supergroup that a group became: it is gone itself.
    pub became: Option<ChatKey>,
    /// What people reached in games in it.
    pub scores: Vec<Score>,
}

/// What a dialog's person made of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dialog {
    /// Whether they stopped the bot: it may not write to them.
    pub is_stopped: bool,
    /// Whether they put the bot on their blacklist: Potato only.
    pub is_blacklisted: bool,
    /// Whether they took it off their list: on MAX the bot finds it no more.
    pub is_removed: bool,
    /// Until when they want to hear nothing of it.
    pub muted_until: Option<DateTime<Utc>>,
}

/// Somebody in a chat.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// Who.
    pub account: AccountKey,
    /// Since when.
    pub joined: DateTime<Utc>,
    /// When they last looked into it.
    pub last_access: DateTime<Utc>,
    /// Who brought them in, unless they came by themselves.
    pub inviter: Option<AccountKey>,
    /// What they may do.
    pub role: Role,
}

/// What somebody may do in a chat.
#[derive(Clone, Debug, PartialEq)]
pub enum Role {
    /// Everything.
    Owner,
    /// What was granted.
    Admin {
        /// What was granted.
        permissions: Vec<Permission>,
        /// What they are called there.
        alias: Option<String>,
    },
    /// To be there; and in a group, to write.
    Plain,
}

/// What can be granted: `ChatAdminPermission` of both schemas, and then, from `CanChangeInfo` on,
/// `ChatMember` of Potato's document.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Permission {
    ReadAllMessages,
    AddRemoveMembers,
    AddAdmins,
    ChangeChatInfo,
    PinMessage,
    Write,
    CanCall,
    EditLink,
    PostEditDeleteMessage,
    EditMessage,
    DeleteMessage,
    Edit,
    Delete,
    ViewStats,
    CanChangeInfo,
    CanPostMessages,
    CanEditMessages,
    CanDeleteMessages,
    CanInviteUsers,
    CanRestrictMembers,
    CanPinMessages,
    CanPromoteMembers,
}

impl Permission {
    /// All that TamTam knows.
    pub const TAMTAM: [Self; 6] = [
        Self::ReadAllMessages,
        Self::AddRemoveMembers,
        Self::AddAdmins,
        Self::ChangeChatInfo,
        Self::PinMessage,
        Self::Write,
    ];

    /// What MAX grants an owner and shows of them.
    pub const MAX: [Self; 8] = [
        Self::ReadAllMessages,
        Self::AddRemoveMembers,
        Self::AddAdmins,
        Self::ChangeChatInfo,
        Self::PinMessage,
        Self::Write,
        Self::CanCall,
        Self::EditLink,
    ];

    /// All that Potato knows of those who keep order.
    pub const POTATO: [Self; 8] = [
        Self::CanChangeInfo,
        Self::CanPostMessages,
        Self::CanEditMessages,
        Self::CanDeleteMessages,
        Self::CanInviteUsers,
        Self::CanRestrictMembers,
        Self::CanPinMessages,
        Self::CanPromoteMembers,
    ];

    /// Whether a messenger knows it.
    pub fn is_of(self, platform: Platform) -> bool {
        (platform == Platform::Potato) == Self::POTATO.contains(&self)
    }

    /// What somebody may do to whom nothing in particular was granted or denied.
    pub fn all_of(platform: Platform) -> &'static [Self] {
        match platform {
            Platform::Tamtam => &Self::TAMTAM,
            Platform::Max => &Self::MAX,
            Platform::Potato => &Self::POTATO,
        }
    }
}

/// Somebody who was in a chat.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Former {
    /// Who.
    pub account: AccountKey,
    /// Whether they were put out, and did not leave by themselves.
    pub was_removed: bool,
    /// Whether they may not come back by a link.
    pub is_banned: bool,
}

/// What a bot is said to be busy with.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Activity {
    /// Which bot.
    pub bot: AccountKey,
    /// When it was said.
    pub at: DateTime<Utc>,
    /// With what, as the platform calls it.
    pub action: String,
}

/// Something that people see a bot do.
#[derive(Clone, Debug, PartialEq)]
pub enum Seen {
    /// It wrote.
    Message(Message),
    /// It changed a message.
    Edited(Message),
    /// It deleted a message.
    Deleted(i64),
    /// It answered a press; only the person who pressed sees it.
    Notice {
        /// Who pressed.
        person: AccountKey,
        /// When.
        at: DateTime<Utc>,
        /// What they are shown.
        text: String,
        /// Whether until they close it, and not for a moment: Potato only.
        is_alert: bool,
        /// What is opened: Potato only.
        url: Option<String>,
    },
}

impl Member {
    /// Somebody who may not do more than others.
    pub(super) fn plain(account: AccountKey, now: DateTime<Utc>) -> Self {
        Self { account, joined: now, last_access: now, inviter: None, role: Role::Plain }
    }

    /// Whether they may keep order.
    pub fn is_admin(&self) -> bool {
        self.role != Role::Plain
    }

    /// Whether they may do this.
    pub fn may(&self, permission: Permission) -> bool {
        match &self.role {
            Role::Owner => true,
            Role::Admin { permissions, .. } => permissions.contains(&permission),
            Role::Plain => false,
        }
    }
}

impl Chat {
    pub(super) fn new(platform: Platform, id: i64, kind: ChatKind, now: DateTime<Utc>) -> Self {
        Self {
            platform,
            id,
            kind,
            title: None,
            description: None,
            icon: None,
            link: None,
            is_public: false,
            is_signed: false,
            is_closed: false,
            members: Vec::new(),
            former: Vec::new(),
            dialog: Dialog::default(),
            messages: Vec::new(),
            pinned: None,
            potato: OnPotato::default(),
            last_event: now,
            seen: Vec::new(),
            activity: None,
            opened_by: None,
            opened_by_button: None,
        }
    }

    /// The message of this number.
    pub fn message(&self, number: i64) -> Option<&Message> {
        self.place(number).map(|place| &self.messages[place])
    }

    pub(super) fn message_mut(&mut self, number: i64) -> Option<&mut Message> {
        self.place(number).map(|place| &mut self.messages[place])
    }

    /// Where the message of this number stands: they are in the order of their numbers.
    pub(super) fn place(&self, number: i64) -> Option<usize> {
        self.messages.binary_search_by_key(&number, |it| it.number).ok()
    }

    /// Somebody in it.
    pub fn member(&self, account: AccountKey) -> Option<&Member> {
        self.members.iter().find(|it| it.account == account)
    }

    pub(super) fn member_mut(&mut self, account: AccountKey) -> Option<&mut Member> {
        self.members.iter_mut().find(|it| it.account == account)
    }

    /// Somebody who was in it and is not any more.
    pub fn former(&self, account: AccountKey) -> Option<&Former> {
        self.former.iter().find(|it| it.account == account)
    }

    /// Whose it is.
    pub fn owner(&self) -> Option<AccountKey> {
        self.members.iter().find(|it| it.role == Role::Owner).map(|it| it.account)
    }

    /// The other side of a dialog.
    pub fn peer(&self, account: AccountKey) -> Option<AccountKey> {
        let others = || self.members.iter().map(|it| it.account).find(|it| *it != account);
        (self.kind == ChatKind::Dialog).then(others).flatten()
    }

    /// Whether somebody may do this: in a dialog everybody may.
    pub fn may(&self, account: AccountKey, permission: Permission) -> bool {
        self.member(account).is_some_and(|it| self.kind == ChatKind::Dialog || it.may(permission))
    }

    /// Whether somebody keeps order in it.
    pub fn is_admin(&self, account: AccountKey) -> bool {
        self.member(account).is_some_and(|it| self.kind != ChatKind::Dialog && it.is_admin())
    }

    /// Whether a message of somebody would be taken: in channels those write who may.
    pub fn may_write(&self, account: AccountKey) -> bool {
        let needed = match self.platform {
            Platform::Tamtam | Platform::Max => Permission::Write,
            Platform::Potato => Permission::CanPostMessages,
        };
        let granted = || self.member(account).is_some_and(|it| it.may(needed));
        match self.kind {
            ChatKind::Dialog | ChatKind::Group | ChatKind::Supergroup => {
                self.member(account).is_some()
            }
            ChatKind::Channel => granted(),
        }
    }
}
