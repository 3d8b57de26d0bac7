//! What every adapter must do, as checks.
//!
//! An adapter's test hands over a way to open a fresh world with a [`Hand`] in it, and hears which
//! checks fail:
//!
//! ```
//! # let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
//! # runtime.block_on(async {
//! use std::sync::Arc;
//!
//! use gateway_core::testing::{MemoryMessenger, conformance};
//!
//! let failures =
//!     conformance::failures(async || Arc::new(MemoryMessenger::new("test")) as Arc<_>).await;
//! assert_eq!(failures, []);
//! # });
//! ```
//!
//! | check | what it holds the adapter to |
//! |---|---|
//! | `ids` | what has an id is found by it again, also after the id was stored |
//! | `order` | what is said in a chat arrives in its order, both ways |
//! | `restart` | over a restart nothing is lost, and nothing comes again once it is given up |
//! | `duplicates` | an update that is delivered again has the same id |
//! | `rate_limit` | too many: waited out, or an error that says how long to wait |
//! | `rate_limit_without_time` | the same where the messenger does not say how long |
//! | `lost_answer` | a message whose answer is lost is not sent again, and the error says so |
//! | `long_text` | a text at the limit arrives whole; beyond it nothing is sent |
//! | `large_keyboard` | the same for each declared limit of keyboards |
//! | `unknown_updates` | what the adapter does not know arrives as such, and costs nothing else |
//! | `honesty` | what is declared works; what is not is refused as unsupported |
//! | `secrets` | no token in any log line, error or `Debug` |

use std::fmt::Write as _;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use super::{Hand, Logs};

mod bench;
mod faults;
mod honesty;
mod limits;
mod receiving;

use bench::Bench;

/// How long one check may take.
const DEADLINE: Duration = Duration::from_mins(1);

/// What a check that fails says.
type Outcome = Result<(), String>;

type Check = fn(Arc<Bench>) -> Pin<Box<dyn Future<Output = Outcome> + Send>>;

macro_rules! checks {
    ($($name:ident: $check:path,)*) => {
        /// Every check by its name.
        const CHECKS: &[(&str, Check)] = &[$((stringify!($name), |bench| Box::pin(async move {
            $check(&bench).await
        }))),*];
    };
}

checks! {
    ids: receiving::ids,
    order: receiving::order,
    restart: receiving::restart,
    duplicates: receiving::duplicates,
    unknown_updates: receiving::unknown_updates,
    rate_limit: faults::rate_limit,
    rate_limit_without_time: faults::rate_limit_without_time,
    lost_answer: faults::lost_answer,
    long_text: limits::long_text,
    large_keyboard: limits::large_keyboard,
    honesty: honesty::honesty,
}

/// A check that failed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Failure {
    /// Which check.
    pub check: &'static str,
    /// What it found.
    pub why: String,
}

/// Runs every check, each in a world of its own, and says which fail.
///
/// Through all of them it looks for the secrets in what is logged and in what the messenger shows
/// of itself; this is the check `secrets`.
pub async fn failures<F>(open: impl Fn() -> F) -> Vec<Failure>
where
    F: Future<Output = Arc<dyn Hand>>,
{
    let mut failures = Vec::new();
    for (check, run) in CHECKS {
        let logs = Logs::default();
        let bench = Arc::new(Bench::new(open().await));
        let outcome = logs.of(tokio::time::timeout(DEADLINE, run(bench.clone()))).await;
        let outcome = outcome.unwrap_or_else(|_| Err(format!("not done within {DEADLINE:?}")));
        if let Err(why) = outcome {
            failures.push(Failure { check, why });
        }
        if let Some(place) = bench.leak(&logs.text()) {
            let why = format!("during {check}: a secret is in {place}");
            failures.push(Failure { check: "secrets", why });
        }
    }
    failures
}

/// Runs every check, and panics with what fails.
///
/// # Panics
///
/// A check fails.
pub async fn assert<F>(open: impl Fn() -> F)
where
    F: Future<Output = Arc<dyn Hand>>,
{
    let mut report = String::new();
    for Failure { check, why } in failures(open).await {
        // Writing to a string cannot fail.
        let _ = write!(report, "\n  {check}: {why}");
    }
    assert!(report.is_empty(), "the messenger fails these checks:{report}");
}
