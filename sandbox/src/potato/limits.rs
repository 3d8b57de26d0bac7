//! How much a bot may send, and what it hears of that.

use serde_json::Value;

use super::Facade;
use super::answer::Failure;
use super::call::Call;
use crate::world::Switches;

impl Facade {
    /// Whether the chat takes one more message now: the document has an error for it, and no number.
    pub(super) fn check_pace(
        &self,
        call: &Call,
        method: &str,
        switches: &Switches,
    ) -> Result<(), Failure> {
        let sends = method.starts_with("send") && method != "sendChatAction";
        if !sends && method != "forwardMessage" {
            return Ok(());
        }
        let number = |name: &str| call.given.get(name).and_then(Value::as_i64);
        let Some(chat) = number("chat_type").zip(number("chat_id")) else { return Ok(()) };
        let most = switches.potato_chat_messages_per_second;
        let is_taken = self.world.admits_message(call.bot, chat, most);
        if is_taken { Ok(()) } else { Err(Failure::MessageTooOften) }
    }
}
