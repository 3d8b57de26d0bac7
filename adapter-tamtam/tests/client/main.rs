//! The client against servers that do as they are told.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod errors;
mod operations;
mod server;
mod uploads;

use std::time::Duration;

use adapter_tamtam::Dialect;
use adapter_tamtam::client::{Client, NotReady, Options};

/// What only the API may get to see.
const TOKEN: &str = "f9LHodD0cOtop-secret";

/// A client that has no time to lose.
fn options(dialect: Dialect, url: &str) -> Options {
    let moment = Duration::from_millis(1);
    Options {
        not_ready: NotReady { first_pause: moment, longest_pause: moment, at_most: moment * 5 },
        ..Options::new(dialect, TOKEN.to_owned()).at(url.parse().expect("a URL"))
    }
}

fn client(dialect: Dialect, url: &str) -> Client {
    Client::new(&options(dialect, url)).expect("a client")
}
