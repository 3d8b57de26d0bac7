//! The registry's server: its deadlines and limits, over real sockets.
//!
//! Each test sets the one deadline that it is about to a moment and all others to an hour, and then
//! waits for what must happen; it fails when that has not happened after [`PATIENCE`]. Nothing hangs
//! on how long a moment takes.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod answers;
mod deadlines;
mod limits;
mod stopping;
mod tls;
mod tokens;

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::request::Builder;
use axum::http::{HeaderMap, HeaderName, Method, Request, StatusCode};
use axum::routing::get;
use gateway_core::chance::Chance;
use gateway_core::testing::ManualClock;
use gateway_tests::PATIENCE;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use registry_api::Registry;
use registry_api::http::{self, ServerOptions, layered, server};
use registry_api::token::Scopes;
use serde_json::Value;
use storage::testing::TestDatabase;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;
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
    /// What `serve` makes of a free port, until the stop.
    async fn serving<F>(serve: impl FnOnce(TcpListener, CancellationToken) -> F) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let (stop, mut task) = (CancellationToken::new(), JoinSet::new());
        task.spawn(serve(listener, stop.clone()));
        Self { address, stop, task }
    }

    /// Routes of the test's own, with what all have.
    async fn of(routes: Router, options: ServerOptions) -> Self {
        let routes = layered(routes, Arc::new(Chance::seeded(5)), &options);
        Self::serving(|listener, stop| async move {
            server::serve(listener, routes, &options, stop).await;
        })
        .await
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

/// The registry itself.
struct Service {
    running: Running,
    registry: Registry,
    clock: Arc<ManualClock>,
    bearer: String,
    _database: TestDatabase,
}

impl Service {
    /// On `SQLite`.
    async fn with(options: ServerOptions) -> Self {
        Self::on(TestDatabase::sqlite(), options).await
    }

    async fn on(database: TestDatabase, options: ServerOptions) -> Self {
        let store = database.open().await.registry();
        let clock = Arc::new(ManualClock::default());
        let registry = Registry::new(store, clock.clone(), Arc::new(Chance::seeded(3)));
        let token = registry.create_token("test", Scopes::ALL).await.expect("a token");
        let bearer = format!("Bearer {}", token.expose());
        let served = registry.clone();
        let running = Running::serving(|listener, stop| async move {
            let served = http::serve_with(listener, served, &options, stop).await;
            served.expect("it is served");
        });
        Self { running: running.await, registry, clock, bearer, _database: database }
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
