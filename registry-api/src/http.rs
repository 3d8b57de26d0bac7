//! The contract: `/api/v1/private/chats` over HTTP.
//!
//! | request | scope | file |
//! |---|---|---|
//! | `POST /chats` | write | `register` |
//! | `GET /chats`, `GET /chats/` | read | `list` |
//! | `GET /chats/{chatId}` | read | `detail` |
//! | `DELETE /chats/{chatId}/participants/{participantId}` | write | answers 501 |
//! | `GET /chats/{chatId}/invitation` | read | answers 501 |

mod auth;
mod detail;
mod list;
mod problem;
mod register;

use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::{delete, get};
use axum::{Extension, Router};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;
use uuid::Uuid;

use crate::Registry;
use crate::token::Scope;
use auth::Required;
use problem::{Kind, Problem};

/// The path under which the whole contract stands.
const BASE: &str = "/api/v1/private";

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The service, ready to be served.
pub fn router(registry: Registry) -> Router {
    let read = Router::new()
        .route("/chats", get(list::list))
        .route("/chats/", get(list::list))
        .route("/chats/{chat_id}", get(detail::detail))
        .route("/chats/{chat_id}/invitation", get(not_built))
        .route_layer(from_fn_with_state(registry.clone(), auth::check))
        .route_layer(Extension(Required(Scope::Read)));
    let write = Router::new()
        .route("/chats", axum::routing::post(register::register))
        .route("/chats/", axum::routing::post(register::register))
        .route("/chats/{chat_id}/participants/{participant_id}", delete(not_built))
        .route_layer(from_fn_with_state(registry.clone(), auth::check))
        .route_layer(Extension(Required(Scope::Write)));
    Router::new()
        .nest(BASE, read.merge(write))
        .fallback(async || Problem::new(Kind::NotFound, "there is no such path"))
        .method_not_allowed_fallback(async || {
            Problem::new(Kind::MethodNotAllowed, "this path does not take that method: see Allow")
        })
        .layer(from_fn_with_state(registry.clone(), number_requests))
        .with_state(registry)
}

/// How long requests that have begun may go on after the stop.
const DRAIN: Duration = Duration::from_secs(10);

/// Serves until the stop, then finishes what has begun, for ten seconds at most.
///
/// # Errors
///
/// When the listener fails.
pub async fn serve(
    listener: TcpListener,
    registry: Registry,
    stop: CancellationToken,
) -> std::io::Result<()> {
    let served = axum::serve(listener, router(registry))
        .with_graceful_shutdown(stop.clone().cancelled_owned());
    let over = async {
        stop.cancelled().await;
        tokio::time::sleep(DRAIN).await;
    };
    tokio::select! {
        served = served => served,
        () = over => {
            tracing::warn!("stopped before every request had ended");
            Ok(())
        }
    }
}

/// Gives every request an id, which the answer and its problem carry.
async fn number_requests(
    State(registry): State<Registry>,
    request: Request,
    next: Next,
) -> Response {
    let id = registry.request_id();
    let span = tracing::error_span!("request", %id, method = %request.method());
    let mut response = next.run(request).instrument(span).await;
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        response = problem.written(id, response);
    }
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

/// An operation of the contract that is not there yet says so.
async fn not_built() -> Problem {
    Problem::new(Kind::NotImplemented, "this operation of the contract is not built yet")
}

/// A chat id from the path.
fn chat_id(text: &str) -> Result<Uuid, Problem> {
    text.parse().map_err(|_| Problem::parameter("chatId", format!("{text:?} is not a UUID")))
}
