//! Groups that become supergroups, and the notes that the messenger writes into its chats: Potato.

use super::{AccountKey, Action, ChatKey, ChatKind, Content, Draft, Message, Platform, State, ids};

impl State {
    /// The messenger notes in a chat what somebody did to it. On Potato such notes are messages, with
    /// numbers like all others; bots are told, but for the doer.
    pub(super) fn note(&mut self, chat: ChatKey, by: AccountKey, action: Action) -> Message {
        let content = Content { action: Some(action), ..Content::default() };
        self.post(chat, by, Draft { content, ..Draft::default() })
    }

    /// From now on all in a group keep order, or do so no more.
    pub fn keep_order_all(&mut self, group: ChatKey, all: bool) {
        self.chat_mut(group).potato.all_keep_order = all;
    }

    /// Makes a group a supergroup: everybody and everything said goes there, and the group is gone.
    /// `None` when it is no group any more.
    ///
    /// Document, `MessageAction`: the last that is heard of the group is the number of the supergroup,
    /// and the first that is heard of the supergroup the number of the group.
    pub fn upgrade(&mut self, group: ChatKey, by: AccountKey) -> Option<ChatKey> {
        let found = self.chat(group);
        if found.kind != ChatKind::Group || found.potato.became.is_some() {
            return None;
        }
        let (platform, kind, old_id) = (found.platform, ChatKind::Supergroup, found.id);
        let count = self.chats_before(platform, kind);
        // It has another number than the group: whoever took one for the other would not notice.
        let ids = [count, count + 1].map(|count| ids::chat(platform, count));
        let id = if ids[0] == old_id { ids[1] } else { ids[0] };
        let new = self.add_chat(platform, kind, id);
        self.note(group, by, Action::BecameSupergroup(new));
        let old = self.chat_mut(group);
        (old.potato.became, old.potato.all_keep_order) = (Some(new), false);
        let (title, description) = (old.title.clone(), old.description.take());
        let (members, former) = (std::mem::take(&mut old.members), std::mem::take(&mut old.former));
        let scores = std::mem::take(&mut old.potato.scores);
        let (messages, pinned) = (std::mem::take(&mut old.messages), old.pinned.take());
        let (link, is_public) = (old.link.take(), std::mem::take(&mut old.is_public));
        let icon = old.icon.take();
        let supergroup = self.chat_mut(new);
        (supergroup.link, supergroup.is_public, supergroup.icon) = (link, is_public, icon);
        (supergroup.title, supergroup.description) = (title, description);
        (supergroup.members, supergroup.former) = (members, former);
        supergroup.potato.scores = scores;
        (supergroup.messages, supergroup.pinned) = (messages, pinned);
        for callback in self.callbacks.values_mut().filter(|it| it.chat == group) {
            callback.chat = new;
        }
        for query in self.inline_queries.iter_mut().filter(|it| it.chat == group) {
            query.chat = new;
        }
        self.note(new, by, Action::WasGroup(group));
        Some(new)
    }

    /// How many numbers are behind those with which a new chat of this kind shares its numbers.
    pub(super) fn chats_before(&self, platform: Platform, kind: ChatKind) -> usize {
        if platform != Platform::Potato {
            return self.chats.len();
        }
        let is_group = |kind| kind == ChatKind::Group;
        let is_like = |it: ChatKind| it != ChatKind::Dialog && is_group(it) == is_group(kind);
        let alike = self.chats.iter().filter(|it| it.platform == platform && is_like(it.kind));
        // One may have been left out.
        let behind = alike.map(|it| it.id - ids::chat(platform, 0) + 1).max();
        behind.and_then(|behind| usize::try_from(behind).ok()).unwrap_or_default()
    }
}
