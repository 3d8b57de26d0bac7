//! What messengers are asked for.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use registry_api::model::{Operation, OperationKind};
use registry_api::stay::Fact;
use registry_api::store::{
    Answered, LINK_PAUSE, NewOperation, Once, OperationStore, Requested, Result, Task, TaskOutcome,
};
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::registering::answer_once;
use super::seeing::{Consequences, Invited, invitation_seen, tell};
use super::{Sqlite, json, millis, stays, time};
use crate::operation::{Row, TOLD, kind, name, operation};
use crate::row::text;
use crate::seen::StayChanges;

/// Id, chat, kind, account, the messenger's ids of chat and person, tries before.
type TaskRow = (Uuid, Uuid, String, String, Option<String>, Option<String>, i32);

#[async_trait]
impl OperationStore for Sqlite {
    async fn request(&self, operation: &NewOperation, once: Option<&Once>) -> Result<Requested> {
        let failed = super::store("asking for an operation");
        let mut transaction = self.writer.begin().await.map_err(&failed)?;
        let requested = request(&mut transaction, operation, once).await.map_err(&failed)?;
        // Whatever could not be asked for may be asked for again under the same key.
        if matches!(requested, Requested::Accepted(_) | Requested::Needless) {
            let unfinished = super::unfinished("asking for an operation");
            transaction.commit().await.map_err(unfinished)?;
        } else {
            transaction.rollback().await.map_err(&failed)?;
        }
        Ok(requested)
    }

    async fn operations(&self, chat: Uuid) -> Result<Option<Vec<Operation>>> {
        let failed = super::store("listing operations");
        let rows: Vec<Row<i64>> = sqlx::query_as(
            "select id, kind, participant_id, state, tries, error, requested_at, finished_at
             from registry_operations where chat_id = $1
             order by requested_at desc, id desc limit $2",
        )
        .bind(chat)
        .bind(TOLD)
        .fetch_all(&self.readers)
        .await
        .map_err(&failed)?;
        if rows.is_empty() {
            let is_there: bool =
                sqlx::query_scalar("select exists (select 1 from registry_chats where id = $1)")
                    .bind(chat)
                    .fetch_one(&self.readers)
                    .await
                    .map_err(&failed)?;
            return Ok(is_there.then(Vec::new));
        }
        Ok(Some(rows.into_iter().map(|row| operation(row, time)).collect()))
    }

    async fn take_on(
        &self,
        accounts: &[String],
        now: DateTime<Utc>,
        until: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<Task>> {
        let failed = super::store("taking on operations");
        let accounts = json(&accounts).map_err(&failed)?;
        // Nobody who finds nothing to do waits for the writer.
        let is_due: bool = sqlx::query_scalar(
            "select exists (
                 select 1 from registry_operations
                 where state = 'pending' and account in (select value from json_each($1))
                   and due_at <= $2)",
        )
        .bind(&accounts)
        .bind(millis(now))
        .fetch_one(&self.readers)
        .await
        .map_err(&failed)?;
        if !is_due {
            return Ok(Vec::new());
        }
        let mut transaction = self.writer.begin().await.map_err(&failed)?;
        let taken: Vec<Uuid> = sqlx::query_scalar(
            "update registry_operations set due_at = $3, tries = tries + 1
             where id in
                 (select id from registry_operations
                  where state = 'pending' and account in (select value from json_each($1))
                    and due_at <= $2
                  order by due_at, id limit $4)
             returning id",
        )
        .bind(&accounts)
        .bind(millis(now))
        .bind(millis(until))
        .bind(limit)
        .fetch_all(&mut *transaction)
        .await
        .map_err(&failed)?;
        let taken: Vec<String> = taken.iter().map(|id| id.simple().to_string()).collect();
        let rows: Vec<TaskRow> = sqlx::query_as(
            "select id, chat_id, kind, account,
                 (select address.external_id from registry_addresses address
                  where address.chat_id = it.chat_id and address.account in ('', it.account)
                  order by address.is_former limit 1),
                 (select person.external_id from registry_participants person
                  where person.id = it.participant_id),
                 tries - 1
             from registry_operations it where id in (select unhex(value) from json_each($1))
             order by requested_at, id",
        )
        .bind(json(&taken).map_err(&failed)?)
        .fetch_all(&mut *transaction)
        .await
        .map_err(&failed)?;
        transaction.commit().await.map_err(&failed)?;
        let tasks = rows.into_iter().filter_map(|row| {
            let (id, chat, kind, account, external_chat, external_person, tries) = row;
            let (kind, tries) = (self::kind(&kind), tries.unsigned_abs());
            let external_chat = external_chat?;
            Some(Task { id, chat, kind, account, external_chat, external_person, tries })
        });
        Ok(tasks.collect())
    }

    async fn settle(&self, id: Uuid, outcome: &TaskOutcome, at: DateTime<Utc>) -> Result<()> {
        let failed = super::store("settling an operation");
        let mut transaction = self.writer.begin().await.map_err(&failed)?;
        settle(&mut transaction, id, outcome, at).await.map_err(&failed)?;
        transaction.commit().await.map_err(&failed)
    }
}

