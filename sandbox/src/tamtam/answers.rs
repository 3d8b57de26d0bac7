//! What a bot answers when a button is pressed.

use serde_json::Value;

use super::refusal::Refusal;
use super::{Call, Facade};

impl Facade {
    pub(super) fn answer_callback(&self, _call: &Call) -> Result<Value, Refusal> {
        Err(Refusal::not_emulated("answer_callback"))
    }
}
