//! What a bot answers when a button is pressed.

use adapter_tamtam::wire;
use serde_json::Value;

use super::refusal::Refusal;
use super::{Call, Facade, failure, messages, read, success};

impl Facade {
    /// `POST /answers`: changes the message with the button, or tells who pressed something, or
    /// both; a client that has nothing to say sends neither, and is content.
    pub(super) fn answer_callback(&self, call: &Call) -> Result<Value, Refusal> {
        let callback = call.given.required("callback_id")?;
        let answer: wire::CallbackAnswer<'static> = read::decoded(&call.body)?;
        let said = answer.message.map(|it| read::said(self.platform, it)).transpose()?;
        self.world.act(|state| {
            let Some(pressed) = state.callback(call.bot, callback) else {
                return Ok(failure("Callback not found"));
            };
            if let Some(said) = said {
                let message = state.chat(pressed.chat).message(pressed.number).cloned();
                let Some(message) = message else { return Ok(failure("Message not found")) };
                let edited = messages::change(state, call.bot, pressed.chat, &message, said)?;
                if let Err(why) = edited {
                    return Ok(failure(why));
                }
            }
            if let Some(notice) = answer.notification.filter(|it| !it.is_empty()) {
                state.answer(call.bot, callback, &notice);
            }
            Ok(success())
        })
    }
}
