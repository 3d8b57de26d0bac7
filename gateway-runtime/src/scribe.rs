//! Many lanes, one commit: what is to be written down at the same time is written in one
//! transaction.
//!
//! While one commit is on its way, what comes waits and makes up the next; so a commit that is dear
//! is shared by many, and one that is cheap is waited for by nobody. Where commits cost nothing,
//! each is made at once.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use gateway_core::model::AccountId;
use gateway_core::time::Clock;
use gateway_core::trouble::Trouble;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::journal::{Change, Fence, Journal, JournalError, SessionKey, Write, Written};
use crate::measure::JournalMeter;

/// The most writes of one commit.
const MOST: usize = 256;

/// How long a commit may take: everybody waits for it.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long to wait before what could not be written is written again.
const PAUSE: Duration = Duration::from_millis(250);

const DOING: &str = "writing to the ledger";

/// Writes, each with who waits for its answer.
type Gathered<A = Answer> = Vec<(Write, A)>;

type Answer = oneshot::Sender<Result<Written, JournalError>>;

/// Writes to the ledger.
#[derive(Clone, Debug)]
pub(crate) struct Scribe {
    journal: Arc<dyn Journal>,
    clock: Arc<dyn Clock>,
    meter: JournalMeter,
    /// To the task that gathers; `None` where each write is a commit of its own.
    queue: Option<mpsc::Sender<(Write, Answer)>>,
}

/// Gathers writes and commits them, until it is over; who writes later is told that it is.
pub(crate) struct Gatherer {
    journal: Arc<dyn Journal>,
    clock: Arc<dyn Clock>,
    meter: JournalMeter,
    queue: mpsc::Receiver<(Write, Answer)>,
    over: CancellationToken,
}

impl Scribe {
    /// A scribe, and the task that it needs, if it needs one.
    pub(crate) fn new(
        journal: Arc<dyn Journal>,
        clock: Arc<dyn Clock>,
        over: CancellationToken,
    ) -> (Self, Option<Gatherer>) {
        let mut scribe = Self::alone(journal, clock);
        if !scribe.journal.gathers() {
            return (scribe, None);
        }
        let (sender, queue) = mpsc::channel(MOST);
        scribe.queue = Some(sender);
        let (journal, clock) = (scribe.journal.clone(), scribe.clock.clone());
        let gatherer = Gatherer { journal, clock, meter: scribe.meter.clone(), queue, over };
        (scribe, Some(gatherer))
    }

    /// One that writes alone, for what is rare.
    pub(crate) fn alone(journal: Arc<dyn Journal>, clock: Arc<dyn Clock>) -> Self {
        Self { journal, clock, meter: JournalMeter::ledger(), queue: None }
    }

    /// Writes something down, and says what became of it when that is sure.
    pub(crate) fn write(
        &self,
        account: &AccountId,
        fence: Option<Fence>,
        change: Change,
    ) -> impl Future<Output = Result<Written, JournalError>> {
        self.promise(account, fence, change).then(Promised::kept)
    }

    /// Has something written down before all that is asked for later.
    ///
    /// No `async fn`, which would hold what is written twice: every handler waits in here.
    pub(crate) fn promise(
        &self,
        account: &AccountId,
        fence: Option<Fence>,
        change: Change,
    ) -> impl Future<Output = Promised> {
        let write = Write { account: account.clone(), fence, change };
        async move {
            let Some(queue) = &self.queue else {
                return Promised::Kept(self.at_once(&write).await);
            };
            let (sender, answer) = oneshot::channel();
            match queue.reserve().await {
                Ok(room) => {
                    room.send((write, sender));
                    Promised::Queued(answer)
                }
                Err(_) => Promised::Kept(Err(stopping())),
            }
        }
    }

    /// Writes in a commit of its own.
    async fn at_once(&self, write: &Write) -> Result<Written, JournalError> {
        let begun = Instant::now();
        let written = self.journal.commit(std::slice::from_ref(write), self.clock.now()).await;
        self.meter.committed(begun.elapsed(), &written);
        self.meter.held(1);
        written?.pop().ok_or_else(|| JournalError::new(DOING, "no answer"))
    }
}

/// Something that is being written down.
#[derive(Debug)]
pub(crate) enum Promised {
    Queued(oneshot::Receiver<Result<Written, JournalError>>),
    Kept(Result<Written, JournalError>),
}

impl Promised {
    /// What became of it, when that is sure.
    pub(crate) async fn kept(self) -> Result<Written, JournalError> {
        match self {
            Self::Queued(answer) => answer.await.map_err(|_| stopping())?,
            Self::Kept(written) => written,
        }
    }
}

fn stopping() -> JournalError {
    JournalError::new(DOING, "the gateway is stopping")
}

