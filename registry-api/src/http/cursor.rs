//! Cursors: places in a list, for clients to hand back as they are.
//!
//! A cursor is JSON in base64url. It says in which order the list was, behind or before which chat
//! the page begins, and how many chats stood before that place when it was written: by that the
//! number of the page is known without counting.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Datelike as _};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::query::{Key, KeyValue, Place, Sort, SortBy};

/// A place in a list.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Cursor {
    /// How the list is sorted.
    pub(super) sort: Sort,
    /// The chat beside the place.
    pub(super) key: Key,
    /// On which side of it the page is.
    pub(super) side: Side,
    /// How many chats stand before the page.
    pub(super) offset: u64,
}

/// On which side of a chat a page is.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Side {
    After,
    Before,
}

/// A cursor as it is written.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Written {
    sort: String,
    side: Side,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    value: Option<Value>,
    id: Uuid,
    offset: u64,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(untagged)]
enum Value {
    Time(i64),
    Text(String),
}

const BROKEN: &str = "it is not a cursor of this list: take it as it is from a link of a page";

impl Cursor {
    /// Where the page begins or ends.
    pub(super) fn place(self) -> Place {
        match self.side {
            Side::After => Place::After(self.key),
            Side::Before => Place::Before(self.key),
        }
    }

    /// The cursor as text.
    pub(super) fn write(&self) -> String {
        let value = match &self.key.value {
            KeyValue::Id => None,
            KeyValue::Time(time) => Some(Value::Time(time.timestamp_millis())),
            KeyValue::Text(text) => Some(Value::Text(text.clone())),
        };
        let sort = sort_name(self.sort);
        let Self { key: Key { id, .. }, side, offset, .. } = *self;
        let written = Written { sort, side, value, id, offset };
        // A struct of strings and numbers has no way to fail.
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(&written).unwrap_or_default())
    }

    /// Reads a cursor, or says what is wrong with it.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| BROKEN)?;
        let written: Written = serde_json::from_slice(&bytes).map_err(|_| BROKEN)?;
        let sort = sort(&written.sort).map_err(|_| BROKEN)?;
        let value = match (sort.by, written.value) {
            (SortBy::Id, None) => KeyValue::Id,
            (SortBy::RegisteredAt, Some(Value::Time(time))) => {
                let time = DateTime::from_timestamp_millis(time);
                // Databases do not know all times that there are.
                let time = time.filter(|it| (0..=10_000).contains(&it.year()));
                KeyValue::Time(time.ok_or(BROKEN)?)
            }
            (SortBy::CreatedBy | SortBy::Service | SortBy::Title, Some(Value::Text(text)))
                if !text.contains('\0') =>
            {
                KeyValue::Text(text)
            }
            _ => return Err(BROKEN.to_owned()),
        };
        let key = Key { value, id: written.id };
        Ok(Self { sort, key, side: written.side, offset: written.offset })
    }
}

/// An order, as it stands in a query: a field, and a direction where it is not the field's own.
pub(super) fn sort(text: &str) -> Result<Sort, String> {
    let (name, direction) = match text.split_once(',') {
        Some((name, direction)) => (name, Some(direction)),
        None => (text, None),
    };
    let by = SortBy::named(name);
    let sort = by.and_then(|by| {
        let descending = match direction {
            None => own_direction(by),
            Some("asc") => false,
            Some("desc") => true,
            Some(_) => return None,
        };
        Some(Sort { by, descending })
    });
    sort.ok_or_else(|| {
        let names = SortBy::ALL.map(SortBy::name).join(", ");
        format!("{text:?} is not one of {names}, alone or with ,asc or ,desc")
    })
}

/// An order in full.
pub(super) fn sort_name(sort: Sort) -> String {
    format!("{},{}", sort.by.name(), if sort.descending { "desc" } else { "asc" })
}

/// Where no direction is said: the newest first, everything else from its beginning.
fn own_direction(by: SortBy) -> bool {
    by == SortBy::RegisteredAt
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cursor(by: SortBy, value: KeyValue) -> Cursor {
        let key = Key { value, id: Uuid::from_u128(7) };
        Cursor { sort: Sort { by, descending: true }, key, side: Side::After, offset: 40 }
    }

    fn written(json: &str) -> String {
        URL_SAFE_NO_PAD.encode(json)
    }

    #[test]
    fn a_cursor_is_read_as_it_was_written() {
        let time = DateTime::from_timestamp_millis(1_733_907_243_000).expect("a time");
        for cursor in [
            cursor(SortBy::Id, KeyValue::Id),
            cursor(SortBy::RegisteredAt, KeyValue::Time(time)),
            cursor(SortBy::Title, KeyValue::Text("chat día \u{1f600}".to_owned())),
            cursor(SortBy::CreatedBy, KeyValue::Text(String::new())),
        ] {
            assert_eq!(Cursor::read(&cursor.write()), Ok(cursor));
        }
    }

    #[test]
    fn what_is_not_a_cursor_is_refused() {
        let id = "\"side\":\"after\",\"id\":\"9a983789-1709-4543-aa31-a02867680017\",\"offset\":1";
        assert!(Cursor::read(&written(&format!("{{\"sort\":\"id,asc\",{id}}}"))).is_ok());
        for broken in [
            String::new(),
            "not base64!".to_owned(),
            written("{}"),
            written(&format!("{{\"sort\":\"colour,asc\",{id}}}")),
            // A value of another kind than the order has.
            written(&format!("{{\"sort\":\"id,asc\",\"value\":5,{id}}}")),
            written(&format!("{{\"sort\":\"title,asc\",\"value\":5,{id}}}")),
            written(&format!("{{\"sort\":\"registeredAt,asc\",\"value\":\"x\",{id}}}")),
            written(&format!("{{\"sort\":\"registeredAt,asc\",{id}}}")),
            // What no database takes.
            written(&format!("{{\"sort\":\"title,asc\",\"value\":\"\\u0000\",{id}}}")),
            written(&format!("{{\"sort\":\"registeredAt,asc\",\"value\":8000000000000000,{id}}}")),
            written(&format!("{{\"sort\":\"registeredAt,asc\",\"value\":-80000000000000,{id}}}")),
            written(&format!("{{\"sort\":\"id,asc\",\"more\":1,{id}}}")),
        ] {
            assert_eq!(Cursor::read(&broken), Err(BROKEN.to_owned()), "{broken}");
        }
    }

    #[test]
    fn only_the_newest_come_first_by_themselves() {
        assert_eq!(sort("registeredAt").map(sort_name), Ok("registeredAt,desc".to_owned()));
        assert_eq!(sort("title").map(sort_name), Ok("title,asc".to_owned()));
        for text in ["", "Title", "title,", "title,up", "title,asc,desc", "colour"] {
            assert!(sort(text).is_err(), "{text}");
        }
    }
}
