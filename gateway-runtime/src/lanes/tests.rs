//! The task over its journal.

use std::sync::Mutex;

use chrono::DateTime;
use gateway_core::model::{Chat, ChatKind, Raw, Update, UpdateId, UpdateKind};

use super::*;
use crate::journal::{Inbox as _, MemoryJournal};

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
    async fn attempt(&self, entry: &Entry, _: usize) -> Next {
        let id = entry.update.id.as_str();
        self.begun.lock().expect("one thread").push(id.to_owned());
        if id == self.last {
            self.over.cancel();
        }
        if self.stuck == Some(id) {
            std::future::pending::<()>().await;
        }
        tokio::task::yield_now().await;
        self.journal.done(entry.seq, DateTime::default()).await.expect("it is in memory");
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
    let accounts = vec![AccountId::new("test")];
    Lanes::new(work.clone(), journal.clone(), accounts, bounds).run(&Notify::new(), &over).await;
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
    journal.append(&account, &updates, None, DateTime::default()).await.expect("it is in memory");

    let first = handled(&journal, Some("the migration"), "the migration").await;
    assert_eq!(first, ["in the old chat", "the migration"]);
    let second = handled(&journal, None, "in the new chat").await;
    assert_eq!(second, ["the migration", "in the new chat"]);
}
