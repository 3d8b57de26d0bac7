//! Where a client reached a server: files have addresses there.

use axum::http::HeaderMap;
use axum::http::header::HOST;

/// Where the client reached the API; where it listens, when the client does not say.
pub(crate) fn reached(headers: &HeaderMap, base: &str) -> String {
    let host = headers.get(HOST).and_then(|value| value.to_str().ok());
    let host = host.filter(|it| is_host(it));
    host.map_or_else(|| base.to_owned(), |host| format!("http://{host}"))
}

/// Whether it is `host` or `host:port`, and nothing that would make another address of it.
fn is_host(given: &str) -> bool {
    let is_plain =
        |it: char| it.is_ascii_alphanumeric() || matches!(it, '.' | '-' | '_' | ':' | '[' | ']');
    given.chars().all(is_plain) && url::Url::parse(&format!("http://{given}/")).is_ok()
}
