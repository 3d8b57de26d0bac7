//! The HTTP client against servers that misbehave.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use gateway_core::http::{Answer, HttpClient, HttpOptions, SecretString};
use gateway_core::messenger::{ErrorKind, Result};
use gateway_core::model::Platform;
use reqwest::Method;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

const SECRET: &str = "10000001:AbCdEfGhIjKlMnOpQrStUvWx";

/// Answers one request with these bytes, and closes.
async fn answering(bytes: &[u8]) -> Result<Answer> {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("it is bound").to_string();
    let serve = async {
        let (mut stream, _) = listener.accept().await.expect("a client");
        let mut request = [0; 4096];
        let _ = stream.read(&mut request).await.expect("a request");
        stream.write_all(bytes).await.expect("it listens");
        stream.shutdown().await.expect("it closes");
    };
    tokio::join!(asking(&address, 1024), serve).0
}

async fn asking(address: &str, max_answer_bytes: usize) -> Result<Answer> {
    let url = format!("http://{address}").parse().expect("a URL");
    let secret = SecretString::from(SECRET.to_owned());
    let options = HttpOptions { max_answer_bytes, ..HttpOptions::new(url, Platform::POTATO) };
    let client = HttpClient::new(options.with_secret(secret.clone())).expect("a client");
    let call = client.call("asking", Method::GET, &[SECRET, "getMe"]);
    let call = call.secret_query("access_token", &secret);
    assert!(!format!("{call:?}{client:?}").contains(SECRET));
    call.send().await
}

fn answer(head: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// No part of the secret's second half is in an error, in any of its forms.
fn keeps_the_secret(error: &gateway_core::Error) {
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains(&SECRET[..16]), "{shown}");
}

#[tokio::test]
async fn nobody_there_means_that_nothing_happened() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("it is bound").to_string();
    drop(listener);
    let error = asking(&address, 1024).await.expect_err("nobody listens");
    assert_eq!(error.kind(), &ErrorKind::Unavailable { may_have_happened: false });
    keeps_the_secret(&error);
}

#[tokio::test]
async fn an_answer_that_breaks_off_may_have_happened() {
    let broken = b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{";
    let error = answering(broken).await.expect_err("it breaks off");
    assert!(error.may_have_happened() && error.is_retryable(), "{error}");
    keeps_the_secret(&error);
}

#[tokio::test]
async fn an_answer_beyond_the_limit_is_not_read() {
    let error = answering(&answer("200 OK", &"x".repeat(1025))).await.expect_err("too large");
    assert_eq!(error.kind(), &ErrorKind::Protocol);
    assert!(answering(&answer("200 OK", &"x".repeat(1024))).await.is_ok());
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = elsewhere.local_addr().expect("it is bound");
    let redirect = answer(&format!("302 Found\r\nLocation: http://{address}/"), "");
    let got = answering(&redirect).await.expect("the redirect itself");
    assert_eq!(got.status(), 302);
    let came = std::future::poll_fn(|context| {
        std::task::Poll::Ready(elsewhere.poll_accept(context).is_ready())
    });
    assert!(!came.await, "nobody came with the token");
}

#[tokio::test]
async fn a_secret_that_is_echoed_is_cut_even_at_the_edge() {
    for before in 270..305 {
        let body = format!("{}{SECRET} was not reached", "x".repeat(before));
        let got = answering(&answer("502 Bad Gateway", &body)).await.expect("an answer");
        keeps_the_secret(&got.refusal_by_status());
        keeps_the_secret(&got.json::<u8>().expect_err("it is no number"));
        keeps_the_secret(&got.refusal(ErrorKind::Protocol, Some(SECRET), Some(&body)));
    }
}

#[tokio::test]
async fn what_the_server_says_stays_one_short_line() {
    let got = answering(&answer("400 Bad Request", "")).await.expect("an answer");
    let long = "x\n\u{1b}[31m".repeat(100);
    let error = got.refusal(ErrorKind::Protocol, Some("code"), Some(&long)).to_string();
    assert!(error.chars().count() < 400 && !error.contains(char::is_control), "{error}");
}

#[tokio::test]
async fn the_pause_that_is_asked_for_is_known() {
    let got = answering(&answer("429 Too Many Requests\r\nRetry-After: 7", "")).await;
    let error = got.expect("an answer").refusal_by_status();
    assert_eq!(error.retry_after(), Some(std::time::Duration::from_secs(7)));
}
