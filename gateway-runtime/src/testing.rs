//! Crashes at a chosen point, for tests: of the gateway, and of bots.
//!
//! A [`Crash`] stands between the runtime and its journal, by which every update and every effect
//! comes. Where it is told to, it lets nothing go on: the runtime is dropped there, and what it had
//! in memory is gone, as after a `kill -9`. The facade's `Gateway` has it by `open_to_crash`.
//!
//! ```
//! use std::sync::Arc;
//!
//! use gateway_core::testing::{Done, MemoryMessenger};
//! use gateway_runtime::journal::MemoryJournal;
//! use gateway_runtime::testing::{Crash, Point};
//! use gateway_runtime::{Context, HandlerResult, Router, Runtime};
//! use tokio_util::sync::CancellationToken;
//!
//! async fn echo(ctx: Context) -> HandlerResult {
//!     ctx.reply(ctx.text().cloned().unwrap_or_default()).await?;
//!     Ok(())
//! }
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! let messenger = Arc::new(MemoryMessenger::new("test"));
//! let journal = Arc::new(MemoryJournal::default());
//! messenger.says("Anna", "hello");
//!
//! // The answer is sent, and nobody has written that down.
//! let crash = Crash::at(Point::Unrecorded);
//! let runtime = Runtime::new(crash.journal(journal.clone()), messenger.clock())
//!     .with_account(messenger.clone())
//!     .with_router(Router::new().text(echo));
//! crash.happens(runtime.run(CancellationToken::new())).await;
//!
//! // The next start finds out that it was sent.
//! let stop = CancellationToken::new();
//! let runtime = Runtime::new(journal, messenger.clock())
//!     .with_account(messenger.clone())
//!     .with_router(Router::new().text(echo));
//! messenger.says("Anna", "bye");
//! let talk = async {
//!     for expected in ["hello", "bye"] {
//!         let Done::Sent { message, .. } = messenger.next().await else { panic!("a message") };
//!         assert_eq!(message.text.plain_text(), expected);
//!     }
//!     stop.cancel();
//! };
//! tokio::join!(runtime.run(stop.clone()), talk).0.unwrap();
//! # });
//! ```

mod journal;

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

use crate::journal::Journal;
use journal::CrashingJournal;

/// A point on an update's way from the messenger and back.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Point {
    /// It came in, and is not written down.
    Received,
    /// It is written down, and nobody has been told.
    Written,
    /// An effect is intended, and has not happened.
    Intended,
    /// An effect has happened, and that is not written down.
    Unrecorded,
    /// An effect has happened, and that is written down.
    Recorded,
    /// The handler has returned, and that is not written down.
    Handled,
    /// That is written down.
    Done,
}

impl Point {
    /// Every point, in the order in which an update comes by them.
    pub const ALL: [Self; 7] = [
        Self::Received,
        Self::Written,
        Self::Intended,
        Self::Unrecorded,
        Self::Recorded,
        Self::Handled,
        Self::Done,
    ];

    /// Its name, as a test is told it through the environment.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Written => "written",
            Self::Intended => "intended",
            Self::Unrecorded => "unrecorded",
            Self::Recorded => "recorded",
            Self::Handled => "handled",
            Self::Done => "done",
        }
    }
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Point {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|point| point.as_str() == text)
            .ok_or_else(|| format!("{text:?} is no point of an update's way"))
    }
}

/// What is done when the point is reached.
type Deed = Arc<dyn Fn() + Send + Sync>;

/// Crashes a runtime at a point, or a process.
#[derive(Clone)]
pub struct Crash {
    point: Point,
    /// How often the point is passed before that.
    passes: Arc<AtomicUsize>,
    reached: Arc<Notify>,
    deed: Option<Deed>,
}

impl fmt::Debug for Crash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Crash").field("point", &self.point).finish_non_exhaustive()
    }
}

impl Crash {
    /// When the point is reached for the first time.
    pub fn at(point: Point) -> Self {
        Self { point, passes: Arc::default(), reached: Arc::default(), deed: None }
    }

    /// After it was passed so often.
    #[must_use]
    pub fn after(self, passes: usize) -> Self {
        self.passes.store(passes, Ordering::SeqCst);
        self
    }

    /// By doing this: a process that is to die there hands in [`std::process::abort`].
    #[must_use]
    pub fn by(mut self, deed: impl Fn() + Send + Sync + 'static) -> Self {
        self.deed = Some(Arc::new(deed));
        self
    }

    /// The journal, with the crash in front of it.
    pub fn journal(&self, journal: Arc<dyn Journal>) -> Arc<dyn Journal> {
        Arc::new(CrashingJournal { journal, crash: self.clone() })
    }

    /// Waits until the point is reached.
    pub async fn reached(&self) {
        self.reached.notified().await;
    }

    /// Runs something until it gets to the point, and drops it there. It waits for as long as that
    /// takes.
    ///
    /// # Panics
    ///
    /// When it ends before: then there was no crash.
    pub async fn happens(&self, running: impl Future) {
        tokio::select! {
            _ = running => panic!("it ended before it came to the point {:?}", self.point),
            () = self.reached() => {}
        }
    }

    /// Comes by a point: does not return from the one of the crash.
    async fn pass(&self, point: Point) {
        if point != self.point {
            return;
        }
        let one_less = |passes: usize| passes.checked_sub(1);
        if self.passes.fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less).is_ok() {
            return;
        }
        if let Some(deed) = &self.deed {
            deed();
        }
        self.reached.notify_one();
        std::future::pending::<()>().await;
    }
}
