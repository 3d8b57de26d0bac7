//! Everything that can go wrong with a call: what it is called, and whether it is tried again.

use std::time::Duration;

use gateway_core::http::{HttpOptions, Operation};
use gateway_core::messenger::{ErrorKind, LimitScope};
use gateway_core::testing::Logs;
use tokio::net::TcpListener;

use crate::measures::Recorder;
use crate::server::{Act, Server, answer, answered};
use crate::{NEVER, SAFE, SECRET, UNSAFE, call, client, keeps_the_secret, options, read};

/// Too short for what never comes, and long enough for all that does, on a machine that is busy.
const SHORT: Duration = Duration::from_millis(500);

const SECONDS: fn(u64) -> Option<Duration> = |seconds| Some(Duration::from_secs(seconds));

const UNAVAILABLE: ErrorKind = ErrorKind::Unavailable { may_have_happened: false };
const LOST: ErrorKind = ErrorKind::Unavailable { may_have_happened: true };
const NEVER_SENT: ErrorKind = ErrorKind::Timeout { may_have_happened: false };
const NO_ANSWER: ErrorKind = ErrorKind::Timeout { may_have_happened: true };

fn limited(retry_after: Option<Duration>) -> ErrorKind {
    ErrorKind::RateLimited { scope: LimitScope::Account, retry_after }
}

/// Whoever repeats the secret in an answer must not make us repeat it.
fn echoing(head: &str, body: &str) -> Act {
    answer(head, format!("{body} {SECRET} 10000001%3Aa+b%2FAbCdEfGhIjKlMnOpQrStUvWx"))
}

fn too_many(header: &str) -> Act {
    echoing(&format!("429 Too Many Requests\r\n{header}X-Nothing: 1"), "slow down")
}

/// An hour that is `seconds` after the answer's own.
fn date(seconds: u64) -> String {
    let date = "Sun, 06 Nov 1994 08:49:37 GMT";
    format!("Date: {date}\r\nRetry-After: Sun, 06 Nov 1994 08:49:{} GMT\r\n", 37 + seconds)
}

fn as_it_is(_: &mut HttpOptions) {}

struct Row {
    fault: &'static str,
    act: Act,
    set: fn(&mut HttpOptions),
    kind: ErrorKind,
    /// How many requests a safe operation makes of it, and an unsafe one.
    tries: (usize, usize),
}

#[rustfmt::skip]
fn rows() -> Vec<Row> {
    let row = |fault, act, set, kind, tries| Row { fault, act, set, kind, tries };
    let ok = "200 OK";
    let half = answered(ok, "x".repeat(50))[..80].to_vec();
    vec![
        row("connect timeout", Act::Ignore, silent_tls, NEVER_SENT, (4, 4)),
        row("reset mid-answer", Act::SayAndReset(half.clone()), as_it_is, LOST, (4, 1)),
        row("broken off mid-answer", Act::Say(half.clone()), as_it_is, LOST, (4, 1)),
        row("slow header", Act::SayAndHang(b"HTTP/1.1 200".to_vec()), short_deadline, NO_ANSWER, (4, 1)),
        row("slow body", Act::SayAndHang(half), short_read, NO_ANSWER, (4, 1)),
        row("429, Retry-After: 0", too_many("Retry-After: 0\r\n"), as_it_is, limited(SECONDS(0)), (4, 4)),
        row("429, Retry-After: 7", too_many("Retry-After: 7\r\n"), as_it_is, limited(SECONDS(7)), (1, 1)),
        row("429, a date that is now", too_many(&date(0)), as_it_is, limited(SECONDS(0)), (4, 4)),
        row("429, a date in 11 s", too_many(&date(11)), as_it_is, limited(SECONDS(11)), (1, 1)),
        row("429 without", too_many(""), as_it_is, limited(None), (4, 4)),
        row("503 with HTML", echoing("503 Service Unavailable", "<html>"), as_it_is, UNAVAILABLE, (4, 4)),
        row("503, Retry-After: 7", echoing("503 Away\r\nRetry-After: 7", ""), as_it_is, UNAVAILABLE, (1, 1)),
        row("500", echoing("500 Internal Server Error", "{}"), as_it_is, LOST, (4, 1)),
        row("huge body", echoing(ok, &"x".repeat(1025)), small, ErrorKind::Protocol, (4, 1)),
        row("redirect", echoing("302 Found\r\nLocation: /elsewhere", ""), as_it_is, ErrorKind::Protocol, (4, 1)),
        row("invalid UTF-8", answer(ok, b"\"\xff\xfe\""), as_it_is, ErrorKind::Protocol, (4, 1)),
        row("invalid JSON", echoing(ok, "{\"name\":"), as_it_is, ErrorKind::Protocol, (4, 1)),
        row("empty 200", answer(ok, ""), as_it_is, ErrorKind::Protocol, (4, 1)),
        row("401", echoing("401 Unauthorized", "who?"), as_it_is, ErrorKind::Unauthorized, (1, 1)),
    ]
}

/// The handshake belongs to connecting, and the server takes no part in it.
fn silent_tls(options: &mut HttpOptions) {
    options.base_url.set_scheme("https").expect("it is like http");
    options.extra_root_certificates = vec![include_bytes!("root.pem").to_vec()];
    options.connect_timeout = SHORT;
}

fn short_deadline(options: &mut HttpOptions) {
    options.deadline = SHORT;
}

fn short_read(options: &mut HttpOptions) {
    options.read_timeout = SHORT;
}

fn small(options: &mut HttpOptions) {
    options.max_answer_bytes = 1024;
}

#[tokio::test]
async fn every_fault_has_its_kind_and_its_tries() {
    for row in rows() {
        let (safe, not) = row.tries;
        for (operation, tries) in [(SAFE, safe), (UNSAFE, not), (NEVER, 1)] {
            let server = Server::start(std::slice::from_ref(&row.act)).await;
            let mut options = options(&server.url);
            (row.set)(&mut options);
            let what = format!("{} of {}", row.fault, operation.name);
            let requests = fails(options, &operation, &row.kind, &what).await;
            assert_eq!(requests, tries, "{what}, as counted here");
            server.is_asked(tries).await;
            assert_eq!(server.requests().len(), tries, "{what}, as the server counts");
        }
    }
}

#[tokio::test]
async fn a_refused_connection_may_be_tried_again_whatever_it_was() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("it is bound"));
    drop(listener);
    for (operation, tries) in [(SAFE, 4), (UNSAFE, 4), (NEVER, 1)] {
        let requests = fails(options(&url), &operation, &UNAVAILABLE, operation.name).await;
        assert_eq!(requests, tries, "{}", operation.name);
    }
}

/// How many requests were made until this error came, which is secretive, as the logs are.
async fn fails(options: HttpOptions, operation: &Operation, kind: &ErrorKind, what: &str) -> usize {
    let (logs, _capturing) = Logs::capture();
    let recorder = Recorder::default();
    let _recording = metrics::set_default_local_recorder(&recorder);
    let client = client(options);
    let error = call(&client, operation).send(read).await.expect_err(what);
    assert_eq!(error.kind(), kind, "{what}: {error}");
    let shown = format!("{error} {error:?}");
    keeps_the_secret(&shown);
    assert!(!shown.contains("http://"), "{what}: {shown}");
    let logs = logs.text();
    assert!(logs.contains(&format!("method=\"{}\"", operation.name)), "{what}: {logs}");
    keeps_the_secret(&logs);
    recorder.count("gateway_http_requests_total")
}