/// What makes up the next commit, and what waits for the one after: the writes of one commit do not
/// build on each other, and two lanes may have changed the same session.
fn apart<A>(gathered: Gathered<A>) -> (Gathered<A>, Gathered<A>) {
    let mut written: HashSet<SessionKey> = HashSet::new();
    let (mut now, mut later) = (Vec::with_capacity(gathered.len()), Vec::new());
    for (write, answer) in gathered {
        let keys = match &write.change {
            Change::End(end) => end.sessions.as_slice(),
            _ => &[],
        };
        if keys.iter().any(|it| written.contains(&it.key)) {
            later.push((write, answer));
        } else {
            written.extend(keys.iter().map(|it| it.key.clone()));
            now.push((write, answer));
        }
    }
    (now, later)
}

/// Whether a write that failed is to be written with the next commit: what an effect came to, of
/// which nobody knows anything until it is written down, and for which nobody waits. There are never
/// many: no effect begins while nothing can be written.
fn is_written_again(write: &Write, written: &Result<Written, JournalError>) -> bool {
    matches!(write.change, Change::Settle { .. })
        && written.as_ref().is_err_and(|error| !error.is_refusal)
}

impl Gatherer {
    pub(crate) async fn run(mut self) {
        let mut gathered = Vec::with_capacity(MOST);
        let trouble = Trouble::default();
        while !gathered.is_empty() || self.more(&mut gathered).await {
            let (now, later) = apart(std::mem::take(&mut gathered));
            let (writes, answers): (Vec<Write>, Vec<Answer>) = now.into_iter().unzip();
            let written = self.commit(&writes).await;
            let is_over = self.over.is_cancelled();
            for ((write, answer), written) in writes.into_iter().zip(answers).zip(written) {
                if !is_over && is_written_again(&write, &written) {
                    gathered.push((write, answer));
                } else {
                    // Who does not wait any more does not want to know.
                    let _ = answer.send(written);
                }
            }
            if gathered.is_empty() {
                // Each account says so itself.
                let _ = trouble.is_over();
            } else {
                let (writes, words) = (gathered.len(), "what effects came to is written again");
                if trouble.is_news(words) {
                    tracing::warn!(writes, "{words}");
                } else {
                    tracing::debug!(writes, "{words}");
                }
                tokio::select! {
                    () = tokio::time::sleep(PAUSE) => {}
                    () = self.over.cancelled() => {}
                }
                // With what has come meanwhile.
                while let Ok(more) = self.queue.try_recv() {
                    gathered.push(more);
                }
            }
            gathered.extend(later);
        }
    }

    /// Waits for what there is to write; `false` when there will be nothing more.
    async fn more(&mut self, gathered: &mut Gathered) -> bool {
        tokio::select! {
            biased;
            count = self.queue.recv_many(gathered, MOST) => count > 0,
            () = self.over.cancelled() => false,
        }
    }

    /// Writes what was gathered. Where the database refuses something of it, each is written by
    /// itself, so that nobody pays for another's mistake.
    async fn commit(&self, writes: &[Write]) -> Vec<Result<Written, JournalError>> {
        let commit = tokio::time::timeout(PATIENCE, self.journal.commit(writes, self.clock.now()));
        let begun = Instant::now();
        let written = commit.await.unwrap_or_else(|_| {
            Err(JournalError::new(DOING, format!("no answer within {PATIENCE:?}")))
        });
        self.meter.committed(begun.elapsed(), &written);
        self.meter.held(writes.len());
        let error = match written {
            Ok(written) => return written.into_iter().map(Ok).collect(),
            Err(error) => error,
        };
        if !error.is_refusal || writes.len() == 1 {
            return vec![Err(error); writes.len()];
        }
        let mut written = Vec::with_capacity(writes.len());
        for write in writes.chunks(1) {
            let alone = self.journal.commit(write, self.clock.now()).await;
            written.push(alone.map(|mut it| it.pop().unwrap_or(Written::Nothing)));
        }
        written
    }
}

#[cfg(test)]
mod tests {
    use gateway_core::model::AccountId;

    use super::*;
    use crate::journal::{End, Ending, SessionWrite};

    fn end(seq: i64, sessions: &[&str]) -> (Write, i64) {
        let change =
            |name: &&str| SessionWrite { key: SessionKey::shared(*name), read: 0, value: None };
        let sessions = sessions.iter().map(change).collect();
        let end = End { seq, ending: Ending::Done, sessions, moved: None };
        let write = Write {
            account: AccountId::of(seq % 2),
            fence: Some(Fence(1)),
            change: Change::End(end),
        };
        (write, seq)
    }

    /// A database may write all sessions of a commit in one statement, where a second change to the
    /// same one would be lost.
    #[test]
    fn two_changes_to_one_session_are_two_commits() {
        let gathered =
            vec![end(1, &["a"]), end(2, &["b", "a"]), end(3, &["b"]), end(4, &[]), end(5, &["a"])];
        let (now, later) = apart(gathered);
        let seqs = |them: &[(Write, i64)]| them.iter().map(|(_, seq)| *seq).collect::<Vec<_>>();
        assert_eq!((seqs(&now), seqs(&later)), (vec![1, 3, 4], vec![2, 5]));
    }
}