async fn request(
    db: &mut SqliteConnection,
    operation: &NewOperation,
    once: Option<&Once>,
) -> sqlx::Result<Requested> {
    let NewOperation { id, chat, kind, participant, at } = operation;
    if let Some(once) = once {
        match answer_once(db, once, *id).await? {
            Answered::Now(_) => {}
            Answered::Otherwise => return Ok(Requested::Otherwise),
            // Where nothing was done there is no operation of that id.
            Answered::Before(id) => {
                let is_there: bool = sqlx::query_scalar(
                    "select exists (select 1 from registry_operations where id = $1)",
                )
                .bind(id)
                .fetch_one(&mut *db)
                .await?;
                return Ok(if is_there { Requested::Accepted(id) } else { Requested::Needless });
            }
        }
    }
    let is_chat: bool =
        sqlx::query_scalar("select exists (select 1 from registry_chats where id = $1)")
            .bind(chat)
            .fetch_one(&mut *db)
            .await?;
    if !is_chat {
        return Ok(Requested::NoChat);
    }
    if let Some(participant) = participant {
        let is_active: Option<bool> = sqlx::query_scalar(
            "select max(is_active) from registry_participations
             where chat_id = $1 and participant_id = $2",
        )
        .bind(chat)
        .bind(participant)
        .fetch_one(&mut *db)
        .await?;
        match is_active {
            None => return Ok(Requested::NoParticipant),
            Some(false) => return Ok(Requested::Needless),
            Some(true) => {}
        }
    }
    let last: Option<(Uuid, String, i64)> = sqlx::query_as(
        "select id, state, requested_at from registry_operations
         where chat_id = $1 and kind = $2 and participant_id is $3
         order by state = 'pending' desc, requested_at desc limit 1",
    )
    .bind(chat)
    .bind(name(*kind))
    .bind(participant)
    .fetch_optional(&mut *db)
    .await?;
    match last {
        Some((pending, state, _)) if state == "pending" => {
            if let Some(once) = once {
                sqlx::query(
                    "update registry_requests set answer = $3 where token = $1 and key = $2",
                )
                .bind(&once.token.0[..])
                .bind(&once.key)
                .bind(pending)
                .execute(&mut *db)
                .await?;
            }
            return Ok(Requested::Accepted(pending));
        }
        Some((_, _, asked))
            if *kind == OperationKind::GetInvitation && time(asked) > *at - LINK_PAUSE =>
        {
            return Ok(Requested::Needless);
        }
        _ => {}
    }
    // Whoever was told of the chat last is the surest to be in it.
    let kept = sqlx::query(
        "insert into registry_operations
             (id, chat_id, kind, participant_id, account, requested_at, due_at)
         select $1, $2, $3, $4, presence.account, $5, $5
         from registry_presences presence
         where presence.chat_id = $2 and presence.is_present and exists
             (select 1 from registry_addresses
              where chat_id = $2 and not is_former and account in ('', presence.account))
         order by presence.since desc, presence.account limit 1",
    )
    .bind(id)
    .bind(chat)
    .bind(name(*kind))
    .bind(participant)
    .bind(millis(*at))
    .execute(&mut *db)
    .await?;
    Ok(if kept.rows_affected() > 0 { Requested::Accepted(*id) } else { Requested::NoAccount })
}

async fn settle(
    db: &mut SqliteConnection,
    id: Uuid,
    outcome: &TaskOutcome,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    let (state, due_at, error) = match outcome {
        TaskOutcome::Removed | TaskOutcome::Left(_) | TaskOutcome::Invited(_) => ("done", at, None),
        TaskOutcome::Again { at, error } => ("pending", *at, Some(error)),
        TaskOutcome::Failed(error) => ("failed", at, Some(error)),
    };
    let pending: Option<(Uuid, Option<Uuid>)> = sqlx::query_as(
        "update registry_operations
         set state = $2, due_at = $3, error = $4,
             finished_at = case when $2 = 'pending' then null else $5 end
         where id = $1 and state = 'pending' returning chat_id, participant_id",
    )
    .bind(id)
    .bind(state)
    .bind(millis(due_at))
    .bind(error.map(|error| text(error)))
    .bind(millis(at))
    .fetch_optional(&mut *db)
    .await?;
    let Some((chat, participant)) = pending else { return Ok(()) };
    let is_shown = match (outcome, participant) {
        (TaskOutcome::Removed, Some(person)) => put_out(db, chat, person, at).await?,
        (TaskOutcome::Left(account), Some(person)) => {
            let is_put_out = put_out(db, chat, person, at).await?;
            leave(db, chat, account, at).await? || is_put_out
        }
        (TaskOutcome::Invited(link), _) => {
            invitation_seen(db, chat, &text(link), at).await? == Invited::Anew
        }
        _ => false,
    };
    if is_shown {
        Consequences::of(db, chat).await?.write(db, chat, 1).await?;
        tell(db, "changed", chat, at).await?;
    }
    Ok(())
}

/// Ends somebody's stay, if nobody has told yet that it ended.
async fn put_out(
    db: &mut SqliteConnection,
    chat: Uuid,
    person: Uuid,
    at: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let rows = stays::stays(db, chat, &[person]).await?.remove(&person).unwrap_or_default();
    // By the messenger's clock they may have come just after now.
    let at = rows.last().map_or(at, |(_, last)| at.max(last.joined_at));
    let changes = StayChanges::by(&rows, [Fact::PutOut], at);
    stays::write(db, chat, &[(person, changes)]).await
}

/// Keeps that an account takes part in a chat no more.
async fn leave(
    db: &mut SqliteConnection,
    chat: Uuid,
    account: &str,
    at: DateTime<Utc>,
) -> sqlx::Result<bool> {
    // By the messenger's clock it may have come just after now.
    let left = sqlx::query(
        "update registry_presences set is_present = false, since = max(since, $3)
         where chat_id = $1 and account = $2 and is_present",
    )
    .bind(chat)
    .bind(account)
    .bind(millis(at))
    .execute(&mut *db)
    .await?;
    Ok(left.rows_affected() > 0)
}
