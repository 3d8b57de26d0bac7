//! Chats, looked up and listed.

mod participants;
mod searching;
mod seeking;
mod statements;

use registry_api::query::{ChatQuery, Document, Key, KeyValue, ListPage, SortBy};
use registry_api::store::{Invitation, Result, StoreError};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};
use uuid::Uuid;

use super::children::{documents, keep};
use super::{Sqlite, millis, time};
use crate::page::{self, FEW, Keys, Reading, Row, Start};
pub(super) use participants::participants;
pub(super) use searching::search;
use seeking::{Extent, seek};
use statements::statement;

pub(super) async fn chat(store: &Sqlite, id: Uuid) -> Result<Option<Document>> {
    let failed = super::store("looking up a chat");
    let mut transaction = store.readers.begin().await.map_err(&failed)?;
    let row: Option<(i64, Option<String>)> = sqlx::query_as(
        "select chat.version, document.body
         from registry_chats chat left join registry_documents document
             on document.chat_id = chat.id and document.version = chat.version
         where chat.id = $1",
    )
    .bind(id)
    .fetch_optional(&mut *transaction)
    .await
    .map_err(&failed)?;
    match row {
        Some((version, Some(json))) => Ok(Some(Document { id, version, json })),
        Some((_, None)) => {
            let mut rendered = documents(&mut transaction, &[id]).await.map_err(&failed)?;
            transaction.rollback().await.map_err(&failed)?;
            keep(store, &rendered).await;
            Ok(rendered.pop())
        }
        None => Ok(None),
    }
}

pub(super) async fn list(store: &Sqlite, query: &ChatQuery) -> Result<ListPage> {
    let failed = super::store("listing chats");
    let reading = Reading::of(query).map_err(|why| StoreError::new("listing chats", why))?;
    // What is read is of one moment.
    let mut transaction = store.readers.begin().await.map_err(&failed)?;
    let (total, rows) = match query.filter.id {
        Some(id) => lookup(&mut transaction, query, &reading, id).await,
        None => read(&mut transaction, query, reading).await,
    }
    .map_err(&failed)?;
    let (rows, more) = page::shown(query, rows);
    let rendered = documents(&mut transaction, &page::undocumented(&rows)).await;
    let rendered = rendered.map_err(&failed)?;
    transaction.rollback().await.map_err(&failed)?;
    keep(store, &rendered).await;
    Ok(page::page(total, more, page::listed(rows, rendered)))
}

/// Total and rows of a list, in the order in which they are read.
async fn read(
    db: &mut SqliteConnection,
    query: &ChatQuery,
    reading: Reading<'_>,
) -> sqlx::Result<(i64, Vec<Row>)> {
    let (by, active) = (query.sort.by, query.filter.is_active);
    let (low, high) = page::range(&query.filter);
    // Nothing is registered before 1970.
    let mut extent = Extent { active, low: millis(low).max(0), high: millis(high).max(0) };
    let Reading { mut descending, mut start, mut limit } = reading;
    let mut is_turned = false;
    let total = match start {
        Start::Skip(skip) if by == SortBy::RegisteredAt => {
            let place = seek(db, &extent, Some(skip), descending).await?;
            let Some(edge) = place.edge else { return Ok((place.total, Vec::new())) };
            if descending {
                extent.high = edge;
            } else {
                extent.low = edge;
            }
            start = Start::Skip(place.rest);
            place.total
        }
        Start::Skip(skip) => {
            let total = seek(db, &extent, None, descending).await?.total;
            if skip >= total {
                return Ok((total, Vec::new()));
            }
            // What is nearer to the end is read from there.
            if skip > total / 2 {
                (is_turned, descending) = (true, !descending);
                limit = limit.min(total - skip);
                start = Start::Skip(total - skip - limit);
            }
            total
        }
        Start::Behind(_) => seek(db, &extent, None, descending).await?.total,
    };
    let narrow = if by == SortBy::RegisteredAt { active.is_some() } else { total < FEW };
    let statement = statement(by, narrow, descending, matches!(start, Start::Behind(_)));
    let asked = sqlx::query(statement).bind(active).bind(extent.low).bind(extent.high).bind(limit);
    let asked = match start {
        Start::Skip(skip) => asked.bind(skip),
        Start::Behind(Key { id, value }) => match value {
            KeyValue::Id => asked.bind(id).bind(id),
            KeyValue::Time(time) => asked.bind(id).bind(millis(*time)),
            KeyValue::Text(value) => asked.bind(id).bind(value),
        },
    };
    let rows = asked.fetch_all(&mut *db).await?;
    let rows = rows.iter().map(|row| listed(row, by));
    let mut rows = rows.collect::<sqlx::Result<Vec<_>>>()?;
    if is_turned {
        rows.reverse();
    }
    Ok((total, rows))
}

fn listed(row: &SqliteRow, by: SortBy) -> sqlx::Result<Row> {
    let value = match by {
        SortBy::Id => KeyValue::Id,
        SortBy::RegisteredAt => KeyValue::Time(time(row.try_get("key")?)),
        SortBy::CreatedBy | SortBy::Service | SortBy::Title => KeyValue::Text(row.try_get("key")?),
    };
    let key = Key { value, id: row.try_get("id")? };
    Ok(Row { key, version: row.try_get("version")?, body: row.try_get("body")? })
}

/// The columns of a chat that is looked up.
type Columns = (i64, i64, Option<String>, String, String, Option<String>);

/// Total and rows of a list in which one chat may be.
async fn lookup(
    db: &mut SqliteConnection,
    query: &ChatQuery,
    reading: &Reading<'_>,
    id: Uuid,
) -> sqlx::Result<(i64, Vec<Row>)> {
    let (low, high) = page::range(&query.filter);
    let found: Option<Columns> = sqlx::query_as(
        "select chat.version, chat.registered_at, chat.created_by, chat.service, chat.title_key,
             document.body
         from registry_chats chat left join registry_documents document
             on document.chat_id = chat.id and document.version = chat.version
         where chat.id = $1 and ($2 is null or chat.is_active = $2)
             and +chat.registered_at >= $3 and +chat.registered_at < $4",
    )
    .bind(id)
    .bind(query.filter.is_active)
    .bind(millis(low))
    .bind(millis(high))
    .fetch_optional(&mut *db)
    .await?;
    let Some((version, at, created_by, service, title, body)) = found else {
        return Ok((0, Vec::new()));
    };
    let keys = Keys { registered_at: time(at), created_by, service, title };
    let row = Row { key: Key { value: keys.of(query.sort.by), id }, version, body };
    let is_read = reading.reaches(&row.key);
    Ok((1, Some(row).filter(|_| is_read).into_iter().collect()))
}

pub(super) async fn invitation(store: &Sqlite, chat: Uuid) -> Result<Option<Invitation>> {
    let found: Option<(String, Option<String>, Option<i64>)> = sqlx::query_as(
        "select service, invitation, invitation_at from registry_chats where id = $1",
    )
    .bind(chat)
    .fetch_optional(&store.readers)
    .await
    .map_err(super::store("looking up a link"))?;
    Ok(found.map(|(service, link, seen_at)| {
        let seen_at = seen_at.map(super::time);
        Invitation { service, link, seen_at }
    }))
}
