//! What has happened.

use registry_api::model::Event;
use registry_api::store::{EventCursor, Events, Result};
use uuid::Uuid;

use super::{Sqlite, time};
use crate::document::event_kind;

pub(super) async fn events(store: &Sqlite, after: EventCursor, size: u32) -> Result<Events> {
    let rows: Vec<(i64, String, Uuid, Option<Uuid>, i64)> = sqlx::query_as(
        "select place, kind, chat_id, joined_into, at from registry_events
         where place > $1 order by place limit $2",
    )
    .bind(after.place)
    .bind(size)
    .fetch_all(&store.readers)
    .await
    .map_err(super::store("reading what has happened"))?;
    let next = rows.last().map_or(after, |row| EventCursor { transaction: 0, place: row.0 });
    let records = rows.into_iter().map(|(_, kind, chat_id, into, at)| Event {
        kind: event_kind(&kind),
        chat_id,
        into,
        at: time(at),
    });
    Ok(Events { records: records.collect(), next })
}
