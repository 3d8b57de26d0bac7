//! Limits: of connections, of bodies, and of what one token may ask.

use std::convert::Infallible;
use std::io::ErrorKind;

use axum::body::{Body, Bytes};
use axum::http::header::{AUTHORIZATION, CONNECTION, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{Method, StatusCode};
use gateway_core::http::Rate;
use registry_api::http::ServerOptions;
use registry_api::token::Scopes;
use tokio::io::AsyncReadExt as _;
use tokio::time::timeout;

use super::{CHATS, HOUR, PATIENCE, Running, Service, answer, patient, rest, until};

/// Both ends of each connection are files of this process: 5,000 where it may open so many, and as
/// many as it may otherwise.
#[tokio::test]
async fn thousands_of_silent_connections_keep_nobody_from_being_served() {
    let files = rlimit::increase_nofile_limit(11_000).expect("a limit");
    let count = usize::try_from(files.saturating_sub(512) / 2).expect("a number").min(5000);
    assert!(count >= 200, "this process may open {files} files, too few to show anything");
    let service = Service::with(patient()).await;
    let mut silent = Vec::new();
    for _ in 0..count {
        silent.push(service.running.connects().await);
    }
    for _ in 0..20 {
        assert_eq!(service.lists().await.status, StatusCode::OK);
    }
    // Those that came before were taken before, and are still there.
    for stream in &silent {
        let nothing = stream.try_read(&mut [0]).expect_err("it is open, and nothing came");
        assert_eq!(nothing.kind(), ErrorKind::WouldBlock);
    }
}

#[tokio::test]
async fn a_connection_too_many_is_closed_at_once() {
    let server = Running::hello(ServerOptions { max_connections: 2, ..patient() }).await;
    let mut first = server.is_sent("GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
    until(&mut first, "hello").await;
    let mut second = server.is_sent("GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
    until(&mut second, "hello").await;

    assert_eq!(rest(server.connects().await).await, "");

    drop(first);
    let served = async {
        // Until the server has seen that the first has gone.
        loop {
            let mut stream = server.is_sent("GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
            if stream.read_u8().await.is_ok() {
                break;
            }
        }
    };
    timeout(PATIENCE, served).await.expect("there is room again");
}

#[tokio::test]
async fn a_body_that_is_too_large_is_a_problem() {
    let service = Service::with(ServerOptions { max_body: 100, ..patient() }).await;
    let posts = || service.asks(Method::POST, CHATS).header(CONTENT_TYPE, "application/json");
    for large in [101, 100_000, 5_000_000] {
        // Its length is known before it, or only at its end.
        let text = "x".repeat(large);
        let chunks: Vec<_> = text
            .as_bytes()
            .chunks(1000)
            .map(Bytes::copy_from_slice)
            .map(Ok::<_, Infallible>)
            .collect();
        let chunks = futures_util::stream::iter(chunks);
        for body in [Body::from(text), Body::from_stream(chunks)] {
            let answer = answer(posts(), body).await;
            assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{large}");
            assert_eq!(answer.problem(), "too-large");
            assert_eq!(answer.header(CONNECTION), Some("close"));
        }
    }
    let title = format!("{{\"title\":\"{}\"}}", "x".repeat(88));
    assert_eq!(title.len(), 100);
    assert_eq!(answer(posts(), Body::from(title)).await.status, StatusCode::ACCEPTED);
}

#[tokio::test]
async fn a_client_that_asks_first_need_not_send_what_is_too_large() {
    let service = Service::with(ServerOptions { max_body: 100, ..patient() }).await;
    let head = format!(
        "POST {CHATS} HTTP/1.1\r\nHost: x\r\nAuthorization: {}\r\nContent-Length: 101\r\nExpect: \
         100-continue\r\n\r\n",
        service.bearer
    );
    let answer = rest(service.running.is_sent(&head).await).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
}

#[tokio::test]
async fn a_token_that_asks_too_often_is_told_when_it_may_again() {
    let rate = Some(Rate::new(1, HOUR).with_burst(2));
    let service = Service::with(ServerOptions { rate, ..patient() }).await;
    for _ in 0..2 {
        assert_eq!(service.lists().await.status, StatusCode::OK);
    }
    let refused = service.lists().await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.problem(), "rate-limited");
    let wait: u64 = refused.header(RETRY_AFTER).expect("it says when").parse().expect("seconds");
    assert!((1..=3600).contains(&wait), "{wait}");

    let other = service.registry.create_token("other", Scopes::ALL).await.expect("a token");
    let asks = service.running.asks(Method::GET, CHATS);
    let asks = asks.header(AUTHORIZATION, format!("Bearer {}", other.expose()));
    assert_eq!(answer(asks, Body::empty()).await.status, StatusCode::OK);
}
