//! Addresses: which chat a messenger's id means. A chat that got another id has several.

use registry_api::store::{ChatAddress, MovedChat, SeenChat};
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::millis;

/// A chat that may turn out to be new.
#[derive(Clone, Copy)]
struct Newcomer<'a> {
    id: Uuid,
    created_by: &'a str,
    at: i64,
}

/// The chat that is seen, and a new one if nobody knows its address.
pub(super) async fn chat_seen(db: &mut SqliteConnection, seen: &SeenChat) -> sqlx::Result<Uuid> {
    let newcomer = Newcomer { id: seen.new_id, created_by: &seen.account, at: millis(seen.at) };
    chat_at(db, &seen.address, newcomer).await
}

/// Lets both addresses lead to one chat.
pub(super) async fn chat_moved(db: &mut SqliteConnection, moved: &MovedChat) -> sqlx::Result<()> {
    let MovedChat { new_id, from, to, created_by, at } = moved;
    let old = match find(db, to).await? {
        Some(chat) => take(db, from, chat).await?.unwrap_or(chat),
        None => chat_at(db, from, Newcomer { id: *new_id, created_by, at: millis(*at) }).await?,
    };
    let new = take(db, to, old).await?.unwrap_or(old);
    sqlx::query(
        "update registry_addresses set is_former = 1
         where service = $1 and account = $2 and external_id = $3 and not is_former",
    )
    .bind(&from.service)
    .bind(&from.account)
    .bind(&from.external_id)
    .execute(&mut *db)
    .await?;
    if old != new {
        join(db, old, new).await?;
    }
    Ok(())
}

async fn chat_at(
    db: &mut SqliteConnection,
    address: &ChatAddress,
    newcomer: Newcomer<'_>,
) -> sqlx::Result<Uuid> {
    if let Some(known) = take(db, address, newcomer.id).await? {
        return Ok(known);
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
    Ok(newcomer.id)
}

/// Takes an address for a chat, or says to which chat it leads already.
async fn take(
    db: &mut SqliteConnection,
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
    find(db, address).await
}

/// The chat at an address.
async fn find(db: &mut SqliteConnection, address: &ChatAddress) -> sqlx::Result<Option<Uuid>> {
    sqlx::query_scalar(
        "select chat_id from registry_addresses
         where service = $1 and account = $2 and external_id = $3",
    )
    .bind(&address.service)
    .bind(&address.account)
    .bind(&address.external_id)
    .fetch_optional(&mut *db)
    .await
}

/// Makes two chats the one that was registered first.
async fn join(db: &mut SqliteConnection, old: Uuid, new: Uuid) -> sqlx::Result<()> {
    let kept: Uuid = sqlx::query_scalar(
        "select id from registry_chats where id in ($1, $2)
         order by registered_at, id = $1 desc limit 1",
    )
    .bind(old)
    .bind(new)
    .fetch_one(&mut *db)
    .await?;
    let gone = if kept == old { new } else { old };
    for statement in [
        // A title that both had is not a new one.
        "delete from registry_titles where seq in
             (select seq from
                 (select seq, value, lag(value) over (order by seq) as previous
                  from registry_titles where chat_id in ($1, $2)) as title
              where value = previous)",
        "update registry_titles set chat_id = $1 where chat_id = $2",
        // Somebody who is in both is there since they came into the first.
        "delete from registry_participations as it
         where it.chat_id in ($1, $2) and it.is_active and exists
             (select 1 from registry_participations as other
              where other.chat_id in ($1, $2) and other.is_active
                and other.participant_id = it.participant_id
                and (other.joined_at, other.seq) < (it.joined_at, it.seq))",
        "update registry_participations set chat_id = $1 where chat_id = $2",
        "update registry_addresses set chat_id = $1 where chat_id = $2",
    ] {
        sqlx::query(statement).bind(kept).bind(gone).execute(&mut *db).await?;
    }
    sqlx::query("delete from registry_chats where id = $1").bind(gone).execute(&mut *db).await?;
    Ok(())
}
