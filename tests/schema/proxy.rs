//! What stands between an adapter and the sandbox, looks at what passes, and remembers what was
//! wrong. It changes nothing, and waits for nothing on its own: a client that hangs up ends the
//! request behind it, too.

use std::collections::HashSet;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::response::Parts as Head;
use axum::http::{HeaderMap, HeaderName, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use axum::{BoxError, Router};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use url::Url;

use super::check::{Asked, Schemas, Violation};

/// A judge on a free port in front of one messenger.
#[derive(Debug)]
pub struct SchemaProxy {
    url: Url,
    judge: Arc<Judge>,
    _tasks: JoinSet<std::io::Result<()>>,
}

#[derive(Debug)]
struct Judge {
    upstream: Url,
    schemas: Arc<Schemas>,
    client: Client<HttpConnector, Body>,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    violations: Vec<Violation>,
    /// How many requests were compared.
    compared: usize,
    /// The tests send wrong requests on purpose: only answers count.
    answers_only: bool,
    /// The types of updates that a test lets the messenger make up.
    made_up: HashSet<String>,
    /// What answers named as URLs, by path: files go there and come from there, and no schema
    /// says how.
    handed_out: HashSet<String>,
}

impl SchemaProxy {
    /// Begins to listen in front of the API at a URL.
    ///
    /// # Panics
    ///
    /// When there is no free port.
    pub async fn start(upstream: Url, schemas: Arc<Schemas>) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let client = Client::builder(TokioExecutor::new()).build_http();
        let judge = Arc::new(Judge { upstream, schemas, client, seen: Mutex::default() });
        let router = Router::new().fallback(pass).with_state(judge.clone());
        let mut tasks = JoinSet::new();
        tasks.spawn(async { axum::serve(listener, router).await });
        let url = format!("http://{address}").parse().expect("a URL");
        Self { url, judge, _tasks: tasks }
    }

    /// Where it listens.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// From now on only answers are judged: the test sends wrong requests on purpose.
    pub fn judge_answers_only(&self) {
        self.judge.seen().answers_only = true;
    }

    /// The messenger will say something undocumented on purpose: updates of this type.
    pub fn expect_made_up(&self, update_type: &str) {
        self.judge.seen().made_up.insert(update_type.to_owned());
    }

    /// Holds JSON that came another way against a schema: the update of a webhook.
    pub fn judge(&self, schema: &str, value: &Value) {
        let is_made_up = |made_up: &HashSet<String>| {
            value["update_type"].as_str().is_some_and(|it| made_up.contains(it))
        };
        let violations = self.judge.schemas.json(schema, value);
        let mut seen = self.judge.seen();
        if is_made_up(&seen.made_up) {
            return;
        }
        seen.compared += 1;
        seen.violations.extend(violations);
    }

    /// What was wrong so far.
    pub fn violations(&self) -> Vec<Violation> {
        self.judge.seen().violations.clone()
    }

    /// How many requests were compared so far.
    pub fn compared(&self) -> usize {
        self.judge.seen().compared
    }

    /// Everything was as the schema says.
    ///
    /// # Panics
    ///
    /// With all that was not.
    pub fn assert_clean(&self) {
        let violations = self.violations();
        let mut lines: Vec<String> = Vec::new();
        for line in violations.iter().map(Violation::to_string) {
            if !lines.contains(&line) {
                lines.push(line);
            }
        }
        assert!(lines.is_empty(), "against the platform's schema:\n{}", lines.join("\n"));
    }
}

async fn pass(State(judge): State<Arc<Judge>>, request: Request) -> Response {
    judge.pass(request).await
}

impl Judge {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn pass(&self, request: Request) -> Response {
        let (parts, body) = request.into_parts();
        let path = parts.uri.path().to_owned();
        if self.seen().handed_out.contains(&path) {
            return self.forward(parts, body).await;
        }
        let Ok(body) = axum::body::to_bytes(body, usize::MAX).await else {
            return StatusCode::BAD_REQUEST.into_response();
        };
        self.judge_request(&parts, &body);
        let operation = self.schemas.operation(parts.method.as_str(), &path);
        let response = self.forward(parts, Body::from(body)).await;
        match operation {
            Some(operation) => self.judge_answer(&operation, response).await,
            None => response,
        }
    }

