//! Parts of lists, the same in both databases.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use registry_api::model::Participant;
use registry_api::query::{
    ChatQuery, Document, Filter, Key, KeyValue, ListPage, Listed, Place, SortBy,
};
use registry_api::store::{Participants, Search};
use uuid::Uuid;

use crate::document::StayRow;

/// No chat is registered before this moment, in milliseconds: the year 1.
const FIRST: i64 = -62_135_596_800_000;

/// No chat is registered at this moment or later: the year 10000.
const LAST: i64 = 253_402_300_800_000;

/// A list of fewer chats than this is found by time and sorted, instead of looked for in the index of
/// its order among all the others. The statements of `PostgreSQL` say so themselves.
#[cfg(feature = "sqlite")]
pub(crate) const FEW: i64 = 5_000;

/// Longer than every title's key.
const TITLE: usize = 1_000;

/// A chat in a list, as its rows have it.
pub(crate) struct Row {
    pub(crate) key: Key,
    pub(crate) version: i64,
    /// Its document, where there is one of this version.
    pub(crate) body: Option<String>,
}

impl Row {
    fn listed(self, rendered: &mut HashMap<Uuid, Document>) -> Option<Listed> {
        let Self { key, version, body } = self;
        let document = match body {
            Some(json) => Document { id: key.id, version, json },
            // One that is gone since then became one with another.
            None => rendered.remove(&key.id)?,
        };
        Some(Listed { document, key })
    }
}

/// Of these chats no document is there.
pub(crate) fn undocumented(rows: &[Row]) -> Vec<Uuid> {
    rows.iter().filter(|row| row.body.is_none()).map(|row| row.key.id).collect()
}

/// Chats with their documents, in their order: those that stand in the rows, and these.
pub(crate) fn listed(rows: Vec<Row>, rendered: Vec<Document>) -> Vec<Listed> {
    let mut rendered = rendered.into_iter().map(|it| (it.id, it)).collect();
    rows.into_iter().filter_map(|row| row.listed(&mut rendered)).collect()
}

/// What is compared, of a chat with all that may be.
pub(crate) struct Keys {
    pub(crate) registered_at: DateTime<Utc>,
    pub(crate) created_by: Option<String>,
    pub(crate) service: String,
    pub(crate) title: String,
}

impl Keys {
    pub(crate) fn of(self, by: SortBy) -> KeyValue {
        match by {
            SortBy::RegisteredAt => KeyValue::Time(self.registered_at),
            SortBy::CreatedBy => KeyValue::Text(self.created_by.unwrap_or_default()),
            SortBy::Service => KeyValue::Text(self.service),
            SortBy::Title => KeyValue::Text(self.title),
            SortBy::Id => KeyValue::Id,
        }
    }
}

/// How a part of a list is read.
pub(crate) struct Reading<'a> {
    /// Whether from the greatest on: a part that ends before a chat is read from there, against the
    /// order of its list.
    pub(crate) descending: bool,
    pub(crate) start: Start<'a>,
    /// How many at most: one more than is shown, which tells whether there are more.
    pub(crate) limit: i64,
}

/// Where reading begins.
pub(crate) enum Start<'a> {
    /// Behind so many.
    Skip(i64),
    /// Behind this place.
    Behind(&'a Key),
}

impl<'a> Reading<'a> {
    pub(crate) fn of(query: &'a ChatQuery) -> Result<Self, WrongPlace> {
        let ChatQuery { sort, size, .. } = *query;
        let (start, is_back) = match &query.place {
            Place::Page(page) => {
                let skip = u64::from(*page) * u64::from(size);
                // More than there are, and room to count on.
                (Start::Skip(i64::try_from(skip).unwrap_or(i64::MAX).min(i64::MAX / 2)), false)
            }
            Place::After(key) => (Start::Behind(key), false),
            Place::Before(key) => (Start::Behind(key), true),
        };
        if let Start::Behind(key) = start
            && !fits(sort.by, &key.value)
        {
            return Err(WrongPlace(sort.by.name()));
        }
        Ok(Self { descending: sort.descending != is_back, start, limit: i64::from(size) + 1 })
    }

    /// Whether the one chat that a list has is read.
    pub(crate) fn reaches(&self, one: &Key) -> bool {
        match self.start {
            Start::Skip(skip) => skip == 0,
            Start::Behind(key) if self.descending => one < key,
            Start::Behind(key) => one > key,
        }
    }
}

