//! What a handler keeps from one update to the next.
//!
//! A session is read when it is first asked for, changed in memory, and written with the end of the
//! update, in one transaction: a handler that fails keeps nothing, and one that runs again begins
//! with what was there. Two updates that change the same session at the same time (of one person in
//! two chats) do not overwrite each other: the later one runs again on what the earlier one left.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::EffectError;
use crate::journal::{Journal, SessionKey, SessionWrite};

/// The sessions that a handler has asked for.
#[derive(Debug, Default)]
pub(crate) struct Sessions(Mutex<HashMap<SessionKey, Open>>);

#[derive(Debug)]
struct Open {
    /// The version that was read; 0 when there was none.
    read: i64,
    value: Option<Value>,
    is_changed: bool,
}

impl Sessions {
    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<SessionKey, Open>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What a session holds.
    pub(crate) async fn get<T: DeserializeOwned>(
        &self,
        journal: &dyn Journal,
        key: &SessionKey,
    ) -> Result<Option<T>, EffectError> {
        self.open(journal, key).await?;
        let value = self.lock().get(key).and_then(|open| open.value.clone());
        value.map(serde_json::from_value).transpose().map_err(unreadable(key))
    }

    /// What it holds from now on; `None` ends it.
    pub(crate) async fn set<T: Serialize>(
        &self,
        journal: &dyn Journal,
        key: &SessionKey,
        value: Option<&T>,
    ) -> Result<(), EffectError> {
        self.open(journal, key).await?;
        let value = value.map(serde_json::to_value).transpose().map_err(unreadable(key))?;
        if let Some(open) = self.lock().get_mut(key) {
            open.is_changed |= open.value != value;
            open.value = value;
        }
        Ok(())
    }

    async fn open(&self, journal: &dyn Journal, key: &SessionKey) -> Result<(), EffectError> {
        if self.lock().contains_key(key) {
            return Ok(());
        }
        let stored = journal.session(key).await?;
        let (read, value) = stored.map_or((0, None), |it| (it.version, it.value));
        // Another part of the handler may have been quicker: what it has changed stays.
        self.lock().entry(key.clone()).or_insert(Open { read, value, is_changed: false });
        Ok(())
    }

    /// What has changed, to be written with the end of the update.
    pub(crate) fn changes(&self) -> Vec<SessionWrite> {
        let sessions = self.lock();
        let changed = sessions.iter().filter(|(_, open)| open.is_changed);
        let mut changes: Vec<SessionWrite> = changed
            .map(|(key, open)| SessionWrite {
                key: key.clone(),
                read: open.read,
                value: open.value.clone(),
            })
            .collect();
        changes.sort_by(|one, other| one.key.cmp(&other.key));
        changes
    }
}

fn unreadable(key: &SessionKey) -> impl Fn(serde_json::Error) -> EffectError {
    |source| EffectError::Session { session: Box::new(key.clone()), source }
}
