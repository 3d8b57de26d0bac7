//! A server on loopback that answers what it is told, and keeps what it was asked.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, Uri};
use axum::response::Response;
use futures_util::stream;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// What it does with a request.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    /// Answers with this status and body.
    Say(u16, String),
    /// Begins an answer, and breaks the line.
    Break,
}

/// What it was asked.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Whether there is a text anywhere in it.
    pub(crate) fn mentions(&self, text: &str) -> bool {
        let head = format!("{} {:?}", self.uri, self.headers);
        head.contains(text) || String::from_utf8_lossy(&self.body).contains(text)
    }
}

pub(crate) struct Server {
    pub(crate) url: String,
    requests: Arc<Mutex<Vec<Request>>>,
    serving: JoinHandle<()>,
}

type Told = (Arc<Vec<Act>>, Arc<Mutex<Vec<Request>>>);

impl Server {
    /// One that does these things with one request after the other, the last with all others.
    pub(crate) async fn start(acts: &[Act]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("it is bound"));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let told: Told = (Arc::new(acts.to_vec()), requests.clone());
        let router = Router::new().fallback(answer).with_state(told);
        let serving = tokio::spawn(async move {
            axum::serve(listener, router).await.expect("it serves");
        });
        Self { url, requests, serving }
    }

    /// One that says the same to everybody.
    pub(crate) async fn saying(status: u16, body: &Value) -> Self {
        Self::start(&[say(status, body)]).await
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().expect("nobody panicked").clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

pub(crate) fn say(status: u16, body: &Value) -> Act {
    Act::Say(status, body.to_string())
}

async fn answer(
    State((acts, requests)): State<Told>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let body = axum::body::to_bytes(body, usize::MAX).await.expect("a whole request");
    let number = {
        let mut requests = requests.lock().expect("nobody panicked");
        requests.push(Request { method, uri, headers, body });
        requests.len() - 1
    };
    let response = match acts.get(number).or(acts.last()).expect("it is told") {
        Act::Say(status, body) => Response::builder().status(*status).body(body.clone().into()),
        Act::Break => {
            let broken = Err::<Bytes, _>(std::io::Error::other("the line broke"));
            Response::builder().body(Body::from_stream(stream::iter([Ok(Bytes::new()), broken])))
        }
    };
    response.expect("a response")
}
