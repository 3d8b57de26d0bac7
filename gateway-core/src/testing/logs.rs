//! What was logged.

use std::fmt;
use std::io::{self, Write};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use tracing::Dispatch;
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

/// Keeps every line of the program in use while tests run beside each other in threads.
///
/// Whether anybody listens to a line is asked once, when it is reached first, and by the thread that
/// reaches it: while `tracing` knows one subscriber alone, it asks that thread's. So a line that was
/// reached first by a test that listens to nothing would be heard by no test.
static HEARD: LazyLock<[Dispatch; 2]> = LazyLock::new(|| {
    // Many libraries log by way of the crate `log`; where a test hears those already, let it.
    let _ = tracing_log::LogTracer::init();
    // Two: what is asked while there is one is asked again with the next.
    [(); 2].map(|()| Dispatch::new(hears_all(io::sink)))
});

fn hears_all<W>(writer: W) -> impl tracing::Subscriber + Send + Sync + 'static
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    tracing_subscriber::fmt()
        .with_max_level(LevelFilter::TRACE)
        .with_span_events(FmtSpan::FULL)
        .with_ansi(false)
        .with_writer(writer)
        .finish()
}

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
        LazyLock::force(&HEARD);
        hears_all(self.clone())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_another_test_logged_first_is_heard() {
        let think = || tracing::info!("a thought");
        let (logs, _guard) = Logs::capture();
        let elsewhere = std::thread::spawn(think);
        elsewhere.join().expect("it thinks");
        assert_eq!(logs.text(), "", "that is another test's");
        think();
        assert!(logs.text().contains("a thought"));
    }
}
