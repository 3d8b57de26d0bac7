//! What the operations do.

use std::time::Duration;

use axum::body::Bytes;
use serde_json::{Value, json};

use adapter_tamtam::wire;

use super::refusal::Refusal;
use super::{Facade, Parameters, read, render};
use crate::world::{AccountKey, ChatKey, Draft};

/// `getUpdates`: how many come when nothing is said, and at most.
const DEFAULT_LIMIT: usize = 100;
const MAX_LIMIT: usize = 1000;

/// `getUpdates`: how long it waits when nothing is said, and at most, in seconds.
const DEFAULT_TIMEOUT: u64 = 30;
const MAX_TIMEOUT: u64 = 90;

impl Facade {
    pub(super) fn me(&self, bot: AccountKey) -> Value {
        render::json(&render::user(&self.world.account(bot)))
    }

    /// Waits for updates. A marker commits what came before it; without one, everything since the
    /// last commitment comes again. Updates that `types` leaves out are committed with the rest.
    pub(super) async fn updates(&self, bot: AccountKey, given: &Parameters) -> Value {
        let limit = given.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT);
        let timeout = given.timeout.unwrap_or(DEFAULT_TIMEOUT).min(MAX_TIMEOUT);
        let wanted: Option<Vec<&str>> = given.types.as_deref().map(|it| it.split(',').collect());
        let is_wanted = |update: &Value| {
            wanted.as_ref().is_none_or(|types| {
                update["update_type"].as_str().is_some_and(|kind| types.contains(&kind))
            })
        };
        let mut changes = self.world.changes();
        let over = tokio::time::sleep(Duration::from_secs(timeout));
        tokio::pin!(over);
        loop {
            let (page, next) = self.world.updates(bot, given.marker, limit);
            let updates: Vec<Value> =
                page.iter().map(|it| render::update(&self.world, it)).filter(is_wanted).collect();
            let list = json!({"updates": updates, "marker": next});
            if !updates.is_empty() {
                return list;
            }
            tokio::select! {
                alive = changes.changed() => if alive.is_err() { return list },
                () = &mut over => return list,
            }
        }
    }

    /// The body is checked before the recipient is looked up: so does MAX.
    pub(super) fn send(
        &self,
        bot: AccountKey,
        given: &Parameters,
        body: &Bytes,
    ) -> Result<Value, Refusal> {
        let body = read::message(body)?;
        let chat = self.recipient(bot, given)?;
        let text = read::text(&body)?.unwrap_or_default();
        let buttons = read::buttons(&body)?.unwrap_or_default();
        if text.plain.trim().is_empty() {
            // A keyboard alone is no message: asserted by the official client's suite.
            return Err(Refusal::payload("Message must have text or attachments"));
        }
        let reply_to = body.link.as_ref().map(|link| self.replied(chat, link)).transpose()?;
        let message = self.world.send(chat, Draft { text, buttons, reply_to });
        let message = render::message(&self.world, chat, &message);
        Ok(render::json(&wire::SendMessageResult { message }))
    }

    /// What is `null` stays as it was; `[]` takes the keyboard away.
    pub(super) fn edit(
        &self,
        bot: AccountKey,
        given: &Parameters,
        body: &Bytes,
    ) -> Result<Value, Refusal> {
        let body = read::message(body)?;
        let (text, buttons) = (read::text(&body)?, read::buttons(&body)?);
        let id = given.message_id.as_deref().unwrap_or_default();
        let (chat, number) = self.message(bot, id).ok_or_else(|| Refusal::no_message(id))?;
        if text.as_ref().is_some_and(|text| text.plain.trim().is_empty()) {
            return Ok(failure("Message must have text or attachments"));
        }
        let edited = self.world.edit(chat, number, |message| {
            message.text = text.unwrap_or(message.text.clone());
            message.buttons = buttons.unwrap_or(message.buttons.clone());
        });
        Ok(if edited { success() } else { failure("Message can't be edited") })
    }

    pub(super) fn answer_callback(
        &self,
        bot: AccountKey,
        given: &Parameters,
        body: &Bytes,
    ) -> Result<Value, Refusal> {
        let answer: wire::CallbackAnswer<'_> = read::decoded(body)?;
        if answer.message.is_some() {
            return Err(Refusal::not_emulated("an edit by POST /answers"));
        }
        let notice = answer.notification.as_deref();
        let notice = notice.ok_or_else(|| Refusal::payload("No message or notification"))?;
        let callback = given.callback_id.as_deref().unwrap_or_default();
        let known = self.world.answer(bot, callback, notice);
        Ok(if known { success() } else { failure("Callback not found") })
    }

    fn recipient(&self, bot: AccountKey, given: &Parameters) -> Result<ChatKey, Refusal> {
        match (given.chat_id, given.user_id) {
            (Some(chat), _) => self.world.chat_of(bot, chat).ok_or_else(|| Refusal::no_chat(chat)),
            (None, Some(user)) => {
                let dialog = self.world.account(bot).id ^ user;
                self.world.chat_of(bot, dialog).ok_or_else(|| Refusal::no_dialog(user))
            }
            (None, None) => Err(Refusal::payload("Unknown recipient")),
        }
    }

    fn replied(&self, chat: ChatKey, link: &wire::NewMessageLink<'_>) -> Result<i64, Refusal> {
        if link.kind == wire::LinkKind::Forward {
            return Err(Refusal::not_emulated("forwards"));
        }
        let number = read::mid(&link.mid).map(|(_, number)| number);
        let chat = self.world.chat(chat);
        number
            .filter(|number| chat.message(*number).is_some())
            .ok_or_else(|| Refusal::no_message(&link.mid))
    }

    fn message(&self, bot: AccountKey, mid: &str) -> Option<(ChatKey, i64)> {
        let (chat, number) = read::mid(mid)?;
        let chat = self.world.chat_of(bot, chat)?;
        self.world.chat(chat).message(number).map(|message| (chat, message.number))
    }
}

fn success() -> Value {
    json!({"success": true})
}

fn failure(message: &str) -> Value {
    json!({"success": false, "message": message})
}
