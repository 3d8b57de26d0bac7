//! Addresses that are not the API's.

use gateway_core::http::{Answer, Call, HttpClient};
use gateway_core::messenger::ErrorKind;
use reqwest::Method;
use tokio::io::AsyncReadExt as _;

use crate::server::{Act, Server, answer, answered};
use crate::{SAFE, client, options};

/// The API is where nobody listens.
fn away() -> HttpClient {
    client(options("http://127.0.0.1:1"))
}

fn call<'a>(client: &'a HttpClient, server: &Server) -> Call<'a> {
    let url = format!("{}/up?sig=whoever-knows-this", server.url).parse().expect("a URL");
    client.call_at(&SAFE, Method::GET, url).expect("it may be called")
}

#[tokio::test]
async fn an_address_is_called_as_it_is_and_not_shown() {
    let server = Server::start(&[answer("500 Oh no", "")]).await;
    let client = away();
    let refused = |answer: &Answer| Err::<(), _>(answer.refusal_by_status());
    let error = call(&client, &server).send(refused).await.expect_err("it is refused");
    assert!(!format!("{error} {error:?}").contains("whoever"), "{error:?}");
    assert!(server.requests()[0].starts_with("GET /up?sig=whoever-knows-this "));
    drop(server);
}

#[tokio::test]
async fn an_address_that_the_host_repeats_is_not_shown() {
    let said = answer("404 Not Found", "Cannot GET /up?sig=whoever-knows-this");
    let server = Server::start(&[said]).await;
    let client = away();
    let refused = |answer: &Answer| Err::<(), _>(answer.refusal_by_status());
    let sent = call(&client, &server).send(refused).await.expect_err("it is refused");
    let opened = call(&client, &server).open(Answer::refusal_by_status).await;
    for error in [sent, opened.err().expect("it is refused")] {
        assert_eq!(error.text(), Some("Cannot GET [secret]"));
    }
}

#[tokio::test]
async fn only_what_is_as_safe_as_the_api_is_called() {
    let safe = client(options("https://api.example"));
    for (client, url) in [(&safe, "http://h/"), (&safe, "ftp://h/"), (&away(), "file:///x")] {
        let error = client.call_at(&SAFE, Method::GET, url.parse().expect("a URL"));
        let error = error.expect_err("it is refused");
        assert!(matches!(error.kind(), ErrorKind::Invalid { .. }), "{url}: {error}");
    }
}

#[tokio::test]
async fn a_long_answer_is_read_as_it_comes() {
    let server = Server::start(&[answer("200 OK", "x".repeat(5000))]).await;
    let mut options = options("http://127.0.0.1:1");
    options.max_answer_bytes = 10;
    let client = client(options);
    let opened = call(&client, &server).open(Answer::refusal_by_status).await;
    let mut body = String::new();
    opened.expect("it opens").read_to_string(&mut body).await.expect("it is read");
    assert_eq!(body.len(), 5000);
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_an_error_of_the_reader() {
    let mut cut = answered("200 OK", "x".repeat(5000));
    cut.truncate(cut.len() - 1);
    let server = Server::start(&[Act::SayAndReset(cut)]).await;
    let client = away();
    let opened = call(&client, &server).open(Answer::refusal_by_status).await;
    let mut body = Vec::new();
    let error = opened.expect("it opens").read_to_end(&mut body).await.expect_err("it is cut");
    assert!(!format!("{error} {error:?}").contains("whoever"), "{error:?}");
}

#[tokio::test]
async fn a_refusal_is_an_error_before_anything_is_read() {
    let server = Server::start(&[answer("404 Not Found", "gone")]).await;
    let client = away();
    let opened = call(&client, &server).open(Answer::refusal_by_status).await;
    assert_eq!(*opened.err().expect("it is gone").kind(), ErrorKind::NotFound);
}
