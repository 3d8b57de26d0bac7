//! What people and bots say about a post.

use serde_json::Value;

use super::refusal::Refusal;
use super::{Call, Facade};

impl Facade {
    pub(super) fn comments(&self, _call: &Call) -> Result<Value, Refusal> {
        Err(Refusal::not_emulated("comments"))
    }

    pub(super) fn send_comment(&self, _call: &Call) -> Result<Value, Refusal> {
        Err(Refusal::not_emulated("send_comment"))
    }

    pub(super) fn edit_comment(&self, _call: &Call) -> Result<Value, Refusal> {
        Err(Refusal::not_emulated("edit_comment"))
    }

    pub(super) fn delete_comment(&self, _call: &Call) -> Result<Value, Refusal> {
        Err(Refusal::not_emulated("delete_comment"))
    }
}
