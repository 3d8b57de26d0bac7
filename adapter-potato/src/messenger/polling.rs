//! Receiving by asking.
//!
//! The platform forgets what it has handed out, so a cursor commits nothing. It is told all the
//! same, where that is wanted: no document knows the parameter, clients send it, and if the platform
//! heeds it, what was on its way to a process that died comes again.

use std::sync::atomic::Ordering;

use chrono::{DateTime, TimeDelta, Utc};
use gateway_core::messenger::{Batch, Error, Result};
use gateway_core::model::{AccountId, Cursor, Raw};
use serde::Deserialize;

use super::Potato;
use crate::{ErrorCode, inbound};

/// How long a number is a place among others: after a week without updates the platform begins anew
/// with a random one, "Update" of the document.
const GOOD_FOR: TimeDelta = TimeDelta::days(6);

/// The number of the update that is wanted next, and when that was known.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Place {
    next: i64,
    at: DateTime<Utc>,
}

impl Place {
    fn of(cursor: &Cursor) -> Option<Self> {
        let (next, at) = cursor.as_str().split_once('@')?;
        let at = DateTime::from_timestamp(at.parse().ok()?, 0)?;
        Some(Self { next: next.parse().ok()?, at })
    }

    fn to_cursor(self) -> Cursor {
        Cursor::new(format!("{}@{}", self.next, self.at.timestamp()))
    }

    /// Whether the numbers may have begun anew since then.
    fn is_stale(self, now: DateTime<Utc>) -> bool {
        !(TimeDelta::zero()..GOOD_FOR).contains(&(now - self.at).max(TimeDelta::zero()))
    }
}

impl Potato {
    /// A cursor that is none of this platform's is as good as none: nothing depends on it.
    pub(super) async fn poll(&self, cursor: Option<&Cursor>) -> Result<Batch> {
        let now = self.clock.now();
        let sends_offset = self.sends_offset.load(Ordering::Relaxed);
        let place = cursor.filter(|_| sends_offset).and_then(Place::of);
        let place = place.filter(|place| !place.is_stale(now));
        let raws = match self.client.updates(place.map(|place| place.next)).await {
            // What was refused has handed out nothing.
            Err(refusal) if place.is_some() && is_about_parameters(&refusal) => {
                self.sends_offset.store(false, Ordering::Relaxed);
                self.client.updates(None).await
            }
            answer => answer,
        };
        let raws = raws.map_err(|refusal| with_hint(refusal, &self.account.id))?;
        let numbers = raws.iter().filter_map(number);
        let next = numbers.max().and_then(|last| last.checked_add(1));
        let next = next.map(|next| Place { next, at: now }).filter(|_| sends_offset);
        let (account, bot) = (&self.account.id, self.client.bot());
        // It may be thousands, which should not be in memory once more while room for them grows.
        let mut updates = Vec::with_capacity(raws.len());
        updates.extend(raws.into_iter().flat_map(|raw| inbound::updates(account, bot, raw)));
        Ok(Batch { updates, cursor: next.map(Place::to_cursor) })
    }
}

/// The number of an update, if it has one.
fn number(update: &Raw) -> Option<i64> {
    #[derive(Deserialize)]
    struct Numbered {
        update_id: i64,
    }
    serde_json::from_str(update.as_str()).ok().map(|Numbered { update_id }| update_id)
}

/// A refusal, with what is most likely behind it: a bot with a webhook is handed out nothing, and
/// the document has no code for that. Whoever asks what happened needs no rights, and says nothing.
fn with_hint(refusal: Error, account: &AccountId) -> Error {
    let is_about_right = ErrorCode::of(&refusal) == Some(ErrorCode::NoPermission);
    if !is_about_right && !is_about_parameters(&refusal) {
        return refusal;
    }
    let hint = format!(
        "a bot with a webhook cannot poll: \"gateway webhook remove {account}\" removes \
         it, by delWebhook"
    );
    let text = match refusal.text().filter(|text| !text.is_empty()) {
        Some(text) => format!("{text}; {hint}"),
        None => hint,
    };
    refusal.with_text(text)
}

/// Whether a poll is refused for what it says.
fn is_about_parameters(error: &Error) -> bool {
    let code = ErrorCode::of(error);
    matches!(code, Some(ErrorCode::WrongParameters | ErrorCode::WrongFormat))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).expect("a time")
    }

    #[test]
    fn a_place_is_written_and_read() {
        let place = Place { next: 58, at: at(1_544_440_630) };
        assert_eq!(place.to_cursor().as_str(), "58@1544440630");
        assert_eq!(Place::of(&place.to_cursor()), Some(place));
        for other in ["", "58", "@", "58@x", "x@1"] {
            assert_eq!(Place::of(&Cursor::new(other)), None, "{other:?}");
        }
    }

    #[test]
    fn a_place_is_good_for_less_than_a_week() {
        let place = Place { next: 58, at: at(0) };
        assert!(!place.is_stale(at(5 * 86_400)));
        assert!(place.is_stale(at(6 * 86_400)));
        // A clock that was set back makes no place old.
        assert!(!Place { at: at(9), ..place }.is_stale(at(0)));
    }
}
