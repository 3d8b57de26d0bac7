//! The stop: what has begun is finished.

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use registry_api::http::ServerOptions;
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::time::timeout;

use super::{MOMENT, PATIENCE, Running, patient, rest, until};

#[tokio::test]
async fn what_has_begun_is_finished_and_nothing_else() {
    let (begun, goes_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (told, waits) = (begun.clone(), goes_on.clone());
    let slow = async move || {
        told.notify_one();
        waits.notified().await;
        "done"
    };
    let routes = Router::new().route("/slow", get(slow)).route("/", get(async || "hello"));
    let mut server = Running::of(routes, patient()).await;
    let mut idle = server.is_sent("GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
    until(&mut idle, "hello").await;
    let silent = server.connects().await;
    let asked = server.is_sent("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n").await;
    timeout(PATIENCE, begun.notified()).await.expect("the request has begun");

    server.stop.cancel();
    assert_eq!(rest(idle).await, "");
    assert_eq!(rest(silent).await, "");
    let refused = async {
        // Until the server has heard of the stop.
        while TcpStream::connect(server.address).await.is_ok() {}
    };
    timeout(PATIENCE, refused).await.expect("nobody else is taken");

    goes_on.notify_one();
    let answer = rest(asked).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert!(answer.contains("connection: close"), "{answer}");
    assert!(answer.ends_with("done"), "{answer}");
    server.ends().await;
}

#[tokio::test]
async fn what_does_not_end_is_given_up() {
    let begun = Arc::new(Notify::new());
    let told = begun.clone();
    let endless = async move || {
        told.notify_one();
        std::future::pending::<()>().await;
    };
    let routes = Router::new().route("/", get(endless));
    let mut server = Running::of(routes, ServerOptions { drain: MOMENT, ..patient() }).await;
    let asked = server.is_sent("GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
    timeout(PATIENCE, begun.notified()).await.expect("the request has begun");
    server.stop.cancel();
    server.ends().await;
    assert_eq!(rest(asked).await, "");
}
