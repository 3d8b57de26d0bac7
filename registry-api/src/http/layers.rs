//! What every request and every answer goes through, whatever it asks for.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{
    AUTHORIZATION, CONTENT_TYPE, ETAG, IF_NONE_MATCH, LINK, LOCATION, RETRY_AFTER, WWW_AUTHENTICATE,
};
use axum::http::{HeaderName, HeaderValue, Method};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use gateway_core::chance::Chance;
use hyper::body::Body as _;
use tokio::time::timeout;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::SizeAbove;
use tower_http::cors::{AllowOrigin, CorsLayer};
use tracing::Instrument as _;

use super::measure::Measure;
use super::options::{Origin, ServerOptions};
use super::problem::{Kind, Problem};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Smaller answers are not worth it: they go in one packet either way.
const COMPRESSED_FROM: u16 = 1024;

/// How long a browser remembers what it may ask.
const CORS_REMEMBERED: Duration = Duration::from_hours(1);

/// Routes of any kind with what all answers of the registry have: a request's id, an
/// `application/problem+json` for every error (of a path or method that is not there, of a handler
/// that panics or takes too long), metrics, compression, and CORS where that is wanted.
pub fn layered(routes: Router, chance: Arc<Chance>, options: &ServerOptions) -> Router {
    let routes = routes
        .fallback(async || Problem::new(Kind::NotFound, "there is no such path"))
        .method_not_allowed_fallback(async || {
            Problem::new(Kind::MethodNotAllowed, "this path does not take that method: see Allow")
        })
        .layer(from_fn_with_state(Deadline::from(options), in_time))
        .layer(CatchPanicLayer::custom(panicked));
    let routes = match cors(&options.cors) {
        Some(cors) => routes.layer(cors),
        None => routes,
    };
    let compression = CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        .compress_when(SizeAbove::new(COMPRESSED_FROM));
    routes.layer(from_fn_with_state(chance, numbered)).layer(compression)
}

/// Gives every request an id, which the answer and its problem carry, and counts it.
async fn numbered(State(chance): State<Arc<Chance>>, request: Request, next: Next) -> Response {
    let id = chance.uuid();
    let measure = Measure::begin(&request);
    let span = tracing::error_span!("request", %id, method = %request.method());
    let mut response = next.run(request).instrument(span).await;
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        response = problem.written(id, response);
    }
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    measure.end(response.status());
    response
}

/// How long a request may take.
#[derive(Clone, Copy, Debug)]
struct Deadline {
    work: Duration,
    body: Duration,
}

impl From<&ServerOptions> for Deadline {
    fn from(options: &ServerOptions) -> Self {
        Self { work: options.request_timeout, body: options.body_timeout }
    }
}

async fn in_time(
    State(deadline): State<Deadline>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let has_body = !request.body().is_end_stream();
    let within = deadline.work + if has_body { deadline.body } else { Duration::ZERO };
    timeout(within, next.run(request)).await.map_err(|_| {
        tracing::warn!(?within, "a request took too long and was given up");
        Problem::new(Kind::Timeout, format!("there was no answer within {within:?}"))
    })
}

/// The words of a panic are for the log, not for the client.
#[expect(clippy::needless_pass_by_value, reason = "this is how the layer hands it over")]
fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let words = panic.downcast_ref::<String>().map(String::as_str);
    let words = words.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no words");
    tracing::error!(panic = words, "a request's handler panicked");
    Problem::new(Kind::Internal, "an error of the registry itself; its log has more")
        .into_response()
}

fn cors(origins: &[Origin]) -> Option<CorsLayer> {
    let allowed = if origins.iter().any(Origin::is_any) {
        AllowOrigin::any()
    } else {
        AllowOrigin::list(origins.iter().map(Origin::header))
    };
    let cors = CorsLayer::new()
        .allow_origin(allowed)
        .allow_methods([Method::GET, Method::HEAD, Method::POST, Method::DELETE])
        .allow_headers([AUTHORIZATION, CONTENT_TYPE, IDEMPOTENCY_KEY, IF_NONE_MATCH])
        .expose_headers([ETAG, LINK, LOCATION, RETRY_AFTER, WWW_AUTHENTICATE, REQUEST_ID])
        .max_age(CORS_REMEMBERED);
    (!origins.is_empty()).then_some(cors)
}
