//! What is counted and timed.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{Method, StatusCode};
use metrics::{SharedString, Unit, describe_counter, describe_gauge, describe_histogram};

const REQUESTS: &str = "registry_http_requests_total";
const REQUEST_SECONDS: &str = "registry_http_request_seconds";
const CONNECTIONS: &str = "registry_http_connections";
const TURNED_AWAY: &str = "registry_http_connections_turned_away_total";
const TIMED_OUT: &str = "registry_http_connections_timed_out_total";

/// What a request is counted as that no route takes: its path is whatever somebody made up.
const NO_ROUTE: &str = "none";

/// Tells the recorder what the server's metrics mean. Once, after the recorder is installed; they
/// are recorded without it too.
///
/// Requests bear the labels `method`, `route` (as the router spells it, never the path that was
/// asked for) and `status`; connections that missed a deadline bear which one, `phase`.
pub fn describe_metrics() {
    describe_counter!(REQUESTS, Unit::Count, "Requests that were answered");
    describe_histogram!(
        REQUEST_SECONDS,
        Unit::Seconds,
        "From the end of a request's headers to the beginning of its answer"
    );
    describe_gauge!(CONNECTIONS, Unit::Count, "Connections that are open");
    describe_counter!(TURNED_AWAY, Unit::Count, "Connections closed at once: there were too many");
    describe_counter!(TIMED_OUT, Unit::Count, "Connections that missed a deadline");
}

/// One request.
pub(super) struct Measure {
    method: &'static str,
    route: SharedString,
    begun: Instant,
}

impl Measure {
    pub(super) fn begin(request: &Request) -> Self {
        let route = request.extensions().get::<MatchedPath>();
        let route = route.map_or(SharedString::const_str(NO_ROUTE), |route| {
            SharedString::from_shared(Arc::from(route.as_str()))
        });
        Self { method: method(request.method()), route, begun: Instant::now() }
    }

    pub(super) fn end(self, status: StatusCode) {
        let Self { method, route, begun } = self;
        let labels = [
            metrics::Label::from_static_parts("method", method),
            metrics::Label::new("route", route),
            metrics::Label::new("status", status.as_u16().to_string()),
        ];
        metrics::counter!(REQUESTS, labels.iter()).increment(1);
        metrics::histogram!(REQUEST_SECONDS, labels.iter()).record(begun.elapsed());
    }
}

/// Anybody may make up a method.
fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// A connection, as long as it is open.
pub(super) struct Open(());

impl Open {
    pub(super) fn count() -> Self {
        metrics::gauge!(CONNECTIONS).increment(1.0);
        Self(())
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        metrics::gauge!(CONNECTIONS).decrement(1.0);
    }
}

pub(super) fn turned_away() {
    metrics::counter!(TURNED_AWAY).increment(1);
}

pub(super) fn timed_out(phase: &'static str) {
    metrics::counter!(TIMED_OUT, "phase" => phase).increment(1);
}
