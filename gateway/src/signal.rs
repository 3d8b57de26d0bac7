//! The wish of the operating system that the process end.

use tokio_util::sync::CancellationToken;

/// A token that is cancelled by Ctrl-C or SIGTERM. A second Ctrl-C ends the process at once.
pub fn stop() -> CancellationToken {
    let stop = CancellationToken::new();
    let wished = stop.clone();
    // Nobody waits for this task: it listens as long as there is a process.
    tokio::spawn(async move {
        asked().await;
        wished.cancel();
        tracing::info!("stopping");
        asked().await;
        std::process::exit(130);
    });
    stop
}

/// Waits until the process is asked to end.
async fn asked() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    // Without a handler for it the wish cannot be heard; then the process ends in the usual way.
    let _ = interrupt.await;
}
