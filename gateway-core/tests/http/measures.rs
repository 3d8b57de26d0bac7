//! What is counted, timed and traced.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use gateway_core::http::describe_metrics;
use gateway_core::testing::Logs;
use metrics::{Counter, Gauge, Histogram, HistogramFn, Key, KeyName, Metadata, SharedString, Unit};

use crate::server::{Server, answer};
use crate::{SAFE, call, client, options, read};

/// Keeps what is recorded, by name and labels.
#[derive(Default)]
pub(crate) struct Recorder {
    counters: Mutex<BTreeMap<String, Arc<AtomicU64>>>,
    histograms: Mutex<BTreeMap<String, Arc<Times>>>,
    described: Mutex<BTreeMap<String, Option<Unit>>>,
}

#[derive(Default)]
struct Times(AtomicU64);

impl HistogramFn for Times {
    fn record(&self, seconds: f64) {
        assert!((0.0..60.0).contains(&seconds), "{seconds} seconds");
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

impl Recorder {
    /// All that was counted under a name, whatever the labels.
    pub(crate) fn count(&self, name: &str) -> usize {
        let counters = self.counters.lock().expect("nobody panicked");
        let of_it = counters.iter().filter(|(key, _)| key.starts_with(name));
        let count: u64 = of_it.map(|(_, count)| count.load(Ordering::SeqCst)).sum();
        usize::try_from(count).expect("it is small")
    }

    fn everything(&self) -> Vec<String> {
        let counters = self.counters.lock().expect("nobody panicked");
        let counted = counters.iter().map(|(key, it)| (key, it.load(Ordering::SeqCst)));
        let histograms = self.histograms.lock().expect("nobody panicked");
        let timed = histograms.iter().map(|(key, it)| (key, it.0.load(Ordering::SeqCst)));
        counted.chain(timed).map(|(key, count)| format!("{key} {count}")).collect()
    }

    fn describe(&self, name: &KeyName, unit: Option<Unit>) {
        self.described.lock().expect("nobody panicked").insert(name.as_str().to_owned(), unit);
    }
}

fn spelled(key: &Key) -> String {
    let mut labels: Vec<String> =
        key.labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
    labels.sort();
    format!("{}{{{}}}", key.name(), labels.join(","))
}

impl metrics::Recorder for Recorder {
    fn describe_counter(&self, name: KeyName, unit: Option<Unit>, _: SharedString) {
        self.describe(&name, unit);
    }

    fn describe_gauge(&self, name: KeyName, unit: Option<Unit>, _: SharedString) {
        self.describe(&name, unit);
    }

    fn describe_histogram(&self, name: KeyName, unit: Option<Unit>, _: SharedString) {
        self.describe(&name, unit);
    }

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        let mut counters = self.counters.lock().expect("nobody panicked");
        Counter::from_arc(counters.entry(spelled(key)).or_default().clone())
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        let mut histograms = self.histograms.lock().expect("nobody panicked");
        Histogram::from_arc(histograms.entry(spelled(key)).or_default().clone())
    }
}

#[tokio::test]
async fn requests_errors_retries_and_times_are_recorded() {
    let recorder = Recorder::default();
    let _recording = metrics::set_default_local_recorder(&recorder);
    let away = answer("503 Service Unavailable", "<html>");
    let server = Server::start(&[away.clone(), away, answer("200 OK", "1")]).await;
    let client = client(options(&server.url));
    call(&client, &SAFE).send(read).await.expect("the third");
    assert_eq!(
        recorder.everything(),
        [
            "gateway_http_errors_total{kind=unavailable,method=getMe,platform=potato} 2",
            "gateway_http_requests_total{method=getMe,platform=potato} 3",
            "gateway_http_retries_total{method=getMe,platform=potato} 2",
            "gateway_http_request_seconds{method=getMe,platform=potato} 3",
            // No limit held it back.
            "gateway_http_wait_seconds{method=getMe,platform=potato} 0",
        ]
    );
}

#[test]
fn every_metric_is_described_with_its_unit() {
    let recorder = Recorder::default();
    metrics::with_local_recorder(&recorder, describe_metrics);
    let described = recorder.described.lock().expect("nobody panicked").clone();
    let units: Vec<(&str, Option<Unit>)> =
        described.iter().map(|(name, unit)| (name.as_str(), *unit)).collect();
    assert_eq!(
        units,
        [
            ("gateway_http_errors_total", Some(Unit::Count)),
            ("gateway_http_request_seconds", Some(Unit::Seconds)),
            ("gateway_http_requests_total", Some(Unit::Count)),
            ("gateway_http_retries_total", Some(Unit::Count)),
            ("gateway_http_wait_seconds", Some(Unit::Seconds)),
        ]
    );
}

#[tokio::test]
async fn a_span_tells_the_method_and_an_event_each_retry() {
    let (logs, _capturing) = Logs::capture();
    let server =
        Server::start(&[answer("503 Service Unavailable", ""), answer("200 OK", "1")]).await;
    let client = client(options(&server.url));
    call(&client, &SAFE).send(read).await.expect("the second");
    let logs = logs.text();
    let span =
        "http{platform=potato method=\"getMe\" tries=4 attempt=1 status=503 attempt=2 status=200}";
    assert!(logs.contains(span), "{logs}");
    let retries: Vec<&str> = logs.lines().filter(|line| line.contains("trying again")).collect();
    assert_eq!(retries.len(), 1, "{logs}");
    assert!(retries[0].contains("attempt=1 kind=\"unavailable\" pause_ms="), "{}", retries[0]);
    assert!(logs.contains("starting new connection"), "what reqwest logs is seen: {logs}");
    for private in ["http://", "access_token", "authorization", "503 S"] {
        assert!(!logs.to_lowercase().contains(private), "{private} is in {logs}");
    }
}
