//! What is not done in time after the stop is given up, and comes again at the next start.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::time::Duration;

use gateway_core::model::ChatRef;
use gateway_core::testing::{Done, MemoryMessenger};
use gateway_runtime::journal::MemoryJournal;
use gateway_runtime::testing::{Crash, Point};
use gateway_runtime::{Context, HandlerResult, Router, Runtime, RuntimeOptions};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

const DRAIN: Duration = Duration::from_secs(7);

async fn echo(ctx: Context) -> HandlerResult {
    ctx.reply(ctx.text().cloned().unwrap_or_default()).await?;
    Ok(())
}

struct Bench {
    messenger: Arc<MemoryMessenger>,
    journal: Arc<MemoryJournal>,
}

impl Bench {
    fn new() -> Self {
        Self { messenger: Arc::new(MemoryMessenger::new("test")), journal: Arc::default() }
    }

    /// A runtime whose journal does not answer any more once an effect is intended.
    fn stuck(&self) -> (Crash, Runtime) {
        let crash = Crash::at(Point::Intended);
        let runtime = Runtime::new(crash.journal(self.journal.clone()), self.messenger.clock())
            .with_account(self.messenger.clone())
            .with_options(RuntimeOptions { drain: DRAIN, ..RuntimeOptions::default() })
            .with_router(Router::new().text(echo));
        (crash, runtime)
    }

    /// How long the runtime takes from the stop to its end.
    async fn takes(&self, crash: Crash, runtime: Runtime) -> Duration {
        let stop = CancellationToken::new();
        let stopping = async {
            crash.reached().await;
            stop.cancel();
            Instant::now()
        };
        let (ran, stopped) = tokio::join!(runtime.run(stop.clone()), stopping);
        ran.expect("one account");
        stopped.elapsed()
    }

    /// What the next start sends.
    async fn sends(&self) -> Done {
        let stop = CancellationToken::new();
        let runtime = Runtime::new(self.journal.clone(), self.messenger.clock())
            .with_account(self.messenger.clone())
            .with_router(Router::new().text(echo));
        let talk = async {
            let done = self.messenger.next().await;
            stop.cancel();
            done
        };
        let (ran, done) = tokio::join!(runtime.run(stop.clone()), talk);
        ran.expect("one account");
        done
    }
}

/// It is over when the deadline is, and the moment that the rest takes.
fn in_time(took: Duration) -> bool {
    (DRAIN..DRAIN + Duration::from_secs(1)).contains(&took)
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_does_not_end() {
    let bench = Bench::new();
    bench.messenger.says("Anna", "hello");
    let (crash, runtime) = bench.stuck();
    let took = bench.takes(crash, runtime).await;
    assert!(in_time(took), "{took:?}");
    assert!(matches!(bench.sends().await, Done::Sent { .. }));
}

#[tokio::test(start_paused = true)]
async fn a_message_from_outside_that_does_not_get_sent() {
    let bench = Bench::new();
    let (crash, runtime) = bench.stuck();
    let given = runtime.sender().send(&ChatRef::new("test", "Anna"), "hello", "key").await;
    assert!(given.expect("it is written"));
    let took = bench.takes(crash, runtime).await;
    assert!(in_time(took), "{took:?}");
    assert!(matches!(bench.sends().await, Done::Sent { .. }));
}
