//! The bot itself, and its answers to presses.

use adapter_potato::wire;
use serde_json::Value;

use super::answer::{Answer, Failure};
use super::call::Call;
use super::{Facade, render};
use crate::world::Notice;

/// Longest notice of a button: `answerCallbackQuery`, `text`.
const NOTICE_LIMIT: usize = 200;

impl Facade {
    #[expect(clippy::unnecessary_wraps, reason = "as all methods")]
    pub(super) fn me(&self, call: &Call) -> Answer {
        Ok(Some(self.world.look(|it| render::json(&render::user(it.account(call.bot))))))
    }

    /// Whether the bot may be brought into groups from now on.
    pub(super) fn set_join_groups(&self, call: &Call) -> Answer {
        let wire::SetJoinGroups { enable } = call.parameters()?;
        self.world.act(|state| state.account_mut(call.bot).refuses_invites = !enable);
        Ok(None)
    }

    /// The text is required and may be empty: then nothing is shown.
    pub(super) fn answer_callback_query(&self, call: &Call) -> Answer {
        let given: wire::AnswerCallbackQuery<'_> = call.parameters()?;
        if given.text.chars().count() > NOTICE_LIMIT {
            return Err(Failure::wrong("text is longer than 200 characters"));
        }
        let notice = Notice {
            text: given.text.into_owned(),
            is_alert: given.show_alert == Some(true),
            url: given.url.map(std::borrow::Cow::into_owned).filter(|it| !it.is_empty()),
        };
        self.world.act(|state| {
            let id = given.inline_message_id.as_ref();
            if state.callback(call.bot, id).is_none() {
                return Err(Failure::wrong("inline_message_id is not known"));
            }
            if !notice.text.is_empty() || notice.url.is_some() {
                state.answer_with(call.bot, id, notice);
            }
            Ok(Some(Value::Null))
        })
    }
}
