//! The HTTP client against servers that misbehave.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod answers;
mod certificates;
mod elsewhere;
mod faults;
mod measures;
mod retries;
mod room;
mod server;

use gateway_core::http::{Answer, Call, HttpClient, HttpOptions, Operation, Repeat, SecretString};
use gateway_core::messenger::Result;
use gateway_core::model::Platform;
use reqwest::Method;
use reqwest::header::AUTHORIZATION;
use serde_json::Value;
use std::time::Duration;

/// What is told to the platform in every form there is, and must be told to nobody else. No form
/// changes its second half.
const SECRET: &str = "10000001:a b/AbCdEfGhIjKlMnOpQrStUvWx";

const SAFE: Operation = Operation::new("getMe", "asking", Repeat::Safe);
const UNSAFE: Operation = Operation::new("sendMessage", "sending", Repeat::Unsafe);
const NEVER: Operation = Operation::new("getUpdates", "receiving", Repeat::Never);

/// Pauses of no length to speak of, and everything else as it is.
fn options(url: &str) -> HttpOptions {
    let url = url.parse().expect("a URL");
    let mut options = HttpOptions::new(url, Platform::POTATO);
    options.longest_pause = Duration::from_millis(4);
    options.limits.first_hold = Duration::from_millis(1);
    options.limits.longest_hold = Duration::from_millis(1);
    options.with_secret(SecretString::from(SECRET.to_owned()))
}

fn client(options: HttpOptions) -> HttpClient {
    HttpClient::new(options).expect("a client")
}

/// A call with the secret in its path, its query and a header, and with a body.
fn call<'a>(client: &'a HttpClient, operation: &Operation) -> Call<'a> {
    let secret = SecretString::from(SECRET.to_owned());
    let call = client.call(operation, Method::POST, &[SECRET, operation.name]);
    let call = call.secret_query("access_token", &secret).secret_header(AUTHORIZATION, &secret);
    let call = call.json(&Value::Null);
    keeps_the_secret(&format!("{call:?}{client:?}"));
    call
}

/// What an adapter makes of an answer.
fn read(answer: &Answer) -> Result<Value> {
    if answer.is_success() { answer.json() } else { Err(answer.refusal_by_status()) }
}

fn keeps_the_secret(shown: &str) {
    let forms = [
        SECRET,
        "10000001%3Aa+b%2FAbCdEfGhIjKlMnOpQrStUvWx",
        "10000001:a%20b%2FAbCdEfGhIjKlMnOpQrStUvWx",
        "AbCdEfGhIjKl",
    ];
    for form in forms {
        assert!(!shown.contains(form), "{form} is in {shown}");
    }
}
