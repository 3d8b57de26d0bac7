//! Which process runs an account: who holds a lock on a file beside the database. The file is one
//! for all accounts, since one machine has all processes.

use std::collections::HashMap;
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use async_trait::async_trait;
use gateway_core::model::AccountId;
use gateway_runtime::journal::{Claim, Fence, JournalError, Owners, Result};

use super::{Sqlite, journal};

/// What this process owns.
#[derive(Debug)]
pub(super) struct Owned {
    path: PathBuf,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// The locked file, open for as long as somebody here owns something.
    lock: Weak<File>,
    accounts: HashMap<AccountId, (Fence, Arc<File>)>,
}

impl Owned {
    /// Nothing yet, of the accounts of this database.
    pub(super) fn beside(database: &Path) -> Self {
        let mut path = database.as_os_str().to_owned();
        path.push("-owner.lock");
        Self { path: path.into(), state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The lock; `None` while another process has it.
    fn lock(&self) -> io::Result<Option<Arc<File>>> {
        let mut state = self.state();
        if let Some(file) = state.lock.upgrade() {
            return Ok(Some(file));
        }
        // What stands in the file means nothing: it is there to be locked.
        let file = OpenOptions::new().create(true).truncate(false).write(true).open(&self.path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(why)) => return Err(why),
        }
        let file = Arc::new(file);
        state.lock = Arc::downgrade(&file);
        Ok(Some(file))
    }
}

#[async_trait]
impl Owners for Sqlite {
    async fn claim(&self, account: &AccountId) -> Result<Option<Claim>> {
        let doing = "taking an account";
        let lock = self.owned.lock().map_err(|why| JournalError::new(doing, why))?;
        let Some(lock) = lock else { return Ok(None) };
        let mut writing = self.writer.writing().await.map_err(journal(doing))?;
        // All of it is fetched: else nobody hears that its commit failed.
        let fence: Vec<i64> = sqlx::query_scalar(
            "insert into journal_owners (account, fence) values ($1, 1)
             on conflict (account) do update set fence = fence + 1 returning fence",
        )
        .bind(account.as_str())
        .fetch_all(&mut *writing)
        .await
        .map_err(journal(doing))?;
        writing.done();
        let none = || journal(doing)(sqlx::Error::RowNotFound);
        let fence = fence.first().copied().map(Fence).ok_or_else(none)?;
        let mut state = self.owned.state();
        let (known, _) = state.accounts.entry(account.clone()).or_insert((fence, lock));
        *known = fence.max(*known);
        Ok(Some(Claim { account: account.clone(), fence }))
    }

    async fn holds(&self, claim: &Claim) -> Result<bool> {
        let known = self.owned.state().accounts.get(&claim.account).map(|(fence, _)| *fence);
        if known != Some(claim.fence) {
            return Ok(false);
        }
        let fence = sqlx::query_scalar("select fence from journal_owners where account = $1")
            .bind(claim.account.as_str())
            .fetch_optional(&self.readers)
            .await
            .map_err(journal("asking who owns an account"))?;
        Ok(fence == Some(claim.fence.0))
    }

    async fn release(&self, claim: Claim) {
        let mut state = self.owned.state();
        // It may have been taken again since.
        if state.accounts.get(&claim.account).is_some_and(|(fence, _)| *fence == claim.fence) {
            state.accounts.remove(&claim.account);
        }
    }
}