    fn judge_request(&self, parts: &Parts, body: &Bytes) {
        let asked = Asked {
            method: parts.method.as_str(),
            path: parts.uri.path(),
            query: parts.uri.query().unwrap_or_default(),
            authorization: header(&parts.headers, &AUTHORIZATION),
            content_type: header(&parts.headers, &CONTENT_TYPE),
            body,
        };
        let mut seen = self.seen();
        seen.compared += 1;
        if !seen.answers_only {
            seen.violations.extend(self.schemas.request(&asked));
        }
    }

    /// An answer whose connection breaks breaks here as well, and is not judged.
    async fn judge_answer(&self, operation: &str, response: Response) -> Response {
        let (parts, body) = response.into_parts();
        let body = match axum::body::to_bytes(body, usize::MAX).await {
            Ok(body) => body,
            Err(why) => return broken(parts, why),
        };
        let mut judged = body.clone();
        let mut seen = self.seen();
        if let Ok(mut value) = serde_json::from_slice::<Value>(&body) {
            seen.handed_out.extend(urls(&value));
            if let Some(updates) = value["updates"].as_array_mut() {
                let before = updates.len();
                updates.retain(|it| {
                    !it["update_type"].as_str().is_some_and(|it| seen.made_up.contains(it))
                });
                if updates.len() < before {
                    judged = value.to_string().into();
                }
            }
        }
        let violations = self.schemas.answer(operation, parts.status.as_u16(), &judged);
        seen.violations.extend(violations);
        drop(seen);
        Response::from_parts(parts, Body::from(body))
    }

    /// The `Host` stays that of the client: what the messenger makes of it comes here again.
    async fn forward(&self, mut parts: Parts, body: Body) -> Response {
        let path = parts.uri.path_and_query().map_or("/", |it| it.as_str());
        let authority = self.upstream.authority();
        parts.uri = match format!("http://{authority}{path}").parse::<Uri>() {
            Ok(uri) => uri,
            Err(why) => return (StatusCode::BAD_REQUEST, why.to_string()).into_response(),
        };
        match self.client.request(Request::from_parts(parts, body)).await {
            Ok(response) => response.map(Body::new),
            // The connection broke before the answer came, and so shall this one.
            Err(why) => broken(Response::new(()).into_parts().0, why),
        }
    }
}

/// An answer whose body never comes.
fn broken(head: Head, why: impl Into<BoxError> + Send + 'static) -> Response {
    let body = futures_util::stream::once(async { Err::<Bytes, _>(why) });
    Response::from_parts(head, Body::from_stream(body))
}

fn header<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// The paths of all URLs in an answer.
fn urls(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) if text.starts_with("http") || text.starts_with("//") => {
            // An address may lack its scheme: asserted by the official client's suite.
            let whole = if text.starts_with("//") { format!("http:{text}") } else { text.clone() };
            whole.parse::<Url>().map(|url| url.path().to_owned()).into_iter().collect()
        }
        Value::Array(items) => items.iter().flat_map(urls).collect(),
        Value::Object(fields) => fields.values().flat_map(urls).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use axum::Json;
    use axum::routing::{get, post};
    use reqwest::Method;
    use serde_json::json;

    use super::*;
    use crate::Stranger;
    use crate::schema::check::{Rules, TokenPlace};

    const POST_OFFICE: &str = r##"
openapi: 3.0.0
paths:
  /uploads:
    post:
      responses:
        "200": {content: {application/json: {schema: {$ref: "#/components/schemas/Place"}}}}
  /updates:
    get:
      responses:
        "200": {content: {application/json: {schema: {$ref: "#/components/schemas/Place"}}}}
  /cut:
    get:
      responses:
        "200": {content: {application/json: {schema: {$ref: "#/components/schemas/Place"}}}}
components:
  schemas:
    Place: {properties: {url: {type: string}, updates: {type: array, maxItems: 1}}}
