//! What is counted and timed.

use std::time::Duration;

use metrics::{Unit, describe_counter, describe_histogram};

use super::Operation;
use crate::messenger::Error;
use crate::model::Platform;

const REQUESTS: &str = "gateway_http_requests_total";
const ERRORS: &str = "gateway_http_errors_total";
const RETRIES: &str = "gateway_http_retries_total";
const REQUEST_SECONDS: &str = "gateway_http_request_seconds";
const WAIT_SECONDS: &str = "gateway_http_wait_seconds";

/// Tells the recorder what the client's metrics mean. Once, after the recorder is installed; they
/// are recorded without it too.
///
/// All bear the labels `platform` and `method`, errors also `kind`.
pub fn describe_metrics() {
    describe_counter!(REQUESTS, Unit::Count, "Requests to a messenger, every try counted");
    describe_counter!(ERRORS, Unit::Count, "Tries that failed, by the kind of their error");
    describe_counter!(RETRIES, Unit::Count, "Tries after the first");
    describe_histogram!(
        REQUEST_SECONDS,
        Unit::Seconds,
        "From the beginning of a try to the last byte of its answer, or to its failure"
    );
    describe_histogram!(WAIT_SECONDS, Unit::Seconds, "Waiting for rate limits before a try");
}

/// Records what becomes of one call.
pub(super) struct Measure {
    platform: String,
    method: &'static str,
}

impl Measure {
    pub(super) fn new(platform: &Platform, operation: &Operation) -> Self {
        Self { platform: platform.to_string(), method: operation.name }
    }

    pub(super) fn waited(&self, wait: Duration) {
        let platform = self.platform.clone();
        metrics::histogram!(WAIT_SECONDS, "platform" => platform, "method" => self.method)
            .record(wait);
    }

    pub(super) fn asked(&self, took: Duration) {
        let platform = self.platform.clone();
        metrics::counter!(REQUESTS, "platform" => platform, "method" => self.method).increment(1);
        let platform = self.platform.clone();
        metrics::histogram!(REQUEST_SECONDS, "platform" => platform, "method" => self.method)
            .record(took);
    }

    pub(super) fn failed(&self, error: &Error) {
        let (platform, kind) = (self.platform.clone(), error.kind().name());
        let method = self.method;
        metrics::counter!(ERRORS, "platform" => platform, "method" => method, "kind" => kind)
            .increment(1);
    }

    pub(super) fn tries_again(&self) {
        let platform = self.platform.clone();
        metrics::counter!(RETRIES, "platform" => platform, "method" => self.method).increment(1);
    }
}
