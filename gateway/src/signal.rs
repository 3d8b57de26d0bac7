//! The wishes of the operating system: that the process end, and that it read its configuration again.

use tokio_util::sync::CancellationToken;

/// A token that is cancelled by Ctrl-C or SIGTERM. The second of them ends the process at once, with
/// the status that a shell gives to whom a signal ends: 130 or 143.
pub fn stop() -> CancellationToken {
    let stop = CancellationToken::new();
    let wished = stop.clone();
    // From here on: a wish that comes before the task begins is heard, too.
    let mut wishes = Wishes::listen();
    // Nobody waits for this task: it listens as long as there is a process.
    tokio::spawn(async move {
        wishes.next().await;
        wished.cancel();
        tracing::info!("stopping; asked once more, it ends at once");
        let status = wishes.next().await;
        tracing::warn!("ended at once: what was begun is not finished");
        std::process::exit(status);
    });
    stop
}

/// What Ctrl-C is told by, and the status of who ends by it.
const INTERRUPTED: i32 = 128 + 2;

/// The same of SIGTERM.
#[cfg(unix)]
const TERMINATED: i32 = 128 + 15;

/// Hears every wish, also two that come at once. Without a handler for one it cannot be heard; then
/// it ends the process in the usual way.
#[cfg(unix)]
struct Wishes {
    interrupts: Option<tokio::signal::unix::Signal>,
    terminations: Option<tokio::signal::unix::Signal>,
}

#[cfg(unix)]
impl Wishes {
    fn listen() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        Self {
            interrupts: signal(SignalKind::interrupt()).ok(),
            terminations: signal(SignalKind::terminate()).ok(),
        }
    }

    /// Waits for the next wish; what comes back is the status to end with.
    async fn next(&mut self) -> i32 {
        async fn one(signals: &mut Option<tokio::signal::unix::Signal>) {
            if let Some(signals) = signals
                && signals.recv().await.is_some()
            {
                return;
            }
            std::future::pending::<()>().await;
        }
        tokio::select! {
            () = one(&mut self.interrupts) => INTERRUPTED,
            () = one(&mut self.terminations) => TERMINATED,
        }
    }
}

#[cfg(not(unix))]
struct Wishes;

#[cfg(not(unix))]
impl Wishes {
    fn listen() -> Self {
        Self
    }

    async fn next(&mut self) -> i32 {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        INTERRUPTED
    }
}
