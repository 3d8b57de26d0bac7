//! What keeps the registry quick and small.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use registry_api::store::{Audit, Result, Upkeep};
use uuid::Uuid;

use super::{Sqlite, millis};

/// How many rows one commit touches, so that nobody waits for it for long.
const AT_ONCE: i64 = 500;

#[async_trait]
impl Upkeep for Sqlite {
    async fn tidy(&self, now: DateTime<Utc>, forget_before: DateTime<Utc>) -> Result<()> {
        let failed = super::store("tidying the registry");
        self.writer.tidy();
        self.show_new_names(now).await.map_err(&failed)?;
        self.forget_requests(forget_before).await.map_err(&failed)
    }

    async fn audit(&self) -> Result<Audit> {
        let (kept, counted, wrong): (i64, i64, i64) = sqlx::query_as(
            "with counted as (
                 select 'm' as unit,
                     unixepoch(registered_at / 1000, 'unixepoch', 'start of month') * 1000 as start,
                     is_active, count(*) as chats
                 from registry_chats group by 2, 3
                 union all
                 select 'd', registered_at / 86400000 * 86400000, is_active, count(*)
                 from registry_chats group by 2, 3
                 union all
                 select 'h', registered_at / 3600000 * 3600000, is_active, count(*)
                 from registry_chats group by 2, 3
             )
             select coalesce(sum(kept.chats) filter (where unit = 'm'), 0),
                 coalesce(sum(counted.chats) filter (where unit = 'm'), 0),
                 count(*) filter (where coalesce(kept.chats, 0) <> coalesce(counted.chats, 0))
             from registry_counts kept full join counted using (unit, start, is_active)",
        )
        .fetch_one(&self.readers)
        .await
        .map_err(super::store("counting all chats"))?;
        let (kept, counted) = (kept.try_into().unwrap_or(0), counted.unsigned_abs());
        Ok(Audit { kept, counted, wrong: wrong.unsigned_abs() })
    }
}

impl Sqlite {
    /// Lets the chats of whoever has a new name show it.
    async fn show_new_names(&self, now: DateTime<Utc>) -> sqlx::Result<()> {
        let renamed: Vec<(Uuid, i64)> =
            sqlx::query_as("select participant_id, times from registry_renames limit $1")
                .bind(AT_ONCE)
                .fetch_all(&self.readers)
                .await?;
        for (person, times) in renamed {
            let mut behind = Uuid::nil();
            while let Some(last) = self.show_new_name(person, behind, now).await? {
                behind = last;
            }
            // Whoever got yet another name meanwhile has more to show.
            let query = sqlx::query(
                "delete from registry_renames where participant_id = $1 and times = $2",
            )
            .bind(person)
            .bind(times);
            self.writer.execute(query).await?;
        }
        Ok(())
    }

    /// The same for the chats behind one, as many as one commit takes; the last of them, if there are
    /// any.
    async fn show_new_name(
        &self,
        person: Uuid,
        behind: Uuid,
        now: DateTime<Utc>,
    ) -> sqlx::Result<Option<Uuid>> {
        let mut transaction = self.writer.begin().await?;
        let last: Option<Uuid> = sqlx::query_scalar(
            "select chat_id from
                 (select distinct chat_id from registry_participations
                  where participant_id = $1 and chat_id > $2 order by chat_id limit $3)
             order by chat_id desc limit 1",
        )
        .bind(person)
        .bind(behind)
        .bind(AT_ONCE)
        .fetch_optional(&mut *transaction)
        .await?;
        for statement in [
            "update registry_chats set version = version + 1 where id in
                 (select chat_id from registry_participations
                  where participant_id = $1 and chat_id > $2 and chat_id <= $3)",
            "insert into registry_events (kind, chat_id, at)
             select distinct 'changed', chat_id, $4
             from registry_participations
             where participant_id = $1 and chat_id > $2 and chat_id <= $3",
        ] {
            let query =
                sqlx::query(statement).bind(person).bind(behind).bind(last).bind(millis(now));
            query.execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(last)
    }

    async fn forget_requests(&self, before: DateTime<Utc>) -> sqlx::Result<()> {
        for statement in [
            "delete from registry_requests where at < $1",
            "delete from registry_announcements where ends_at < $1",
        ] {
            let query = sqlx::query(statement).bind(millis(before));
            self.writer.execute(query).await?;
        }
        Ok(())
    }
}
