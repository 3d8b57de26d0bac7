//! What is made of an answer, and of the address.

use gateway_core::http::{Answer, HttpClient, HttpOptions, SecretString};
use gateway_core::messenger::{ErrorKind, Result};
use gateway_core::model::Platform;
use reqwest::Method;
use tokio::net::TcpListener;

use crate::server::{Act, Server, answer};
use crate::{SAFE, SECRET, call, client, keeps_the_secret, options, read};

async fn answering(act: Act) -> Result<Answer> {
    let server = Server::start(&[act]).await;
    let mut options = options(&server.url);
    (options.max_answer_bytes, options.tries) = (1024, 1);
    call(&client(options), &SAFE).answer().await
}

#[tokio::test]
async fn an_answer_up_to_the_limit_is_read() {
    assert!(answering(answer("200 OK", "x".repeat(1024))).await.is_ok());
    answering(answer("200 OK", "x".repeat(1025))).await.expect_err("too large");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = elsewhere.local_addr().expect("it is bound");
    let redirect = answer(&format!("302 Found\r\nLocation: http://{address}/"), "");
    assert_eq!(answering(redirect).await.expect("the redirect itself").status(), 302);
    let came = std::future::poll_fn(|context| {
        std::task::Poll::Ready(elsewhere.poll_accept(context).is_ready())
    });
    assert!(!came.await, "nobody came with the token");
}

#[tokio::test]
async fn a_secret_that_is_echoed_is_cut_even_at_the_edge() {
    for before in 270..305 {
        let body = format!("{}{SECRET} was not reached", "x".repeat(before));
        let got = answering(answer("502 Bad Gateway", &body)).await.expect("an answer");
        let refusal = got.refusal(ErrorKind::Protocol, Some(SECRET), Some(&body));
        let errors = [got.refusal_by_status(), got.json::<u8>().expect_err("no number"), refusal];
        for error in errors {
            // Half of it is as bad as all.
            let shown = format!("{error} {error:?}");
            assert!(!shown.contains(&SECRET[..12]), "{shown}");
            keeps_the_secret(&shown);
        }
    }
}

#[tokio::test]
async fn what_the_server_says_stays_one_short_line() {
    let got = answering(answer("400 Bad Request", "")).await.expect("an answer");
    let long = "x\n\u{1b}[31m".repeat(100);
    let error = got.refusal(ErrorKind::Protocol, Some("code"), Some(&long)).to_string();
    assert!(error.chars().count() < 400 && !error.contains(char::is_control), "{error}");
}

#[tokio::test]
async fn an_empty_answer_is_called_empty() {
    for body in ["", "\r\n"] {
        let got = answering(answer("200 OK", body)).await.expect("an answer");
        let error = got.json::<u8>().expect_err("it is empty");
        assert_eq!(error.text(), Some("the answer is empty"));
    }
}

#[tokio::test]
async fn the_path_of_the_base_url_stays() {
    for prefix in ["", "/", "/gate/v1", "/gate/v1/"] {
        let server = Server::start(&[answer("200 OK", "1")]).await;
        let client = client(options(&format!("{}{prefix}", server.url)));
        call(&client, &SAFE).send(read).await.expect("an answer");
        let begins = format!("POST {}/10000001:a%20b%2FAb", prefix.trim_end_matches('/'));
        let request = &server.requests()[0];
        assert!(request.starts_with(&begins), "{request}");
    }
}

#[tokio::test]
async fn a_secret_that_only_the_call_was_given_is_kept_too() {
    let server = Server::start(&[answer("400 Bad Request", "bad s3cr3t/token")]).await;
    let url = server.url.parse().expect("a URL");
    let client = HttpClient::new(HttpOptions::new(url, Platform::MEMORY)).expect("a client");
    let call = client.call(&SAFE, Method::GET, &["me"]);
    let call = call.secret_query("t", &SecretString::from("s3cr3t/token".to_owned()));
    let error = call.answer().await.expect("an answer").refusal_by_status();
    assert!(error.to_string().contains("bad [secret]"), "{error}");
}

#[test]
fn an_address_with_a_password_is_refused_without_showing_it() {
    let url = "http://anna:hunter2@127.0.0.1/".parse().expect("a URL");
    let options = HttpOptions::new(url, Platform::MEMORY);
    assert!(!format!("{options:?}").contains("hunter2"));
    let error = HttpClient::new(options).expect_err("it holds a password");
    assert!(error.to_string().contains("base_url") && !error.to_string().contains("hunter2"));
}
