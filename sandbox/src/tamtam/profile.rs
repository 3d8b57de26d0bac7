//! Who the bot is, and what it says of itself.

use serde_json::Value;

use super::refusal::Refusal;
use super::{Call, Facade, render};

impl Facade {
    pub(super) fn me(&self, call: &Call) -> Value {
        self.view(call, |view| render::json(&view.user(call.bot)))
    }

    pub(super) fn edit_me(&self, _call: &Call) -> Result<Value, Refusal> {
        Err(Refusal::not_emulated("edit_me"))
    }
}
