//! What is sent again, and what is held back.

use std::time::Duration;

use gateway_core::http::Answer;
use gateway_core::messenger::{Error, ErrorKind, LimitScope};
use reqwest::{Body, Method};

use crate::server::{Act, Server, answer};
use crate::{NEVER, SAFE, UNSAFE, call, client, options, read};

fn away() -> Act {
    answer("503 Service Unavailable", "<html>")
}

fn well() -> Act {
    answer("200 OK", "\"done\"")
}

#[tokio::test]
async fn the_same_request_is_sent_until_it_succeeds() {
    let server = Server::start(&[away(), away(), well()]).await;
    let client = client(options(&server.url));
    assert_eq!(call(&client, &UNSAFE).send(read).await.expect("the third"), "done");
    let requests = server.requests();
    assert_eq!(requests.len(), 3);
    assert!(requests.iter().all(|request| *request == requests[0]), "{requests:#?}");
}

#[tokio::test]
async fn an_answer_that_only_its_adapter_understands_is_tried_again_too() {
    let not_yet = answer("200 OK", "{\"code\":\"not.ready\"}");
    let server = Server::start(&[not_yet, well()]).await;
    let client = client(options(&server.url));
    let ready = |answer: &Answer| {
        let value = read(answer)?;
        if value == "done" { Ok(()) } else { Err(Error::new(ErrorKind::NotReady, "x")) }
    };
    call(&client, &UNSAFE).send(ready).await.expect("the second");
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn whoever_wants_any_answer_gets_the_first() {
    let server = Server::start(&[away()]).await;
    let client = client(options(&server.url));
    assert_eq!(call(&client, &SAFE).answer().await.expect("an answer").status(), 503);
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_body_that_is_a_stream_is_sent_once() {
    let server = Server::start(&[away()]).await;
    let client = client(options(&server.url));
    for (body, requests) in [(Body::from("text"), 4), (Body::wrap(Body::from("text")), 5)] {
        let call = client.call(&SAFE, Method::POST, &["upload"]).body(body);
        call.send(read).await.expect_err("it is away");
        assert_eq!(server.requests().len(), requests, "in all");
    }
}

#[tokio::test]
async fn no_tries_are_one() {
    let server = Server::start(&[away()]).await;
    let mut options = options(&server.url);
    options.tries = 0;
    call(&client(options), &SAFE).send(read).await.expect_err("it is away");
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_refused_account_asks_for_nothing_until_it_may() {
    let refused = answer("429 Too Many Requests\r\nRetry-After: 7", "");
    let server = Server::start(&[refused, well()]).await;
    let mut options = options(&server.url);
    options.longest_wait = Duration::from_secs(1);
    let client = client(options);
    call(&client, &SAFE).send(read).await.expect_err("it is refused");
    for operation in [SAFE, UNSAFE, NEVER] {
        let error = call(&client, &operation).send(read).await.expect_err("it is held back");
        assert!(error.retry_after() > Some(Duration::from_secs(5)), "{error}");
        assert!(error.is_retryable() && !error.may_have_happened(), "{error}");
        assert!(error.to_string().contains("it was not sent"), "{error}");
    }
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_refused_chat_leaves_the_others_alone() {
    let server = Server::start(&[well()]).await;
    let mut options = options(&server.url);
    options.longest_wait = Duration::ZERO;
    let client = client(options);
    let slow = |_: &Answer| -> Result<(), Error> {
        let (scope, retry_after) = (LimitScope::Chat, Some(Duration::from_secs(7)));
        Err(Error::new(ErrorKind::RateLimited { scope, retry_after }, "x"))
    };
    call(&client, &UNSAFE).chat("anna").send(slow).await.expect_err("it is refused");
    let held = call(&client, &UNSAFE).chat("anna").send(read).await.expect_err("it is held back");
    assert!(matches!(held.kind(), ErrorKind::RateLimited { scope: LimitScope::Chat, .. }));
    call(&client, &UNSAFE).chat("boris").send(read).await.expect("another chat");
    call(&client, &SAFE).send(read).await.expect("no chat");
    assert_eq!(server.requests().len(), 3);
}
