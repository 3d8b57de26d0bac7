//! The contract: `/api/v1/private/chats` over HTTP, and the server that it stands on.
//!
//! | request | scope | file |
//! |---|---|---|
//! | `POST /chats` | write | `register` |
//! | `GET /chats`, `GET /chats/` | read | `list` |
//! | `GET /chats/{chatId}` | read | `detail` |
//! | `DELETE /chats/{chatId}/participants/{participantId}` | write | `remove` |
//! | `GET /chats/{chatId}/invitation` | read | `invitation` |
//!
//! Beyond the contract, under the same prefix, and the last beside it:
//!
//! | request | scope | file |
//! |---|---|---|
//! | `GET /chats/search` | read | `search` |
//! | `GET /chats/{chatId}/operations` | read | `operations` |
//! | `GET /chats/{chatId}/participants` | read | `participants` |
//! | `GET /events` | read | `events` |
//! | `GET /openapi.json`, `GET /docs` | none | [`openapi`], `docs` |
//! | `GET /health/live`, `GET /health/ready` | none | `health` |
//!
//! | what a request goes through | file |
//! |---|---|
//! | its connection: how many there are, how long each may do nothing, TLS | [`server`], [`tls`] |
//! | its id, metrics, CORS, panics, its deadline | `layers`, `measure` |
//! | its token, and how often that one may ask | `auth`, `rates` |
//! | its body, within limits | `body` |
//! | its parameters and headers, and all that is wrong with them | `asked`, `times` |
//! | the fields of its body | `fields` |
//! | pages, and the places between them | `paging`, `cursor` |
//! | `ETag`, `Idempotency-Key` | `etag`, `once` |
//! | what goes wrong | `problem` |

mod asked;
mod auth;
mod body;
mod cursor;
mod detail;
mod docs;
mod etag;
mod events;
mod fields;
mod health;
mod invitation;
mod layers;
mod list;
mod measure;
mod once;
pub mod openapi;
mod operations;
mod options;
mod paging;
mod participants;
mod problem;
mod rates;
mod register;
mod remove;
mod routes;
mod search;
pub mod server;
mod times;
pub mod tls;

use axum::middleware::from_fn_with_state;
use axum::{Extension, Router};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::Registry;
use crate::token::Scope;
use auth::{Gate, Required};
use body::BodyLimits;
use routes::{Group, Routes};

pub use layers::layered;
pub use measure::describe_metrics;
pub use options::{NoOrigin, Origin, ServerOptions};

/// The path under which the whole contract stands.
const BASE: &str = "/api/v1/private";

/// The service, ready to be served.
pub fn router(registry: Registry, options: &ServerOptions) -> Router {
    router_beside(registry, Router::new(), options)
}

/// The service and other routes beside it, which have what all answers of the registry have: see
/// [`layered`].
pub fn router_beside(registry: Registry, beside: Router, options: &ServerOptions) -> Router {
    let gate = Gate::new(registry.clone(), options);
    let body = from_fn_with_state(BodyLimits::from(options), body::whole);
    let Routes { read, write, open } = routes::routes();
    let checked = |group: Group, scope| {
        let check = from_fn_with_state(gate.clone(), auth::check);
        let router = group.router.route_layer(body.clone()).route_layer(check);
        router.route_layer(Extension(Required(scope)))
    };
    let read = checked(read, Scope::Read);
    let write = checked(write, Scope::Write);
    let chance = registry.chance();
    let routes =
        Router::new().nest(BASE, read.merge(write).merge(open.router)).merge(health::routes());
    layered(routes.with_state(registry).merge(beside), chance, options)
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

#[cfg(test)]
mod tests;
