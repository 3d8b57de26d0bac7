//! Connections: taking them, bounding them, ending them.
//!
//! It knows nothing of the registry: any routes are served, under the deadlines of
//! [`ServerOptions`]. Those of a request are the business of [`layered`](super::layered).

mod clock;
mod connection;

use std::io::{Error, ErrorKind};
use std::time::Duration;

use axum::Router;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinError, JoinSet};
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::measure;
use super::options::ServerOptions;
use connection::Host;

/// How long to wait when the machine has no room for a connection: files of the process, mostly.
const NO_ROOM: Duration = Duration::from_secs(1);

/// Serves routes until the stop: then no connection is taken any more, those on which nothing is
/// asked are closed, and requests that have begun are finished, for [`ServerOptions::drain`] at most.
///
/// Handlers may ask for `axum::extract::ConnectInfo<SocketAddr>`: from where a connection came.
///
/// # Example
///
/// ```no_run
/// use axum::{Router, routing::get};
/// use registry_api::http::{ServerOptions, server};
/// use tokio_util::sync::CancellationToken;
///
/// # async fn example() -> std::io::Result<()> {
/// let listener = tokio::net::TcpListener::bind("127.0.0.1:8081").await?;
/// let routes = Router::new().route("/metrics", get(async || "nothing yet"));
/// server::serve(listener, routes, &ServerOptions::default(), CancellationToken::new()).await;
/// # Ok(())
/// # }
/// ```
pub async fn serve(
    listener: TcpListener,
    routes: Router,
    options: &ServerOptions,
    stop: CancellationToken,
) {
    let host = Host::new(routes, options, stop.clone());
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            Some(ended) = connections.join_next() => {
                seen_off(ended);
                continue;
            }
            accepted = listener.accept() => accepted,
        };
        // Those that have ended since do not count.
        while let Some(ended) = connections.try_join_next() {
            seen_off(ended);
        }
        match accepted {
            Ok((stream, peer)) if connections.len() < options.max_connections => {
                connections.spawn(host.clone().receive(stream, peer, Instant::now()));
            }
            Ok((stream, _)) => turn_away(stream),
            Err(error) if is_of_the_connection(&error) => {}
            Err(error) => {
                tracing::error!(%error, "no connection can be taken");
                tokio::select! {
                    () = stop.cancelled() => break,
                    () = sleep(NO_ROOM) => {}
                }
            }
        }
    }
    // Whoever comes now is refused by the machine.
    drop(listener);
    let ended = timeout(options.drain, async {
        while let Some(ended) = connections.join_next().await {
            seen_off(ended);
        }
    });
    if ended.await.is_err() {
        tracing::warn!(requests = connections.len(), "stopped before every request had ended");
        connections.shutdown().await;
    }
}

/// There are too many already.
fn turn_away(stream: TcpStream) {
    drop(stream);
    measure::turned_away();
    tracing::debug!("a connection too many");
}

fn seen_off(ended: Result<(), JoinError>) {
    if let Err(error) = ended {
        tracing::error!(%error, "a connection broke");
    }
}

/// The other side was gone before it was taken; the next one is another matter.
fn is_of_the_connection(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::ConnectionAborted | ErrorKind::ConnectionRefused | ErrorKind::ConnectionReset
    )
}
