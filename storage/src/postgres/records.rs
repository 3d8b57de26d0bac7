//! Updates as people look at them, and what people do with those that are dead.

use chrono::{DateTime, Utc};
use gateway_core::model::{AccountId, ChatId, UpdateId};
use gateway_runtime::journal::{Failure, Listing, Record, Seq, State};

use super::inbox::appending;
use super::{Postgres, rows};
use crate::row::{state, text};

/// The columns of an update.
type Columns = (
    i64,
    String,
    String,
    Option<String>,
    DateTime<Utc>,
    String,
    Option<String>,
    Option<DateTime<Utc>>,
    String,
);

/// Where the body of an update stands depends on its state.
macro_rules! records {
    ($($filter:literal),*) => {
        concat!(
            "select it.seq, it.account, it.update_id, it.chat, it.received_at, it.state, it.error,
                    it.settled_at,
                    coalesce(it.body, (select body from journal_waiting
                                       where account = it.account and seq = it.seq), '')
             from journal_updates as it where ",
            $($filter),*
        )
    };
}

/// A page of a listing, of those in a state.
macro_rules! page {
    ($state:literal) => {
        page!($state, "")
    };
    ($state:literal, newest) => {
        page!($state, " desc")
    };
    ($state:literal, $order:literal) => {
        records!(
            $state,
            "it.seq > $1 and ($2 is null or it.account = $2) order by it.seq",
            $order,
            " limit $3"
        )
    };
}

/// The same of what waits.
macro_rules! waiting {
    ($order:literal) => {
        concat!(
            "select it.seq, it.account, it.update_id, it.chat, it.received_at, it.state,
                    it.error, it.settled_at, waiting.body
             from journal_waiting as waiting
                  join journal_updates as it on it.seq = any(array[waiting.seq])
             where waiting.seq > $1 and ($2 is null or waiting.account = $2)
             order by waiting.seq",
            $order,
            " limit $3"
        )
    };
}

impl Postgres {
    pub(super) async fn listed(
        &self,
        listing: &Listing,
        limit: usize,
    ) -> Result<Vec<Record>, sqlx::Error> {
        // What waits and what is dead have indexes of their own.
        let page = match (listing.state, listing.newest_first) {
            (Some(State::Received), false) => waiting!(""),
            (Some(State::Received), true) => waiting!(" desc"),
            (Some(State::Dead), false) => page!("it.error is not null and "),
            (Some(State::Dead), true) => page!("it.error is not null and ", newest),
            (Some(State::Done), false) => page!("it.state = 'done' and "),
            (Some(State::Done), true) => page!("it.state = 'done' and ", newest),
            (None, false) => page!(""),
            (None, true) => page!("", newest),
        };
        let records: Vec<Columns> = sqlx::query_as(page)
            .bind(listing.after)
            .bind(listing.account.as_ref().map(AccountId::as_str))
            .bind(rows(limit))
            .fetch_all(&self.pool)
            .await?;
        records.into_iter().map(record).collect()
    }

    pub(super) async fn recorded(
        &self,
        seq: Seq,
    ) -> Result<Option<(Record, Vec<Failure>)>, sqlx::Error> {
        let columns: Option<Columns> =
            sqlx::query_as(records!("it.seq = $1")).bind(seq).fetch_optional(&self.pool).await?;
        let Some(columns) = columns else { return Ok(None) };
        let failures: Vec<(DateTime<Utc>, String)> =
            sqlx::query_as("select at, error from journal_failures where seq = $1 order by id")
                .bind(seq)
                .fetch_all(&self.pool)
                .await?;
        let failures = failures.into_iter().map(|(at, error)| Failure { at, error });
        Ok(Some((record(columns)?, failures.collect())))
    }

    pub(super) async fn revived(&self, seq: Seq) -> Result<bool, sqlx::Error> {
        let mut transaction = self.pool.begin().await?;
        appending(&mut transaction).await?;
        let revived = sqlx::query(
            "with dead as materialized
                 (select seq, body, error, settled_at from journal_updates
                  where seq = $1 and state = 'dead' for update),
             revived as
                 (update journal_updates as it
                  set seq = default, state = 'received', error = null, settled_at = null,
                      body = null
                  from dead where it.seq = $1
                  returning it.account, it.seq, it.received_at, dead.body, dead.error,
                            dead.settled_at),
             failures as
                 (update journal_failures as it set seq = revived.seq
                  from revived where it.seq = $1),
             last as
                 (insert into journal_failures (seq, error, at)
                  select seq, error, coalesce(settled_at, received_at) from revived
                  where error is not null)
             insert into journal_waiting (account, seq, received_at, body)
             select account, seq, received_at, coalesce(body, '') from revived",
        )
        .bind(seq)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(revived.rows_affected() > 0)
    }

    pub(super) async fn discarded(
        &self,
        seq: Seq,
        now: DateTime<Utc>,
    ) -> Result<bool, sqlx::Error> {
        let discarded = sqlx::query(
            "update journal_updates
             set state = 'done', error = null, settled_at = $2, body = null
             where seq = $1 and state = 'dead'",
        )
        .bind(seq)
        .bind(now)
        .execute(&self.pool)
        .await?;
        Ok(discarded.rows_affected() > 0)
    }

    /// Gives up an update that waits, and that nobody can handle.
    pub(super) async fn given_up(
        &self,
        seq: Seq,
        error: &str,
        now: DateTime<Utc>,
    ) -> Result<(), sqlx::Error> {
        sqlx::query(
            "with gone as
                 (delete from journal_waiting
                  where (account, seq) =
                        (select account, seq from journal_updates where seq = $1)
                  returning seq, body)
             update journal_updates as it
             set state = 'dead', error = $2, settled_at = $3, body = gone.body
             from gone where it.seq = $1",
        )
        .bind(seq)
        .bind(text(error))
        .bind(now)
        .execute(&self.pool)
        .await
        .map(drop)
    }
}

fn record(columns: Columns) -> Result<Record, sqlx::Error> {
    let (seq, account, update, chat, received_at, word, error, settled_at, body) = columns;
    Ok(Record {
        seq,
        account: AccountId::new(account),
        update: UpdateId::new(update),
        chat: chat.map(ChatId::new),
        received_at,
        state: state(&word)?,
        error,
        settled_at,
        body,
    })
}
