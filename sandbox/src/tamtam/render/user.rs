//! People and bots, by themselves and in chats.

use adapter_tamtam::wire;
use serde_json::Value;

use super::View;
use crate::Platform;
use crate::world::{AccountKey, Member, Permission, Role};

/// What is left of somebody who closed their account: asserted by the official client's suite.
const DELETED: &str = "DELETED USER";

impl View<'_> {
    pub(in crate::tamtam) fn user(&self, key: AccountKey) -> wire::User {
        let account = self.state.account(key);
        let is_bot = account.bot.is_some();
        let at = account.last_activity;
        let (name, username) = if account.is_deleted {
            (DELETED.to_owned(), None)
        } else {
            (account.name.clone(), account.username.clone())
        };
        let last_activity_time = match (account.is_deleted, is_bot) {
            (true, _) => 0,
            // Seen on MAX: whole seconds for people, milliseconds for bots.
            (false, true) => at.timestamp_millis(),
            (false, false) => at.timestamp() * 1000,
        };
        let user = wire::User {
            user_id: account.id,
            name: Some(name),
            username,
            is_bot,
            last_activity_time,
            ..wire::User::default()
        };
        match account.platform {
            Platform::Max => wire::User {
                first_name: user.name.clone(),
                // Seen on MAX: people without a last name have an empty one, bots have none.
                last_name: (!is_bot).then(String::new),
                ..user
            },
            Platform::Tamtam | Platform::Potato => user,
        }
    }

    /// `UserWithPhoto`.
    pub(in crate::tamtam) fn portrait(&self, key: AccountKey) -> wire::User {
        let account = self.state.account(key);
        if account.is_deleted {
            return self.user(key);
        }
        let picture = account.avatar.map(|file| self.file_url(file));
        wire::User {
            description: account.description.clone(),
            avatar_url: picture.clone(),
            full_avatar_url: picture,
            ..self.user(key)
        }
    }

    /// Somebody in an update about a chat: seen with their picture on MAX, which no schema has.
    pub(super) fn doer(&self, key: AccountKey) -> wire::User {
        match self.platform {
            Platform::Max => wire::User { description: None, ..self.portrait(key) },
            Platform::Tamtam | Platform::Potato => self.user(key),
        }
    }

    /// `BotInfo`.
    pub(in crate::tamtam) fn bot_info(&self, key: AccountKey) -> wire::BotInfo {
        let commands = self.commands(key);
        // Asserted by the official client's suite: who offers none has `null`.
        let commands = (!commands.is_empty()).then_some(commands);
        wire::BotInfo { user: self.portrait(key), commands }
    }

    pub(in crate::tamtam) fn commands(&self, key: AccountKey) -> Vec<wire::BotCommand> {
        let offered = self.state.account(key).bot.iter().flat_map(|bot| &bot.commands);
        let command = |it: &crate::world::Command| wire::BotCommand {
            name: it.name.clone(),
            description: it.description.clone(),
        };
        offered.map(command).collect()
    }

    /// `ChatMember`.
    pub(in crate::tamtam) fn member(&self, member: &Member) -> wire::ChatMember {
        let (granted, alias) = match &member.role {
            Role::Owner => (Some(Permission::all_of(self.platform)), None),
            Role::Admin { permissions, alias } => (Some(permissions.as_slice()), alias.clone()),
            Role::Plain => (None, None),
        };
        wire::ChatMember {
            user: self.portrait(member.account),
            last_access_time: member.last_access.timestamp_millis(),
            is_owner: member.role == Role::Owner,
            is_admin: member.is_admin(),
            join_time: member.joined.timestamp_millis(),
            permissions: granted.map(|granted| self.permissions(granted)),
            alias: alias.filter(|_| self.platform == Platform::Max),
        }
    }

    /// What is granted, as far as the messenger has words for it.
    pub(super) fn permissions(&self, granted: &[Permission]) -> Vec<wire::ChatAdminPermission> {
        let is_known =
            |it: &&Permission| self.platform == Platform::Max || Permission::TAMTAM.contains(*it);
        let word = |it: &Permission| match super::json(it) {
            Value::String(word) => Some(word.into()),
            _ => None,
        };
        granted.iter().filter(is_known).filter_map(word).collect()
    }
}
