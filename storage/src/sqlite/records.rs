//! Updates as people look at them, and what people do with those that are dead.

use chrono::{DateTime, Utc};
use gateway_core::model::{AccountId, ChatId, UpdateId};
use gateway_runtime::journal::{Failure, Listing, Record, Seq, State};

use super::{Sqlite, millis, rows, time};
use crate::row::{state, text};

/// The columns of an update.
type Columns =
    (i64, String, String, Option<String>, i64, String, Option<String>, Option<i64>, String);

macro_rules! records {
    ($($filter:literal),*) => {
        concat!(
            "select seq, account, update_id, chat, received_at, state, error, settled_at, body
             from journal_updates where ",
            $($filter),*
        )
    };
}

/// A page of a listing. What waits and what is dead have indexes of their own, which are used only
/// where the state stands in the statement.
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
            "seq > $1 and ($2 is null or account = $2) order by seq",
            $order,
            " limit $3"
        )
    };
}

impl Sqlite {
    pub(super) async fn listed(
        &self,
        listing: &Listing,
        limit: usize,
    ) -> Result<Vec<Record>, sqlx::Error> {
        let page = match (listing.state, listing.newest_first) {
            (Some(State::Received), false) => page!("state = 'received' and "),
            (Some(State::Received), true) => page!("state = 'received' and ", newest),
            (Some(State::Dead), false) => page!("state = 'dead' and "),
            (Some(State::Dead), true) => page!("state = 'dead' and ", newest),
            (Some(State::Done), false) => page!("state = 'done' and "),
            (Some(State::Done), true) => page!("state = 'done' and ", newest),
            (None, false) => page!(""),
            (None, true) => page!("", newest),
        };
        let records: Vec<Columns> = sqlx::query_as(page)
            .bind(listing.after)
            .bind(listing.account.as_ref().map(AccountId::as_str))
            .bind(rows(limit))
            .fetch_all(&self.readers)
            .await?;
        records.into_iter().map(record).collect()
    }

    pub(super) async fn recorded(
        &self,
        seq: Seq,
    ) -> Result<Option<(Record, Vec<Failure>)>, sqlx::Error> {
        let columns: Option<Columns> =
            sqlx::query_as(records!("seq = $1")).bind(seq).fetch_optional(&self.readers).await?;
        let Some(columns) = columns else { return Ok(None) };
        let failures: Vec<(i64, String)> =
            sqlx::query_as("select at, error from journal_failures where seq = $1 order by id")
                .bind(seq)
                .fetch_all(&self.readers)
                .await?;
        let failures = failures.into_iter().map(|(at, error)| Failure { at: time(at), error });
        Ok(Some((record(columns)?, failures.collect())))
    }

    pub(super) async fn revived(&self, seq: Seq) -> Result<bool, sqlx::Error> {
        let mut transaction = self.writer.begin().await?;
        sqlx::query(
            "insert into journal_failures (seq, at, error)
             select seq, coalesce(settled_at, received_at), error from journal_updates
             where seq = $1 and state = 'dead' and error is not null",
        )
        .bind(seq)
        .execute(&mut *transaction)
        .await?;
        let last: Option<i64> = sqlx::query_scalar(
            "update journal_updates
             set seq = (select seq + 1 from sqlite_sequence where name = 'journal_updates'),
                 state = 'received', error = null, settled_at = null
             where seq = $1 and state = 'dead' returning seq",
        )
        .bind(seq)
        .fetch_optional(&mut *transaction)
        .await?;
        let Some(last) = last else {
            transaction.rollback().await?;
            return Ok(false);
        };
        // A place that is given out by hand is not counted by itself.
        sqlx::query("update sqlite_sequence set seq = $1 where name = 'journal_updates'")
            .bind(last)
            .execute(&mut *transaction)
            .await?;
        sqlx::query("update journal_failures set seq = $2 where seq = $1")
            .bind(seq)
            .bind(last)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(true)
    }

    pub(super) async fn discarded(
        &self,
        seq: Seq,
        now: DateTime<Utc>,
    ) -> Result<bool, sqlx::Error> {
        let query = sqlx::query(
            "update journal_updates set state = 'done', error = null, settled_at = $2, body = ''
             where seq = $1 and state = 'dead'",
        )
        .bind(seq)
        .bind(millis(now));
        let discarded = self.writer.execute(query).await?;
        Ok(discarded.rows_affected() > 0)
    }

    /// Gives up an update that waits, and that nobody can handle.
    pub(super) async fn given_up(&self, seq: Seq, error: &str, at: i64) -> Result<(), sqlx::Error> {
        let query = sqlx::query(
            "update journal_updates set state = 'dead', error = $2, settled_at = $3
             where seq = $1 and state = 'received'",
        )
        .bind(seq)
        .bind(text(error))
        .bind(at);
        self.writer.execute(query).await.map(drop)
    }
}

fn record(columns: Columns) -> Result<Record, sqlx::Error> {
    let (seq, account, update, chat, received_at, word, error, settled_at, body) = columns;
    Ok(Record {
        seq,
        account: AccountId::new(account),
        update: UpdateId::new(update),
        chat: chat.map(ChatId::new),
        received_at: time(received_at),
        state: state(&word)?,
        error,
        settled_at: settled_at.map(time),
        body,
    })
}
