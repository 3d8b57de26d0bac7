//! How many calls are on their way at once.

use std::time::Duration;

use futures_util::future::join_all;
use gateway_core::http::HttpOptions;
use gateway_core::messenger::ErrorKind;
use reqwest::Body;

use crate::server::{Act, Server, answer};
use crate::{NEVER, UNSAFE, call, client, options, read};

/// Room for two, and little patience.
fn two(url: &str) -> HttpOptions {
    HttpOptions { most_at_once: 2, deadline: Duration::from_millis(300), ..options(url) }
}

#[tokio::test]
async fn calls_beyond_it_wait_for_their_turn() {
    let (ignore, well) = (Act::Ignore, answer("200 OK", "null"));
    let server = Server::start(&[ignore.clone(), ignore, well]).await;
    let client = client(two(&server.url));
    let sent = join_all((0..5).map(|_| call(&client, &UNSAFE).send(read))).await;
    let gave_up =
        sent.iter().filter(|it| it.as_ref().is_err_and(|why| *why.kind() == GAVE_UP)).count();
    let well = sent.iter().filter(|it| it.is_ok()).count();
    assert_eq!((gave_up, well), (2, 3), "{sent:?}");
}

const GAVE_UP: ErrorKind = ErrorKind::Timeout { may_have_happened: true };

#[tokio::test]
async fn polls_and_streams_take_none_of_it() {
    let (ignore, well) = (Act::Ignore, answer("200 OK", "null"));
    let server = Server::start(&[ignore.clone(), ignore.clone(), ignore, well]).await;
    let client = client(HttpOptions { most_at_once: 1, ..two(&server.url) });
    let poll = || call(&client, &NEVER).poll().send(read);
    let stream = || {
        let piece = futures_util::stream::once(async { Ok::<_, std::io::Error>("piece") });
        client
            .call(&UNSAFE, reqwest::Method::POST, &["upload"])
            .body(Body::wrap_stream(piece))
            .send(read)
    };
    // They are on their way when the last is sent, and hold it up no longer than it takes them to begin.
    let long = async { tokio::join!(poll(), poll(), stream()) };
    let last = async {
        while server.requests().len() < 3 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        call(&client, &UNSAFE).send(read).await
    };
    tokio::select! {
        biased;
        sent = last => assert!(sent.is_ok(), "{sent:?}"),
        long = long => panic!("they came to an end before: {long:?}"),
    }
}
