//! What a bot sees of chats, in the registry's terms.

use chrono::{DateTime, SubsecRound as _, Utc};
use gateway_core::chance::Chance;
use gateway_core::model::{Account, Chat, ChatId, ChatKind, User, UserId};
use uuid::Uuid;

use crate::model::UserProperties;
use crate::store::{ChatAddress, MovedChat, Presence, SeenChat, SeenPerson};

/// A bot saw something of a chat: something happened there, or it was told of it.
#[derive(Clone, Debug)]
pub struct Sighting<'a> {
    /// The account that saw it.
    pub account: &'a Account,
    /// The chat.
    pub chat: &'a Chat,
    /// Of whom something was seen.
    pub people: Vec<Seen<'a>>,
    /// Whether the account takes part in the chat, where that is known.
    pub is_present: Option<bool>,
    /// The link by which people join the chat, where that is known.
    pub invitation: Option<&'a str>,
    /// The registered chat that this is: the one whose id somebody wrote into a button or a link.
    pub registered: Option<Uuid>,
    /// Who brought the account into the chat just now: if they have announced a registered chat
    /// ([`Registry::announce`](crate::Registry::announce)), it is this one.
    pub brought_by: Option<&'a UserId>,
    /// When.
    pub at: DateTime<Utc>,
}

/// Somebody of whom something was seen.
#[derive(Clone, Copy, Debug)]
pub struct Seen<'a> {
    /// Who.
    pub user: &'a User,
    /// What they did.
    pub presence: SeenPresence<'a>,
}

/// What somebody did.
#[derive(Clone, Copy, Debug)]
pub enum SeenPresence<'a> {
    /// They were there.
    There,
    /// They were there, and had been since then.
    Since(DateTime<Utc>),
    /// They came, and who brought them: one of those who were seen with them.
    Came(Option<&'a UserId>),
    /// They went, or were put out.
    Went,
    /// They only did something to others, and may be anywhere.
    Elsewhere,
}

impl<'a> Sighting<'a> {
    /// A chat of which nothing is known but that it is there.
    pub fn new(account: &'a Account, chat: &'a Chat, at: DateTime<Utc>) -> Self {
        Self {
            account,
            chat,
            people: Vec::new(),
            is_present: None,
            invitation: None,
            registered: None,
            brought_by: None,
            at,
        }
    }

    /// And somebody who did this.
    #[must_use]
    pub fn with(mut self, user: &'a User, presence: SeenPresence<'a>) -> Self {
        self.people.push(Seen { user, presence });
        self
    }

    /// And people who were there.
    #[must_use]
    pub fn with_people(self, people: impl IntoIterator<Item = &'a User>) -> Self {
        people.into_iter().fold(self, |it, user| it.with(user, SeenPresence::There))
    }

    pub(crate) fn seen(&self, chance: &Chance) -> SeenChat {
        let Self { account, chat, people, .. } = self;
        let is_dialog = chat.kind == ChatKind::Dialog;
        let others_name = || people.iter().map(|it| it.user).find(|user| user.is_bot != Some(true));
        // Messengers show a dialog under the name of the other side.
        let title = match &chat.title {
            None if is_dialog => others_name().map(User::display_name),
            title => title.clone(),
        };
        SeenChat {
            new_id: chance.uuid(),
            address: address(account, chat.kind, &chat.id),
            account: account.id.to_string(),
            title: title.map(|title| storable(&title)),
            people: people.iter().map(|it| it.person(chance)).collect(),
            is_present: self.is_present,
            invitation: self.invitation.map(storable),
            registered: self.registered,
            brought_by: self.brought_by.map(ToString::to_string),
            at: storable_time(self.at),
        }
    }
}

impl Seen<'_> {
    fn person(&self, chance: &Chance) -> SeenPerson {
        let name = |name: &Option<String>| name.as_deref().map(storable);
        let user = self.user;
        SeenPerson {
            new_id: chance.uuid(),
            external_id: user.id.to_string(),
            properties: UserProperties {
                firstname: name(&user.first_name),
                lastname: name(&user.last_name),
                username: name(&user.username),
            },
            presence: match self.presence {
                SeenPresence::There => Presence::There,
                SeenPresence::Since(joined) => Presence::Since(storable_time(joined)),
                SeenPresence::Came(by) => Presence::Came { by: by.map(ToString::to_string) },
                SeenPresence::Went => Presence::Went,
                SeenPresence::Elsewhere => Presence::Elsewhere,
            },
        }
    }
}

/// A bot was told that a chat has another id on its messenger.
#[derive(Clone, Copy, Debug)]
pub struct Move<'a> {
    /// The account that was told.
    pub account: &'a Account,
    /// What the chat is, under either id.
    pub kind: ChatKind,
    /// The id that it had.
    pub from: &'a ChatId,
    /// The id that it has.
    pub to: &'a ChatId,
    /// When.
    pub at: DateTime<Utc>,
}

impl Move<'_> {
    pub(crate) fn moved(self, chance: &Chance) -> MovedChat {
        let Self { account, kind, from, to, at } = self;
        MovedChat {
            new_id: chance.uuid(),
            from: address(account, kind, from),
            to: address(account, kind, to),
            created_by: account.id.to_string(),
            at: storable_time(at),
        }
    }
}

/// A dialog's number means another chat to another bot; any other chat is the same to all.
pub(crate) fn address(account: &Account, kind: ChatKind, chat: &ChatId) -> ChatAddress {
    let is_dialog = kind == ChatKind::Dialog;
    ChatAddress {
        service: account.platform.to_string(),
        account: if is_dialog { account.id.to_string() } else { String::new() },
        external_id: chat.to_string(),
    }
}

/// What people call themselves and their chats is not for the registry to refuse; but `PostgreSQL`
/// cannot hold NUL.
fn storable(text: &str) -> String {
    text.replace('\0', "")
}

/// In whole milliseconds, and not before 1970: whoever says so has no clock.
fn storable_time(at: DateTime<Utc>) -> DateTime<Utc> {
    at.trunc_subsecs(3).max(DateTime::UNIX_EPOCH)
}
