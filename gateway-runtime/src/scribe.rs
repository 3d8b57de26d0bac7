//! Many lanes, one commit: what is to be written down at the same time is written in one
//! transaction.
//!
//! While one commit is on its way, what comes waits and makes up the next; so a commit that is dear
//! is shared by many, and one that is cheap is waited for by nobody. Where commits cost nothing,
//! each is made at once.

use std::sync::Arc;

use gateway_core::model::AccountId;
use gateway_core::time::Clock;
use tokio::sync::{mpsc, oneshot};

use crate::journal::{Change, Fence, Journal, JournalError, Write, Written};

/// The most writes of one commit.
const MOST: usize = 256;

type Answer = oneshot::Sender<Result<Written, JournalError>>;

/// Writes to the ledger.
#[derive(Clone, Debug)]
pub(crate) struct Scribe {
    journal: Arc<dyn Journal>,
    clock: Arc<dyn Clock>,
    /// To the task that gathers; `None` where each write is a commit of its own.
    queue: Option<mpsc::Sender<(Write, Answer)>>,
}

/// Gathers writes and commits them, until nobody is left who could write.
pub(crate) struct Gatherer {
    journal: Arc<dyn Journal>,
    clock: Arc<dyn Clock>,
    queue: mpsc::Receiver<(Write, Answer)>,
}

impl Scribe {
    /// A scribe, and the task that it needs, if it needs one.
    pub(crate) fn new(
        journal: Arc<dyn Journal>,
        clock: Arc<dyn Clock>,
    ) -> (Self, Option<Gatherer>) {
        if !journal.gathers() {
            return (Self { journal, clock, queue: None }, None);
        }
        let (sender, queue) = mpsc::channel(MOST);
        let gatherer = Gatherer { journal: journal.clone(), clock: clock.clone(), queue };
        (Self { journal, clock, queue: Some(sender) }, Some(gatherer))
    }

    /// One that writes alone, for what is rare.
    pub(crate) fn alone(journal: Arc<dyn Journal>, clock: Arc<dyn Clock>) -> Self {
        Self { journal, clock, queue: None }
    }

    /// Writes something down, and says what became of it when that is sure.
    pub(crate) async fn write(
        &self,
        account: &AccountId,
        fence: Option<Fence>,
        change: Change,
    ) -> Result<Written, JournalError> {
        const DOING: &str = "writing to the ledger";
        let write = Write { account: account.clone(), fence, change };
        let Some(queue) = &self.queue else {
            let mut written = self.journal.commit(&[write], self.clock.now()).await?;
            return written.pop().ok_or_else(|| JournalError::new(DOING, "no answer"));
        };
        let (sender, answer) = oneshot::channel();
        let gone = |_| JournalError::new(DOING, "the gateway is stopping");
        queue.send((write, sender)).await.map_err(|_| gone(()))?;
        answer.await.map_err(|_| gone(()))?
    }
}

impl Gatherer {
    pub(crate) async fn run(mut self) {
        let mut gathered = Vec::with_capacity(MOST);
        while self.queue.recv_many(&mut gathered, MOST).await > 0 {
            let (writes, answers): (Vec<Write>, Vec<Answer>) = gathered.drain(..).unzip();
            // Who does not wait any more does not want to know.
            match self.journal.commit(&writes, self.clock.now()).await {
                Ok(written) => {
                    for (answer, written) in answers.into_iter().zip(written) {
                        let _ = answer.send(Ok(written));
                    }
                }
                Err(error) => {
                    for answer in answers {
                        let _ = answer.send(Err(error.clone()));
                    }
                }
            }
        }
    }
}
