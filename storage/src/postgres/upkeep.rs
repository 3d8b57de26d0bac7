//! What keeps the registry quick and small.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use registry_api::store::{Audit, Result, Upkeep};
use uuid::Uuid;

use super::Postgres;

/// Held by whoever tidies: one is enough. The number means nothing; it must only be nobody else's.
const TIDYING: i64 = 0x6761_7465_0003;

/// How many rows one commit touches, so that nobody waits for it for long.
const AT_ONCE: i64 = 500;

/// How many changes of totals are added up at once. Each is a few bytes, and nobody waits for them.
const FOLDED_AT_ONCE: i64 = 50_000;

#[async_trait]
impl Upkeep for Postgres {
    async fn tidy(&self, now: DateTime<Utc>, forget_before: DateTime<Utc>) -> Result<()> {
        let failed = super::store("tidying the registry");
        self.reading.tidy();
        self.writers.tidy();
        let mut guard = self.upkeep.begin().await.map_err(&failed)?;
        let is_ours: bool = sqlx::query_scalar("select pg_try_advisory_xact_lock($1)")
            .bind(TIDYING)
            .fetch_one(&mut *guard)
            .await
            .map_err(&failed)?;
        if !is_ours {
            return Ok(());
        }
        self.fold().await.map_err(&failed)?;
        self.show_new_names(now).await.map_err(&failed)?;
        self.forget_requests(forget_before).await.map_err(&failed)?;
        guard.rollback().await.map_err(&failed)
    }

    async fn audit(&self) -> Result<Audit> {
        let (kept, counted, wrong): (i64, i64, i64) = sqlx::query_as(
            "with kept as (
                 select unit, start, is_active, sum(chats)::bigint as chats
                 from (select unit, start, is_active, chats from registry_counts
                       union all
                       select unit, registry_start(unit, hour), is_active, chats
                       from registry_count_changes, unnest('{m,d,h}'::\"char\"[]) as unit) as each
                 group by unit, start, is_active
             ), hours as (
                 select registry_start('h', registered_at) as hour, is_active, count(*) as chats
                 from registry_chats group by 1, 2
             ), counted as (
                 select unit, registry_start(unit, hour) as start, is_active,
                     sum(chats)::bigint as chats
                 from hours, unnest('{m,d,h}'::\"char\"[]) as unit group by 1, 2, 3
             )
             select coalesce(sum(kept.chats) filter (where unit = 'm'), 0)::bigint,
                 coalesce(sum(counted.chats) filter (where unit = 'm'), 0)::bigint,
                 count(*) filter (where coalesce(kept.chats, 0) <> coalesce(counted.chats, 0))
             from kept full join counted using (unit, start, is_active)",
        )
        .fetch_one(&self.upkeep)
        .await
        .map_err(super::store("counting all chats"))?;
        let (kept, counted) = (kept.try_into().unwrap_or(0), counted.unsigned_abs());
        Ok(Audit { kept, counted, wrong: wrong.unsigned_abs() })
    }
}

impl Postgres {
    /// Adds up the changes of totals. It is one statement, so that a reader sees a change either by
    /// itself or in its total.
    async fn fold(&self) -> sqlx::Result<()> {
        loop {
            let folded = sqlx::query_scalar::<_, i64>(
                "with taken as (
                     delete from registry_count_changes where seq = any(array(
                         select seq from registry_count_changes order by seq limit $1))
                     returning hour, is_active, chats
                 ), added as (
                     insert into registry_counts as it (unit, start, is_active, chats)
                     select unit, registry_start(unit, hour), is_active, sum(chats)
                     from taken, unnest('{m,d,h}'::\"char\"[]) as unit group by 1, 2, 3
                     on conflict (unit, start, is_active)
                         do update set chats = it.chats + excluded.chats
                 )
                 select count(*) from taken",
            )
            .bind(FOLDED_AT_ONCE)
            .fetch_one(&self.upkeep)
            .await?;
            if folded < FOLDED_AT_ONCE {
                return Ok(());
            }
        }
    }

    /// Lets the chats of whoever has a new name show it.
    async fn show_new_names(&self, now: DateTime<Utc>) -> sqlx::Result<()> {
        let renamed: Vec<(Uuid, i64)> =
            sqlx::query_as("select participant_id, times from registry_renames limit $1")
                .bind(AT_ONCE)
                .fetch_all(&self.upkeep)
                .await?;
        for (person, times) in renamed {
            let mut behind = Uuid::nil();
            while let Some(last) = self.show_new_name(person, behind, now).await? {
                behind = last;
            }
            // Whoever got yet another name meanwhile has more to show.
            sqlx::query("delete from registry_renames where participant_id = $1 and times = $2")
                .bind(person)
                .bind(times)
                .execute(&self.upkeep)
                .await?;
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
        sqlx::query_scalar(
            "with concerned as (
                 select distinct chat_id as id from registry_participations
                 where participant_id = $1 and chat_id > $2 order by chat_id limit $3
             ), locked as (
                 select id from registry_chats
                 where id = any(array(select id from concerned)) order by id for update
             ), changed as (
                 update registry_chats set version = version + 1
                 where id = any(array(select id from locked)) returning id
             ), told as (
                 insert into registry_events (kind, chat_id, at)
                 select 'changed', id, $4 from changed
             )
             select id from concerned order by id desc limit 1",
        )
        .bind(person)
        .bind(behind)
        .bind(AT_ONCE)
        .bind(now)
        .fetch_optional(&self.upkeep)
        .await
    }

    async fn forget_requests(&self, before: DateTime<Utc>) -> sqlx::Result<()> {
        for statement in [
            "delete from registry_requests where at < $1",
            "delete from registry_announcements where ends_at < $1",
        ] {
            sqlx::query(statement).bind(before).execute(&self.upkeep).await?;
        }
        Ok(())
    }
}
