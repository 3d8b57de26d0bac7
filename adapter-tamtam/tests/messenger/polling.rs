//! Polling, and webhooks that stand in its way.

use adapter_tamtam::client::WebhookConflict;
use adapter_tamtam::{Dialect, Options, TamTam};
use gateway_core::model::UpdateKind;
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
