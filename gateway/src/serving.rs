//! The one listener of a gateway: webhooks, and the registry.

mod hooks;

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use gateway_core::chance::Chance;
use registry_api::Registry;
use registry_api::http::tls::Certificate;
use registry_api::http::{self, ServerOptions};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tower::ServiceExt as _;

use crate::config::{Config, WrittenRate};
use crate::error::StartError;

pub(crate) use hooks::Hooks;

/// Files that are open besides connections: those of the database, above all.
const OTHER_FILES: usize = 256;

/// What the listener serves.
#[derive(Clone, Debug)]
pub(crate) struct Served {
    /// Where it is enabled.
    pub(crate) registry: Option<Registry>,
    pub(crate) hooks: Arc<Hooks>,
    pub(crate) chance: Arc<Chance>,
}

/// Everything that is served, with what all answers of the registry have: ids, metrics, deadlines, and
/// problems for what goes wrong.
pub(crate) fn routes(served: &Served, options: &ServerOptions) -> Router {
    let beside = hooks::routes(served.hooks.clone());
    match &served.registry {
        Some(registry) => http::router_beside(registry.clone(), beside, options),
        None => http::layered(beside, served.chance.clone(), options),
    }
}

/// The certificate with which the listener speaks TLS, where it does.
pub(crate) fn certificate(config: &Config) -> Result<Option<Arc<Certificate>>, StartError> {
    let files = config.server.tls.as_ref();
    Ok(files.map(|it| Certificate::from_files(&it.certificate, &it.key)).transpose()?)
}

/// How the listener serves.
pub(crate) fn options(
    config: &Config,
    certificate: Option<&Arc<Certificate>>,
) -> Result<ServerOptions, StartError> {
    let server = &config.server;
    Ok(ServerOptions {
        max_connections: open_files(server.max_connections),
        rate: config.registry.rate.as_ref().map(WrittenRate::rate),
        cors: server.cors.clone(),
        tls: certificate.map(Certificate::config).transpose()?,
        ..ServerOptions::default()
    })
}

/// Routes that can be exchanged while they are served: a request goes through those that are there
/// when it comes.
pub(crate) fn exchangeable(routes: watch::Receiver<Router>) -> Router {
    Router::new().fallback_service(tower::service_fn(move |request: Request| {
        let routes = routes.borrow().clone();
        routes.oneshot(request)
    }))
}

/// Listens, or says where it could not.
pub(crate) async fn listen(address: SocketAddr) -> Result<TcpListener, StartError> {
    let listening = TcpListener::bind(address).await;
    listening.map_err(|why| StartError::Listen { address, why })
}

/// Has the process allowed to open so many connections, and says how many it is.
pub fn open_files(wanted: usize) -> usize {
    let files = u64::try_from(wanted.saturating_add(OTHER_FILES)).unwrap_or(u64::MAX);
    let Ok(allowed) = rlimit::increase_nofile_limit(files) else { return wanted };
    let most = usize::try_from(allowed).unwrap_or(usize::MAX).saturating_sub(OTHER_FILES).max(1);
    if most < wanted {
        tracing::warn!(wanted, most, "the process may not open so many files (ulimit -n)");
    }
    wanted.min(most)
}
