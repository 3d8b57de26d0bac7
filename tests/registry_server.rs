//! The registry's server: its deadlines and limits, over real sockets.
//!
//! Each test sets the one deadline that it is about to a moment and all others to an hour, and then
//! waits for what must happen; it fails when that has not happened after [`PATIENCE`]. Nothing hangs
//! on how long a moment takes.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::convert::Infallible;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::header::{
    ACCEPT_ENCODING, ALLOW, AUTHORIZATION, CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH,
    CONTENT_TYPE, RETRY_AFTER,
};
use axum::http::request::Builder;
use axum::http::{HeaderMap, HeaderName, Method, Request, StatusCode};
use axum::routing::get;
use flate2::read::GzDecoder;
use gateway_core::chance::Chance;
use gateway_core::http::Rate;
use gateway_core::time::SystemClock;
use gateway_tests::PATIENCE;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};
use registry_api::http::{ServerOptions, layered, router, server, tls};
use registry_api::token::Scopes;
use registry_api::{NewChat, Registry};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use serde_json::Value;
use storage::testing::TestDatabase;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::{interval, timeout};
use tokio_rustls::TlsConnector;
use tokio_util::sync::CancellationToken;

const CHATS: &str = "/api/v1/private/chats";

/// A deadline that is to pass.
const MOMENT: Duration = Duration::from_millis(200);

/// A deadline that is not to pass.
const HOUR: Duration = Duration::from_hours(1);

/// Deadlines none of which passes.
fn patient() -> ServerOptions {
    ServerOptions {
        first_byte_timeout: HOUR,
        handshake_timeout: HOUR,
        header_timeout: HOUR,
        body_timeout: HOUR,
        request_timeout: HOUR,
        idle_timeout: HOUR,
        drain: HOUR,
        ..ServerOptions::default()
    }
}

/// A server that runs.
struct Running {
    address: SocketAddr,
    stop: CancellationToken,
    task: JoinSet<()>,
}

impl Running {
    async fn with(routes: Router, options: ServerOptions) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let (stop, mut task) = (CancellationToken::new(), JoinSet::new());
        let stopped = stop.clone();
        task.spawn(async move { server::serve(listener, routes, &options, stopped).await });
        Self { address, stop, task }
    }

    /// Routes of the test's own, with what all have.
    async fn of(routes: Router, options: ServerOptions) -> Self {
        let routes = layered(routes, Arc::new(Chance::seeded(5)), &options);
        Self::with(routes, options).await
    }

    /// One route, `/`, that says `hello`.
    async fn hello(options: ServerOptions) -> Self {
        Self::of(Router::new().route("/", get(async || "hello")), options).await
    }

    async fn connects(&self) -> TcpStream {
        TcpStream::connect(self.address).await.expect("a connection")
    }

    /// Connects and sends something.
    async fn is_sent(&self, bytes: &str) -> TcpStream {
        let mut stream = self.connects().await;
        stream.write_all(bytes.as_bytes()).await.expect("it is sent");
        stream
    }

    fn asks(&self, method: Method, path: &str) -> Builder {
        Request::builder().method(method).uri(format!("http://{}{path}", self.address))
    }

    async fn gets(&self, path: &str) -> Answer {
        answer(self.asks(Method::GET, path), Body::empty()).await
    }

    /// Waits until the server has ended.
    async fn ends(&mut self) {
        let ended = timeout(PATIENCE, self.task.join_next()).await.expect("it ends");
        ended.expect("there was a server").expect("it ended well");
    }
}

/// The registry itself, on `SQLite`.
struct Service {
    running: Running,
    registry: Registry,
    bearer: String,
    _database: TestDatabase,
}

