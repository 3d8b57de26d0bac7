//! Logs, on stderr: one line an event, for people or as JSON.
//!
//! What is logged can be changed while the process runs ([`Filter::reload`]). What libraries below
//! the gateway say of each request is not among it, whatever is asked for: the addresses and headers
//! of requests hold tokens.

mod line;

use std::fmt;
use std::io::IsTerminal as _;
use std::str::FromStr;

use tracing::Subscriber;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::{FilterExt as _, ParseError, Targets};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, Registry, reload};

/// Says in the environment how logs are written.
const FORMAT: &str = "GATEWAY_LOG_FORMAT";

/// How logs are written.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Format {
    /// For people.
    #[default]
    Human,
    /// As one JSON object a line, for programs.
    Json,
}

impl Format {
    /// What `GATEWAY_LOG_FORMAT` says; for people when it says nothing that is known.
    pub fn from_env() -> Self {
        std::env::var(FORMAT).ok().and_then(|it| it.parse().ok()).unwrap_or_default()
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Human => "human",
            Self::Json => "json",
        })
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "human" => Ok(Self::Human),
            "json" => Ok(Self::Json),
            _ => Err(format!("{text:?} is no format of logs: human and json are")),
        }
    }
}

/// Changes what is logged while the process runs.
#[derive(Clone, Debug)]
pub struct Filter(Option<reload::Handle<EnvFilter, Registry>>);

/// What is logged was not changed.
#[derive(Debug, thiserror::Error)]
pub enum FilterError {
    /// It is not spelled as filters are.
    #[error("changing what is logged: {0}")]
    Spelling(#[from] ParseError),
    /// Somebody else has set up the logs, or they have ended.
    #[error("changing what is logged: the logs are not the gateway's")]
    NotOurs,
}

impl Filter {
    /// Logs from now on what `filter` says, such as [`USUAL`]. `RUST_LOG` does not count any more.
    ///
    /// # Errors
    ///
    /// See [`FilterError`]; what was logged is logged on.
    pub fn reload(&self, filter: &str) -> Result<(), FilterError> {
        let filter = EnvFilter::try_new(filter)?;
        let handle = self.0.as_ref().ok_or(FilterError::NotOurs)?;
        handle.reload(filter).map_err(|_| FilterError::NotOurs)
    }
}

/// What is logged when nothing is said: what a server does, and of the database what is wrong. That its
/// connections are waited for is told by whoever waits.
pub const USUAL: &str = "info,sqlx=warn,sqlx::pool=error,sqlx_core::pool=error";

/// What `RUST_LOG` says is logged, or this when it says nothing.
pub fn usual(filter: &str) -> String {
    let said = std::env::var(EnvFilter::DEFAULT_ENV).ok();
    let said = said.filter(|it| !it.is_empty() && EnvFilter::try_new(it).is_ok());
    said.unwrap_or_else(|| filter.to_owned())
}

/// Begins to log to stderr what `RUST_LOG` says, or what `filter` says when it says nothing, in the
/// format of [`Format::from_env`]. A subscriber that is already there stays.
pub fn start(filter: &str) -> Filter {
    let filter = EnvFilter::new(usual(filter));
    let is_terminal = std::io::stderr().is_terminal();
    let (subscriber, filter) = logs(Format::from_env(), filter, is_terminal, std::io::stderr);
    match subscriber.try_init() {
        Ok(()) => filter,
        // Whoever has set up logs before wants them so.
        Err(_) => Filter(None),
    }
}

/// Logs of a process, and its traces where somebody collects them (feature `otel`), from its beginning
/// to its end.
#[derive(Debug)]
pub struct Logs {
    filter: Filter,
    #[cfg(feature = "otel")]
    telemetry: Option<crate::telemetry::Telemetry>,
}

/// Nothing can be logged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LogsError {
    /// What is to be logged is not spelled as filters are.
    #[error("reading what is to be logged: {0}")]
    Filter(#[from] ParseError),
    /// No traces can be sent.
    #[cfg(feature = "otel")]
    #[error(transparent)]
    Traces(#[from] crate::telemetry::TelemetryError),
}

impl Logs {
    /// Begins to log to stderr what `filter` says, whatever `RUST_LOG` does; and to collect traces,
    /// where `OTEL_EXPORTER_OTLP_ENDPOINT` names a collector. A subscriber that is already there stays.
    ///
    /// # Errors
    ///
    /// See [`LogsError`].
    pub fn begin(format: Format, filter: &str) -> Result<Self, LogsError> {
        let is_terminal = std::io::stderr().is_terminal();
        let (subscriber, filter) =
            logs(format, EnvFilter::try_new(filter)?, is_terminal, std::io::stderr);
        #[cfg(feature = "otel")]
        let telemetry = crate::telemetry::Telemetry::from_env()?;
        #[cfg(feature = "otel")]
        let subscriber = subscriber.with(telemetry.as_ref().map(traces));
        let filter = if subscriber.try_init().is_ok() { filter } else { Filter(None) };
        Ok(Self {
            filter,
            #[cfg(feature = "otel")]
            telemetry,
        })
    }

    /// Changes what is logged.
    pub fn filter(&self) -> &Filter {
        &self.filter
    }

    /// Sends the traces that are left. Logs go on.
    #[cfg_attr(
        not(feature = "otel"),
        expect(clippy::unused_async, reason = "traces are waited for")
    )]
    pub async fn end(self) {
        #[cfg(feature = "otel")]
        if let Some(telemetry) = self.telemetry {
            telemetry.finish().await;
        }
    }
}

