//! What was logged.

use std::fmt;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, Once, PoisonError};

use tracing::instrument::{WithDispatch, WithSubscriber as _};
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::FmtSpan;

/// Everything that was logged, down to the last trace and by whichever library, so that a test can
/// search it.
///
/// ```
/// # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
/// # runtime.block_on(async {
/// use gateway_core::testing::Logs;
///
/// let logs = Logs::default();
/// logs.of(async { tracing::trace!(answer = 42, "thought") }).await;
/// assert!(logs.text().contains("answer=42"));
/// # });
/// ```
#[derive(Clone, Default)]
pub struct Logs(Arc<Mutex<Vec<u8>>>);

impl Logs {
    /// Runs something, and keeps what it logs. What it spawns is not heard.
    pub fn of<F: Future>(&self, future: F) -> WithDispatch<F> {
        future.with_subscriber(self.subscriber())
    }

    /// Keeps what is logged in this thread as long as the guard lives.
    pub fn capture() -> (Self, DefaultGuard) {
        let logs = Self::default();
        let guard = tracing::subscriber::set_default(logs.subscriber());
        (logs, guard)
    }

    fn subscriber(&self) -> impl tracing::Subscriber + Send + Sync + 'static {
        static BRIDGE: Once = Once::new();
        // Many libraries log by way of the crate `log`; where a test hears those already, let it.
        BRIDGE.call_once(|| drop(tracing_log::LogTracer::init()));
        tracing_subscriber::fmt()
            .with_max_level(LevelFilter::TRACE)
            .with_span_events(FmtSpan::FULL)
            .with_ansi(false)
            .with_writer(self.clone())
            .finish()
    }

    /// What was logged so far.
    pub fn text(&self) -> String {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl fmt::Debug for Logs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Logs").finish_non_exhaustive()
    }
}

impl Write for Logs {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Logs {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
