//! How often a messenger is asked.

use std::sync::Mutex;

use async_trait::async_trait;
use gateway_core::Messenger;
use gateway_core::messenger::{Capabilities, Error, Polling, Receipt, Result};
use gateway_core::model::{Account, ChatId, NewMessage, User};
use gateway_core::testing::MemoryMessenger;

use tokio_util::sync::CancellationToken;

use super::*;
use crate::journal::{Inbox as _, Listing, MemoryJournal};
use crate::testing::{Crash, Point};
use crate::{Context, HandlerResult, Router, Runtime};

async fn echo(ctx: Context) -> HandlerResult {
    ctx.reply(ctx.text().cloned().unwrap_or_default()).await?;
    Ok(())
}

/// A messenger that answers at once, and brings something with every fourth poll.
#[derive(Debug)]
struct Hasty {
    memory: Arc<MemoryMessenger>,
    capabilities: Capabilities,
    polls: Mutex<Vec<tokio::time::Instant>>,
    /// With what each poll is refused, if any.
    refuses: Option<ErrorKind>,
}

#[async_trait]
impl Messenger for Hasty {
    fn account(&self) -> &Account {
        self.memory.account()
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    async fn me(&self) -> Result<User> {
        self.memory.me().await
    }

    async fn receive(&self, cursor: Option<&Cursor>) -> Result<Batch> {
        let count = {
            let mut polls = self.polls.lock().expect("nobody panicked");
            polls.push(tokio::time::Instant::now());
            polls.len()
        };
        if let Some(kind) = &self.refuses {
            return Err(Error::new(kind.clone(), "receiving updates"));
        }
        if count % 4 != 0 {
            return Ok(Batch::default());
        }
        self.memory.says("Anna", "hello");
        self.memory.receive(cursor).await
    }

    async fn send(&self, chat: &ChatId, message: &NewMessage) -> Result<Receipt> {
        self.memory.send(chat, message).await
    }
}

#[tokio::test(start_paused = true)]
async fn pauses_grow_while_nothing_happens_and_begin_anew_when_something_does() {
    let memory = Arc::new(MemoryMessenger::new("test"));
    let polling = Polling {
        idle_pause: Duration::from_secs(1),
        longest_idle_pause: Duration::from_secs(3),
        consumes: false,
    };
    let capabilities = Capabilities { polling, ..memory.capabilities().clone() };
    let polls = Mutex::default();
    let hasty = Arc::new(Hasty { memory: memory.clone(), capabilities, polls, refuses: None });
    let stop = CancellationToken::new();
    let runtime = Runtime::new(Arc::new(MemoryJournal::default()), memory.clock())
        .with_account(hasty.clone())
        .with_router(Router::new().text(echo));
    let talk = async {
        memory.next().await;
        memory.next().await;
        stop.cancel();
    };
    tokio::join!(runtime.run(stop.clone()), talk).0.expect("one account");
    let polls = hasty.polls.lock().expect("nobody panicked");
    let pauses: Vec<u64> =
        polls.windows(2).map(|pair| (pair[1] - pair[0]).as_secs()).take(7).collect();
    assert_eq!(pauses, [1, 2, 3, 0, 1, 2, 3]);
}

/// The longest pause between polls of the first minutes, all of which are refused.
async fn longest_pause(refuses: ErrorKind) -> Duration {
    let memory = Arc::new(MemoryMessenger::new("test"));
    let (capabilities, refuses) = (memory.capabilities().clone(), Some(refuses));
    let polls = Mutex::default();
    let hasty = Arc::new(Hasty { memory: memory.clone(), capabilities, polls, refuses });
    let stop = CancellationToken::new();
    let runtime = Runtime::new(Arc::new(MemoryJournal::default()), memory.clock())
        .with_account(hasty.clone())
        .with_router(Router::new().text(echo));
    let talk = async {
        tokio::time::sleep(Duration::from_mins(5)).await;
        stop.cancel();
    };
    tokio::join!(runtime.run(stop.clone()), talk).0.expect("one account");
    let polls = hasty.polls.lock().expect("nobody panicked");
    polls.windows(2).map(|pair| pair[1] - pair[0]).max().expect("several polls")
}

#[tokio::test(start_paused = true)]
async fn who_is_refused_or_away_is_soon_there_again() {
    for kind in [ErrorKind::Forbidden, ErrorKind::Invalid { field: None }] {
        let longest = longest_pause(kind.clone()).await;
        assert!(longest <= Duration::from_secs(5), "{kind:?}: {longest:?}");
    }
    let away = longest_pause(ErrorKind::Unavailable { may_have_happened: false }).await;
    assert!(away > Duration::from_secs(5) && away <= Duration::from_secs(16), "{away:?}");
    // Who makes no sense is not asked for more of it.
    assert!(longest_pause(ErrorKind::Protocol).await > Duration::from_secs(30));
}

/// What a messenger hands out at once is more than is written at once. It goes on behind all of it, and
/// not behind what was written when the process died.
#[tokio::test(start_paused = true)]
async fn a_batch_of_many_is_written_in_parts_and_none_is_lost_between_them() {
    let messenger = Arc::new(MemoryMessenger::new("test"));
    let journal = Arc::new(MemoryJournal::default());
    let all = 2 * PART + 88;
    for number in 0..all {
        messenger.says(&format!("P{number}"), "hello");
    }
    let account = &messenger.account().id;
    // The first part is written, and then the process dies over the second.
    let crash = Crash::at(Point::Received).after(1);
    let endless = |_: Context| std::future::pending::<()>();
    let runtime = Runtime::new(crash.journal(journal.clone()), messenger.clock())
        .with_account(messenger.clone())
        .with_router(Router::new().fallback(endless));
    crash.happens(runtime.run(CancellationToken::new())).await;
    let written = journal.list(&Listing::default(), all + 1).await.expect("it is in memory");
    assert_eq!(written.len(), PART);
    assert_eq!(journal.cursor(account).await.expect("it is in memory"), None);

    let stop = CancellationToken::new();
    let runtime = Runtime::new(journal.clone(), messenger.clock())
        .with_account(messenger.clone())
        .with_router(Router::new().text(echo));
    let talk = async {
        for _ in 0..all {
            messenger.next().await;
        }
        stop.cancel();
    };
    tokio::join!(runtime.run(stop.clone()), talk).0.expect("one account");
    assert_eq!(messenger.everything_done().len(), all, "each is answered once");
    assert!(journal.cursor(account).await.expect("it is in memory").is_some());
}
