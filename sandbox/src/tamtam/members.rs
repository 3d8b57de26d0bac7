//! Who is in a chat, and what they may do there.

use serde_json::Value;

use super::refusal::Refusal;
use super::{Call, Facade};

impl Facade {
    pub(super) fn membership(&self, _call: &Call) -> Result<Value, Refusal> {
        Err(Refusal::not_emulated("membership"))
    }

    pub(super) fn leave(&self, _call: &Call) -> Result<Value, Refusal> {
        Err(Refusal::not_emulated("leave"))
    }

    pub(super) fn admins(&self, _call: &Call) -> Result<Value, Refusal> {
        Err(Refusal::not_emulated("admins"))
    }

    pub(super) fn add_admins(&self, _call: &Call) -> Result<Value, Refusal> {
        Err(Refusal::not_emulated("add_admins"))
    }

    pub(super) fn remove_admin(&self, _call: &Call) -> Result<Value, Refusal> {
        Err(Refusal::not_emulated("remove_admin"))
    }

    pub(super) fn members(&self, _call: &Call) -> Result<Value, Refusal> {
        Err(Refusal::not_emulated("members"))
    }

    pub(super) fn add_members(&self, _call: &Call) -> Result<Value, Refusal> {
        Err(Refusal::not_emulated("add_members"))
    }

    pub(super) fn remove_member(&self, _call: &Call) -> Result<Value, Refusal> {
        Err(Refusal::not_emulated("remove_member"))
    }
}
