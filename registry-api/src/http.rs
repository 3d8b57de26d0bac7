//! The contract: `/api/v1/private/chats` over HTTP, and the server that it stands on.
//!
//! | request | scope | file |
//! |---|---|---|
//! | `POST /chats` | write | `register` |
//! | `GET /chats`, `GET /chats/` | read | `list` |
//! | `GET /chats/{chatId}` | read | `detail` |
//! | `DELETE /chats/{chatId}/participants/{participantId}` | write | answers 501 |
//! | `GET /chats/{chatId}/invitation` | read | answers 501 |
//! | `GET /health/live`, `GET /health/ready` | none | `health` |
//!
//! | what a request goes through | file |
//! |---|---|
//! | its connection: how many there are, how long each may do nothing, TLS | [`server`], [`tls`] |
//! | its id, metrics, CORS, panics, its deadline | `layers`, `measure` |
//! | its token, and how often that one may ask | `auth`, `rates` |
//! | its body, within limits | `body` |
//! | what goes wrong | `problem` |

mod auth;
mod body;
mod detail;
mod health;
mod layers;
mod list;
mod measure;
mod options;
mod problem;
mod rates;
mod register;
pub mod server;
pub mod tls;

use axum::middleware::from_fn_with_state;
use axum::routing::{delete, get};
use axum::{Extension, Router};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::Registry;
use crate::token::Scope;
use auth::{Gate, Required};
use body::BodyLimits;
use problem::{Kind, Problem};

pub use layers::layered;
pub use measure::describe_metrics;
pub use options::{NoOrigin, Origin, ServerOptions};

/// The path under which the whole contract stands.
const BASE: &str = "/api/v1/private";

/// The service, ready to be served.
pub fn router(registry: Registry, options: &ServerOptions) -> Router {
    let gate = Gate::new(registry.clone(), options);
    let body = from_fn_with_state(BodyLimits::from(options), body::whole);
    let read = Router::new()
        .route("/chats", get(list::list))
        .route("/chats/", get(list::list))
        .route("/chats/{chat_id}", get(detail::detail))
        .route("/chats/{chat_id}/invitation", get(not_built))
        .route_layer(body.clone())
        .route_layer(from_fn_with_state(gate.clone(), auth::check))
        .route_layer(Extension(Required(Scope::Read)));
    let write = Router::new()
        .route("/chats", axum::routing::post(register::register))
        .route("/chats/", axum::routing::post(register::register))
        .route("/chats/{chat_id}/participants/{participant_id}", delete(not_built))
        .route_layer(body)
        .route_layer(from_fn_with_state(gate, auth::check))
        .route_layer(Extension(Required(Scope::Write)));
    let chance = registry.chance();
    let routes = Router::new().nest(BASE, read.merge(write)).merge(health::routes());
    layered(routes.with_state(registry), chance, options)
}

/// Serves with the default [`ServerOptions`]; see [`serve_with`].
///
/// # Errors
///
/// When the listener has no address.
pub async fn serve(
    listener: TcpListener,
    registry: Registry,
    stop: CancellationToken,
) -> std::io::Result<()> {
    serve_with(listener, registry, &ServerOptions::default(), stop).await
}

/// Serves until the stop, then finishes what has begun, for [`ServerOptions::drain`] at most.
///
/// # Errors
///
/// When the listener has no address.
pub async fn serve_with(
    listener: TcpListener,
    registry: Registry,
    options: &ServerOptions,
    stop: CancellationToken,
) -> std::io::Result<()> {
    let address = listener.local_addr()?;
    tracing::info!(%address, tls = options.tls.is_some(), "the registry listens");
    // The last uses are those of the last requests.
    let served = CancellationToken::new();
    let writing = registry.clone();
    let serving = async {
        server::serve(listener, router(registry, options), options, stop).await;
        served.cancel();
    };
    tokio::join!(serving, writing.write_uses(served.clone()));
    Ok(())
}

/// An operation of the contract that is not there yet says so.
async fn not_built() -> Problem {
    Problem::new(Kind::NotImplemented, "this operation of the contract is not built yet")
}

/// A chat id from the path.
fn chat_id(text: &str) -> Result<Uuid, Problem> {
    text.parse().map_err(|_| Problem::parameter("chatId", format!("{text:?} is not a UUID")))
}
