//! What bots keep from one update to the next.

use std::borrow::Cow;
use std::collections::HashMap;

use gateway_core::model::{AccountId, ChatId};
use gateway_runtime::journal::{Change, End, SessionKey, SessionWrite, Stored, Written};
use sqlx::{PgConnection, PgPool};

use super::ledger::Numbered;
use crate::row::{scope, text};

/// The columns of a session's key, in the order of its index.
type Key<'a> = (Cow<'a, str>, Cow<'a, str>, Cow<'a, str>, Cow<'a, str>, Cow<'a, str>);

fn columns(key: &SessionKey) -> Key<'_> {
    let (kind, chat, person) = scope(&key.scope);
    (text(key.account.as_str()), chat, person, text(&key.name), kind.into())
}

/// Keys, column by column.
#[derive(Default)]
struct Keys<'a> {
    accounts: Vec<Cow<'a, str>>,
    chats: Vec<Cow<'a, str>>,
    people: Vec<Cow<'a, str>>,
    names: Vec<Cow<'a, str>>,
    kinds: Vec<Cow<'a, str>>,
}

impl<'a> Extend<Key<'a>> for Keys<'a> {
    fn extend<T: IntoIterator<Item = Key<'a>>>(&mut self, keys: T) {
        for (account, chat, person, name, kind) in keys {
            self.accounts.push(account);
            self.chats.push(chat);
            self.people.push(person);
            self.names.push(name);
            self.kinds.push(kind);
        }
    }
}

/// Writes the sessions of updates that end, and answers those that must not because somebody else
/// has changed one since. `false` when somebody made one at this moment: nothing may stay then.
pub(super) async fn write(
    db: &mut PgConnection,
    writes: &[Numbered<'_>],
    answers: &mut [Written],
) -> Result<bool, sqlx::Error> {
    let ends: Vec<(usize, &AccountId, &End)> = writes
        .iter()
        .filter_map(|(number, write)| match &write.change {
            Change::End(end) => Some((*number, &write.account, end)),
            _ => None,
        })
        .collect();
    let mut changed: Vec<(Key<'_>, &SessionWrite, usize)> = Vec::new();
    for (number, _, end) in &ends {
        changed.extend(end.sessions.iter().map(|it| (columns(&it.key), it, *number)));
    }
    if !changed.is_empty() {
        changed.sort_unstable_by(|(one, ..), (other, ..)| one.cmp(other));
        let versions = lock(db, changed.iter().map(|(key, ..)| key.clone())).await?;
        for (number, _, end) in &ends {
            let version = |it: &SessionWrite| versions.get(&columns(&it.key)).copied();
            let stale = end.sessions.iter().find(|it| version(it).unwrap_or(0) != it.read);
            if let Some(stale) = stale {
                answers[*number] = Written::Conflict(stale.key.clone());
            }
        }
        changed.retain(|(.., number)| answers[*number] == Written::Done);
        let (new, known): (Vec<_>, Vec<_>) =
            changed.into_iter().map(|(key, it, _)| (key, it)).partition(|(_, it)| it.read == 0);
        if insert(db, &new).await? < new.len() {
            return Ok(false);
        }
        update(db, &known).await?;
    }
    for (number, account, end) in ends {
        if let (Some((from, to)), Written::Done) = (&end.moved, &answers[number]) {
            rename(db, account, from, to).await?;
        }
    }
    Ok(true)
}

/// The versions of those sessions that are there. They stay so until the end of the transaction.
async fn lock<'a>(
    db: &mut PgConnection,
    keys: impl Iterator<Item = Key<'a>>,
) -> Result<HashMap<Key<'static>, i64>, sqlx::Error> {
    let mut columns = Keys::default();
    columns.extend(keys);
    let rows: Vec<(String, String, String, String, String, i64)> = sqlx::query_as(
        "select it.account, it.chat, it.person, it.name, it.scope, it.version
         from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
                  as wanted (account, chat, person, name, scope)
              cross join lateral
                  (select * from journal_sessions as it
                   where it.account = wanted.account and it.chat = wanted.chat
                     and it.person = wanted.person and it.name = wanted.name
                     and it.scope = wanted.scope
                   for update) as it",
    )
    .bind(columns.accounts)
    .bind(columns.chats)
    .bind(columns.people)
    .bind(columns.names)
    .bind(columns.kinds)
    .fetch_all(db)
    .await?;
    let version = |(account, chat, person, name, kind, version): (_, _, _, _, _, _)| {
        let key = (
            Cow::<str>::Owned(account),
            Cow::Owned(chat),
            Cow::Owned(person),
            Cow::Owned(name),
            Cow::Owned(kind),
        );
        (key, version)
    };
    Ok(rows.into_iter().map(version).collect())
}

