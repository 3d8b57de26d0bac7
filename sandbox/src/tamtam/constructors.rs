//! Messages that a person builds with a bot's help; TamTam only.

use adapter_tamtam::wire;
use serde_json::Value;

use super::read::{self, Attached, Text};
use super::refusal::Refusal;
use super::{Call, Facade, success};
use crate::world::Content;

/// Schema 0.5.6, `ConstructorAnswer.data`.
const DATA: (usize, usize) = (0, 8192);

impl Facade {
    /// `POST /answers/constructor`: an answer says all that the constructor shows from then on. Only
    /// what the bot wants to be reminded of stays until it is replaced.
    pub(super) fn construct(&self, call: &Call) -> Result<Value, Refusal> {
        let session = call.given.required("session_id")?;
        let answer: wire::ConstructorAnswer<'static> = read::decoded(&call.body)?;
        read::within("data", answer.data.as_deref().unwrap_or(""), DATA)?;
        let keyboard = answer.keyboard.filter(|it| !it.buttons.is_empty());
        let buttons = keyboard.map(|it| read::rows(self.platform, &it.buttons)).transpose()?;
        let messages = answer.messages.unwrap_or_default();
        let drafts: Vec<(Option<Text>, Attached)> =
            messages.into_iter().map(|it| self.proposed(it)).collect::<Result<_, _>>()?;
        self.world.act(|state| {
            // Both schemas have 405 for what cannot be answered.
            let open = state
                .constructor_of(call.bot, session)
                .ok_or_else(|| Refusal::not_allowed("Constructor session not found"))?;
            let chat = open.chat;
            let mut messages = Vec::new();
            for (text, attached) in drafts {
                let text = text.map(|it| it.in_chat(state, chat)).unwrap_or_default();
                let mut content = Content { text, preview: true, ..Content::default() };
                attached.attach(state, call.bot, &mut content)?;
                messages.push(content);
            }
            if let Some(open) = state.constructor_mut(session) {
                open.messages = messages;
                open.allows_user_input = answer.allow_user_input.unwrap_or_default();
                open.hint = answer.hint.map(Into::into);
                open.placeholder = answer.placeholder.map(Into::into);
                open.buttons = buttons.unwrap_or_default();
                open.data = answer.data.map(Into::into).or_else(|| open.data.take());
            }
            Ok(success())
        })
    }

    fn proposed(
        &self,
        message: wire::ConstructedMessageBody<'static>,
    ) -> Result<(Option<Text>, Attached), Refusal> {
        let text = read::text(message.text.as_deref(), message.format.as_deref())?;
        let text = match (text, message.markup, &message.format) {
            (Some(text), Some(markup), None) => Some(text.with_markup(&markup)?),
            (text, ..) => text,
        };
        let attached = Attached::of(self.platform, message.attachments.unwrap_or_default())?;
        if text.as_ref().is_none_or(Text::is_blank) && attached.is_blank() {
            return Err(Refusal::payload("messages: each must have text or attachments"));
        }
        Ok((text, attached))
    }
}
