//! Runs the examples of `docs/sandbox.md` as a reader would.
//!
//! An example's answer is compared loosely: it succeeds, and has the same fields as on the page.

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
    let (mut body, mut form) = (None, None);
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
                let (name, file) = field.split_once("=@").expect("a file");
                let part = Part::bytes(b"a photo".to_vec()).file_name(file.to_owned());
                form = Some(Form::new().part(name.to_owned(), part));
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

fn fields(json: &str) -> BTreeSet<String> {
    let read: Value = serde_json::from_str(json).expect("JSON");
    read.as_object().expect("an object").keys().cloned().collect()
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
            None => assert_eq!(fields(&got), fields(&answer), "{command}"),
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
