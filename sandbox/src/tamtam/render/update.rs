//! Updates.

use adapter_tamtam::wire;
use serde_json::Value;

use super::{View, json};
use crate::world::{AccountKey, ChatKey, Event, Happening, Message};

impl View<'_> {
    /// An update as it goes over the wire.
    pub(in crate::tamtam) fn update(&self, happening: &Happening) -> Value {
        let state = self.state;
        match &happening.event {
            Event::Undocumented { chat, kind } => serde_json::json!({
                "update_type": kind,
                "timestamp": happening.at.timestamp_millis(),
                "chat_id": state.chat(*chat).id,
            }),
            event => self.documented(happening, event).as_ref().map(json).unwrap_or_default(),
        }
    }

    fn documented(&self, happening: &Happening, event: &Event) -> Option<wire::Update> {
        let timestamp = happening.at.timestamp_millis();
        let state = self.state;
        let user = |key: AccountKey| self.user(key);
        let message = |chat: ChatKey, it: &Message| self.message(chat, it);
        Some(match event {
            Event::Started { chat, person, payload } => wire::Update::BotStarted {
                timestamp,
                chat_id: state.chat(*chat).id,
                user: user(*person),
                payload: payload.clone(),
                user_locale: None,
                user_id: None,
            },
            Event::Wrote { chat, message: it } => wire::Update::MessageCreated {
                timestamp,
                message: Box::new(message(*chat, it)),
                user_locale: None,
            },
            Event::Pressed { chat, message: it, person, payload, callback } => {
                wire::Update::MessageCallback {
                    timestamp,
                    callback: wire::Callback {
                        timestamp,
                        callback_id: callback.clone(),
                        payload: Some(payload.clone()),
                        user: user(*person),
                    },
                    message: Some(Box::new(message(*chat, it))),
                    user_locale: None,
                }
            }
            _ => return None,
        })
    }
}
