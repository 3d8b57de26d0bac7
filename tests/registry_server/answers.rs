//! What every answer has, whatever was asked.

use std::sync::{Mutex, PoisonError};

use axum::Router;
use axum::body::Body;
use axum::http::header::{ACCEPT_ENCODING, ALLOW, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderName, Method, StatusCode};
use axum::routing::get;
use flate2::read::GzDecoder;
use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};
use registry_api::NewChat;
use registry_api::http::ServerOptions;
use tokio::io::AsyncWriteExt as _;

use super::{CHATS, Running, Service, answer, patient, until};

#[tokio::test]
async fn a_panic_is_a_problem_and_the_connection_goes_on() {
    let routes = Router::new()
        .route("/panic", get(async || -> () { panic!("of the test") }))
        .route("/", get(async || "hello"));
    let server = Running::of(routes, patient()).await;
    let answer = server.gets("/panic").await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(answer.problem(), "internal");
    assert!(!String::from_utf8_lossy(&answer.body).contains("of the test"));

    let mut stream = server.is_sent("GET /panic HTTP/1.1\r\nHost: x\r\n\r\n").await;
    until(&mut stream, "\"type\":\"/problems/internal\"").await;
    stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.expect("it is sent");
    until(&mut stream, "hello").await;
}

#[tokio::test]
async fn what_is_not_there_is_a_problem() {
    let service = Service::with(patient()).await;
    let answer = service.running.gets("/nowhere").await;
    assert_eq!((answer.status, &*answer.problem()), (StatusCode::NOT_FOUND, "not-found"));
    let request = service.asks(Method::PATCH, CHATS);
    let answer = self::answer(request, Body::empty()).await;
    assert_eq!(
        (answer.status, &*answer.problem()),
        (StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed")
    );
    assert_eq!(answer.header(ALLOW), Some("GET,HEAD,POST"));
}

#[tokio::test]
async fn head_is_get_without_the_body() {
    let service = Service::with(patient()).await;
    let got = service.lists().await;
    let head = answer(service.asks(Method::HEAD, CHATS), Body::empty()).await;
    assert_eq!((head.status, head.body.len()), (StatusCode::OK, 0));
    for name in [CONTENT_TYPE, CONTENT_LENGTH] {
        assert!(head.header(name.clone()).is_some());
        assert_eq!(head.header(name.clone()), got.header(name));
    }
    let head = answer(service.running.asks(Method::HEAD, CHATS), Body::empty()).await;
    assert_eq!((head.status, head.body.len()), (StatusCode::UNAUTHORIZED, 0));
}

#[tokio::test]
async fn a_large_answer_is_compressed_for_who_wants_it() {
    let service = Service::with(patient()).await;
    let small =
        answer(service.asks(Method::GET, CHATS).header(ACCEPT_ENCODING, "gzip"), Body::empty());
    assert_eq!(small.await.header(CONTENT_ENCODING), None);
    for number in 0..20 {
        let chat = NewChat { title: format!("Chat {number}"), ..NewChat::default() };
        service.registry.register(chat).await.expect("it is kept");
    }
    let plain = service.lists().await;
    assert_eq!(plain.header(CONTENT_ENCODING), None);
    let request = service.asks(Method::GET, CHATS).header(ACCEPT_ENCODING, "gzip");
    let compressed = answer(request, Body::empty()).await;
    assert_eq!(compressed.header(CONTENT_ENCODING), Some("gzip"));
    assert!(compressed.body.len() < plain.body.len() / 2);
    let text = std::io::read_to_string(GzDecoder::new(&compressed.body[..])).expect("gzip");
    assert_eq!(text.as_bytes(), plain.body);
}

const ORIGIN: HeaderName = HeaderName::from_static("origin");
const ASKED_METHOD: HeaderName = HeaderName::from_static("access-control-request-method");
const ALLOWED_ORIGIN: HeaderName = HeaderName::from_static("access-control-allow-origin");
const EXPOSED: HeaderName = HeaderName::from_static("access-control-expose-headers");

#[tokio::test]
async fn a_page_of_an_allowed_origin_may_read_the_answers() {
    let cors = vec!["https://example.org".parse().expect("an origin")];
    let service = Service::with(ServerOptions { cors, ..patient() }).await;
    let from = |method, origin| service.running.asks(method, CHATS).header(ORIGIN, origin);
    // A browser asks first, and has no token for that.
    let asks = from(Method::OPTIONS, "https://example.org").header(ASKED_METHOD, "POST");
    let before = answer(asks, Body::empty()).await;
    assert_eq!(before.status, StatusCode::OK);
    assert_eq!(before.header(ALLOWED_ORIGIN), Some("https://example.org"));
    // It may read a refusal, too.
    let refused = answer(from(Method::GET, "https://example.org"), Body::empty()).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert_eq!(refused.header(ALLOWED_ORIGIN), Some("https://example.org"));
    assert!(refused.header(EXPOSED).expect("names").contains("x-request-id"));

    let foreign = answer(from(Method::GET, "https://example.com"), Body::empty()).await;
    assert_eq!(foreign.header(ALLOWED_ORIGIN), None);
}

#[tokio::test]
async fn without_an_origin_there_is_no_cors() {
    let service = Service::with(patient()).await;
    let asks = service.asks(Method::GET, CHATS).header(ORIGIN, "https://example.org");
    let answer = answer(asks, Body::empty()).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header(ALLOWED_ORIGIN), None);
}

#[tokio::test]
async fn health_needs_no_token() {
    let service = Service::with(patient()).await;
    for path in ["/health/live", "/health/ready"] {
        assert_eq!(service.running.gets(path).await.status, StatusCode::OK, "{path}");
    }
}

/// What is recorded, as `name{label=value,…}`.
#[derive(Default)]
struct Recorded(Mutex<Vec<String>>);

impl Recorded {
    fn keep(&self, key: &Key) {
        let labels: Vec<String> =
            key.labels().map(|it| format!("{}={}", it.key(), it.value())).collect();
        let line = format!("{}{{{}}}", key.name(), labels.join(","));
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }
}

impl Recorder for Recorded {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        self.keep(key);
        Counter::noop()
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        self.keep(key);
        Histogram::noop()
    }
}

/// Server and test run on one thread, whose recorder this is.
#[tokio::test]
async fn requests_are_counted_by_route_and_never_by_path() {
    let recorded = Recorded::default();
    let _recorder = metrics::set_default_local_recorder(&recorded);
    let service = Service::with(patient()).await;
    let path = format!("{CHATS}/9a983789-1709-4543-aa31-a02867680017");
    answer(service.asks(Method::GET, &path), Body::empty()).await;
    let made_up = Method::from_bytes(b"BREW").expect("a method");
    answer(service.running.asks(made_up, "/coffee"), Body::empty()).await;

    let recorded = recorded.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let labels = [
        format!("{{method=GET,route={CHATS}/{{chatId}},status=404}}"),
        "{method=other,route=none,status=404}".to_owned(),
    ];
    let expected: Vec<String> = labels
        .iter()
        .flat_map(|labels| {
            ["requests_total", "request_seconds"].map(|it| format!("registry_http_{it}{labels}"))
        })
        .collect();
    assert_eq!(recorded, expected);
}
