//! What the supervisor of the process is told, where there is one that listens: systemd, by a unit of
//! `Type=notify`. `deploy/gateway.service` is one.
//!
//! It starts again whoever does not say in time that they live. That says nothing of the database or of
//! a messenger: another start would mend neither. It says that the threads on which handlers run come
//! to an end with what they do; a bot that blocks all of them is one that only another start helps.

use std::convert::Infallible;
use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// What is told.
#[derive(Clone, Copy, Debug)]
enum Told<'a> {
    /// It listens and its accounts begin, in words for people.
    Ready(&'a str),
    Reloading,
    Reloaded,
    Alive,
    Stopping,
}

/// Runs to the end, and has the supervisor know of it: that it is ready, that it lives, that it stops.
pub(super) async fn supervised<T>(
    words: &str,
    stop: &CancellationToken,
    run: impl Future<Output = T>,
) -> T {
    tell(Told::Ready(words));
    let stopping = async {
        stop.cancelled().await;
        tell(Told::Stopping);
    };
    // What is begun may go on after the stop, and lives meanwhile.
    let telling = async {
        tokio::join!(stopping, live(patience()));
        std::future::pending::<Infallible>().await
    };
    tokio::select! {
        // Whoever ends at the stop has said so.
        biased;
        never = telling => match never {},
        ran = run => ran,
    }
}

/// Says at half the time that is given that it lives, if it does.
async fn live(patience: Option<Duration>) {
    let Some(patience) = patience.filter(|it| !it.is_zero()) else { return };
    let mut beat = interval(patience / 2);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        beat.tick().await;
        threads_answer().await;
        tell(Told::Alive);
    }
}

/// Ends when a thread on which tasks run has taken one.
async fn threads_answer() {
    // A task that does nothing cannot fail.
    let _ = tokio::spawn(async {}).await;
}

/// That the configuration is being read again, until this is dropped.
#[derive(Debug)]
pub(crate) struct Reloading(());

impl Reloading {
    pub(crate) fn begin() -> Self {
        tell(Told::Reloading);
        Self(())
    }
}

impl Drop for Reloading {
    fn drop(&mut self) {
        tell(Told::Reloaded);
    }
}

/// Within which time the supervisor wants to hear that the process lives.
#[cfg(target_os = "linux")]
fn patience() -> Option<Duration> {
    sd_notify::watchdog_enabled()
}

/// Without a supervisor nothing happens.
#[cfg(target_os = "linux")]
fn tell(told: Told<'_>) {
    use sd_notify::NotifyState::{self, Ready, Status, Stopping, Watchdog};

    let result = match told {
        Told::Ready(words) => sd_notify::notify(&[Ready, Status(words)]),
        // The time tells the supervisor that this answers its wish, and not an earlier one.
        Told::Reloading => NotifyState::monotonic_usec_now()
            .and_then(|now| sd_notify::notify(&[NotifyState::Reloading, now])),
        Told::Reloaded => sd_notify::notify(&[Ready]),
        Told::Alive => sd_notify::notify(&[Watchdog]),
        Told::Stopping => sd_notify::notify(&[Stopping, Status("finishing what was begun")]),
    };
    if let Err(error) = result {
        tracing::warn!(%error, ?told, "telling the supervisor");
    }
}

#[cfg(not(target_os = "linux"))]
fn patience() -> Option<Duration> {
    None
}

#[cfg(not(target_os = "linux"))]
fn tell(_: Told<'_>) {}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use futures_util::FutureExt as _;

    use super::*;

    #[test]
    fn who_has_no_thread_left_does_not_say_that_it_lives() {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).build();
        runtime.expect("a runtime").block_on(async {
            let (blocks, blocked) = tokio::sync::oneshot::channel();
            let (free, is_freed) = mpsc::channel::<()>();
            let handler = tokio::spawn(async move {
                let _ = blocks.send(());
                let _ = is_freed.recv();
            });
            blocked.await.expect("it has the only thread");

            let mut answer = Box::pin(threads_answer());
            assert!((&mut answer).now_or_never().is_none());
            free.send(()).expect("it waits");
            answer.await;
            handler.await.expect("it ends");
        });
    }
}
