//! Polling, and webhooks that stand in its way.

use std::time::Duration;

use adapter_tamtam::client::WebhookConflict;
use adapter_tamtam::{Dialect, Options, TamTam};
use gateway_core::model::{Cursor, UpdateKind};
use gateway_core::{ErrorKind, Messenger as _};
use serde_json::{Value, json};

use crate::server::{Act, Server, say};
use crate::{done, message, messenger, options};

fn no_webhooks() -> Act {
    say(200, &json!({"subscriptions": []}))
}

fn a_webhook() -> Act {
    let webhook = json!({"url": "https://bots.example/hooks/a-long-word", "time": 1});
    say(200, &json!({"subscriptions": [webhook]}))
}

fn polled(updates: &[Value]) -> Act {
    say(200, &json!({"updates": updates, "marker": 7}))
}

fn removing(server: &Server) -> TamTam {
    let on_webhook_conflict = WebhookConflict::RemoveWebhook;
    let options = Options { on_webhook_conflict, ..options(Dialect::Max, server) };
    TamTam::new("test", &options).expect("a messenger")
}

#[tokio::test]
async fn webhooks_are_looked_for_once() {
    let created =
        json!({"update_type": "message_created", "timestamp": 5, "message": message("mid.1", 5)});
    let server = Server::start(&[no_webhooks(), polled(&[created]), polled(&[])]).await;
    let max = messenger(Dialect::Max, &server);
    let batch = max.receive(None).await.expect("a batch");
    assert!(matches!(batch.updates[0].kind, UpdateKind::MessageCreated { .. }));
    max.receive(batch.cursor.as_ref()).await.expect("another");
    assert_eq!(
        server.lines(),
        [
            "GET /subscriptions",
            "GET /updates?limit=100&timeout=30",
            "GET /updates?limit=100&timeout=30&marker=7",
        ]
    );
}

#[tokio::test]
async fn a_webhook_is_told_by_its_host_and_stays() {
    let server = Server::start(&[a_webhook()]).await;
    let error = messenger(Dialect::Max, &server).receive(None).await.expect_err("it is in the way");
    assert!(matches!(error.kind(), ErrorKind::Unsupported { .. }), "{error}");
    assert!(error.to_string().contains("a webhook at bots.example"), "{error}");
    assert!(error.to_string().contains("on_webhook_conflict"), "{error}");
    assert!(!error.to_string().contains("a-long-word"), "{error}");
    assert_eq!(server.lines(), ["GET /subscriptions"]);
}

#[tokio::test]
async fn a_webhook_is_removed_where_that_is_wanted() {
    let server = Server::start(&[a_webhook(), say(200, &done()), polled(&[])]).await;
    removing(&server).receive(None).await.expect("a batch");
    assert_eq!(
        server.lines()[1],
        "DELETE /subscriptions?url=https%3A%2F%2Fbots.example%2Fhooks%2Fa-long-word"
    );
}

#[tokio::test]
async fn a_webhook_that_is_set_in_the_meantime_is_found_by_the_refusal() {
    let refusal = say(405, &json!({"code": "method.not.allowed", "message": "a webhook is set"}));
    let acts = [no_webhooks(), refusal, a_webhook(), say(200, &done()), polled(&[])];
    let server = Server::start(&acts).await;
    removing(&server).receive(None).await.expect("a batch");
    assert_eq!(server.lines()[4], "GET /updates?limit=100&timeout=30");
}

#[tokio::test]
async fn a_platform_that_tells_of_no_webhooks_is_polled_all_the_same() {
    let unknown = say(404, &json!({"code": "not.found", "message": "no"}));
    let server = Server::start(&[unknown, polled(&[])]).await;
    messenger(Dialect::Max, &server).receive(None).await.expect("a batch");
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_refusal_to_list_webhooks_does_not_say_that_there_are_none() {
    let refused = say(200, &json!({"success": false, "message": "no"}));
    let server = Server::start(&[refused, polled(&[]), a_webhook()]).await;
    let max = messenger(Dialect::Max, &server);
    max.receive(None).await.expect("a batch");
    max.receive(None).await.expect_err("it looks again, and a webhook is in the way");
    assert_eq!(server.last().line(), "GET /subscriptions");
}

#[tokio::test]
async fn a_marker_that_is_none_does_not_cost_the_updates() {
    for (marker, cursor) in [
        ("7", Some("7")),
        ("-7", Some("-7")),
        ("9223372036854775807", Some("9223372036854775807")),
        ("\"7\"", Some("7")),
        ("7.0", Some("7")),
        ("7e3", Some("7000")),
        ("7.5", None),
        ("9223372036854775808", None),
        ("1e400", None),
        ("\"next\"", None),
        ("{}", None),
        ("null", None),
    ] {
        let body = format!(r#"{{"updates":[{{"update_type":"new"}}],"marker":{marker}}}"#);
        let server = Server::start(&[no_webhooks(), Act::Say(200, body)]).await;
        let batch = messenger(Dialect::Max, &server).receive(None).await.expect("a batch");
        assert_eq!(batch.updates.len(), 1, "{marker}");
        assert_eq!(batch.cursor.as_ref().map(Cursor::as_str), cursor, "{marker}");
    }
}

#[tokio::test]
async fn a_poll_that_the_platform_would_not_hold_open_is_refused() {
    let server = Server::start(&[polled(&[])]).await;
    for (dialect, millis, is_good) in [
        (Dialect::Max, 0, false),
        (Dialect::Max, 999, false),
        (Dialect::Max, 1_000, true),
        (Dialect::Max, 30_000, true),
        (Dialect::Max, 30_001, false),
        (Dialect::TamTam, 90_000, true),
        (Dialect::TamTam, 90_001, false),
        (Dialect::TamTam, u64::MAX, false),
    ] {
        let poll_timeout = Duration::from_millis(millis);
        let messenger = TamTam::new("test", &Options { poll_timeout, ..options(dialect, &server) });
        assert_eq!(messenger.is_ok(), is_good, "{dialect:?}: {millis} ms");
        let Err(error) = messenger else { continue };
        assert_eq!(*error.kind(), ErrorKind::Invalid { field: Some("poll_timeout".to_owned()) });
        assert!(error.to_string().contains(&format!("it is {millis} ms")), "{error}");
    }
}
