//! Webhooks: who may deliver, and what is delivered.

use std::net::IpAddr;

use adapter_tamtam::{Dialect, Options, TamTam};
use gateway_core::ErrorKind;
use gateway_core::messenger::{Delivery, Error, Webhooks as _};
use gateway_core::model::{NewMessage, Text, Update, UpdateKind};
use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use url::Url;

use crate::server::Server;
use crate::{done, message, messenger, options};

const SECRET: &str = "one_of-ours";

fn address() -> Url {
    "https://bots.example/hooks/a-long-word".parse().expect("a URL")
}

fn max_with_secret(server: &Server) -> TamTam {
    let options = options(Dialect::Max, server).with_webhook_secret(SECRET.to_owned());
    TamTam::new("test", &options).expect("a messenger")
}

/// A messenger that never asks anything.
fn alone(options: &Options) -> TamTam {
    TamTam::new("test", options).expect("a messenger")
}

fn created() -> Value {
    json!({"update_type": "message_created", "timestamp": 5, "message": message("mid.1", 5)})
}

fn delivered(
    messenger: &TamTam,
    secret: Option<&str>,
    peer: Option<&str>,
    body: &[u8],
) -> Result<Vec<Update>, Error> {
    let mut headers = HeaderMap::new();
    if let Some(secret) = secret {
        headers.insert("X-Max-Bot-Api-Secret", secret.parse().expect("a header"));
    }
    let peer: Option<IpAddr> = peer.map(|peer| peer.parse().expect("an address"));
    messenger.open(&Delivery { headers: &headers, body, path: "/hook", peer })
}

#[tokio::test]
async fn max_is_given_the_secret_and_asked_for_all_kinds() {
    let server = Server::saying(200, &done()).await;
    max_with_secret(&server).set(&address()).await.expect("it is set");
    assert_eq!(server.last().line(), "POST /subscriptions");
    assert_eq!(server.last().header("authorization"), Some("secret-token"));
    assert_eq!(server.last().json(), json!({"url": address(), "secret": SECRET}));
}

#[tokio::test]
async fn max_without_a_secret_has_no_webhooks() {
    let server = Server::saying(200, &done()).await;
    let max = messenger(Dialect::Max, &server);
    let error = max.set(&address()).await.expect_err("nothing would prove it");
    assert!(error.to_string().contains("webhook_secret is not accepted"), "{error}");
    assert!(server.requests().is_empty());
    let error = delivered(&max, Some(SECRET), None, b"{}").expect_err("nothing proves it");
    assert_eq!(*error.kind(), ErrorKind::Unproven);
}

#[tokio::test]
async fn webhooks_are_listed_and_removed() {
    let set = json!({"subscriptions": [{"url": address(), "time": 1, "update_types": null}]});
    let server = Server::saying(200, &set).await;
    let max = max_with_secret(&server);
    assert_eq!(max.list().await.expect("a list"), [address()]);
    let server = Server::saying(200, &done()).await;
    max_with_secret(&server).remove(&address()).await.expect("it is removed");
    assert!(server.last().line().starts_with("DELETE /subscriptions?url=https%3A%2F%2F"));
}

#[test]
fn an_address_to_which_the_platform_does_not_deliver_is_refused() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let refused = |dialect, url: &str| {
        let options = Options::new(dialect, "t".to_owned()).with_webhook_secret(SECRET.to_owned());
        let set = alone(&options);
        let url: Url = url.parse().expect("a URL");
        runtime.block_on(set.set(&url)).expect_err("it is refused").to_string()
    };
    assert_eq!(
        refused(Dialect::Max, "http://bots.example/x"),
        "setting a webhook: url is not accepted (max: it is http on port 80, it must be https, \
         on port 443)"
    );
    assert!(refused(Dialect::Max, "https://bots.example:8443/x").contains("on port 8443"));
    assert!(refused(Dialect::TamTam, "https://bots.example:444/x").contains("on port 444"));
}

