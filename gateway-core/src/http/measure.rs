//! What is counted and timed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use metrics::{
    Counter, Histogram, Label, Unit, counter, describe_counter, describe_histogram, histogram,
};

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
    describe_histogram!(
        WAIT_SECONDS,
        Unit::Seconds,
        "Waiting for rate limits, or for room, before a try, of tries that had to wait"
    );
}

/// What is measured of one method: looked up when it is first called.
#[derive(Debug)]
pub(super) struct Measure {
    platform: String,
    method: &'static str,
    requests: Counter,
    retries: Counter,
    seconds: Histogram,
    waits: Histogram,
}

impl Measure {
    fn new(platform: &Platform, operation: &Operation) -> Self {
        let (platform, method) = (platform.to_string(), operation.name);
        let labels =
            [Label::new("platform", platform.clone()), Label::from_static_parts("method", method)];
        Self {
            requests: counter!(REQUESTS, labels.iter()),
            retries: counter!(RETRIES, labels.iter()),
            seconds: histogram!(REQUEST_SECONDS, labels.iter()),
            waits: histogram!(WAIT_SECONDS, labels.iter()),
            platform,
            method,
        }
    }

    /// The call was held back for so long.
    pub(super) fn waited(&self, wait: Duration) {
        self.waits.record(wait);
    }

    pub(super) fn asked(&self, took: Duration) {
        self.requests.increment(1);
        self.seconds.record(took);
    }

    pub(super) fn failed(&self, error: &Error) {
        let (platform, kind) = (self.platform.clone(), error.kind().name());
        let method = self.method;
        counter!(ERRORS, "platform" => platform, "method" => method, "kind" => kind).increment(1);
    }

    pub(super) fn tries_again(&self) {
        self.retries.increment(1);
    }
}

/// What is measured of each method that was called.
#[derive(Debug, Default)]
pub(super) struct Measures(Mutex<HashMap<&'static str, Arc<Measure>>>);

impl Measures {
    pub(super) fn of(&self, platform: &Platform, operation: &Operation) -> Arc<Measure> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Arc::new(Measure::new(platform, operation));
        known.entry(operation.name).or_insert_with(new).clone()
    }
}
