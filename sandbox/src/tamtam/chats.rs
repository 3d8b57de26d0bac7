//! Chats, and what is pinned in them.

use serde_json::Value;

use super::refusal::Refusal;
use super::{Call, Facade};

impl Facade {
    pub(super) fn chats(&self, _call: &Call) -> Result<Value, Refusal> {
        Err(Refusal::not_emulated("chats"))
    }

    pub(super) fn chat(&self, _call: &Call) -> Result<Value, Refusal> {
        Err(Refusal::not_emulated("chat"))
    }

    pub(super) fn chat_by_link(&self, _call: &Call) -> Result<Value, Refusal> {
        Err(Refusal::not_emulated("chat_by_link"))
    }

    pub(super) fn edit_chat(&self, _call: &Call) -> Result<Value, Refusal> {
        Err(Refusal::not_emulated("edit_chat"))
    }

    pub(super) fn delete_chat(&self, _call: &Call) -> Result<Value, Refusal> {
        Err(Refusal::not_emulated("delete_chat"))
    }

    pub(super) fn action(&self, _call: &Call) -> Result<Value, Refusal> {
        Err(Refusal::not_emulated("action"))
    }

    pub(super) fn pinned(&self, _call: &Call) -> Result<Value, Refusal> {
        Err(Refusal::not_emulated("pinned"))
    }

    pub(super) fn pin(&self, _call: &Call) -> Result<Value, Refusal> {
        Err(Refusal::not_emulated("pin"))
    }

    pub(super) fn unpin(&self, _call: &Call) -> Result<Value, Refusal> {
        Err(Refusal::not_emulated("unpin"))
    }
}