#[test]
fn a_secret_that_max_would_not_take_is_refused_and_not_shown() {
    for secret in ["four", "with blank", &"x".repeat(257)] {
        let options =
            Options::new(Dialect::Max, "t".to_owned()).with_webhook_secret(secret.to_owned());
        let error = TamTam::new("test", &options).expect_err("it is refused").to_string();
        assert!(error.contains("webhook_secret is not accepted"), "{error}");
        assert!(!error.contains(secret), "{error}");
    }
}

#[test]
fn a_delivery_with_the_secret_is_an_update() {
    let options = Options::new(Dialect::Max, "t".to_owned()).with_webhook_secret(SECRET.to_owned());
    let max = alone(&options);
    let body = created().to_string();
    let updates = delivered(&max, Some(SECRET), None, body.as_bytes()).expect("it is MAX's");
    assert!(matches!(updates[0].kind, UpdateKind::MessageCreated { .. }));
    assert_eq!(updates[0].raw.as_str(), body);

    for secret in [None, Some(""), Some("one_of-our"), Some("one_of-ours-"), Some("ONE_OF-OURS")] {
        let error = delivered(&max, secret, None, body.as_bytes()).expect_err("a stranger");
        assert_eq!(*error.kind(), ErrorKind::Unproven);
        assert!(!error.to_string().contains(SECRET), "{error}");
    }
    assert!(!format!("{max:?} {options:?}").contains(SECRET));
}

#[test]
fn a_delivery_that_is_no_json_is_refused_and_a_bad_byte_is_not() {
    let options = Options::new(Dialect::Max, "t".to_owned()).with_webhook_secret(SECRET.to_owned());
    let max = alone(&options);
    let error = delivered(&max, Some(SECRET), None, b"<html>").expect_err("no JSON");
    assert!(matches!(error.kind(), ErrorKind::Invalid { .. }), "{error}");
    let mut body = created().to_string().into_bytes();
    let at = body.windows(4).position(|it| it == b"\"hi\"").expect("the text") + 1;
    body[at] = 0xff;
    let updates = delivered(&max, Some(SECRET), None, &body).expect("it is an update");
    assert!(matches!(updates[0].kind, UpdateKind::MessageCreated { .. }));
}

#[test]
fn tamtam_is_known_by_its_networks() {
    let tamtam = alone(&Options::new(Dialect::TamTam, "t".to_owned()));
    let body = created().to_string();
    let from = |peer| delivered(&tamtam, None, peer, body.as_bytes());
    for peer in ["185.16.150.1", "185.16.150.87", "::ffff:185.16.150.155", "185.16.150.192"] {
        assert_eq!(from(Some(peer)).expect("it is TamTam's").len(), 1);
    }
    let error = from(Some("127.0.0.1")).expect_err("a stranger").to_string();
    let why = "the delivery comes from 127.0.0.1, which is in none of webhook_networks";
    assert!(error.contains(why) && !error.contains("token"), "{error}");
    for peer in [None, Some("185.16.150.4"), Some("127.0.0.1"), Some("::1")] {
        let error = from(peer).expect_err("a stranger");
        assert_eq!(*error.kind(), ErrorKind::Unproven);
        assert!(error.to_string().contains("webhook_networks"), "{error}");
    }
}

#[test]
fn without_networks_tamtam_may_come_from_anywhere() {
    let webhook_networks = Vec::new();
    let options = Options { webhook_networks, ..Options::new(Dialect::TamTam, "t".to_owned()) };
    let updates = delivered(&alone(&options), None, None, created().to_string().as_bytes());
    assert_eq!(updates.expect("nobody looks").len(), 1);
}

#[test]
fn tamtam_takes_a_message_in_the_answer_to_a_delivery() {
    let new = NewMessage::new(Text::new().bold("Hello"));
    let tamtam = alone(&Options::new(Dialect::TamTam, "t".to_owned()));
    let reply = tamtam.webhook_reply(&new).expect("a body");
    let reply: Value = serde_json::from_slice(&reply).expect("JSON");
    assert_eq!((&reply["text"], &reply["format"]), (&json!("<b>Hello</b>"), &json!("html")));
    let max = alone(&Options::new(Dialect::Max, "t".to_owned()));
    let error = max.webhook_reply(&new).expect_err("MAX does not");
    assert!(matches!(error.kind(), ErrorKind::Unsupported { .. }), "{error}");
}
