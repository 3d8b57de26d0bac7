//! Chats, looked up and listed.

mod participants;
mod searching;
mod statements;

use chrono::{DateTime, Utc};
use registry_api::query::{ChatQuery, Document, Key, KeyValue, ListPage, SortBy};
use registry_api::store::{Invitation, Result, StoreError};
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::Postgres;
use super::children::documents;
use crate::page::{self, Keys, Reading, Row, Start};
use crate::row::text;
pub(super) use participants::participants;
pub(super) use searching::search;
#[cfg(feature = "testing")]
pub(crate) use statements::first_page;

pub(super) async fn chat(store: &Postgres, id: Uuid) -> Result<Option<Document>> {
    let failed = super::store("looking up a chat");
    let mut line = store.reading.line().await.map_err(&failed)?;
    let row: Option<(i64, Option<String>)> = sqlx::query_as(
        "select chat.version, document.body
         from registry_chats chat left join registry_documents document
             on document.chat_id = chat.id and document.version = chat.version
         where chat.id = $1",
    )
    .bind(id)
    .fetch_optional(&mut *line)
    .await
    .map_err(&failed)?;
    line.done();
    match row {
        Some((version, Some(json))) => Ok(Some(Document { id, version, json })),
        Some((_, None)) => Ok(documents(store, &[id]).await.map_err(&failed)?.pop()),
        None => Ok(None),
    }
}

pub(super) async fn list(store: &Postgres, query: &ChatQuery) -> Result<ListPage> {
    let failed = super::store("listing chats");
    let reading = Reading::of(query).map_err(|why| StoreError::new("listing chats", why))?;
    let (total, rows) = match query.filter.id {
        Some(id) => lookup(store, query, &reading, id).await,
        None => read(store, query, &reading).await,
    }
    .map_err(&failed)?;
    let (rows, more) = page::shown(query, rows);
    let rendered = documents(store, &page::undocumented(&rows)).await.map_err(&failed)?;
    Ok(page::page(total, more, page::listed(rows, rendered)))
}

/// Total and rows of a list, in the order in which they are read.
async fn read(
    store: &Postgres,
    query: &ChatQuery,
    reading: &Reading<'_>,
) -> sqlx::Result<(i64, Vec<Row>)> {
    let (by, active) = (query.sort.by, query.filter.is_active);
    let (low, high) = page::range(&query.filter);
    let behind = matches!(reading.start, Start::Behind(_));
    let statement = statements::statement(by, &query.filter, reading.descending, behind);
    let asked = sqlx::query(statement).bind(active).bind(low).bind(high).bind(reading.limit);
    let asked = match reading.start {
        Start::Skip(skip) => asked.bind(skip),
        Start::Behind(Key { id, value }) => match value {
            KeyValue::Id => asked.bind(id).bind(id),
            KeyValue::Time(time) => asked.bind(id).bind(time),
            KeyValue::Text(value) => asked.bind(id).bind(text(value)),
        },
    };
    let mut line = store.reading.line().await?;
    let rows = asked.fetch_all(&mut *line).await?;
    line.done();
    // There is always one: of an empty page it tells the total.
    let total = rows.first().map_or(Ok(0), |row| row.try_get("total"))?;
    let rows = rows.iter().filter_map(|row| listed(row, by).transpose());
    let mut rows = rows.collect::<sqlx::Result<Vec<_>>>()?;
    rows.sort_by(|one, other| one.key.cmp(&other.key));
    if reading.descending {
        rows.reverse();
    }
    Ok((total, rows))
}

fn listed(row: &PgRow, by: SortBy) -> sqlx::Result<Option<Row>> {
    let Some(id) = row.try_get::<Option<Uuid>, _>("id")? else { return Ok(None) };
    let value = match by {
        SortBy::Id => KeyValue::Id,
        SortBy::RegisteredAt => KeyValue::Time(row.try_get("key")?),
        SortBy::CreatedBy | SortBy::Service | SortBy::Title => KeyValue::Text(row.try_get("key")?),
    };
    let (version, body) = (row.try_get("version")?, row.try_get("body")?);
    Ok(Some(Row { key: Key { value, id }, version, body }))
}

/// The columns of a chat that is looked up.
type Columns = (i64, DateTime<Utc>, Option<String>, String, String, Option<String>);

/// Total and rows of a list in which one chat may be.
async fn lookup(
    store: &Postgres,
    query: &ChatQuery,
    reading: &Reading<'_>,
    id: Uuid,
) -> sqlx::Result<(i64, Vec<Row>)> {
    let (low, high) = page::range(&query.filter);
    let mut line = store.reading.line().await?;
    let found: Option<Columns> = sqlx::query_as(
        "select chat.version, chat.registered_at, chat.created_by, chat.service, chat.title_key,
             document.body
         from registry_chats chat left join registry_documents document
             on document.chat_id = chat.id and document.version = chat.version
         where chat.id = $1 and ($2 is null or chat.is_active = $2)
             and (chat.registered_at >= $3 and chat.registered_at < $4) is not false",
    )
    .bind(id)
    .bind(query.filter.is_active)
    .bind(low)
    .bind(high)
    .fetch_optional(&mut *line)
    .await?;
    line.done();
    let Some((version, registered_at, created_by, service, title, body)) = found else {
        return Ok((0, Vec::new()));
    };
    let keys = Keys { registered_at, created_by, service, title };
    let row = Row { key: Key { value: keys.of(query.sort.by), id }, version, body };
    let is_read = reading.reaches(&row.key);
    Ok((1, Some(row).filter(|_| is_read).into_iter().collect()))
}

pub(super) async fn invitation(store: &Postgres, chat: Uuid) -> Result<Option<Invitation>> {
    let failed = super::store("looking up a link");
    let mut line = store.reading.line().await.map_err(&failed)?;
    let found: Option<(String, Option<String>, Option<DateTime<Utc>>)> = sqlx::query_as(
        "select service, invitation, invitation_at from registry_chats where id = $1",
    )
    .bind(chat)
    .fetch_optional(&mut *line)
    .await
    .map_err(&failed)?;
    line.done();
    Ok(found.map(|(service, link, seen_at)| Invitation { service, link, seen_at }))
}
