//! Messages that a person builds with a bot's help.

use serde_json::Value;

use super::refusal::Refusal;
use super::{Call, Facade};

impl Facade {
    pub(super) fn construct(&self, _call: &Call) -> Result<Value, Refusal> {
        Err(Refusal::not_emulated("construct"))
    }
}
