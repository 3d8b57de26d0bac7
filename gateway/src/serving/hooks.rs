//! The doors of accounts that are called: `/hooks/{account}/{secret}`.
//!
//! Who does not know the secret is told nothing: not which accounts there are, nor what is wrong with
//! what was sent.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::body::HttpBody as _;
use axum::extract::{ConnectInfo, Path, Request, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::routing::any;
use gateway_core::http::{ExposeSecret as _, SecretString};
use gateway_core::messenger::Delivery;
use gateway_runtime::{Hook, HookError};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use ipnet::IpNet;
use subtle::ConstantTimeEq as _;
use tokio::sync::Semaphore;

/// The header in which a proxy says from where a request came.
const FORWARDED: &str = "x-forwarded-for";

/// In bytes: a delivery of one update, whatever it quotes, is hardly larger.
const ORDINARY: u64 = 256 * 1024;

/// Whom messengers call, by the name of the account.
#[derive(Debug, Default)]
pub(crate) struct Hooks {
    doors: HashMap<String, Door>,
    trusted_proxies: Vec<IpNet>,
}

#[derive(Debug)]
struct Door {
    secret: SecretString,
    hook: Hook,
    /// Taken by who brings more than is ordinary, or does not say how much.
    large: Semaphore,
}

impl Hooks {
    pub(crate) fn new(trusted_proxies: Vec<IpNet>) -> Self {
        Self { doors: HashMap::new(), trusted_proxies }
    }

    pub(crate) fn add(&mut self, account: &str, secret: SecretString, hook: Hook) {
        self.doors.insert(account.to_owned(), Door { secret, hook, large: Semaphore::new(1) });
    }

    fn find(&self, account: &str, secret: &str) -> Option<&Door> {
        let door = self.doors.get(account)?;
        // In a time that does not tell how much of a guess was right.
        let is_right = secret.as_bytes().ct_eq(door.secret.expose_secret().as_bytes());
        bool::from(is_right).then_some(door)
    }
}

pub(super) fn routes(hooks: Arc<Hooks>) -> Router {
    Router::new().route("/hooks/{account}/{secret}", any(called)).with_state(hooks)
}

async fn called(
    State(hooks): State<Arc<Hooks>>,
    Path((account, secret)): Path<(String, String)>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> StatusCode {
    let (parts, body) = request.into_parts();
    let Some(door) = hooks.find(&account, &secret).filter(|_| parts.method == Method::POST) else {
        return StatusCode::NOT_FOUND;
    };
    // Of what is large, as Potato's is after a rest, one at a time is held in memory.
    let is_ordinary = body.size_hint().upper().is_some_and(|bytes| bytes <= ORDINARY);
    let _room = if is_ordinary { None } else { Some(door.large.acquire().await) };
    let body = match Limited::new(body, door.hook.most_bytes()).collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => {
            return refused(&account, &door.hook.too_large());
        }
        Err(error) => {
            tracing::debug!(%account, %error, "a delivery broke off");
            return StatusCode::BAD_REQUEST;
        }
    };
    let peer = Some(from_where(peer.ip(), &parts.headers, &hooks.trusted_proxies));
    let delivery = Delivery { headers: &parts.headers, body: &body, path: parts.uri.path(), peer };
    match door.hook.deliver(&delivery).await {
        Ok(_) => StatusCode::OK,
        Err(error) => refused(&account, &error),
    }
}

fn refused(account: &str, error: &HookError) -> StatusCode {
    let status = error.status();
    tracing::warn!(account, %error, status, "a delivery is not taken");
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// From where a request came: what the last proxy that is trusted says of its own peer. What others
/// say, anybody may have written.
fn from_where(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |ip: IpAddr| trusted.iter().any(|network| network.contains(&ip));
    let mut from = peer.to_canonical();
    let said = headers.get_all(FORWARDED).iter().filter_map(|it| it.to_str().ok());
    let said: Vec<&str> = said.flat_map(|it| it.split(',')).collect();
    for ip in said.into_iter().rev() {
        match ip.trim().parse::<IpAddr>() {
            Ok(ip) if is_trusted(from) => from = ip.to_canonical(),
            _ => break,
        }
    }
    from
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::pin::pin;

    use axum::body::{Body, Bytes};
    use axum::http::HeaderValue;
    use futures_util::{FutureExt as _, stream};
    use gateway_core::time::SystemClock;
    use gateway_runtime::Runtime;
    use gateway_runtime::journal::MemoryJournal;
    use tower::ServiceExt as _;

    use super::*;
    use crate::webhooks::tests::Calling;

    const PATH: &str = "/hooks/shop/right";

    /// The door of a messenger of which a delivery may have 4 MiB.
    fn door() -> Router {
        let mut runtime = Runtime::new(Arc::new(MemoryJournal::default()), Arc::new(SystemClock));
        let mut hooks = Hooks::default();
        hooks.add("shop", "right".into(), runtime.add_called_account(Calling::new(0, &[])));
        routes(Arc::new(hooks))
    }

    /// What a door answers to a request.
    async fn answer(door: &Router, method: Method, path: &str, body: Body) -> StatusCode {
        let from = SocketAddr::from(([127, 0, 0, 1], 1));
        let request = axum::http::Request::builder().method(method).uri(path);
        let request = request.extension(ConnectInfo(from)).body(body).expect("a request");
        door.clone().oneshot(request).await.expect("an answer").status()
    }

    #[tokio::test]
    async fn only_who_knows_the_secret_is_told_anything() {
        let door = door();
        let body = |more: usize| Body::from(vec![b' '; 4 * 1024 * 1024 + more]);
        for path in ["/hooks/shop/wrong", "/hooks/other/right", "/hooks/shop/right/"] {
            let told = answer(&door, Method::POST, path, body(1)).await;
            assert_eq!(told, StatusCode::NOT_FOUND, "{path}");
        }
        let told = answer(&door, Method::GET, PATH, Body::empty()).await;
        assert_eq!(told, StatusCode::NOT_FOUND);
        assert_eq!(answer(&door, Method::POST, PATH, body(0)).await, StatusCode::OK);
        let told = answer(&door, Method::POST, PATH, body(1)).await;
        assert_eq!(told, StatusCode::PAYLOAD_TOO_LARGE);
        let broken = Body::from_stream(stream::iter([Err::<Bytes, _>("it broke off")]));
        assert_eq!(answer(&door, Method::POST, PATH, broken).await, StatusCode::BAD_REQUEST);
    }

    #[tokio::test]
    async fn of_what_is_large_one_at_a_time_is_read() {
        let door = door();
        let large = || Body::from(vec![b' '; 1024 * 1024]);
        let endless = Body::from_stream(stream::pending::<Result<Bytes, Infallible>>());
        let mut first = Box::pin(answer(&door, Method::POST, PATH, endless));
        assert_eq!((&mut first).now_or_never(), None);
        let mut second = pin!(answer(&door, Method::POST, PATH, large()));
        assert_eq!(second.as_mut().now_or_never(), None);
        let ordinary = answer(&door, Method::POST, PATH, Body::from("{}")).await;
        assert_eq!(ordinary, StatusCode::OK);
        drop(first);
        assert_eq!(second.await, StatusCode::OK);
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().expect(text)
    }

    #[test]
    fn only_a_trusted_proxy_says_from_where_a_request_came() {
        let trusted: [IpNet; 1] = ["10.0.0.0/8".parse().expect("a network")];
        let mut headers = HeaderMap::new();
        assert_eq!(from_where(ip("10.0.0.1"), &headers, &trusted), ip("10.0.0.1"));
        headers.insert(FORWARDED, HeaderValue::from_static("1.1.1.1, 185.16.150.1, 10.0.0.2"));
        assert_eq!(from_where(ip("10.0.0.1"), &headers, &trusted), ip("185.16.150.1"));
        assert_eq!(from_where(ip("::ffff:10.0.0.1"), &headers, &trusted), ip("185.16.150.1"));
        assert_eq!(from_where(ip("9.9.9.9"), &headers, &trusted), ip("9.9.9.9"));
        assert_eq!(from_where(ip("10.0.0.1"), &headers, &[]), ip("10.0.0.1"));
        headers.insert(FORWARDED, HeaderValue::from_static("185.16.150.1, nonsense"));
        assert_eq!(from_where(ip("10.0.0.1"), &headers, &trusted), ip("10.0.0.1"));
    }
}