/// Makes sessions, and says how many nobody else had made.
async fn insert(
    db: &mut PgConnection,
    new: &[(Key<'_>, &SessionWrite)],
) -> Result<usize, sqlx::Error> {
    if new.is_empty() {
        return Ok(0);
    }
    let mut keys = Keys::default();
    keys.extend(new.iter().map(|(key, _)| key.clone()));
    let made = sqlx::query(
        "insert into journal_sessions (account, chat, person, name, scope, value, version)
         select it.*, 1
         from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) as it
         on conflict (account, chat, person, name, scope) do nothing",
    )
    .bind(keys.accounts)
    .bind(keys.chats)
    .bind(keys.people)
    .bind(keys.names)
    .bind(keys.kinds)
    .bind(values(new))
    .execute(db)
    .await?;
    Ok(usize::try_from(made.rows_affected()).unwrap_or(usize::MAX))
}

/// Changes sessions, which are there and locked.
async fn update(
    db: &mut PgConnection,
    known: &[(Key<'_>, &SessionWrite)],
) -> Result<(), sqlx::Error> {
    if known.is_empty() {
        return Ok(());
    }
    let mut keys = Keys::default();
    keys.extend(known.iter().map(|(key, _)| key.clone()));
    sqlx::query(
        "insert into journal_sessions as it (account, chat, person, name, scope, value, version)
         select new.*, 0
         from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) as new
         on conflict (account, chat, person, name, scope) do update
         set value = excluded.value, version = it.version + 1",
    )
    .bind(keys.accounts)
    .bind(keys.chats)
    .bind(keys.people)
    .bind(keys.names)
    .bind(keys.kinds)
    .bind(values(known))
    .execute(db)
    .await
    .map(drop)
}

fn values(writes: &[(Key<'_>, &SessionWrite)]) -> Vec<Option<String>> {
    writes.iter().map(|(_, it)| it.value.as_ref().map(ToString::to_string)).collect()
}

/// Makes the sessions of a chat those of another, where that has none of its own.
async fn rename(
    db: &mut PgConnection,
    account: &AccountId,
    from: &ChatId,
    to: &ChatId,
) -> Result<(), sqlx::Error> {
    sqlx::query(
        "select from journal_sessions
         where account = $1 and chat = $2 and scope in ('chat', 'member')
         order by person, name, scope for update",
    )
    .bind(account.as_str())
    .bind(text(from.as_str()))
    .execute(&mut *db)
    .await?;
    sqlx::query(
        "with moved as
             (insert into journal_sessions (account, chat, person, name, scope, value, version)
              select account, $3, person, name, scope, value, version from journal_sessions
              where account = $1 and chat = $2 and scope in ('chat', 'member')
              order by person, name, scope
              on conflict (account, chat, person, name, scope) do nothing
              returning person, name, scope)
         delete from journal_sessions as it using moved
         where it.account = $1 and it.chat = $2
           and (it.person, it.name, it.scope) = (moved.person, moved.name, moved.scope)",
    )
    .bind(account.as_str())
    .bind(text(from.as_str()))
    .bind(text(to.as_str()))
    .execute(db)
    .await
    .map(drop)
}

pub(super) async fn find(pool: &PgPool, key: &SessionKey) -> Result<Option<Stored>, sqlx::Error> {
    let (account, chat, person, name, kind) = columns(key);
    let row: Option<(Option<String>, i64)> = sqlx::query_as(
        "select value, version from journal_sessions
         where account = $1 and chat = $2 and person = $3 and name = $4 and scope = $5",
    )
    .bind(account)
    .bind(chat)
    .bind(person)
    .bind(name)
    .bind(kind)
    .fetch_optional(pool)
    .await?;
    let Some((value, version)) = row else { return Ok(None) };
    let value = value.map(|it| serde_json::from_str(&it)).transpose();
    Ok(Some(Stored { value: value.map_err(|why| sqlx::Error::Decode(why.into()))?, version }))
}
