//! How many calls are on their way at once.

use std::time::Duration;

use futures_util::future::join_all;
use gateway_core::http::HttpOptions;
use gateway_core::messenger::ErrorKind;
use reqwest::{Body, Method};
use tokio::time::Instant;

use crate::server::{Act, Server, answer};
use crate::{NEVER, UNSAFE, call, client, options, read};

const SECOND: Duration = Duration::from_secs(1);

fn room(most_at_once: usize, url: &str) -> HttpOptions {
    HttpOptions { most_at_once, ..options(url) }
}

fn well() -> Act {
    answer("200 OK", "null")
}

#[tokio::test]
async fn calls_beyond_it_wait_for_their_turn() {
    let server = Server::start(&[Act::Ignore, Act::Ignore, well()]).await;
    let deadline = 3 * SECOND;
    let client = client(HttpOptions { deadline, ..room(2, &server.url) });
    let begun = Instant::now();
    let sent = join_all((0..5).map(|_| async {
        let sent = call(&client, &UNSAFE).send(read).await;
        (sent.is_ok(), begun.elapsed() >= deadline)
    }));
    let mut sent = sent.await;
    sent.sort_unstable();
    let (gave_up, in_turn) = ((false, true), (true, true));
    assert_eq!(sent, [gave_up, gave_up, in_turn, in_turn, in_turn]);
}

#[tokio::test]
async fn who_finds_none_for_long_comes_back_unsent() {
    let server = Server::start(&[Act::Ignore]).await;
    let longest_wait = Duration::from_millis(20);
    let client = client(HttpOptions { longest_wait, ..room(1, &server.url) });
    let waits = async {
        server.is_asked(1).await;
        call(&client, &UNSAFE).send(read).await.expect_err("there is no room")
    };
    let error = tokio::select! {
        biased;
        error = waits => error,
        sent = call(&client, &UNSAFE).send(read) => panic!("it was answered: {sent:?}"),
    };
    let kind = error.kind();
    assert!(matches!(kind, ErrorKind::RateLimited { retry_after: Some(_), .. }), "{error}");
    assert_eq!((error.text(), server.requests().len()), (Some("it was not sent"), 1));
}

#[tokio::test]
async fn who_waits_for_it_is_held_back_by_what_others_meet() {
    let full = "429 Too Many Requests\r\nRetry-After: 1";
    let server = Server::start(&[answer(full, "slow down"), well()]).await;
    let client = client(room(1, &server.url));
    let begun = Instant::now();
    let (first, second) = tokio::join!(call(&client, &NEVER).send(read), async {
        (call(&client, &NEVER).send(read).await, begun.elapsed())
    });
    assert!(first.is_err() && second.0.is_ok() && second.1 >= SECOND, "{first:?} {second:?}");
}

#[tokio::test]
async fn polls_streams_and_other_hosts_take_none_of_it() {
    let silent = vec![Act::Ignore; 4];
    let server = Server::start(&[silent, vec![well()]].concat()).await;
    let client = client(room(1, &server.url));
    let poll = || call(&client, &NEVER).poll().send(read);
    let elsewhere = || {
        let url = format!("{}/upload", server.url).parse().expect("a URL");
        client.call_at(&UNSAFE, Method::POST, url).expect("it is allowed").send(read)
    };
    let stream = || {
        let piece = futures_util::stream::once(async { Ok::<_, std::io::Error>("piece") });
        let call = client.call(&UNSAFE, Method::POST, &["upload"]);
        call.body(Body::wrap_stream(piece)).send(read)
    };
    let last = async {
        server.is_asked(4).await;
        call(&client, &UNSAFE).send(read).await
    };
    // They are on their way until the last is answered.
    tokio::select! {
        biased;
        sent = last => assert!(sent.is_ok(), "{sent:?}"),
        long = async { tokio::join!(poll(), poll(), elsewhere(), stream()) } => panic!("{long:?}"),
    }
}
