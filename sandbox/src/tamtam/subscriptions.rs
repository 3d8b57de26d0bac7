//! Where a bot is called.

use serde_json::Value;

use super::refusal::Refusal;
use super::{Call, Facade};

impl Facade {
    pub(super) fn subscriptions(&self, _call: &Call) -> Result<Value, Refusal> {
        Err(Refusal::not_emulated("subscriptions"))
    }

    pub(super) fn subscribe(&self, _call: &Call) -> Result<Value, Refusal> {
        Err(Refusal::not_emulated("subscribe"))
    }

    pub(super) fn unsubscribe(&self, _call: &Call) -> Result<Value, Refusal> {
        Err(Refusal::not_emulated("unsubscribe"))
    }
}
