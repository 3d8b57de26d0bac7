//! Webhooks: set, removed, opened, answered.

use adapter_potato::{Options, Potato};
use gateway_core::messenger::{Delivery, ErrorKind, Messenger as _, Result};
use gateway_core::model::{Attachment, ChatId, Media, NewMessage, Text, Update, UpdateKind, Video};
use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use url::Url;

use crate::server::{Act, Server};
use crate::{HOOK, options, potato};

fn opened(potato: &Potato, path: &str, body: &str) -> Result<Vec<Update>> {
    let headers = HeaderMap::new();
    let delivery = Delivery { headers: &headers, body: body.as_bytes(), path, peer: None };
    potato.webhooks().expect("webhooks").open(&delivery)
}

fn said() -> Value {
    json!({"update_id": 1, "message": {
        "message_id": 57, "chat": {"id": 5, "type": 1}, "from": {"id": 5, "username": ""},
        "text": "hello", "date": 1_790_000_000,
    }})
}

#[tokio::test]
async fn a_delivery_is_opened_in_all_three_shapes() {
    let potato = potato("http://127.0.0.1:1");
    let path = format!("/hooks/{HOOK}");
    for body in [json!({"ok": true, "result": [said()]}), json!([said()]), said()] {
        let updates = opened(&potato, &path, &body.to_string()).expect("updates");
        let [Update { kind: UpdateKind::MessageCreated { message }, .. }] = &updates[..] else {
            panic!("a message, not {updates:?}")
        };
        assert_eq!(message.text, "hello".into());
    }
}

#[tokio::test]
async fn a_delivery_that_came_elsewhere_is_nobodys() {
    let potato = potato("http://127.0.0.1:1");
    let body = said().to_string();
    for path in ["/", "/hooks", "/hooks/a-word", &format!("/hooks/{HOOK}s"), &format!("/{HOOK}%20")]
    {
        let error = opened(&potato, path, &body).expect_err("it came elsewhere");
        assert_eq!(*error.kind(), ErrorKind::Unproven, "{path}");
        assert!(!format!("{error} {error:?}").contains(HOOK), "{error}");
    }
    let bare = Options::new("10000001:x".to_owned());
    let bare = Potato::new("test", &bare).expect("an account");
    let error = opened(&bare, &format!("/hooks/{HOOK}"), &body).expect_err("there is no secret");
    assert_eq!(*error.kind(), ErrorKind::Unproven);
}

#[tokio::test]
async fn what_is_no_json_is_no_delivery() {
    let potato = potato("http://127.0.0.1:1");
    let error = opened(&potato, &format!("/{HOOK}"), "<html>").expect_err("it is no JSON");
    assert_eq!(*error.kind(), ErrorKind::Invalid { field: Some("body".to_owned()) });
}

#[tokio::test]
async fn a_webhook_is_set_where_nobody_guesses() {
    let server = Server::saying(200, &json!({"ok": true})).await;
    let potato = potato(&server.url);
    let base: Url = "https://bots.example/potato/".parse().expect("a URL");
    let url = potato.webhook_url(&base).expect("an address");
    assert_eq!(url.as_str(), format!("https://bots.example/potato/{HOOK}"));
    let webhooks = potato.webhooks().expect("webhooks");
    webhooks.set(&url).await.expect("it is set");
    webhooks.set(&base).await.expect_err("anybody could guess that");
    let body: Value = serde_json::from_slice(&server.requests()[0].body).expect("JSON");
    assert_eq!(body, json!({"url": url.as_str()}));
    webhooks.remove(&url).await.expect("it is removed");
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn the_address_is_in_no_error() {
    let url = format!("https://bots.example/{HOOK}");
    let server = Server::start(&[Act::Say(400, format!("cannot reach {url}"))]).await;
    let potato = potato(&server.url);
    let set = potato.webhooks().expect("webhooks").set(&url.parse().expect("a URL")).await;
    let error = set.expect_err("it is refused");
    assert!(!format!("{error} {error:?}").contains(HOOK), "{error}");
}

#[tokio::test]
async fn a_certificate_goes_along_as_a_file() {
    let server = Server::saying(200, &json!({"ok": true})).await;
    let pem = b"-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n".to_vec();
    let options = Options { webhook_certificate: Some(pem), ..options(&server.url) };
    let potato = Potato::new("test", &options).expect("an account");
    let url = potato.webhook_url(&"https://bots.example".parse().expect("a URL")).expect("one");
    potato.webhooks().expect("webhooks").set(&url).await.expect("it is set");
    let request = &server.requests()[0];
    assert!(request.mentions("name=\"certificate\"; filename=") && request.mentions("BEGIN CERT"));
}

#[tokio::test]
async fn a_secret_or_certificate_that_is_none_is_refused() {
    let secret = options("http://127.0.0.1:1").with_webhook_secret("too short".to_owned());
    let wrong = Some(b"words".to_vec());
    let certificate = Options { webhook_certificate: wrong, ..options("http://127.0.0.1:1") };
    for (options, field) in [(secret, "webhook_secret"), (certificate, "webhook_certificate")] {
        let error = Potato::new("test", &options).expect_err("it is none");
        assert_eq!(*error.kind(), ErrorKind::Invalid { field: Some(field.to_owned()) });
    }
}

#[tokio::test]
async fn an_answer_may_name_a_method() {
    let potato = potato("http://127.0.0.1:1");
    let text = Text::new().bold("Tea").plain("?");
    let reply = potato.webhook_reply(&ChatId::new("group:7"), &NewMessage::new(text));
    let reply: Value = serde_json::from_slice(&reply.expect("a body")).expect("JSON");
    let wanted = json!({
        "method": "sendTextMessage", "chat_type": 2, "chat_id": 7, "text": "**Tea**?",
        "markdown": true,
    });
    assert_eq!(reply, wanted);
    let file = NewMessage::default().with_attachment(Attachment::File(Media::at_path("a")));
    potato.webhook_reply(&ChatId::new("group:7"), &file).expect_err("a file cannot come along");
    let still = Some(Box::new(Media::at_path("a.png")));
    let film = Video { thumbnail: still, ..Media::stored("f1").into() };
    let film = NewMessage::default().with_attachment(Attachment::Video(film));
    potato.webhook_reply(&ChatId::new("group:7"), &film).expect_err("nor can a picture of one");
}
