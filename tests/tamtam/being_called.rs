//! Webhooks.

use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use chrono::TimeDelta;
use gateway_tests::SelfSigned;
use sandbox::Platform;
use sandbox::fault::{Fault, Operation, PlannedFault};
use sandbox::world::{Subscription, WebhookCertificates, WebhookHosts};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::sync::mpsc::UnboundedReceiver as Calls;

use crate::harness::{BOTH, Bench, Bot, refusal};

/// A call that came in: its body and its secret.
type Called = (Value, Option<String>);

/// What a bot's server does: it answers all calls alike, and tells of them.
fn hears(status: u16, answer: &'static str) -> (Router, Calls<Called>) {
    let (heard, calls) = mpsc::unbounded_channel();
    let hear = move |State(heard): State<mpsc::UnboundedSender<Called>>,
                     headers: HeaderMap,
                     body: Bytes| async move {
        let secret = headers.get("X-Max-Bot-Api-Secret");
        let secret = secret.and_then(|it| it.to_str().ok()).map(str::to_owned);
        let _ = heard.send((serde_json::from_slice(&body).unwrap_or_default(), secret));
        (StatusCode::from_u16(status).unwrap_or_default(), answer)
    };
    (Router::new().fallback(hear).with_state(heard), calls)
}

async fn listens(status: u16, answer: &'static str) -> (String, Calls<Called>) {
    let (router, calls) = hears(status, answer);
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}/hook", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (url, calls)
}

async fn next(calls: &mut Calls<Called>) -> Called {
    let call = tokio::time::timeout(Duration::from_secs(10), calls.recv()).await;
    call.expect("a call in time").expect("a call")
}

async fn subscribe(bot: &Bot, url: &str) {
    let (status, told) = bot.post("/subscriptions", json!({"url": url})).await;
    assert_eq!((status, &told["success"]), (200, &json!(true)));
}

/// Lets webhooks be anywhere; nothing happens that they could be told of.
fn anywhere(bench: &Bench) {
    bench.world.act(|state| state.switches.webhook_hosts = WebhookHosts::Any);
}

async fn urls(bot: &Bot) -> Vec<String> {
    let (_, list) = bot.get("/subscriptions").await;
    let all = list["subscriptions"].as_array().expect("a list").iter();
    all.map(|it| it["url"].as_str().expect("an address").to_owned()).collect()
}

/// Waits until something of the world is so.
async fn until(bench: &Bench, is_so: impl Fn(&sandbox::world::State) -> bool) {
    let mut changes = bench.world.changes();
    let wait = async {
        while !bench.world.look(&is_so) {
            changes.changed().await.expect("a world");
        }
    };
    tokio::time::timeout(Duration::from_secs(10), wait).await.expect("it to be so in time");
}

/// Whether what a bot is to be told was tried in vain, and waits for its time.
fn waits(state: &sandbox::world::State, bot: &Bot) -> bool {
    let bot = state.account(bot.key).bot.as_ref().expect("a bot");
    bot.subscriptions.first().is_some_and(Subscription::is_failing)
}

#[tokio::test]
async fn a_bad_address_kind_version_or_secret_is_refused() {
    let bench = Bench::open().await;
    anywhere(&bench);
    for (platform, request) in [
        (Platform::Tamtam, json!({"url": "https://example.org/a b"})),
        (Platform::Tamtam, json!({"url": "example.org"})),
        (Platform::Tamtam, json!({"url": "https://example.org:9000"})),
        (Platform::Tamtam, json!({"url": "ftp://example.org"})),
        (Platform::Tamtam, json!({"url": "https://example.org", "version": "five"})),
        (Platform::Tamtam, json!({"url": "https://example.org", "update_types": ["dialog_muted"]})),
        (Platform::Max, json!({"url": "https://example.org/a b"})),
        (Platform::Max, json!({"url": "http://example.org"})),
        (Platform::Max, json!({"url": "https://example.org:8443"})),
        (Platform::Max, json!({"url": "https://example.org", "secret": "abc"})),
        (Platform::Max, json!({"url": "https://example.org", "secret": "not secret"})),
        (Platform::Max, json!({"url": "https://example.org", "update_types": ["tea_served"]})),
    ] {
        let answer = bench.on(platform).post("/subscriptions", request.clone()).await;
        let (status, code, _) = refusal(answer);
        assert_eq!((status, code.as_str()), (400, "proto.payload"), "{request}");
        assert!(urls(&bench.on(platform)).await.is_empty());
    }
}

#[tokio::test]
async fn kinds_and_version_are_echoed_and_the_secret_is_not() {
    let bench = Bench::open().await;
    anywhere(&bench);
    for platform in BOTH {
        let bot = bench.on(platform);
        let extra = match platform {
            Platform::Max => ("secret", "s3cret-s3cret"),
            _ => ("version", "0.5.6"),
        };
        let request = json!({
            "url": "https://example.org/hook", "update_types": ["message_created"], extra.0: extra.1
        });
        assert_eq!(bot.post("/subscriptions", request).await.0, 200);
        let (_, list) = bot.get("/subscriptions").await;
        let told = &list["subscriptions"][0];
        assert_eq!(told["update_types"], json!(["message_created"]));
        assert_eq!(told.get("version").is_some(), platform == Platform::Tamtam);
        assert_eq!(told.get("secret"), None);
    }
}

