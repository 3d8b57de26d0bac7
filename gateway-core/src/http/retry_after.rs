//! The header `Retry-After`: RFC 9110, section 10.2.3.

use std::time::{Duration, SystemTime};

use httpdate::parse_http_date;

/// The longest pause that a server can ask for: what is more is a mistake, or malice.
pub(super) const LONGEST: Duration = Duration::from_mins(10);

/// How long a server asks to wait, by its `Retry-After` in seconds or as a date.
///
/// A date is read by the `Date` of the same answer where there is one: the difference is right even
/// if the server's clock, or ours, is not. `now` is for answers without.
pub(super) fn asked(
    retry_after: &str,
    date: Option<&str>,
    now: impl FnOnce() -> SystemTime,
) -> Option<Duration> {
    let retry_after = retry_after.trim();
    let asked = match retry_after.parse::<f64>() {
        Ok(seconds) if seconds.is_nan() => return None,
        Ok(seconds) => Duration::from_secs_f64(seconds.clamp(0.0, LONGEST.as_secs_f64())),
        Err(_) => {
            let until = parse_http_date(retry_after).ok()?;
            let now = date.and_then(|date| parse_http_date(date).ok()).unwrap_or_else(now);
            until.duration_since(now).unwrap_or_default()
        }
    };
    Some(asked.min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The RFC's own example, and eleven seconds later.
    const DATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";
    const LATER: &str = "Sun, 06 Nov 1994 08:49:48 GMT";

    fn seconds(retry_after: &str, date: Option<&str>) -> Option<f64> {
        let now = || SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777 + 1);
        asked(retry_after, date, now).map(|asked| asked.as_secs_f64())
    }

    #[test]
    fn seconds_are_read_and_clamped() {
        assert_eq!(seconds("7", None), Some(7.0));
        assert_eq!(seconds(" 1.5 ", None), Some(1.5));
        assert_eq!(seconds("-7", None), Some(0.0));
        for absurd in ["601", "86400", "99999999999999999999999", "1e999", "inf"] {
            assert_eq!(seconds(absurd, None), Some(600.0), "{absurd}");
        }
    }

    #[test]
    fn a_date_is_read_by_the_date_of_the_answer_or_by_the_clock() {
        assert_eq!(seconds(LATER, Some(DATE)), Some(11.0));
        assert_eq!(seconds(LATER, None), Some(10.0));
        assert_eq!(seconds(LATER, Some("yesterday")), Some(10.0));
        assert_eq!(seconds("Sunday, 06-Nov-94 08:49:48 GMT", Some(DATE)), Some(11.0));
        assert_eq!(seconds(DATE, Some(LATER)), Some(0.0), "it is over");
        assert_eq!(seconds("Fri, 31 Dec 9999 23:59:59 GMT", Some(DATE)), Some(600.0));
    }

    #[test]
    fn what_is_neither_is_as_if_it_were_not_there() {
        for neither in ["", "soon", "nan", "7 s", "Sun, 06 Nov 1994"] {
            assert_eq!(seconds(neither, Some(DATE)), None, "{neither:?}");
        }
    }
}
