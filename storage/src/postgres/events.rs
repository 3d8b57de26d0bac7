//! What has happened.

use chrono::{DateTime, Utc};
use registry_api::model::Event;
use registry_api::store::{EventCursor, Events, Result};
use uuid::Uuid;

use super::Postgres;
use crate::document::event_kind;

/// The columns of an event.
type EventRow = (i64, i64, String, Uuid, Option<Uuid>, DateTime<Utc>);

/// Transactions end in another order than they begin in. So only what is older than all that are on
/// their way is shown: before it nothing can appear any more.
pub(super) async fn events(store: &Postgres, after: EventCursor, size: u32) -> Result<Events> {
    let failed = super::store("reading what has happened");
    let mut line = store.reading.line().await.map_err(&failed)?;
    let rows: Vec<EventRow> = sqlx::query_as(
        "select transaction::text::bigint, place, kind, chat_id, joined_into, at
         from registry_events
         where (transaction, place) > ($1::text::xid8, $2)
           and transaction < pg_snapshot_xmin(pg_current_snapshot())
         order by transaction, place limit $3",
    )
    .bind(after.transaction.to_string())
    .bind(after.place)
    .bind(i64::from(size))
    .fetch_all(&mut *line)
    .await
    .map_err(&failed)?;
    line.done();
    let next = rows.last().map_or(after, |row| EventCursor { transaction: row.0, place: row.1 });
    let records = rows.into_iter().map(|(_, _, kind, chat_id, into, at)| {
        let kind = event_kind(&kind);
        Event { kind, chat_id, into, at }
    });
    Ok(Events { records: records.collect(), next })
}
