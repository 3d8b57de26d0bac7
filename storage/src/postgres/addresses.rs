//! Addresses: which chat a messenger's id means. A chat that got another id has several.

use chrono::{DateTime, Utc};
use registry_api::store::{ChatAddress, MovedChat, SeenChat};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::joining::join;
use crate::document::UNBOUND_SERVICE;

/// Held by whoever moves a chat: two moves hold several chats each, and must not wait for each
/// other. The number means nothing; it must only be nobody else's.
const MOVING: i64 = 0x6761_7465_0002;

/// A chat, its row locked until the transaction ends.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Found {
    /// It was there.
    Known(Uuid),
    /// It was there, registered by a client, and has its first address now.
    Bound(Uuid),
    /// It is new.
    New(Uuid),
}

impl Found {
    pub(super) fn id(self) -> Uuid {
        let (Self::Known(id) | Self::Bound(id) | Self::New(id)) = self;
        id
    }
}

/// A chat that may turn out to be new.
#[derive(Clone, Copy)]
struct Newcomer<'a> {
    id: Uuid,
    created_by: &'a str,
    at: DateTime<Utc>,
}

/// The chat that is seen: the one at its address, else the registered one that this is said to be,
/// else a new one.
pub(super) async fn chat_seen(db: &mut PgConnection, seen: &SeenChat) -> sqlx::Result<Found> {
    if let Some(known) = find(db, &seen.address).await? {
        return Ok(Found::Known(known));
    }
    if let Some(registered) = meant(db, seen).await? {
        if let Some(known) = take(db, &seen.address, registered).await? {
            return Ok(Found::Known(known));
        }
        sqlx::query("update registry_chats set service = $2 where id = $1")
            .bind(registered)
            .bind(&seen.address.service)
            .execute(&mut *db)
            .await?;
        return Ok(Found::Bound(registered));
    }
    let newcomer = Newcomer { id: seen.new_id, created_by: &seen.account, at: seen.at };
    chat_at(db, &seen.address, newcomer).await
}

/// The registered chat that this is said to be, if no messenger has it yet.
async fn meant(db: &mut PgConnection, seen: &SeenChat) -> sqlx::Result<Option<Uuid>> {
    let announced: Option<Uuid> = match (&seen.registered, &seen.brought_by) {
        (Some(registered), _) => Some(*registered),
        (None, None) => None,
        (None, Some(person)) => {
            // It counts once.
            sqlx::query_scalar(
                "delete from registry_announcements
                 where account = $1 and person = $2 and $3 between said_at and ends_at
                 returning chat_id",
            )
            .bind(&seen.account)
            .bind(person)
            .bind(seen.at)
            .fetch_optional(&mut *db)
            .await?
        }
    };
    let Some(announced) = announced else { return Ok(None) };
    sqlx::query_scalar("select id from registry_chats where id = $1 and service = $2 for update")
        .bind(announced)
        .bind(UNBOUND_SERVICE)
        .fetch_optional(&mut *db)
        .await
}

/// Whether both addresses lead to one chat already, as most accounts in it will tell once more.
pub(super) async fn has_moved(db: &PgPool, moved: &MovedChat) -> sqlx::Result<bool> {
    let MovedChat { from, to, .. } = moved;
    sqlx::query_scalar(
        "select exists (
             select from registry_addresses old
             join registry_addresses new on new.chat_id = old.chat_id
             where old.service = $1 and old.account = $2 and old.external_id = $3
               and old.is_former
               and new.service = $4 and new.account = $5 and new.external_id = $6)",
    )
    .bind(&from.service)
    .bind(&from.account)
    .bind(&from.external_id)
    .bind(&to.service)
    .bind(&to.account)
    .bind(&to.external_id)
    .fetch_one(db)
    .await
}

/// Lets both addresses lead to one chat.
pub(super) async fn chat_moved(db: &mut PgConnection, moved: &MovedChat) -> sqlx::Result<()> {
    let MovedChat { new_id, from, to, created_by, at } = moved;
    sqlx::query("select pg_advisory_xact_lock($1)").bind(MOVING).execute(&mut *db).await?;
    lock_both(db, from, to).await?;
    let old = if let Some(chat) = find(db, to).await? {
        take(db, from, chat).await?.unwrap_or(chat)
    } else {
        let newcomer = Newcomer { id: *new_id, created_by, at: *at };
        let found = chat_at(db, from, newcomer).await?;
        if let Found::New(chat) = found {
            super::seeing::tell(db, "registered", chat, *at).await?;
        }
        found.id()
    };
    let new = take(db, to, old).await?.unwrap_or(old);
    sqlx::query(
        "update registry_addresses set is_former = true
         where service = $1 and account = $2 and external_id = $3 and not is_former",
    )
    .bind(&from.service)
    .bind(&from.account)
    .bind(&from.external_id)
    .execute(&mut *db)
    .await?;
    if old != new {
        join(db, old, new, *at).await?;
    }
    Ok(())
}

/// Whoever locks several chats does so in the order of their ids.
async fn lock_both(
    db: &mut PgConnection,
    one: &ChatAddress,
    two: &ChatAddress,
) -> sqlx::Result<()> {
    sqlx::query(
        "select id from registry_chats where id = any(array(
             select chat_id from registry_addresses
             where (service, account, external_id) in (($1, $2, $3), ($4, $5, $6))))
         order by id for update",
    )
    .bind(&one.service)
    .bind(&one.account)
    .bind(&one.external_id)
    .bind(&two.service)
    .bind(&two.account)
    .bind(&two.external_id)
    .execute(&mut *db)
    .await
    .map(drop)
}

async fn chat_at(
    db: &mut PgConnection,
    address: &ChatAddress,
    newcomer: Newcomer<'_>,
) -> sqlx::Result<Found> {
    if let Some(known) = take(db, address, newcomer.id).await? {
        return Ok(Found::Known(known));
    }
    sqlx::query(
        "insert into registry_chats (id, service, registered_at, created_by)
         values ($1, $2, $3, $4)",
    )
    .bind(newcomer.id)
    .bind(&address.service)
    .bind(newcomer.at)
    .bind(newcomer.created_by)
    .execute(&mut *db)
    .await?;
    Ok(Found::New(newcomer.id))
}

/// Takes an address for a chat, or says to which chat it leads already.
async fn take(
    db: &mut PgConnection,
    address: &ChatAddress,
    chat: Uuid,
) -> sqlx::Result<Option<Uuid>> {
    let taken = sqlx::query(
        "insert into registry_addresses (service, account, external_id, chat_id)
         values ($1, $2, $3, $4)
         on conflict (service, account, external_id) do nothing",
    )
    .bind(&address.service)
    .bind(&address.account)
    .bind(&address.external_id)
    .bind(chat)
    .execute(&mut *db)
    .await?;
    if taken.rows_affected() > 0 {
        return Ok(None);
    }
    // A chat that is gone by the time its row is free was joined to another: there it leads now.
    loop {
        if let Some(known) = find(db, address).await? {
            return Ok(Some(known));
        }
    }
}

/// The chat at an address, its row locked.
async fn find(db: &mut PgConnection, address: &ChatAddress) -> sqlx::Result<Option<Uuid>> {
    sqlx::query_scalar(
        "select id from registry_chats
         where id = (select chat_id from registry_addresses
                     where service = $1 and account = $2 and external_id = $3)
         for update",
    )
    .bind(&address.service)
    .bind(&address.account)
    .bind(&address.external_id)
    .fetch_optional(&mut *db)
    .await
}
