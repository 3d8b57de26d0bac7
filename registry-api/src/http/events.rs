//! `GET /events`: what has happened in the registry, for whoever wants to keep up with it.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use serde_json::json;

use super::asked::Asked;
use super::paging::size;
use super::problem::Problem;
use crate::Registry;
use crate::store::EventCursor;

/// What may be asked.
pub(super) const PARAMETERS: [&str; 2] = ["after", "size"];

pub(super) async fn events(
    State(registry): State<Registry>,
    mut asked: Asked,
) -> Result<impl IntoResponse, Problem> {
    asked.only(&PARAMETERS);
    let after = asked.value("after", read).unwrap_or_default();
    let size = size(&mut asked);
    asked.done()?;
    let found = registry.events(after, size).await?;
    Ok(Json(json!({"records": found.records, "next": write(found.next)})))
}

/// A place as text: `12.7`.
fn write(cursor: EventCursor) -> String {
    format!("{}.{}", cursor.transaction, cursor.place)
}

fn read(text: &str) -> Result<EventCursor, String> {
    let number = |digits: &str| {
        let digits = Some(digits).filter(|it| it.bytes().all(|it| it.is_ascii_digit()));
        digits.and_then(|it| it.parse().ok())
    };
    let cursor = text.split_once('.').and_then(|(transaction, place)| {
        Some(EventCursor { transaction: number(transaction)?, place: number(place)? })
    });
    cursor.ok_or_else(|| format!("{text:?} is not the next of an answer"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_as_it_was_written() {
        let cursor = EventCursor { transaction: 12, place: i64::MAX };
        assert_eq!(read(&write(cursor)), Ok(cursor));
        for broken in ["", ".", "1", "1.", ".1", "1.-1", "+1.1", "1.1.1", "9223372036854775808.1"] {
            assert!(read(broken).is_err(), "{broken}");
        }
    }
}
