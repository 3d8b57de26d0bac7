//! Times that a client writes.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

/// Which moment of a day, or of a millisecond, is meant.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Bound {
    /// The first.
    From,
    /// The last.
    To,
}

/// A time in RFC 3339, or a date that stands for the whole UTC day. The registry's times are whole
/// milliseconds: what lies between two of them moves inwards.
pub(super) fn bound(text: &str, bound: Bound) -> Result<DateTime<Utc>, String> {
    if let Some(day) = date(text) {
        let first = day.and_time(NaiveTime::MIN).and_utc();
        return Ok(match bound {
            Bound::From => first,
            Bound::To => first + TimeDelta::days(1) - TimeDelta::milliseconds(1),
        });
    }
    let Some(time) = rfc3339(text) else {
        let plus = text.rsplit_once(' ').map(|(time, offset)| format!("{time}+{offset}"));
        if plus.is_some_and(|it| rfc3339(&it).is_some()) {
            return Err(format!("{text:?}: a + in a query is a space, write %2B"));
        }
        return Err(format!(
            "{text:?} is neither a time like 2024-12-11T08:54:03.000Z nor a date like 2024-12-11"
        ));
    };
    let milliseconds = time.timestamp_millis();
    let between = time.timestamp_subsec_nanos() % 1_000_000 > 0;
    let milliseconds = milliseconds + i64::from(bound == Bound::From && between);
    DateTime::from_timestamp_millis(milliseconds).ok_or_else(|| format!("{text:?} is too far away"))
}

fn date(text: &str) -> Option<NaiveDate> {
    // The library takes signs, spaces and single digits as well.
    let pattern = "0000-00-00".bytes();
    let fits = |(given, wanted): (u8, u8)| match wanted {
        b'0' => given.is_ascii_digit(),
        other => given == other,
    };
    let is_date = text.len() == pattern.len() && text.bytes().zip(pattern).all(fits);
    if is_date { NaiveDate::parse_from_str(text, "%Y-%m-%d").ok() } else { None }
}

fn rfc3339(text: &str) -> Option<DateTime<Utc>> {
    // The RFC lets applications put a space for the T, and this one does not.
    let has_t = text.as_bytes().get(10).is_some_and(|it| it.eq_ignore_ascii_case(&b'T'));
    DateTime::parse_from_rfc3339(text).ok().filter(|_| has_t).map(|it| it.to_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, side: Bound) -> String {
        bound(text, side).map_or_else(
            |why| why,
            |time| time.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true),
        )
    }

    #[test]
    fn a_date_is_its_whole_day() {
        assert_eq!(read("2024-12-11", Bound::From), "2024-12-11T00:00:00Z");
        assert_eq!(read("2024-12-11", Bound::To), "2024-12-11T23:59:59.999Z");
        assert_eq!(read("2024-02-29", Bound::From), "2024-02-29T00:00:00Z");
    }

    #[test]
    fn a_time_is_a_moment_wherever_it_is_written() {
        assert_eq!(read("2024-12-11T08:54:03Z", Bound::To), "2024-12-11T08:54:03Z");
        assert_eq!(read("2024-12-11t09:54:03.5+01:00", Bound::From), "2024-12-11T08:54:03.500Z");
    }

    #[test]
    fn what_lies_between_milliseconds_moves_inwards() {
        assert_eq!(read("2024-12-11T08:54:03.0001Z", Bound::From), "2024-12-11T08:54:03.001Z");
        assert_eq!(read("2024-12-11T08:54:03.0019Z", Bound::To), "2024-12-11T08:54:03.001Z");
    }

    #[test]
    fn a_plus_that_became_a_space_is_explained() {
        assert!(read("2024-12-11T09:54:03 01:00", Bound::From).ends_with("write %2B"));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "yesterday",
            "2024-12-11T08:54:03",
            "2024-12-11 08:54:03Z",
            "2024-13-01",
            "2023-02-29",
            "24-12-11",
            "2024-1-1",
            "+2024-12-1",
            "2024-12-11Z",
        ] {
            assert!(bound(text, Bound::From).is_err(), "{text}");
        }
    }
}
