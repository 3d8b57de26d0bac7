//! What `docs/GUARANTEES.md` promises, each promise held against a bot in memory.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

mod effects;
mod outbox;
mod sessions;
mod status;
mod unknown;

use std::sync::Arc;
use std::time::Duration;

use gateway_core::model::AccountId;
use gateway_core::testing::{Done, MemoryMessenger};
use gateway_runtime::journal::{Inbox as _, Listing, MemoryJournal, Record, State};
use gateway_runtime::testing::{Crash, Point};
use gateway_runtime::{Router, Runtime, RuntimeOptions};
use tokio_util::sync::CancellationToken;

/// A messenger and a journal that outlive the bots on them.
struct Bench {
    messenger: Arc<MemoryMessenger>,
    journal: Arc<MemoryJournal>,
    options: RuntimeOptions,
}

fn account() -> AccountId {
    AccountId::new("test")
}

impl Bench {
    fn new() -> Self {
        Self::of(MemoryMessenger::new("test"))
    }

    fn of(messenger: MemoryMessenger) -> Self {
        let (journal, options) = (Arc::default(), RuntimeOptions::default());
        Self { messenger: Arc::new(messenger), journal, options }
    }

    fn runtime(&self, router: &Router) -> Runtime {
        Runtime::new(self.journal.clone(), self.messenger.clock())
            .with_account(self.messenger.clone())
            .with_options(self.options)
            .with_router(router.clone())
    }

    /// Runs a bot until the talk with it is over.
    async fn run<T>(&self, router: &Router, talk: impl Future<Output = T>) -> T {
        let stop = CancellationToken::new();
        let talk = async {
            let told = talk.await;
            stop.cancel();
            told
        };
        let (ran, told) = tokio::join!(self.runtime(router).run(stop.clone()), talk);
        ran.expect("one account");
        told
    }

    /// Runs a bot until it crashes there.
    async fn crash(&self, router: &Router, point: Point) {
        self.crash_after(router, point, 0).await;
    }

    /// The same after it was there so often.
    async fn crash_after(&self, router: &Router, point: Point, passes: usize) {
        let crash = Crash::at(point).after(passes);
        let runtime = Runtime::new(crash.journal(self.journal.clone()), self.messenger.clock())
            .with_account(self.messenger.clone())
            .with_options(self.options)
            .with_router(router.clone());
        let happens = crash.happens(runtime.run(CancellationToken::new()));
        tokio::time::timeout(Duration::from_hours(1), happens).await.expect("it gets there");
    }

    /// What the bot says next. The clock is the test's: the hour is over at once when nothing comes.
    async fn next(&self) -> String {
        let next = tokio::time::timeout(Duration::from_hours(1), self.messenger.next());
        match next.await.expect("the bot does something") {
            Done::Sent { message, .. } | Done::Edited { message, .. } => {
                message.text.plain_text().to_owned()
            }
            Done::Answered { notice, .. } => notice,
            Done::Deleted { id } => format!("{id} is gone"),
        }
    }

    /// Everything that the bot has said.
    fn said(&self) -> Vec<String> {
        let done = self.messenger.everything_done().into_iter();
        let sent = done.filter_map(|done| match done {
            Done::Sent { message, .. } => Some(message.text.plain_text().to_owned()),
            _ => None,
        });
        sent.collect()
    }

    /// Waits until something has come in, and nothing waits any more.
    async fn rests(&self) {
        let everything = Listing::default();
        while self.journal.list(&everything, 1).await.expect("a list").is_empty()
            || self.journal.depth(&account()).await.expect("a depth").waiting > 0
        {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }

    async fn dead(&self) -> Vec<Record> {
        let listing = Listing { state: Some(State::Dead), ..Listing::default() };
        self.journal.list(&listing, 100).await.expect("a list")
    }
}
