//! What was counted and timed, for Prometheus.

use std::fmt;
use std::time::Duration;

use gateway_runtime::{AccountState, AccountStatus};
use metrics::{Unit, describe_gauge, gauge};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use metrics_process::Collector;
use storage::PoolUse;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use crate::operator;

const INFO: &str = "gateway_build_info";
const WAITING: &str = "gateway_updates_waiting";
const STATE: &str = "gateway_account_state";
const LAST_SUCCESS: &str = "gateway_account_last_success_timestamp_seconds";
const LAST_UPDATE: &str = "gateway_account_last_update_timestamp_seconds";
const CONNECTIONS: &str = "gateway_database_connections";
const IDLE: &str = "gateway_database_connections_idle";
const LIMIT: &str = "gateway_database_connections_limit";

/// The bounds of every histogram of seconds: from a commit on a quick disk to a poll that is held for
/// a minute and more.
const BUCKETS: [f64; 16] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 90.0, 300.0,
];

/// How often what was timed is added up, so that it does not pile up when nobody asks for it.
const TIDY_EVERY: Duration = Duration::from_secs(5);

/// The recorder of this process.
#[derive(Clone)]
pub struct Metrics {
    recorder: PrometheusHandle,
    process: Collector,
}

/// Nothing can be recorded.
#[derive(Debug, thiserror::Error)]
#[error("installing the recorder of metrics: {0}")]
pub struct InstallError(#[from] BuildError);

/// The recorder holds every value; they are for `/metrics`.
impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").finish_non_exhaustive()
    }
}

/// Tells the recorder what all metrics of a gateway mean. [`Metrics::install`] does; it is for whoever
/// has a recorder of their own.
pub fn describe_metrics() {
    gateway_core::http::describe_metrics();
    gateway_runtime::describe_metrics();
    registry_api::http::describe_metrics();
    operator::describe_metrics();
    Collector::default().describe();
    describe_gauge!(INFO, Unit::Count, "1, and which version this is");
    describe_gauge!(WAITING, Unit::Count, "Updates that wait or are being handled");
    describe_gauge!(STATE, Unit::Count, "1 for the state that an account is in, 0 for the others");
    describe_gauge!(LAST_SUCCESS, Unit::Seconds, "When the messenger last answered or delivered");
    describe_gauge!(LAST_UPDATE, Unit::Seconds, "When a new update last came");
    describe_gauge!(CONNECTIONS, Unit::Count, "Connections to the database that are open");
    describe_gauge!(IDLE, Unit::Count, "Those of them that nobody uses");
    describe_gauge!(LIMIT, Unit::Count, "The most that may be open");
}

impl Metrics {
    /// Installs the recorder of this process; once, before anything is counted.
    ///
    /// # Errors
    ///
    /// When the process has one already.
    pub fn install() -> Result<Self, InstallError> {
        let builder = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &BUCKETS)?;
        let recorder = builder.install_recorder()?;
        describe_metrics();
        gauge!(INFO, "version" => env!("CARGO_PKG_VERSION")).set(1.0);
        Ok(Self { recorder, process: Collector::default() })
    }

    /// Adds up what was timed, until the stop: it would pile up when nobody asks for it.
    pub async fn tidy(&self, stop: CancellationToken) {
        let mut ticks = interval(TIDY_EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while stop.run_until_cancelled(ticks.tick()).await.is_some() {
            self.recorder.run_upkeep();
        }
    }

    /// Everything, with what is only looked at now.
    pub(super) fn render(&self, accounts: &[AccountStatus], pools: &[PoolUse]) -> String {
        self.process.collect();
        for account in accounts {
            look_at_account(account);
        }
        for PoolUse { name, open, idle, limit } in pools {
            gauge!(CONNECTIONS, "pool" => *name).set(*open);
            gauge!(IDLE, "pool" => *name).set(*idle);
            gauge!(LIMIT, "pool" => *name).set(*limit);
        }
        self.recorder.render()
    }
}

fn look_at_account(status: &AccountStatus) {
    let account = || status.account.id.to_string();
    gauge!(WAITING, "account" => account()).set(u32::try_from(status.waiting).unwrap_or(u32::MAX));
    for state in AccountState::ALL {
        let is_it = f64::from(u8::from(state == status.state));
        let platform = status.account.platform.to_string();
        let labels = [
            metrics::Label::new("account", account()),
            metrics::Label::new("platform", platform),
            metrics::Label::from_static_parts("state", state.name()),
        ];
        gauge!(STATE, labels.iter()).set(is_it);
    }
    let times = [(LAST_SUCCESS, status.last_success), (LAST_UPDATE, status.last_update)];
    for (name, time) in times.into_iter().filter_map(|(name, time)| Some((name, time?))) {
        // It is after 1970: a duration since then is exact enough.
        let since = Duration::from_millis(u64::try_from(time.timestamp_millis()).unwrap_or(0));
        gauge!(name, "account" => account()).set(since.as_secs_f64());
    }
}
