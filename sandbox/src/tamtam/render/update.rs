//! Updates.

use adapter_tamtam::wire;
use serde_json::Value;

use super::{View, json};
use crate::Platform;
use crate::world::{
    AccountKey, ChatKey, ChatKind, Comment, CommentChange, Content, DialogChange, Event, Happening,
    Input, Permission, mid,
};

/// Who did something, and when and where.
#[derive(Clone, Copy)]
struct Deed {
    timestamp: i64,
    chat: ChatKey,
    by: AccountKey,
}

impl View<'_> {
    /// An update as it goes over the wire.
    pub(in crate::tamtam) fn update(&self, happening: &Happening) -> Value {
        let at = happening.at.timestamp_millis();
        let chat_id = |chat: &ChatKey| self.state.chat(*chat).id;
        match &happening.event {
            Event::Undocumented { chat, kind } => serde_json::json!({
                "update_type": kind,
                "timestamp": at,
                "chat_id": chat_id(chat),
            }),
            Event::Started { chat, person, payload } => json(&wire::Update::BotStarted {
                timestamp: at,
                chat_id: chat_id(chat),
                user: self.doer(*person),
                payload: payload.clone(),
                user_locale: self.locale(*person),
                user_id: self.beside(*person),
            }),
            Event::Dialog { chat, person, what } => {
                json(&self.dialog(Deed { timestamp: at, chat: *chat, by: *person }, *what))
            }
            event @ (Event::Wrote { .. }
            | Event::Edited { .. }
            | Event::Deleted { .. }
            | Event::Pressed { .. }) => json(&self.said(at, event)),
            event @ (Event::ConstructionAsked { .. } | Event::Constructed { .. }) => {
                json(&self.built(at, event))
            }
            Event::Commented { chat, number, comment, what, by } => {
                let deed = Deed { timestamp: at, chat: *chat, by: *by };
                json(&self.commented(deed, *number, comment, *what))
            }
            event => json(&self.changed(at, event)),
        }
    }

    /// What a person did with their dialog.
    fn dialog(&self, deed: Deed, what: DialogChange) -> wire::Update {
        let muted_until = match what {
            DialogChange::Muted { until } => Some(until.timestamp_millis()),
            _ => None,
        };
        let told = wire::InDialog {
            timestamp: deed.timestamp,
            chat_id: self.state.chat(deed.chat).id,
            user: self.doer(deed.by),
            muted_until,
            user_locale: self.locale(deed.by),
            user_id: None,
        };
        match what {
            DialogChange::Stopped => wire::Update::BotStopped(told),
            DialogChange::Cleared => wire::Update::DialogCleared(told),
            DialogChange::Muted { .. } => wire::Update::DialogMuted(told),
            DialogChange::Unmuted => wire::Update::DialogUnmuted(told),
            DialogChange::Removed => wire::Update::DialogRemoved(told),
        }
    }

    /// What was said; nothing for what is told elsewhere.
    fn said(&self, timestamp: i64, event: &Event) -> Option<wire::Update> {
        let id_of = |key: &AccountKey| self.state.account(*key).id;
        Some(match event {
            Event::Wrote { chat, message } => wire::Update::MessageCreated {
                timestamp,
                message: Box::new(self.message(*chat, message)),
                // Both schemas: only in dialogs.
                user_locale: (self.state.chat(*chat).kind == ChatKind::Dialog)
                    .then(|| self.locale(message.sender))
                    .flatten(),
            },
            Event::Edited { chat, message } => wire::Update::MessageEdited {
                timestamp,
                message: Box::new(self.message(*chat, message)),
            },
            Event::Deleted { chat, number, by } => wire::Update::MessageRemoved {
                timestamp,
                message_id: mid(self.state.chat(*chat).id, *number),
                chat_id: Some(self.state.chat(*chat).id),
                user_id: Some(id_of(by)),
            },
            Event::Pressed { chat, message, person, payload, callback, .. } => {
                // Both schemas: none when it was deleted before the bot got this.
                let is_there = self.state.chat(*chat).message(message.number).is_some();
                wire::Update::MessageCallback {
                    timestamp,
                    callback: wire::Callback {
                        timestamp,
                        callback_id: callback.clone(),
                        payload: Some(payload.clone()),
                        user: self.user(*person),
                    },
                    message: is_there.then(|| Box::new(self.message(*chat, message))),
                    user_locale: self.locale(*person),
                }
            }
            _ => return None,
        })
    }

    /// What was built with the bot's help; nothing for what is told elsewhere.
    fn built(&self, timestamp: i64, event: &Event) -> Option<wire::Update> {
        Some(match event {
            Event::ConstructionAsked { session, person, data, input } => {
                wire::Update::MessageConstructionRequest {
                    timestamp,
                    user: self.user(*person),
                    user_locale: self.locale(*person),
                    session_id: session.clone(),
                    data: data.clone(),
                    input: self.input(input),
                }
            }
            Event::Constructed { session, chat, message } => {
                let posted = self.message(*chat, message);
                wire::Update::MessageConstructed {
                    timestamp,
                    session_id: session.clone(),
                    message: Box::new(wire::ConstructedMessage {
                        sender: posted.sender,
                        timestamp: posted.timestamp,
                        link: posted.link,
                        body: posted.body.unwrap_or_default(),
                    }),
                }
            }
            _ => return None,
        })
    }

    /// What was said about a message.
    fn commented(
        &self,
        deed: Deed,
        post: i64,
        comment: &Comment,
        what: CommentChange,
    ) -> wire::Update {
        let Deed { timestamp, chat, by } = deed;
        let message = || Box::new(self.comment(chat, post, comment));
        let id = self.state.chat(chat).id;
        match what {
            CommentChange::Written => {
                wire::Update::CommentCreated { timestamp, message: message() }
            }
            CommentChange::Edited => wire::Update::CommentEdited { timestamp, message: message() },
            CommentChange::Deleted => wire::Update::CommentRemoved {
                timestamp,
                message_id: mid(id, comment.number),
                chat_id: id,
                user_id: self.state.account(by).id,
                post_id: Some(mid(id, post)),
            },
        }
    }

    /// Who came and went, and what a chat became.
    fn changed(&self, timestamp: i64, event: &Event) -> Option<wire::Update> {
        let id_of = |key: &AccountKey| self.state.account(*key).id;
        let in_chat = |chat: &ChatKey, by: &AccountKey| wire::BotInChat {
            timestamp,
            chat_id: self.state.chat(*chat).id,
            user: self.doer(*by),
            is_channel: self.is_channel(*chat),
            user_id: self.beside(*by),
        };
        Some(match event {
            Event::BotAdded { chat, by } => wire::Update::BotAdded(in_chat(chat, by)),
            Event::BotRemoved { chat, by } => wire::Update::BotRemoved(in_chat(chat, by)),
            Event::Joined { chat, account, inviter } => wire::Update::UserAdded {
                timestamp,
                chat_id: self.state.chat(*chat).id,
                user: self.doer(*account),
                inviter_id: inviter.as_ref().map(id_of),
                is_channel: self.is_channel(*chat),
                user_id: self.beside(*account),
            },
            Event::Left { chat, account, by } => wire::Update::UserRemoved {
                timestamp,
                chat_id: self.state.chat(*chat).id,
                user: self.doer(*account),
                admin_id: by.as_ref().map(id_of),
                is_channel: self.is_channel(*chat),
                user_id: self.beside(*account),
            },
            Event::Renamed { chat, by, title } => wire::Update::ChatTitleChanged {
                timestamp,
                chat_id: self.state.chat(*chat).id,
                user: self.doer(*by),
                title: title.clone(),
                user_id: self.beside(*by),
            },
            Event::ChatOpened { chat, from, number, payload } => wire::Update::MessageChatCreated {
                timestamp,
                chat: Box::new(self.chat(*chat)),
                message_id: mid(self.state.chat(*from).id, *number),
                start_payload: payload.clone(),
            },
            Event::RoleChanged { chat, by, account, permissions } => {
                let granted = |it: &Vec<Permission>| self.permissions(it);
                wire::Update::BotAdminPermissionsChanged {
                    timestamp,
                    chat_id: self.state.chat(*chat).id,
                    user_id: id_of(by),
                    bot_id: Some(id_of(account)),
                    is_channel: self.is_channel(*chat),
                    is_admin: permissions.is_some(),
                    permissions: permissions.as_ref().map(granted),
                }
            }
            _ => return None,
        })
    }

    fn input(&self, input: &Input) -> wire::ConstructorInput {
        match input {
            Input::Pressed { payload } => {
                wire::ConstructorInput::Callback { payload: payload.clone() }
            }
            Input::Wrote { messages } => wire::ConstructorInput::Message {
                messages: Some(messages.iter().map(|it| self.draft(it)).collect()),
            },
        }
    }

    fn draft(&self, content: &Content) -> wire::ConstructedMessageBody<'static> {
        wire::ConstructedMessageBody {
            text: Some(content.text.plain.clone().into()),
            attachments: self.requests(content),
            markup: self.markup(&content.text),
            ..wire::ConstructedMessageBody::default()
        }
    }

    fn is_channel(&self, chat: ChatKey) -> bool {
        self.state.chat(chat).kind == ChatKind::Channel
    }

    /// The language of a person; bots have none.
    fn locale(&self, key: AccountKey) -> Option<String> {
        let account = self.state.account(key);
        (!account.is_bot()).then(|| account.locale.clone())
    }

    /// Seen on MAX's wire: the number of the user once more, beside them.
    fn beside(&self, key: AccountKey) -> Option<i64> {
        (self.platform == Platform::Max).then(|| self.state.account(key).id)
    }
}
