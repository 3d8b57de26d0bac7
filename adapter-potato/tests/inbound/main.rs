//! What the platform says → the gateway's model.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod actions;
mod corpus;
mod documented;
#[path = "../document/examples.rs"]
mod examples;
mod messages;
mod mutations;

use adapter_potato::decode_updates;
use gateway_core::model::{AccountId, Raw, Update};
use serde_json::Value;

/// The bot's own number.
const BOT: i64 = 10_000_001;

fn decoded_all(update: &Value) -> Vec<Update> {
    decode_updates(&AccountId::new("test"), BOT, Raw::of(update))
}

/// The one update that comes of it.
fn decoded(update: &Value) -> Update {
    let mut updates = decoded_all(update);
    assert_eq!(updates.len(), 1, "{updates:?}");
    updates.remove(0)
}
