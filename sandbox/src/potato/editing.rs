//! What bots change, delete and pin.

use adapter_potato::wire;
use serde_json::Value;

use super::answer::{Answer, Failure};
use super::call::Call;
use super::media::caption;
use super::sending::text;
use super::{Facade, keyboard, place};
use crate::Platform;
use crate::world::{AccountKey, Attachment, ChatKey, ChatKind, Message, Permission, State};

impl Facade {
    /// A keyboard that is not given again is gone.
    pub(super) fn edit_message_text(&self, call: &Call) -> Answer {
        let given: wire::EditMessageText<'_> = call.parameters()?;
        let text = text(&given.text, given.markdown, &self.switches())?;
        self.world.act(|state| {
            let (chat, message) = own(state, call.bot, given.target, given.message_id)?;
            let content = &message.content;
            let is_note = content.action.is_some();
            if is_note || !content.attachments.is_empty() || message.is_passed_on() {
                return Err(Failure::WrongObject);
            }
            let mut content = content.clone();
            content.text = text;
            keyboard::put(&mut content, given.reply_markup)?;
            state.edit(chat, given.message_id, call.bot, |it| *it = content);
            Ok(Some(Value::Null))
        })
    }

    /// The table lacks `caption`, which the example has: without one the caption stays as it is.
    pub(super) fn edit_message_caption(&self, call: &Call) -> Answer {
        let given: wire::EditMessageCaption<'_> = call.parameters()?;
        let words = given.caption.as_deref().map(|it| caption(Some(it))).transpose()?;
        self.world.act(|state| {
            let (chat, message) = own(state, call.bot, given.target, given.message_id)?;
            if !matches!(message.content.attachments.first(), Some(Attachment::File(_))) {
                return Err(Failure::WrongObject);
            }
            let mut content = message.content.clone();
            content.text = words.unwrap_or(content.text);
            keyboard::put(&mut content, given.reply_markup)?;
            state.edit(chat, given.message_id, call.bot, |it| *it = content);
            Ok(Some(Value::Null))
        })
    }

    /// Document, `deleteMessage`: in a dialog its own messages alone; elsewhere all that there are,
    /// when the bot keeps order and not everybody does.
    pub(super) fn delete_message(&self, call: &Call) -> Answer {
        let given: wire::MessageIn = call.parameters()?;
        self.world.act(|state| {
            let key = place::find(state, call.bot, given.target)?;
            let chat = state.chat(key);
            let message = chat.message(given.message_id).ok_or(Failure::MessageNotFound)?;
            let may_all = chat.kind != ChatKind::Dialog
                && !chat.potato.all_keep_order
                && chat.may(call.bot, Permission::CanDeleteMessages);
            if message.sender != call.bot && !may_all {
                return Err(place::refusal(chat, call.bot));
            }
            state.delete(key, given.message_id, call.bot);
            Ok(Some(Value::Null))
        })
    }

    pub(super) fn pin_message(&self, call: &Call) -> Answer {
        let given: wire::PinChatMessage = call.parameters()?;
        self.world.act(|state| {
            let key = pinning(state, call.bot, given.target)?;
            state.chat(key).message(given.message_id).ok_or(Failure::MessageNotFound)?;
            state.pin(key, call.bot, Some(given.message_id));
            Ok(None)
        })
    }

    pub(super) fn unpin_message(&self, call: &Call) -> Answer {
        let target: wire::Target = call.parameters()?;
        self.world.act(|state| {
            let key = pinning(state, call.bot, target)?;
            state.chat(key).pinned.ok_or(Failure::NothingPinned)?;
            state.pin(key, call.bot, None);
            Ok(None)
        })
    }
}

/// A message that the bot wrote, or that somebody posted from what it offered: document,
/// `editMessageText`, "sent by the bot or via the bot". The latter may be where the bot is not.
pub(super) fn own(
    state: &State,
    bot: AccountKey,
    target: wire::Target,
    number: i64,
) -> Result<(ChatKey, &Message), Failure> {
    let chats =
        state.chats_of_kind(Platform::Potato, place::kinds(target.chat_type), target.chat_id);
    let messages = chats.filter_map(|key| Some((key, state.chat(key).message(number)?)));
    let is_via = |(_, it): &(ChatKey, &Message)| it.constructed_by == Some(bot);
    if let Some(found) = messages.into_iter().find(is_via) {
        return Ok(found);
    }
    let key = place::find(state, bot, target)?;
    let message = state.chat(key).message(number).ok_or(Failure::MessageNotFound)?;
    if message.sender == bot { Ok((key, message)) } else { Err(Failure::NoPermission) }
}

/// A supergroup or a channel where the bot may pin: document, `pinChatMessage`, which names another
/// right for either.
fn pinning(state: &State, bot: AccountKey, target: wire::Target) -> Result<ChatKey, Failure> {
    place::only(target, &[wire::ChatType::Channel])?;
    let key = place::find(state, bot, target)?;
    let needed = match state.chat(key).kind {
        ChatKind::Channel => Permission::CanEditMessages,
        ChatKind::Dialog | ChatKind::Group | ChatKind::Supergroup => Permission::CanPinMessages,
    };
    place::granted(state, bot, target, needed)
}
