//! The client and the messenger against servers that do as they are told.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod answers;
#[path = "../document/examples.rs"]
mod examples;
mod files;
mod requests;
#[path = "../../../adapter-tamtam/tests/client/server.rs"]
mod server;
mod webhooks;

use std::time::Duration;

use adapter_potato::{Client, Options, Potato, wire};
use gateway_core::http::RateLimits;

/// What only the API may get to see.
const TOKEN: &str = "10000001:top-secret_token";

/// What the address of the webhook holds.
const HOOK: &str = "a-word_that-nobody_guesses";

/// An account that has no time to lose.
fn options(url: &str) -> Options {
    let moment = Duration::from_millis(1);
    let limits = RateLimits { first_hold: moment, longest_hold: moment, ..RateLimits::LEARNED };
    let options = Options { limits, ..Options::new(TOKEN.to_owned()) };
    options.at(url.parse().expect("a URL")).with_webhook_secret(HOOK.to_owned())
}

fn client(url: &str) -> Client {
    Client::new(&options(url)).expect("a client")
}

fn potato(url: &str) -> Potato {
    Potato::new("test", &options(url)).expect("an account")
}

fn target() -> wire::Target {
    wire::Target { chat_type: wire::ChatType::User, chat_id: 5 }
}
