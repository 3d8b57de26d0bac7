//! Runs the examples of `docs/sandbox.md` as a reader would.
//!
//! What comes back is what the page shows. There `…` at the end of a text stands for what varies, as
//! the last of a list for more of the like; a time is any time.

#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use reqwest::multipart::{Form, Part};
use reqwest::{Client, Method};
use sandbox::world::Switches;
use sandbox::{Addresses, Platform, Server, World};
use serde_json::Value;

const PAGE: &str = include_str!("../../docs/sandbox.md");

/// A command, and the answer that the page shows.
struct Example {
    command: String,
    answer: String,
}

fn examples() -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    for block in PAGE.split("```console\n").skip(1) {
        let block = block.split("```").next().expect("a block");
        for line in block.lines() {
            match line.strip_prefix("$ ") {
                // It makes the file that is uploaded.
                Some(command) if command.starts_with("printf ") => {}
                Some(command) => {
                    let (command, answer) = (command.to_owned(), String::new());
                    examples.push(Example { command, answer });
                }
                None => examples.last_mut().expect("a command first").answer.push_str(line),
            }
        }
    }
    examples
}

/// `name=$(curl … | jq -r .field)`: the name, the command, the field.
fn assignment(command: &str) -> Option<(&str, &str, &str)> {
    let (name, rest) = command.split_once("=$(")?;
    let (curl, field) = rest.strip_suffix(')')?.split_once(" | jq -r .")?;
    Some((name, curl, field))
}

async fn curl(client: &Client, command: &str) -> (u16, String) {
    let words = shell_words::split(command).expect("words of a shell");
    let mut words = words.into_iter();
    assert_eq!(words.next().as_deref(), Some("curl"));
    let (mut method, mut url, mut headers) = (None, None, Vec::new());
    let (mut body, mut form) = (None, None::<Form>);
    while let Some(word) = words.next() {
        let mut value = || words.next().expect("a value");
        match word.as_str() {
            "-X" => method = Some(value()),
            "-d" => body = Some(value().into_bytes()),
            "--data-binary" => {
                assert!(value().starts_with('@'));
                body = Some(b"a photo".to_vec());
            }
            "-F" => {
                let field = value();
                let (name, value) = field.split_once('=').expect("a field");
                let part = match value.strip_prefix('@') {
                    Some(file) => Part::bytes(b"a photo".to_vec()).file_name(file.to_owned()),
                    None => Part::text(value.to_owned()),
                };
                form = Some(form.unwrap_or_else(Form::new).part(name.to_owned(), part));
            }
            "-H" => headers.push(value()),
            _ => url = Some(word),
        }
    }
    let posts = body.is_some() || form.is_some();
    let method = method.unwrap_or_else(|| if posts { "POST" } else { "GET" }.to_owned());
    let method: Method = method.parse().expect("a method");
    let mut request = client.request(method, url.expect("a URL"));
    for header in headers {
        let (name, value) = header.split_once(": ").expect("a header");
        request = request.header(name, value);
    }
    if let Some(body) = body {
        request = request.body(body);
    }
    if let Some(form) = form {
        request = request.multipart(form);
    }
    let answer = request.send().await.expect("an answer");
    (answer.status().as_u16(), answer.text().await.expect("a whole answer"))
}

/// Where an answer is not what the page shows.
fn difference(page: &Value, real: &Value, place: &str) -> Option<String> {
    /// What is greater is a time, in milliseconds since 1970.
    const TIMES: i64 = 1_000_000_000_000;
    let is_time = |value: &Value| value.as_i64().is_some_and(|it| it > TIMES);
    let differs = || Some(format!("{place}: the page shows {page}, it is {real}"));
    match (page, real) {
        (Value::String(page), Value::String(real)) if page.ends_with('…') => {
            let begins = real.starts_with(page.trim_end_matches('…'));
            if begins { None } else { differs() }
        }
        (Value::Array(page), Value::Array(real)) => {
            let goes_on = page.last().is_some_and(|it| it == "…");
            let shown = if goes_on { &page[..page.len() - 1] } else { &page[..] };
            if real.len() < shown.len() || !goes_on && real.len() > shown.len() {
                return differs();
            }
            let pairs = shown.iter().zip(real).enumerate();
            pairs
                .into_iter()
                .find_map(|(at, (page, real))| difference(page, real, &format!("{place}/{at}")))
        }
        (Value::Object(page), Value::Object(real)) => {
            let names: BTreeSet<&String> = page.keys().chain(real.keys()).collect();
            names.into_iter().find_map(|name| {
                let place = format!("{place}/{name}");
                match (page.get(name), real.get(name)) {
                    (Some(page), Some(real)) => difference(page, real, &place),
                    (page, _) => {
                        let whose = if page.is_some() { "only on the page" } else { "not there" };
                        Some(format!("{place}: {whose}"))
                    }
                }
            })
        }
        (page, real) if page == real || is_time(page) && is_time(real) => None,
        _ => differs(),
    }
}

/// A member whose name varies, such as a picture's id, is written `…` on the page.
fn read(json: &str) -> Value {
    serde_json::from_str(json).unwrap_or_else(|why| panic!("{json}: {why}"))
}

#[tokio::test]
async fn every_example_of_the_page_does_what_the_page_says() {
    let server = Server::start(World::new().furnished(), &Addresses::free_ports()).await;
    let server = server.expect("free ports");
    let places = [
        ("http://127.0.0.1:7080", server.control_url()),
        ("http://127.0.0.1:7081", server.url(Platform::Tamtam)),
        ("http://127.0.0.1:7082", server.url(Platform::Max)),
        ("http://127.0.0.1:7083", server.url(Platform::Potato)),
    ];
    let client = client();
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    let examples = examples();
    assert!(examples.len() > 10, "the page has examples");
    for Example { command, answer } in examples {
        let mut ready = command.clone();
        for (page, real) in &places {
            ready = ready.replace(page, real);
        }
        for (name, value) in &names {
            ready = ready.replace(&format!("${name}"), value);
        }
        let (name, ready, field) = match assignment(&ready) {
            Some((name, curl, field)) => (Some(name.to_owned()), curl.to_owned(), field.to_owned()),
            None => (None, ready, String::new()),
        };
        let (status, got) = curl(&client, &ready).await;
        assert_eq!(status, 200, "{command}: {got}");
        match name {
            Some(name) => {
                let got: Value = serde_json::from_str(&got).expect("JSON");
                let value = got.pointer(&format!("/{}", field.replace('.', "/")));
                let value = value.expect("the field");
                let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                assert_ne!(value, "null", "{command}: {got}");
                names.insert(name, value);
            }
            None => {
                assert_eq!(difference(&read(&answer), &read(&got), ""), None, "{command}: {got}");
            }
        }
    }
}

#[test]
fn every_switch_is_on_the_page() {
    let switches = serde_json::to_value(Switches::default()).expect("JSON");
    for name in switches.as_object().expect("an object").keys() {
        assert!(PAGE.contains(&format!("\n| `{name}` | ")), "{name}");
    }
}

#[expect(clippy::disallowed_methods, reason = "a stranger's client")]
fn client() -> Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().tls_certs_only([]).build().expect("a client")
}
