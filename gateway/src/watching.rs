//! What an operator watches: metrics, the accounts' state, and whether the process is well.
//!
//! | request | what it answers | file |
//! |---|---|---|
//! | `GET /metrics` | what was counted and timed, for Prometheus | [`Metrics`] |
//! | `GET /status` | how the accounts are doing, as JSON or as a page | `report`, `page` |
//! | `GET /health/live`, `GET /health/ready` | whether it lives, and can do its work | `health` |
//!
//! None of them asks for a token: they are on a listener of their own ([`Listen`]), which is of this
//! machine alone unless the operator says otherwise. `docs/watching.md` says what is to be seen.
//!
//! It knows no SQL and no messenger. What it shows of errors is what they say of themselves, and no
//! secret is in any of them.
//!
//! # Example
//!
//! A bot that is watched. The recorder comes first: what was looked up before it is not counted.
//!
//! ```no_run
//! use gateway::prelude::*;
//! use gateway::watching::{self, Listen, Metrics};
//! use gateway::{CancellationToken, signal};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let metrics = Metrics::install()?;
//! let gateway = Gateway::from_env().await?;
//! let (stop, ended) = (signal::stop(), CancellationToken::new());
//! let watching = gateway.watching().ok_or("there is no database")?;
//! let watching = watching.with_metrics(metrics).with_stop(stop.clone());
//! let listener = Listen::default().bind().await?;
//! // It is watched to its end, and not ready from the stop on.
//! let watched = watching::serve(listener, watching, ended.clone());
//! let running = async {
//!     let ran = gateway.run_until(stop).await;
//!     ended.cancel();
//!     ran
//! };
//! let (ran, watched) = tokio::join!(running, watched);
//! watched?;
//! # Ok(ran?)
//! # }
//! ```

mod health;
mod listen;
mod metrics;
mod page;
mod report;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::header::{
    ACCEPT, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{Html, IntoResponse, Json, Response};
use axum::routing::get;
use chrono::{DateTime, Utc};
use gateway_core::time::Clock;
use gateway_runtime::Status;
use registry_api::http::{ServerOptions, server};
use storage::Database;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub use listen::{Listen, ListenError};
pub use metrics::{InstallError, Metrics, describe_metrics};

/// How long the database has to answer whoever watches.
const ANSWER_WITHIN: Duration = Duration::from_secs(1);

/// Whoever watches is one or two.
const CONNECTIONS: usize = 64;

/// How long an answer that was begun may go on after the stop.
const DRAIN: Duration = Duration::from_secs(1);

/// What the page may load: nothing but its own style.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// What is watched. It is cheap to copy.
#[derive(Clone, Debug)]
pub struct Watching {
    status: Status,
    database: Database,
    clock: Arc<dyn Clock>,
    since: DateTime<Utc>,
    metrics: Option<Metrics>,
    stop: CancellationToken,
}

impl Watching {
    /// Of these accounts, on this database; from now on, by this clock.
    pub fn new(status: Status, database: Database, clock: Arc<dyn Clock>) -> Self {
        let since = clock.now();
        let stop = CancellationToken::new();
        Self { status, database, clock, since, metrics: None, stop }
    }

    /// From this stop on it is not ready any more, however long it takes to end.
    #[must_use]
    pub fn with_stop(mut self, stop: CancellationToken) -> Self {
        self.stop = stop;
        self
    }

    /// With `/metrics`.
    #[must_use]
    pub fn with_metrics(mut self, metrics: Metrics) -> Self {
        self.metrics = Some(metrics);
        self
    }
}

/// The routes, for whoever serves them: nothing guards them but where they are served.
///
/// With metrics, [`Metrics::tidy`] has to run beside them; [`serve`] does both.
pub fn routes(watching: Watching) -> Router {
    let routes = Router::new()
        .route("/status", get(status))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready));
    let routes = match &watching.metrics {
        Some(_) => routes.route("/metrics", get(scraped)),
        None => routes,
    };
    routes.with_state(watching)
}

/// Serves the routes until the stop.
///
/// # Errors
///
/// When the listener has no address.
pub async fn serve(
    listener: TcpListener,
    watching: Watching,
    stop: CancellationToken,
) -> std::io::Result<()> {
    let address = listener.local_addr()?;
    tracing::info!(%address, "metrics, status and health are served");
    let options =
        ServerOptions { max_connections: CONNECTIONS, drain: DRAIN, ..ServerOptions::default() };
    let metrics = watching.metrics.clone();
    let routes = listen::guarded(routes(watching), address);
    let tidy = async {
        if let Some(metrics) = metrics {
            metrics.tidy(stop.clone()).await;
        }
    };
    tokio::join!(server::serve(listener, routes, &options, stop.clone()), tidy);
    Ok(())
}

async fn scraped(State(watching): State<Watching>) -> Response {
    let Some(metrics) = &watching.metrics else {
        return axum::http::StatusCode::NOT_FOUND.into_response();
    };
    let text = metrics.render(&watching.status.accounts(), &watching.database.pools());
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}

async fn status(State(watching): State<Watching>, headers: HeaderMap) -> Response {
    let report = report::report(&watching).await;
    // A browser says so; whatever else asks wants to read it by program.
    let accepted = headers.get_all(ACCEPT).iter().filter_map(|it| it.to_str().ok());
    let mut response = if accepted.into_iter().any(|it| it.contains("text/html")) {
        let mut page = Html(page::page(&report).into_string()).into_response();
        let policy = HeaderValue::from_static(PAGE_POLICY);
        page.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
        page
    } else {
        Json(report).into_response()
    };
    for (name, value) in [(CACHE_CONTROL, "no-store"), (X_CONTENT_TYPE_OPTIONS, "nosniff")] {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
