//! Groups and channels, and who comes and goes.

use super::chat::Former;
use super::{
    AccountKey, Action, ChatKey, ChatKind, Event, Member, Permission, Platform, Role, State, ids,
};

impl State {
    /// Somebody opens a group or a channel; it is theirs.
    pub fn open_chat(&mut self, kind: ChatKind, owner: AccountKey, title: &str) -> ChatKey {
        let platform = self.account(owner).platform;
        let id = ids::chat(platform, self.chats_before(platform, kind));
        let chat = self.add_chat(platform, kind, id);
        let member = Member { role: Role::Owner, ..Member::plain(owner, self.now) };
        let opened = self.chat_mut(chat);
        opened.title = Some(title.to_owned());
        opened.members.push(member);
        self.mark_activity(owner, Some(chat));
        chat
    }

    /// Brings somebody in; without an inviter they come by a link. `false` when they are in.
    pub fn add_member(
        &mut self,
        chat: ChatKey,
        account: AccountKey,
        inviter: Option<AccountKey>,
    ) -> bool {
        if self.chat(chat).member(account).is_some() {
            return false;
        }
        let member = Member { inviter, ..Member::plain(account, self.now) };
        let entered = self.chat_mut(chat);
        entered.former.retain(|it| it.account != account);
        entered.members.push(member);
        let doer = inviter.unwrap_or(account);
        self.mark_activity(doer, Some(chat));
        if self.chat(chat).platform == Platform::Potato {
            self.note(chat, doer, Action::Came(account));
            return true;
        }
        if self.account(account).is_bot() {
            self.tell(account, Event::BotAdded { chat, by: doer });
        }
        let event = Event::Joined { chat, account, inviter };
        self.tell_others(chat, &[account, doer], None, &event);
        true
    }

    /// Somebody leaves, or is put out by another; who is banned does not come back by a link.
    /// `false` when they are not in.
    pub fn remove_member(
        &mut self,
        chat: ChatKey,
        account: AccountKey,
        by: Option<AccountKey>,
        is_banned: bool,
    ) -> bool {
        let left = self.chat_mut(chat);
        let Some(place) = left.members.iter().position(|it| it.account == account) else {
            return false;
        };
        left.members.remove(place);
        left.former.push(Former { account, was_removed: by.is_some(), is_banned });
        let doer = by.unwrap_or(account);
        self.mark_activity(doer, Some(chat));
        if self.chat(chat).platform == Platform::Potato {
            let message = self.note(chat, doer, Action::Gone(account));
            if by.is_some() {
                // It is not among those in the chat any more.
                self.tell(account, Event::Wrote { chat, message });
            }
            return true;
        }
        if let (true, Some(by)) = (self.account(account).is_bot(), by) {
            self.tell(account, Event::BotRemoved { chat, by });
        }
        let event = Event::Left { chat, account, by };
        self.tell_others(chat, &[account, doer], None, &event);
        true
    }

    /// Grants somebody rights, or other ones than they had.
    pub fn promote(
        &mut self,
        chat: ChatKey,
        account: AccountKey,
        by: AccountKey,
        permissions: Vec<Permission>,
        alias: Option<String>,
    ) {
        self.give_role(chat, account, by, Role::Admin { permissions, alias });
    }

    /// Takes somebody's rights.
    pub fn demote(&mut self, chat: ChatKey, account: AccountKey, by: AccountKey) {
        self.give_role(chat, account, by, Role::Plain);
    }

    fn give_role(&mut self, chat: ChatKey, account: AccountKey, by: AccountKey, role: Role) {
        let Some(member) = self.chat_mut(chat).member_mut(account) else { return };
        if member.role == Role::Owner || member.role == role {
            return;
        }
        let permissions = match &role {
            Role::Admin { permissions, .. } => Some(permissions.clone()),
            Role::Owner | Role::Plain => None,
        };
        member.role = role;
        self.mark_activity(by, Some(chat));
        // Only MAX tells, and only the bot whose rights they are.
        if self.chat(chat).platform == Platform::Max && account != by {
            self.tell(account, Event::RoleChanged { chat, by, account, permissions });
        }
    }

    /// Gives a chat another title.
    pub fn rename(&mut self, chat: ChatKey, by: AccountKey, title: &str) {
        self.chat_mut(chat).title = Some(title.to_owned());
        self.mark_activity(by, Some(chat));
        if self.chat(chat).platform == Platform::Potato {
            self.note(chat, by, Action::Renamed(title.to_owned()));
            return;
        }
        let event = Event::Renamed { chat, by, title: title.to_owned() };
        self.tell_others(chat, &[by], None, &event);
    }

    /// Somebody comes by the chat's link. `false` when they are in, or may not come back.
    pub fn join(&mut self, chat: ChatKey, account: AccountKey) -> bool {
        let found = self.chat(chat);
        let is_banned = found.former(account).is_some_and(|it| it.is_banned);
        if found.is_closed || found.link.is_none() || is_banned {
            return false;
        }
        self.add_member(chat, account, None)
    }

    /// Gives a group or a channel a link by which one comes in; whether everybody may find it.
    pub fn publish(&mut self, chat: ChatKey, link: &str, is_public: bool) {
        let published = self.chat_mut(chat);
        (published.link, published.is_public) = (Some(link.to_owned()), is_public);
    }

    /// From now on the posts of a channel name their writers, or do so no more.
    pub fn sign(&mut self, channel: ChatKey, is_signed: bool) {
        self.chat_mut(channel).is_signed = is_signed;
    }

    /// Somebody closes their account; their chats remember them by their number.
    pub fn close_account(&mut self, account: AccountKey) {
        self.account_mut(account).is_deleted = true;
    }

    /// From now on nobody may bring somebody into a chat.
    pub fn refuse_invites(&mut self, account: AccountKey) {
        self.account_mut(account).refuses_invites = true;
    }

    /// Whoever was banned may come back.
    pub fn unban(&mut self, chat: ChatKey, account: AccountKey) -> bool {
        let former = self.chat_mut(chat).former.iter_mut();
        let banned = former.into_iter().find(|it| it.account == account && it.is_banned);
        banned.is_some_and(|it| {
            it.is_banned = false;
            true
        })
    }

    /// Pins a message, or takes down what is pinned. No update tells of it.
    pub(crate) fn pin(&mut self, chat: ChatKey, by: AccountKey, number: Option<i64>) {
        self.chat_mut(chat).pinned = number;
        self.mark_activity(by, Some(chat));
    }

    /// Closes a chat for good: all are put out. On Potato bots are told by notes, as whenever
    /// somebody is put out; of people's going there is none.
    pub fn close(&mut self, chat: ChatKey, by: AccountKey) {
        let members: Vec<AccountKey> =
            self.chat(chat).members.iter().map(|it| it.account).collect();
        self.chat_mut(chat).is_closed = true;
        self.mark_activity(by, Some(chat));
        let is_potato = self.chat(chat).platform == Platform::Potato;
        for member in members.into_iter().filter(|it| *it != by) {
            if is_potato && self.account(member).is_bot() {
                self.note(chat, by, Action::Gone(member));
            } else {
                self.tell(member, Event::BotRemoved { chat, by });
            }
        }
    }
}
