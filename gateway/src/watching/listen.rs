//! Where whoever watches may ask, and who that may be.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::HOST;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Response};
use tokio::net::TcpListener;

/// Where what is watched is served.
///
/// There is no token: whoever reaches the address reads everything. So it is of this machine alone,
/// unless `anywhere` is said: then a firewall, or a network of containers, has to keep others away.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Listen {
    /// The address; 127.0.0.1:9464 when nothing is said.
    pub address: SocketAddr,
    /// Whether it may be one that other machines reach. Off.
    pub anywhere: bool,
}

impl Default for Listen {
    fn default() -> Self {
        let address = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 9464);
        Self { address, anywhere: false }
    }
}

/// Why what is watched is not served.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// Other machines reach the address, and nobody said that they may.
    #[error(
        "watching on {0}: other machines may reach it, and no token is asked for; 127.0.0.1 is for this machine alone, and \"anywhere\" says that it is meant so"
    )]
    Reachable(SocketAddr),
    /// The address is taken, or none of this machine.
    #[error("listening on {address}: {why}")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// Why.
        why: std::io::Error,
    },
}

impl Listen {
    /// Listens.
    ///
    /// # Errors
    ///
    /// See [`ListenError`].
    pub async fn bind(self) -> Result<TcpListener, ListenError> {
        let Self { address, anywhere } = self;
        if !anywhere && !address.ip().is_loopback() {
            return Err(ListenError::Reachable(address));
        }
        let bound = TcpListener::bind(address).await;
        bound.map_err(|why| ListenError::Bind { address, why })
    }
}

/// On an address of this machine alone, a browser of this machine may still be led here by a page
/// whose name was made to mean this address. It then asks for that name, and is turned away.
pub(super) fn guarded(routes: Router, address: SocketAddr) -> Router {
    if address.ip().is_loopback() { routes.layer(from_fn(asked_by_address)) } else { routes }
}

async fn asked_by_address(request: Request, next: Next) -> Response {
    let host = request.headers().get(HOST).and_then(|it| it.to_str().ok()).unwrap_or_default();
    if is_of_this_machine(host) {
        return next.run(request).await;
    }
    let why = "this is for whoever asks by localhost or by an address\n";
    (StatusCode::MISDIRECTED_REQUEST, why).into_response()
}

/// Whether a `Host` is an address or `localhost`, with a port or without.
fn is_of_this_machine(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|it| it.is_ascii_digit()) => name,
        _ => host,
    };
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_others_reach_needs_a_word() {
        let address = SocketAddr::from(([0, 0, 0, 0], 0));
        let refused = Listen { address, anywhere: false }.bind().await;
        assert!(matches!(refused, Err(ListenError::Reachable(at)) if at == address));
        assert!(Listen { address, anywhere: true }.bind().await.is_ok());
        let own = SocketAddr::from(([127, 0, 0, 1], 0));
        assert!(Listen { address: own, anywhere: false }.bind().await.is_ok());
    }

    #[test]
    fn a_name_of_somebody_else_is_not_this_machine() {
        for host in ["localhost", "LocalHost:9464", "127.0.0.1:9464", "[::1]:9464", "[::1]"] {
            assert!(is_of_this_machine(host), "{host}");
        }
        for host in ["", "evil.example", "evil.example:9464", "localhost.evil.example", "a:b"] {
            assert!(!is_of_this_machine(host), "{host}");
        }
    }
}
