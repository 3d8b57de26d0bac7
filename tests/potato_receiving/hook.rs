//! A bot's server.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, mpsc};

use crate::harness::{Bench, PATIENCE};

/// What it answers: the status, the content type and the body.
pub(crate) type Said = (u16, &'static str, String);

/// A call that came in.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) content_type: String,
    pub(crate) body: String,
}

impl Call {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }

    /// The updates of the envelope.
    pub(crate) fn updates(&self) -> Vec<Value> {
        let envelope = self.json();
        assert_eq!(envelope["ok"], true, "{envelope}");
        envelope["result"].as_array().expect("a list").clone()
    }
}

#[derive(Clone)]
struct Answering {
    heard: mpsc::UnboundedSender<Call>,
    /// One after another; the last for good.
    says: Arc<Vec<Said>>,
    count: Arc<AtomicUsize>,
    /// An answer goes out for each permit.
    gate: Arc<Semaphore>,
}

/// What came in, and when it is answered.
pub(crate) struct Hook {
    pub(crate) url: String,
    calls: mpsc::UnboundedReceiver<Call>,
    pub(crate) gate: Arc<Semaphore>,
}

impl Hook {
    /// One that takes everything.
    pub(crate) async fn open() -> Self {
        Self::that_says(vec![ok()]).await
    }

    pub(crate) async fn that_says(says: Vec<Said>) -> Self {
        let (router, calls, gate) = router(says);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}/hook", listener.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self::at(url, calls, gate)
    }

    /// One that answers only when it is let.
    pub(crate) async fn that_waits() -> Self {
        let hook = Self::open().await;
        hook.gate.forget_permits(Semaphore::MAX_PERMITS);
        hook
    }

    pub(crate) fn at(
        url: String,
        calls: mpsc::UnboundedReceiver<Call>,
        gate: Arc<Semaphore>,
    ) -> Self {
        Self { url, calls, gate }
    }

    /// The next call.
    pub(crate) async fn hears(&mut self) -> Call {
        let call = tokio::time::timeout(PATIENCE, self.calls.recv()).await;
        call.expect("a call in time").expect("a call")
    }

    /// Nobody calls, for as long as a call takes and some more.
    pub(crate) async fn hears_nothing(&mut self) {
        const QUIET: Duration = Duration::from_millis(200);
        let call = tokio::time::timeout(QUIET, self.calls.recv()).await;
        assert!(call.is_err(), "it was called");
    }

    /// It is the bot's webhook from now on.
    pub(crate) async fn is_set(&self, bench: &Bench) {
        let set = bench.does("setWebhook", serde_json::json!({"url": self.url})).await;
        assert_eq!(set, true);
    }
}

/// A server that hears, what it hears, and what lets it answer.
pub(crate) fn router(says: Vec<Said>) -> (Router, mpsc::UnboundedReceiver<Call>, Arc<Semaphore>) {
    let (heard, calls) = mpsc::unbounded_channel();
    let gate = Arc::new(Semaphore::new(Semaphore::MAX_PERMITS));
    let answering =
        Answering { heard, says: Arc::new(says), count: Arc::default(), gate: gate.clone() };
    (Router::new().fallback(answer).with_state(answering), calls, gate)
}

async fn answer(
    State(it): State<Answering>,
    method: Method,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok());
    let content_type = content_type.unwrap_or_default().to_owned();
    let body = String::from_utf8(body.into()).expect("UTF-8");
    let _ = it.heard.send(Call { method, content_type, body });
    it.gate.acquire().await.expect("a gate").forget();
    let place = it.count.fetch_add(1, Ordering::SeqCst).min(it.says.len() - 1);
    let (status, content_type, body) = it.says[place].clone();
    let status = StatusCode::from_u16(status).expect("a status");
    (status, [(header::CONTENT_TYPE, content_type)], body).into_response()
}

/// The answer of most bots.
pub(crate) fn ok() -> Said {
    (200, "text/plain", String::new())
}

pub(crate) fn status(status: u16) -> Said {
    (status, "text/plain", String::new())
}