"##;

    /// A messenger that hands out a place for a file, says what it likes, and hangs up.
    async fn messenger() -> (JoinSet<std::io::Result<()>>, Url) {
        let broken = async || broken(Response::new(()).into_parts().0, "the line is cut");
        let router = Router::new()
            .route(
                "/uploads",
                post(async |headers: HeaderMap| {
                    let host = headers["host"].to_str().unwrap_or_default().to_owned();
                    Json(json!({"url": format!("http://{host}/files/7")}))
                }),
            )
            .route(
                "/updates",
                get(async || {
                    Json(
                        json!({"updates": [{"update_type": "a"}, {"update_type": "b"}], "more": 1}),
                    )
                }),
            )
            .route("/files/7", post(async |body: String| format!("<retval>{body}</retval>")))
            .route("/cut", get(broken));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let mut tasks = JoinSet::new();
        tasks.spawn(async { axum::serve(listener, router).await });
        (tasks, url.parse().expect("a URL"))
    }

    async fn judged() -> (JoinSet<std::io::Result<()>>, SchemaProxy) {
        let rules = Rules {
            token: TokenPlace::Query,
            everywhere: &[],
            traps: &[],
            leaves_nulls_out: false,
        };
        let schemas = Schemas::parse(POST_OFFICE, &rules).expect("a document");
        let (tasks, url) = messenger().await;
        (tasks, SchemaProxy::start(url, Arc::new(schemas)).await)
    }

    fn problems(proxy: &SchemaProxy) -> Vec<String> {
        proxy.violations().into_iter().map(|it| it.problem).collect()
    }

    const TOKEN: [(&str, &str); 1] = [("access_token", "sesame")];

    #[tokio::test]
    async fn what_is_wrong_passes_and_is_remembered() {
        let (_messenger, proxy) = judged().await;
        let stranger = Stranger::at(proxy.url().as_str());
        let got = stranger.gets("updates", &TOKEN).await;
        assert_eq!((got.status, &got.body["more"]), (200, &json!(1)));
        assert_eq!(
            problems(&proxy),
            [
                "it has more than 1 item",
                "Additional properties are not allowed ('more' was unexpected)"
            ]
        );
        assert_eq!(proxy.compared(), 1);
    }

    #[tokio::test]
    async fn what_a_test_makes_up_is_not_held_against_the_messenger() {
        let (_messenger, proxy) = judged().await;
        proxy.expect_made_up("b");
        let got = Stranger::at(proxy.url().as_str()).gets("updates", &TOKEN).await;
        assert_eq!(got.body["updates"].as_array().map(Vec::len), Some(2), "it passes all the same");
        assert_eq!(problems(&proxy).len(), 1);
    }

    #[tokio::test]
    async fn wrong_requests_on_purpose_do_not_count() {
        let (_messenger, proxy) = judged().await;
        let stranger = Stranger::at(proxy.url().as_str());
        proxy.judge_answers_only();
        stranger.asks(Method::POST, "uploads", &[("cheat", "1")], &[], None).await;
        assert_eq!(problems(&proxy), [""; 0]);
    }

    #[tokio::test]
    async fn what_comes_another_way_is_judged_by_the_name_of_its_schema() {
        let (_messenger, proxy) = judged().await;
        proxy.judge("Place", &json!({"url": "http://localhost/"}));
        assert_eq!(problems(&proxy), [""; 0]);
        proxy.judge("Place", &json!({"url": 7}));
        assert_eq!(problems(&proxy), [r#"it is not of type "string""#]);
    }

    #[tokio::test]
    async fn a_file_goes_where_it_was_told_to_and_nobody_looks_inside() {
        let (_messenger, proxy) = judged().await;
        let stranger = Stranger::at(proxy.url().as_str());
        let place = stranger.asks(Method::POST, "uploads", &TOKEN, &[], None).await.body;
        let place = place["url"].as_str().unwrap_or_default();
        assert!(place.starts_with(proxy.url().as_str()), "{place} leads past the judge");
        let stored = stranger.posts("files/7", &json!("bytes")).await;
        assert_eq!(stored.status, 200);
        assert_eq!(problems(&proxy), [""; 0]);
    }

    #[tokio::test]
    async fn what_nobody_documented_or_handed_out_is_against_the_schema() {
        let (_messenger, proxy) = judged().await;
        Stranger::at(proxy.url().as_str()).posts("files/7", &json!("bytes")).await;
        assert_eq!(problems(&proxy), ["there is no such operation"]);
    }

    #[tokio::test]
    async fn a_line_that_is_cut_is_cut_here_as_well() {
        let (_messenger, proxy) = judged().await;
        let address = proxy.url().authority().to_owned();
        let client: Client<HttpConnector, Body> =
            Client::builder(TokioExecutor::new()).build_http();
        let uri: Uri = format!("http://{address}/cut?access_token=sesame").parse().expect("a URI");
        let answer = match client.get(uri).await {
            Ok(answer) => axum::body::to_bytes(Body::new(answer.into_body()), 1000).await.is_err(),
            Err(_) => true,
        };
        assert!(answer, "the answer arrived");
        assert_eq!(problems(&proxy), [""; 0]);
    }
}
