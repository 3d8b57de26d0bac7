//! What arrives becomes what the gateway talks about.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod corpus;
mod identity;
mod messages;
mod mutations;
mod recorded;
mod updates;

use adapter_tamtam::decode_update;
use gateway_core::model::{AccountId, Raw, Update};
use serde_json::Value;

fn decoded(update: &Value) -> Update {
    decode_update(&AccountId::new("test"), Raw::of(update))
}

/// What the model calls the kind of an update.
fn kind_of(update: &Update) -> String {
    let kind = serde_json::to_value(&update.kind).expect("it is JSON");
    kind["type"].as_str().expect("a kind has a name").to_owned()
}