fn fits(by: SortBy, value: &KeyValue) -> bool {
    match by {
        SortBy::RegisteredAt => matches!(value, KeyValue::Time(_)),
        SortBy::Id => matches!(value, KeyValue::Id),
        SortBy::CreatedBy | SortBy::Service | SortBy::Title => matches!(value, KeyValue::Text(_)),
    }
}

/// A place of another order: nobody makes one that asks as the contract says.
#[derive(Debug, thiserror::Error)]
#[error("the place is none in a list sorted by {0}")]
pub(crate) struct WrongPlace(&'static str);

/// The rows that are shown, in the order of the list, of those that were read; and whether there are
/// more.
pub(crate) fn shown(query: &ChatQuery, mut rows: Vec<Row>) -> (Vec<Row>, bool) {
    let size = usize::try_from(query.size).unwrap_or(usize::MAX);
    let more = rows.len() > size;
    rows.truncate(size);
    if let Place::Before(_) = query.place {
        rows.reverse();
    }
    (rows, more)
}

/// A page of what was read and rendered.
pub(crate) fn page(total: i64, more: bool, records: Vec<Listed>) -> ListPage {
    ListPage { records, total: total.try_into().unwrap_or(0), more }
}

/// A part of the people of a chat, by their stays, which come one person after the other: one person
/// more than is shown, if there are more.
pub(crate) fn participants(
    total: i64,
    stays: impl IntoIterator<Item = StayRow>,
    size: u32,
) -> Participants {
    let mut records: Vec<Participant> = Vec::new();
    for StayRow { participant: id, properties, participation, .. } in stays {
        match records.last_mut() {
            Some(last) if last.id == id => last.participations.push(participation),
            _ => records.push(Participant {
                id,
                user_properties: properties,
                participations: vec![participation],
            }),
        }
    }
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let more = records.len() > size;
    records.truncate(size);
    Participants { records, total: total.try_into().unwrap_or(0), more }
}

/// From when on, and before when, chats of a list are registered.
pub(crate) fn range(filter: &Filter) -> (DateTime<Utc>, DateTime<Utc>) {
    let within = |time: DateTime<Utc>| {
        DateTime::from_timestamp_millis(time.timestamp_millis().clamp(FIRST, LAST)).unwrap_or(time)
    };
    let low = within(filter.from.unwrap_or(DateTime::<Utc>::MIN_UTC));
    let behind = filter.to.and_then(|to| to.checked_add_signed(TimeDelta::milliseconds(1)));
    (low, within(behind.unwrap_or(DateTime::<Utc>::MAX_UTC)))
}

/// Between which places in the order of titles is searched: behind the first, and before titles that
/// are as the last.
pub(crate) struct Titles<'a> {
    pub(crate) behind: (&'a str, Uuid),
    pub(crate) before: String,
}

impl<'a> Titles<'a> {
    pub(crate) fn of(search: &'a Search) -> Self {
        let prefix = search.title.as_deref().unwrap_or_default();
        // No chat has the least of all ids.
        let begin = (prefix, Uuid::nil());
        let after = search.after.as_ref().and_then(|key| match &key.value {
            KeyValue::Text(title) => Some((title.as_str(), key.id)),
            KeyValue::Id | KeyValue::Time(_) => None,
        });
        let before = behind_all(prefix).unwrap_or_else(|| char::MAX.to_string().repeat(TITLE));
        Self { behind: after.map_or(begin, |after| after.max(begin)), before }
    }
}

/// The least text that is greater than all that begin so; `None` when there is none.
fn behind_all(prefix: &str) -> Option<String> {
    let mut end = prefix.to_owned();
    while let Some(last) = end.pop() {
        // Past the surrogates, which are no characters.
        if let Some(next) = (last..=char::MAX).nth(1) {
            end.push(next);
            return Some(end);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::behind_all;

    #[test]
    fn behind_a_prefix_stands_the_next_character() {
        for (prefix, end) in [
            ("a", Some("b")),
            ("az", Some("a{")),
            ("\u{d7ff}", Some("\u{e000}")),
            ("a\u{10ffff}", Some("b")),
            ("a\u{10ffff}\u{10ffff}", Some("b")),
            ("\u{10ffff}", None),
            ("", None),
        ] {
            assert_eq!(behind_all(prefix).as_deref(), end, "{prefix:?}");
        }
    }
}
