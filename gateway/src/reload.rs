//! What changes while a gateway runs, on SIGHUP.
//!
//! A file in which something is wrong changes nothing: its mistakes are told, and all goes on as
//! before. Of one that is right, what can change does, and what cannot is named.

use registry_api::http::tls::Certificate;
use tokio_util::sync::CancellationToken;

use crate::config::{Config, Source};
use crate::logging::Filter;
use crate::run::supervisor::Reloading;

/// What can change while a gateway runs.
const LIVE: [&str; 3] = ["log.filter", "server.cors", "registry.rate"];

/// Reads the configuration and the certificate again at every wish, until the stop; `serve` is told of
/// a configuration that has other routes.
pub(crate) async fn on_hangup(
    mut hangups: Hangups,
    source: &Source,
    mut running: Config,
    certificate: Option<&Certificate>,
    logs: &Filter,
    serve: impl Fn(&Config),
    stop: CancellationToken,
) {
    while stop.run_until_cancelled(hangups.next()).await.is_some() {
        let _reloading = Reloading::begin();
        match certificate.map(Certificate::renew) {
            Some(Ok(())) => tracing::info!("the certificate was read again"),
            Some(Err(error)) => tracing::error!(%error, "the certificate stays as it was"),
            None => {}
        }
        let new = match source.load() {
            Ok(new) => new,
            Err(mistakes) => {
                for mistake in mistakes.all() {
                    tracing::error!(%mistake, "the configuration has a mistake");
                }
                tracing::error!("the configuration is not read again: it has mistakes");
                continue;
            }
        };
        let changed = new.differences(&running);
        let (now, later): (Vec<&str>, Vec<&str>) =
            changed.iter().map(String::as_str).partition(|key| LIVE.contains(key));
        if now.contains(&"log.filter")
            && let Err(error) = logs.reload(&new.log.filter)
        {
            tracing::warn!(%error, "log.filter");
        }
        if now.iter().any(|key| *key != "log.filter") {
            serve(&new);
        }
        running.adopt(&new, &LIVE);
        if !later.is_empty() {
            tracing::warn!(keys = later.join(", "), "these change at the next start only");
        }
        let changed = (!now.is_empty()).then(|| now.join(", "));
        tracing::info!(changed, "the configuration was read again");
    }
}

/// Hears SIGHUP, by which a process is asked to read its configuration again. Where there is none,
/// nobody asks.
#[derive(Debug)]
pub(crate) struct Hangups {
    #[cfg(unix)]
    signals: Option<tokio::signal::unix::Signal>,
}

impl Hangups {
    /// From here on it is heard; before that it ends the process.
    #[cfg(unix)]
    pub(crate) fn listen() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        Self { signals: signal(SignalKind::hangup()).ok() }
    }

    #[cfg(not(unix))]
    pub(crate) fn listen() -> Self {
        Self {}
    }

    pub(crate) async fn next(&mut self) {
        #[cfg(unix)]
        if let Some(signals) = &mut self.signals
            && signals.recv().await.is_some()
        {
            return;
        }
        std::future::pending::<()>().await;
    }
}