impl Service {
    async fn with(options: ServerOptions) -> Self {
        let database = TestDatabase::sqlite();
        let store = database.open().await.registry();
        let registry = Registry::new(store, Arc::new(SystemClock), Arc::new(Chance::seeded(3)));
        let token = registry.create_token("test", Scopes::ALL).await.expect("a token");
        let bearer = format!("Bearer {}", token.expose());
        let running = Running::with(router(registry.clone(), &options), options).await;
        Self { running, registry, bearer, _database: database }
    }

    fn asks(&self, method: Method, path: &str) -> Builder {
        self.running.asks(method, path).header(AUTHORIZATION, &self.bearer)
    }

    async fn lists(&self) -> Answer {
        answer(self.asks(Method::GET, CHATS), Body::empty()).await
    }
}

/// What came back.
#[derive(Debug)]
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

impl Answer {
    fn header(&self, name: impl Into<HeaderName>) -> Option<&str> {
        self.headers.get(name.into()).map(|value| value.to_str().expect("text"))
    }

    /// The type of the problem, which bears the request's id.
    fn problem(&self) -> String {
        assert_eq!(self.header(CONTENT_TYPE), Some("application/problem+json"), "{self:?}");
        let problem: Value = serde_json::from_slice(&self.body).expect("JSON");
        assert_eq!(problem["status"], self.status.as_u16());
        assert_eq!(problem["requestId"].as_str(), self.header(REQUEST_ID));
        assert!(problem["requestId"].is_string());
        let kind = problem["type"].as_str().and_then(|it| it.strip_prefix("/problems/"));
        kind.expect("a type").to_owned()
    }
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Asks on a connection of its own.
async fn answer(request: Builder, body: Body) -> Answer {
    let client: Client<_, Body> = Client::builder(TokioExecutor::new()).build_http();
    let asked = client.request(request.body(body).expect("a request"));
    let answer = timeout(PATIENCE, asked).await.expect("an answer in time").expect("an answer");
    let (head, body) = answer.into_parts();
    let body = axum::body::to_bytes(Body::new(body), usize::MAX).await.expect("its body");
    Answer { status: head.status, headers: head.headers, body }
}

/// What still comes, until the other side closes.
async fn rest(mut stream: impl AsyncRead + Unpin) -> String {
    let mut bytes = Vec::new();
    let read = timeout(PATIENCE, stream.read_to_end(&mut bytes)).await;
    match read.expect("the connection is closed in time") {
        Ok(_) => {}
        Err(error) => assert_eq!(error.kind(), ErrorKind::ConnectionReset, "{error}"),
    }
    String::from_utf8(bytes).expect("text")
}

/// What comes, as far as these words.
async fn until(stream: &mut (impl AsyncRead + Unpin), words: &str) -> String {
    let mut bytes = Vec::new();
    let reading = async {
        while !String::from_utf8_lossy(&bytes).contains(words) {
            bytes.push(stream.read_u8().await.expect("more comes"));
        }
    };
    timeout(PATIENCE, reading).await.expect("it comes in time");
    String::from_utf8(bytes).expect("text")
}

// Deadlines of a connection.

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

// Deadlines of a request.

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

// Limits.

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

// What every answer has.

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
        format!("{{method=GET,route={CHATS}/{{chat_id}},status=404}}"),
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

// The stop.

#[tokio::test]
async fn what_has_begun_is_finished_and_nothing_else() {
    let (begun, goes_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (told, waits) = (begun.clone(), goes_on.clone());
    let slow = async move || {
        told.notify_one();
        waits.notified().await;
        "done"
    };
    let routes = Router::new().route("/slow", get(slow)).route("/", get(async || "hello"));
    let mut server = Running::of(routes, patient()).await;
    let mut idle = server.is_sent("GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
    until(&mut idle, "hello").await;
    let silent = server.connects().await;
    let asked = server.is_sent("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n").await;
    timeout(PATIENCE, begun.notified()).await.expect("the request has begun");

    server.stop.cancel();
    assert_eq!(rest(idle).await, "");
    assert_eq!(rest(silent).await, "");
    let refused = async {
        // Until the server has heard of the stop.
        while TcpStream::connect(server.address).await.is_ok() {}
    };
    timeout(PATIENCE, refused).await.expect("nobody else is taken");

    goes_on.notify_one();
    let answer = rest(asked).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    assert!(answer.contains("connection: close"), "{answer}");
    assert!(answer.ends_with("done"), "{answer}");
    server.ends().await;
}

#[tokio::test]
async fn what_does_not_end_is_given_up() {
    let begun = Arc::new(Notify::new());
    let told = begun.clone();
    let endless = async move || {
        told.notify_one();
        std::future::pending::<()>().await;
    };
    let routes = Router::new().route("/", get(endless));
    let mut server = Running::of(routes, ServerOptions { drain: MOMENT, ..patient() }).await;
    let asked = server.is_sent("GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
    timeout(PATIENCE, begun.notified()).await.expect("the request has begun");
    server.stop.cancel();
    server.ends().await;
    assert_eq!(rest(asked).await, "");
}

// TLS.

/// A server with a certificate of its own, from files, and a client that trusts it.
async fn with_tls(options: ServerOptions) -> (Running, TlsConnector) {
    let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("its own");
    let folder = tempfile::tempdir().expect("a folder");
    let (certificate, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    std::fs::write(&certificate, own.cert.pem()).expect("it is written");
    std::fs::write(&key, own.signing_key.serialize_pem()).expect("it is written");
    let tls = tls::from_files(&certificate, &key).expect("a certificate and its key");
    let mut trusted = RootCertStore::empty();
    trusted.add(own.cert.der().clone()).expect("a certificate");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let client = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("the versions of the provider")
        .with_root_certificates(trusted)
        .with_no_client_auth();
    let server = Running::hello(ServerOptions { tls: Some(tls), ..options }).await;
    (server, TlsConnector::from(Arc::new(client)))
}

#[tokio::test]
async fn with_a_certificate_it_speaks_tls_and_nothing_else() {
    let (server, client) = with_tls(patient()).await;
    let name = ServerName::try_from("localhost").expect("a name");
    let mut stream = client.connect(name, server.connects().await).await.expect("TLS");
    stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.expect("it is sent");
    until(&mut stream, "hello").await;

    let plain = server.is_sent("GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
    let mut alert = Vec::new();
    // An alert, or nothing.
    let _ = timeout(PATIENCE, { plain }.read_to_end(&mut alert)).await.expect("it is closed");
    assert!(!String::from_utf8_lossy(&alert).contains("HTTP"));
}

#[tokio::test]
async fn a_handshake_that_does_not_end_is_closed() {
    let options = ServerOptions { handshake_timeout: MOMENT, ..patient() };
    let (server, _) = with_tls(options).await;
    assert_eq!(rest(server.connects().await).await, "");
    // The beginning of a greeting, of 512 bytes.
    let mut stream = server.connects().await;
    stream.write_all(&[22, 3, 1, 2, 0, 1]).await.expect("it is sent");
    assert_eq!(rest(stream).await, "");
}

#[test]
fn a_key_that_is_spoilt_is_not_shown() {
    let own = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("its own");
    let folder = tempfile::tempdir().expect("a folder");
    let (certificate, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
    std::fs::write(&certificate, own.cert.pem()).expect("it is written");
    // As it comes out of an environment variable that lost its line ends.
    let spoilt = own.signing_key.serialize_pem().replace('\n', "");
    std::fs::write(&key, &spoilt).expect("it is written");
    let error = tls::from_files(&certificate, &key).expect_err("no key").to_string();
    assert!(error.contains("key.pem"), "{error}");
    let secret = &spoilt["-----BEGIN PRIVATE KEY-----".len()..][..20];
    assert!(!error.contains(secret), "{error}");
    let missing = tls::from_files(&folder.path().join("none.pem"), &key).expect_err("no file");
    assert!(missing.to_string().contains("none.pem"), "{missing}");
}
