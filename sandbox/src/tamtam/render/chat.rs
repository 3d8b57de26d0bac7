//! Chats.

use adapter_tamtam::wire;

use super::View;
use crate::Platform;
use crate::world::{Chat, ChatKey, ChatKind, mid};

impl View<'_> {
    /// A chat as it stands in a list: without who is in it and what is pinned.
    pub(in crate::tamtam) fn chat(&self, key: ChatKey) -> wire::Chat {
        let state = self.state;
        let chat = state.chat(key);
        let is_dialog = chat.kind == ChatKind::Dialog;
        let keeps = chat.is_admin(self.bot);
        let id_of = |account| state.account(account).id;
        let opened_by = chat.opened_by.filter(|_| self.platform == Platform::Tamtam);
        wire::Chat {
            chat_id: chat.id,
            kind: match chat.kind {
                ChatKind::Dialog => wire::ChatType::Dialog,
                ChatKind::Group | ChatKind::Supergroup => wire::ChatType::Chat,
                ChatKind::Channel => wire::ChatType::Channel,
            },
            status: self.status(chat),
            title: chat.title.clone(),
            icon: chat.icon.map(|file| wire::Image { url: self.file_url(file) }),
            last_event_time: chat.last_event.timestamp_millis(),
            participants_count: i64::try_from(chat.members.len()).unwrap_or(i64::MAX),
            owner_id: chat.owner().filter(|_| keeps).map(id_of),
            participants: None,
            is_public: chat.is_public,
            link: chat.link.as_ref().map(|name| match self.platform {
                Platform::Max => format!("https://max.ru/{name}"),
                // Asserted by the official client's suite.
                Platform::Tamtam | Platform::Potato => format!("https://tt.me/{name}"),
            }),
            description: chat.description.clone(),
            dialog_with_user: chat.peer(self.bot).map(|peer| self.portrait(peer)),
            messages_count: (!is_dialog)
                .then(|| i64::try_from(chat.messages.len()).unwrap_or(i64::MAX)),
            chat_message_id: opened_by.map(|(from, number)| mid(state.chat(from).id, number)),
            pinned_message: None,
        }
    }

    /// A chat that was asked for by itself. Who is in it and whose it is, only those learn who keep
    /// order there: asserted by the official client's suite.
    pub(in crate::tamtam) fn whole_chat(&self, key: ChatKey) -> wire::Chat {
        let chat = self.state.chat(key);
        let at = |it: &crate::world::Member| {
            let account = self.state.account(it.account);
            (account.id.to_string(), account.last_activity.timestamp_millis())
        };
        let is_in = chat.member(self.bot).is_some();
        let pinned = chat.pinned.and_then(|number| chat.message(number)).filter(|_| is_in);
        wire::Chat {
            participants: chat.is_admin(self.bot).then(|| chat.members.iter().map(at).collect()),
            pinned_message: pinned.map(|it| Box::new(self.message(key, it))),
            ..self.chat(key)
        }
    }

    /// How the bot stands to a chat.
    fn status(&self, chat: &Chat) -> wire::ChatStatus {
        match (chat.member(self.bot), chat.former(self.bot)) {
            _ if chat.is_closed => wire::ChatStatus::Closed,
            (Some(_), _) if !chat.dialog.is_stopped => wire::ChatStatus::Active,
            // The schema 0.0.32 of MAX has no `suspended`, and does not say what came for it: the
            // person put the bot out.
            (Some(_), _) if self.platform == Platform::Max => wire::ChatStatus::Removed,
            (Some(_), _) => wire::ChatStatus::Suspended,
            (None, Some(former)) if former.was_removed => wire::ChatStatus::Removed,
            (None, _) => wire::ChatStatus::Left,
        }
    }
}