/// Collects the spans of the gateway's own crates.
#[cfg(feature = "otel")]
pub fn traces<S>(
    telemetry: &crate::telemetry::Telemetry,
) -> impl tracing_subscriber::Layer<S> + use<S>
where
    S: Subscriber + for<'a> LookupSpan<'a> + Send + Sync,
{
    let own = ["gateway", "gateway_core", "gateway_runtime", "registry_api", "storage"];
    let own = own.map(|name| (name, LevelFilter::DEBUG));
    // A span says where it is in time, and not where it is in the code.
    let layer = tracing_opentelemetry::layer().with_tracer(telemetry.tracer());
    layer.with_location(false).with_threads(false).with_filter(Targets::new().with_targets(own))
}

/// Logs of this format, to a writer instead of stderr: for whoever keeps them elsewhere.
pub fn subscriber<W>(
    format: Format,
    filter: &str,
    writer: W,
) -> Result<(impl Subscriber + for<'a> LookupSpan<'a> + Send + Sync + use<W>, Filter), FilterError>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    Ok(logs(format, EnvFilter::try_new(filter)?, false, writer))
}

fn logs<W>(
    format: Format,
    filter: EnvFilter,
    has_colors: bool,
    writer: W,
) -> (impl Subscriber + for<'a> LookupSpan<'a> + Send + Sync + use<W>, Filter)
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let (filter, handle) = reload::Layer::new(filter);
    // Where stderr is closed, to say so on stderr would be a panic.
    let lines = tracing_subscriber::fmt::layer().log_internal_errors(false).with_writer(writer);
    let lines = match format {
        Format::Human => lines.with_ansi(has_colors).fmt_fields(line::fields()).boxed(),
        Format::Json => lines.json().flatten_event(true).with_span_list(false).boxed(),
    };
    // Both are of this layer: nothing is asked of an event that neither wants.
    let subscriber = tracing_subscriber::registry().with(lines.with_filter(caps().and(filter)));
    (subscriber, Filter(Some(handle)))
}

/// What may be logged at all. A filter that asks for more, and be it for one module, does not get it.
fn caps() -> Targets {
    Targets::new()
        .with_default(LevelFilter::TRACE)
        // They tell of requests, whose addresses and headers hold tokens.
        .with_target("h2", LevelFilter::INFO)
        .with_target("hyper", LevelFilter::INFO)
        .with_target("hyper_util", LevelFilter::INFO)
        .with_target("reqwest", LevelFilter::INFO)
        .with_target("rustls", LevelFilter::INFO)
        // What it warns of are parameters of the database's URL, with their values.
        .with_target("sqlx_postgres::options", LevelFilter::OFF)
}

#[cfg(test)]
mod tests;
