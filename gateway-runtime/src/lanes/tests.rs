//! The task over its journal.

use std::sync::Mutex;

use chrono::DateTime;
use gateway_core::model::{Account, Chat, ChatKind, Platform, Raw, Update, UpdateId, UpdateKind};
use gateway_core::time::SystemClock;

use super::*;
use crate::journal::{Append, Change, End, Ending, Inbox as _, Ledger as _, MemoryJournal, Write};

/// Writes down what it is given; the first of some updates never ends.
struct Clerk {
    journal: Arc<MemoryJournal>,
    stuck: Option<&'static str>,
    begun: Mutex<Vec<String>>,
    last: &'static str,
    over: CancellationToken,
}

#[async_trait]
impl Work for Clerk {
    async fn attempt(&self, entry: &Entry, _: Tries, _: Slot) -> Next {
        let id = entry.update.id.as_str();
        self.begun.lock().expect("one thread").push(id.to_owned());
        if id == self.last {
            self.over.cancel();
        }
        if self.stuck == Some(id) {
            std::future::pending::<()>().await;
        }
        tokio::task::yield_now().await;
        let (seq, account) = (entry.seq, entry.update.account.clone());
        let end = End { seq, ending: Ending::Done, sessions: Vec::new(), moved: None };
        let write = Write { account, fence: None, change: Change::End(end) };
        self.journal.commit(&[write], DateTime::default()).await.expect("it is in memory");
        Next::Ended
    }
}

fn update(id: &str, kind: UpdateKind) -> Update {
    Update {
        account: AccountId::new("test"),
        id: UpdateId::new(id),
        time: None,
        locale: None,
        kind,
        raw: Raw::default(),
    }
}

fn said(id: &str, chat: &str) -> Update {
    update(id, UpdateKind::Unknown { kind: "said".to_owned(), chat: Some(chat.into()) })
}

/// Runs lanes until `last` has begun, and tells what began.
async fn handled(
    journal: &Arc<MemoryJournal>,
    stuck: Option<&'static str>,
    last: &'static str,
) -> Vec<String> {
    let over = CancellationToken::new();
    let begun = Mutex::default();
    let work = Clerk { journal: journal.clone(), stuck, begun, last, over: over.clone() };
    let work = Arc::new(work);
    let bounds = Bounds { concurrency: 8, held: 2, drain: Duration::from_secs(1) };
    let gate = Arc::new(Gate::new());
    let account = Account::new("test", Platform::TAMTAM);
    let pulse = Pulse::new(account, Arc::new(SystemClock), gate.clone(), true, Arc::default());
    let ends = Ends { stop: over, lost: CancellationToken::new() };
    let id = AccountId::new("test");
    let lanes = Lanes::new(
        work.clone(),
        journal.clone(),
        id,
        gate,
        Arc::new(pulse),
        bounds,
        Spare::default(),
    );
    lanes.run(&Notify::new(), &ends).await;
    work.begun.lock().expect("nobody else").clone()
}

#[tokio::test(start_paused = true)]
async fn a_migration_that_was_interrupted_keeps_its_order_at_the_next_start() {
    let journal = Arc::new(MemoryJournal::default());
    let migrated = UpdateKind::ChatMigrated {
        chat: Chat::new("old", ChatKind::Group),
        from: "old".into(),
        to: "new".into(),
    };
    let updates = [
        said("in the old chat", "old"),
        update("the migration", migrated),
        said("in the new chat", "new"),
    ];
    let account = AccountId::new("test");
    let batch = Append { account: &account, updates: &updates, cursor: None, fence: None };
    journal.append(batch, DateTime::default()).await.expect("it is in memory");

    let first = handled(&journal, Some("the migration"), "the migration").await;
    assert_eq!(first, ["in the old chat", "the migration"]);
    let second = handled(&journal, None, "in the new chat").await;
    assert_eq!(second, ["the migration", "in the new chat"]);
}
