//! What is said.

use serde_json::Value;

use super::refusal::Refusal;
use super::{Call, Facade};

impl Facade {
    pub(super) fn messages(&self, _call: &Call) -> Result<Value, Refusal> {
        Err(Refusal::not_emulated("messages"))
    }

    pub(super) fn message(&self, _call: &Call) -> Result<Value, Refusal> {
        Err(Refusal::not_emulated("message"))
    }

    pub(super) fn send(&self, _call: &Call) -> Result<Value, Refusal> {
        Err(Refusal::not_emulated("send"))
    }

    pub(super) fn edit(&self, _call: &Call) -> Result<Value, Refusal> {
        Err(Refusal::not_emulated("edit"))
    }

    pub(super) fn delete(&self, _call: &Call) -> Result<Value, Refusal> {
        Err(Refusal::not_emulated("delete"))
    }

    pub(super) fn video(&self, _call: &Call) -> Result<Value, Refusal> {
        Err(Refusal::not_emulated("video"))
    }
}