#[tokio::test]
async fn a_bot_that_subscribes_another_ones_address_unsubscribes_it() {
    let bench = Bench::open().await;
    anywhere(&bench);
    for platform in BOTH {
        let (bot, other) = (bench.on(platform), bench.another(platform, "Other"));
        subscribe(&bot, "https://example.org/hook").await;
        subscribe(&other, "https://example.org/hook").await;
        assert_eq!(urls(&bot).await, Vec::<String>::new());
        assert_eq!(urls(&other).await, ["https://example.org/hook"]);
    }
}

#[tokio::test]
async fn an_unknown_address_is_not_unsubscribed() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let (status, told) = bot.delete("/subscriptions?url=https://example.org/hook").await;
        assert_eq!((status, &told["success"]), (200, &json!(false)));
        assert!(told["message"].is_string());
        assert_eq!(bot.delete("/subscriptions").await.0, 400);
    }
}

#[tokio::test]
async fn every_update_is_posted_in_order() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let (bot, anna) = (bench.on(platform), bench.anna(platform));
        let (url, mut calls) = listens(200, "").await;
        subscribe(&bot, &url).await;
        let chat = bench.dialog(&bot);
        for text in ["1", "2"] {
            bench.world.say(chat, anna, text.into());
        }
        assert_eq!(next(&mut calls).await.0["update_type"], "bot_started");
        assert_eq!(next(&mut calls).await.0["message"]["body"]["text"], "1");
        assert_eq!(next(&mut calls).await.0["message"]["body"]["text"], "2");
    }
}

#[tokio::test]
async fn max_proves_itself_by_the_secret_and_tells_only_what_was_asked_for() {
    let bench = Bench::open().await;
    let (bot, anna) = (bench.max(), bench.anna(Platform::Max));
    let (url, mut calls) = listens(200, "").await;
    let request = json!({"url": url, "secret": "s3cret", "update_types": ["message_created"]});
    bot.post("/subscriptions", request).await;
    bench.world.say(bench.dialog(&bot), anna, "1".into());
    let (update, secret) = next(&mut calls).await;
    assert_eq!(update["update_type"], "message_created");
    assert_eq!(secret.as_deref(), Some("s3cret"));
}

#[tokio::test]
async fn anything_but_200_is_tried_again_when_its_time_comes() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let (url, mut calls) = listens(204, "").await;
        subscribe(&bot, &url).await;
        bench.dialog(&bot);
        let first = next(&mut calls).await;
        until(&bench, |state| waits(state, &bot)).await;
        bench.world.advance(TimeDelta::seconds(61));
        assert_eq!(next(&mut calls).await, first);
    }
}

#[tokio::test]
async fn after_eight_hours_without_success_the_bot_is_unsubscribed() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let (url, mut calls) = listens(500, "").await;
        subscribe(&bot, &url).await;
        bench.dialog(&bot);
        next(&mut calls).await;
        until(&bench, |state| waits(state, &bot)).await;
        bench.world.advance(TimeDelta::hours(8));
        let is_gone = |state: &sandbox::world::State| {
            state.account(bot.key).bot.as_ref().is_some_and(|it| it.subscriptions.is_empty())
        };
        until(&bench, is_gone).await;
    }
}

#[tokio::test]
async fn a_lost_answer_brings_the_update_again() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let (url, mut calls) = listens(200, "").await;
        let fault = PlannedFault::next(platform, Operation::Deliver, Fault::LoseAnswer);
        bench.world.faults().plan(fault);
        subscribe(&bot, &url).await;
        bench.dialog(&bot);
        let first = next(&mut calls).await;
        until(&bench, |state| waits(state, &bot)).await;
        bench.world.advance(TimeDelta::seconds(61));
        assert_eq!(next(&mut calls).await, first);
    }
}

#[tokio::test]
async fn a_message_in_the_answer_is_sent_on_tamtam() {
    let bench = Bench::open().await;
    let bot = bench.tamtam();
    let (url, _calls) = listens(200, r#"{"text": "Tea?"}"#).await;
    subscribe(&bot, &url).await;
    let chat = bench.dialog(&bot);
    until(&bench, |state| !state.chat(chat).messages.is_empty()).await;
    let said = bench.world.look(|state| state.chat(chat).messages[0].content.text.plain.clone());
    assert_eq!(said, "Tea?");
}

#[tokio::test]
async fn two_addresses_both_hear() {
    let bench = Bench::open().await;
    for platform in BOTH {
        let bot = bench.on(platform);
        let ((one, mut first), (other, mut second)) =
            (listens(200, "").await, listens(200, "").await);
        subscribe(&bot, &one).await;
        subscribe(&bot, &other).await;
        bench.dialog(&bot);
        assert_eq!(next(&mut first).await, next(&mut second).await);
    }
}

#[tokio::test]
async fn a_certificate_that_nobody_signed_is_taken_or_not() {
    let bench = Bench::open().await;
    for platform in BOTH {
        for certificates in [WebhookCertificates::Any, WebhookCertificates::Trusted] {
            bench.world.act(|state| state.switches.webhook_certificates = certificates);
            let bot = bench.another(platform, &format!("{certificates:?}"));
            let (router, mut calls) = hears(200, "");
            subscribe(&bot, &SelfSigned::open("localhost").await.listens(router)).await;
            bench.dialog(&bot);
            if certificates == WebhookCertificates::Any {
                assert_eq!(next(&mut calls).await.0["update_type"], "bot_started");
            } else {
                until(&bench, |state| waits(state, &bot)).await;
                assert!(calls.try_recv().is_err(), "it tells nobody whom it does not trust");
            }
        }
    }
}
