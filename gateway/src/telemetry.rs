//! Traces, for a collector of OpenTelemetry (feature `otel`).
//!
//! One update is one trace, from when it comes in to what is sent for it: `receive`, `handle`,
//! `effect`, `http`. Its id follows from the account and the update's id, so that it is the same one
//! after a restart, and in whichever process each part happens. No text, no chat and no person is in a
//! span, and no address of a request.
//!
//! # Example
//!
//! ```no_run
//! use gateway::logging::{Format, Logs};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! // OTEL_EXPORTER_OTLP_ENDPOINT says where the collector is: http://127.0.0.1:4318
//! let logs = Logs::begin(Format::from_env(), "info")?;
//! // … run a gateway …
//! logs.end().await;
//! # Ok(())
//! # }
//! ```

use gateway_core::model::{AccountId, UpdateId};
use opentelemetry::trace::{
    SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState, TracerProvider as _,
};
use opentelemetry::{Context, KeyValue};
use opentelemetry_otlp::{ExporterBuildError, SpanExporter};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};
use sha2::{Digest as _, Sha256};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

/// Names the collector.
const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";

/// What the traces are said to be of.
const SERVICE: &str = "gateway";

/// Collects spans, and sends them on.
#[derive(Clone, Debug)]
pub struct Telemetry(SdkTracerProvider);

/// No traces can be sent.
#[derive(Debug, thiserror::Error)]
#[error("setting up traces: {0}")]
pub struct TelemetryError(#[from] ExporterBuildError);

impl Telemetry {
    /// Sends traces to the collector that `OTEL_EXPORTER_OTLP_ENDPOINT` names, by HTTP;
    /// `http://localhost:4318` when it names none. Each of the variables of OpenTelemetry counts:
    /// `OTEL_TRACES_SAMPLER=traceidratio` and `OTEL_TRACES_SAMPLER_ARG=0.01` take one update of a
    /// hundred.
    ///
    /// # Errors
    ///
    /// When the address is none.
    pub fn to_collector() -> Result<Self, TelemetryError> {
        // The exporter's client speaks TLS by the provider of the process.
        gateway_core::http::install_tls();
        let exporter = SpanExporter::builder().with_http().build()?;
        let resource = Resource::builder()
            .with_service_name(SERVICE)
            .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")));
        let provider = SdkTracerProvider::builder()
            .with_resource(resource.build())
            .with_batch_exporter(exporter);
        Ok(Self::of(provider.build()))
    }

    /// The same where `OTEL_EXPORTER_OTLP_ENDPOINT` names a collector; nothing where it does not.
    ///
    /// # Errors
    ///
    /// As [`to_collector`](Self::to_collector).
    pub fn from_env() -> Result<Option<Self>, TelemetryError> {
        match std::env::var_os(ENDPOINT) {
            Some(endpoint) if !endpoint.is_empty() => Self::to_collector().map(Some),
            _ => Ok(None),
        }
    }

    /// Hands traces to a provider of one's own.
    pub fn of(provider: SdkTracerProvider) -> Self {
        gateway_runtime::link_spans(link);
        Self(provider)
    }

    pub(crate) fn tracer(&self) -> SdkTracer {
        self.0.tracer(SERVICE)
    }

    /// Sends what is left: at the end.
    pub async fn finish(self) {
        // It waits for the collector.
        let finished = tokio::task::spawn_blocking(move || self.0.shutdown()).await;
        if let Ok(Err(error)) = finished {
            tracing::warn!(%error, "not all traces were sent");
        }
    }
}

/// Makes a span part of the trace of its update.
fn link(span: &Span, account: &AccountId, update: &UpdateId) {
    let parent = Context::new().with_remote_span_context(origin(account, update));
    // A span that is not collected has no parent either.
    let _ = span.set_parent(parent);
}

/// Where the trace of an update begins: on the messenger, where nobody collects anything.
fn origin(account: &AccountId, update: &UpdateId) -> SpanContext {
    let mut hash = Sha256::new();
    hash.update(account.as_str());
    hash.update([0]);
    hash.update(update.as_str());
    let hash: [u8; 32] = hash.finalize().into();
    let (mut trace, mut span) = ([0; 16], [0; 8]);
    trace.copy_from_slice(&hash[..16]);
    span.copy_from_slice(&hash[16..24]);
    let (trace, span) = (TraceId::from_bytes(trace), SpanId::from_bytes(span));
    SpanContext::new(trace, span, TraceFlags::SAMPLED, true, TraceState::default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_update_has_the_same_trace_in_every_process() {
        let of = |account: &str, update: &str| {
            origin(&AccountId::from(account), &UpdateId::from(update)).trace_id().to_string()
        };
        assert_eq!(of("max", "1"), of("max", "1"));
        assert_ne!(of("max", "1"), of("max", "2"));
        assert_ne!(of("max", "11"), of("max1", "1"));
        // It is written down nowhere: a version that reckons otherwise breaks traces apart.
        assert_eq!(of("max", "1").len(), 32);
    }
}
