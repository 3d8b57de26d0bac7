//! Deadlines: of a connection that does nothing, and of a request that takes too long.

use axum::Router;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::routing::get;
use registry_api::http::ServerOptions;
use tokio::io::AsyncWriteExt as _;
use tokio::time::{interval, timeout};

use super::{CHATS, MOMENT, PATIENCE, Running, Service, patient, rest, until};

#[tokio::test]
async fn a_silent_connection_is_closed() {
    let server = Running::hello(ServerOptions { first_byte_timeout: MOMENT, ..patient() }).await;
    assert_eq!(rest(server.connects().await).await, "");
}

#[tokio::test]
async fn half_sent_headers_are_closed() {
    let server = Running::hello(ServerOptions { header_timeout: MOMENT, ..patient() }).await;
    let stream = server.is_sent("GET / HTTP/1.1\r\nHost: x\r\nHalf").await;
    assert_eq!(rest(stream).await, "");
}

#[tokio::test]
async fn a_second_request_has_the_same_deadline() {
    let server = Running::hello(ServerOptions { header_timeout: MOMENT, ..patient() }).await;
    let mut stream = server.is_sent("GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
    until(&mut stream, "hello").await;
    stream.write_all(b"GET / HT").await.expect("it is sent");
    assert_eq!(rest(stream).await, "");
}

#[tokio::test]
async fn a_connection_on_which_nothing_follows_is_closed() {
    let server = Running::hello(ServerOptions { idle_timeout: MOMENT, ..patient() }).await;
    let stream = server.is_sent("GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
    let answer = rest(stream).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert!(answer.ends_with("hello"), "{answer}");
}

/// Far more than the buffers between here and there hold, and nobody takes it.
#[tokio::test]
async fn an_answer_that_nobody_takes_is_given_up() {
    const LARGE: usize = 64 * 1024 * 1024;
    let routes = Router::new().route("/", get(async || Bytes::from(vec![b'x'; LARGE])));
    let options = ServerOptions { idle_timeout: MOMENT, header_timeout: MOMENT, ..patient() };
    let server = Running::of(routes, options).await;
    let mut stream = server.is_sent("GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
    let closed = async {
        let mut tick = interval(MOMENT);
        // A byte that goes to a closed connection comes back as a reset.
        while stream.write_all(b"\r").await.is_ok() {
            tick.tick().await;
        }
    };
    timeout(PATIENCE, closed).await.expect("the connection is closed in time");
}

#[tokio::test]
async fn a_body_that_trickles_is_answered_in_time() {
    let service = Service::with(ServerOptions { body_timeout: MOMENT, ..patient() }).await;
    let head = format!(
        "POST {CHATS} HTTP/1.1\r\nHost: x\r\nAuthorization: {}\r\nContent-Type: \
         application/json\r\nContent-Length: 10000\r\n\r\n",
        service.bearer
    );
    let stream = service.running.is_sent(&head).await;
    let (reader, mut writer) = stream.into_split();
    let trickle = async {
        // Well within any deadline from one byte to the next, and an age for all of them.
        let mut tick = interval(MOMENT / 10);
        while writer.write_all(b" ").await.is_ok() {
            tick.tick().await;
        }
    };
    let (answer, ()) = tokio::join!(rest(reader), trickle);
    assert!(answer.starts_with("HTTP/1.1 408 Request Timeout"), "{answer}");
    assert!(answer.contains("/problems/body-timeout"), "{answer}");
}

#[tokio::test]
async fn an_answer_that_takes_too_long_is_a_problem() {
    let routes = Router::new().route("/", get(std::future::pending::<()>));
    let options = ServerOptions { request_timeout: MOMENT, ..patient() };
    let answer = Running::of(routes, options).await.gets("/").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.problem(), "timeout");
}
