//! The bot as somebody writes it in an hour: a loop over `reqwest` and `serde_json::Value`, without
//! a journal, an order or a second try.

use std::sync::Arc;

use gateway_bench::street::token;
use reqwest::Client;
use reqwest::header::AUTHORIZATION;
use sandbox::Platform;
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use url::Url;

use crate::CONCURRENCY;

#[expect(clippy::disallowed_methods, reason = "this is the bot that does not use the gateway")]
pub(crate) fn client() -> Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().tls_certs_only([]).build().expect("a client")
}

/// Says back what people say, until it has done so many times.
pub(crate) async fn echo(url: &Url, times: usize) {
    let (client, slots) = (client(), Arc::new(Semaphore::new(CONCURRENCY)));
    let mut sending = JoinSet::new();
    let (mut said, mut marker) = (0, None);
    while said < times {
        let list = poll(&client, url, marker).await;
        marker = list["marker"].as_i64();
        for update in list["updates"].as_array().expect("updates") {
            let message = &update["message"];
            let chat = message["recipient"]["chat_id"].as_i64();
            let text = message["body"]["text"].as_str();
            let (Some(chat), Some(text)) = (chat, text) else { continue };
            let slot = slots.clone().acquire_owned().await.expect("it is never closed");
            let (client, url, body) = (client.clone(), url.clone(), json!({"text": text}));
            sending.spawn(async move {
                send(&client, &url, chat, &body).await;
                drop(slot);
            });
            said += 1;
            while sending.try_join_next().is_some() {}
        }
    }
    sending.join_all().await;
}

async fn poll(client: &Client, url: &Url, marker: Option<i64>) -> Value {
    let request = client.get(url.join("updates").expect("a URL"));
    let request = request.query(&[("limit", 1000), ("timeout", 30)]);
    let request = match marker {
        Some(marker) => request.query(&[("marker", marker)]),
        None => request,
    };
    let answer = request.header(AUTHORIZATION, token(Platform::Max)).send().await;
    answer.expect("an answer").json().await.expect("JSON")
}

/// Says something in a chat.
pub(crate) async fn send(client: &Client, url: &Url, chat: i64, body: &Value) {
    let request = client.post(url.join("messages").expect("a URL"));
    let request = request.query(&[("chat_id", chat)]).json(body);
    let answer = request.header(AUTHORIZATION, token(Platform::Max)).send().await;
    let sent: Value = answer.expect("an answer").json().await.expect("JSON");
    assert!(sent["message"]["body"]["mid"].is_string(), "{sent}");
}
