//! Forgetting what was done long ago, a little at a time.

use std::sync::Arc;
use std::time::Duration;

use gateway_core::time::Clock;
use gateway_core::trouble::Trouble;
use tokio_util::sync::CancellationToken;

use crate::journal::Journal;
use crate::pause;

/// How often.
const EVERY: Duration = Duration::from_mins(1);

/// How much at once, and the pause between: others write meanwhile.
const BATCH: usize = 500;
const BREATH: Duration = Duration::from_millis(100);

pub(super) struct Pruning {
    pub(super) journal: Arc<dyn Journal>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) retention: Duration,
    pub(super) over: CancellationToken,
}

impl Pruning {
    pub(super) async fn run(self) {
        let (mut wait, trouble) = (EVERY, Trouble::default());
        while !pause::or_stop(wait, &self.over).await {
            let before = self.clock.now() - self.retention;
            let pruned = self.journal.prune(before, BATCH).await;
            if pruned.is_ok() && trouble.is_over().is_some() {
                tracing::info!("what was done long ago is forgotten again");
            }
            wait = match pruned {
                Ok(BATCH) => BREATH,
                Ok(_) => EVERY,
                Err(error) => {
                    let words = "nothing is forgotten for now";
                    if trouble.is_news(words) {
                        tracing::warn!(%error, "{words}");
                    }
                    EVERY
                }
            };
        }
    }
}
