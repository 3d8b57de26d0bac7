//! Where a page of a list by time begins, and how many chats the list has: by the counts of months,
//! days and hours.

use chrono::{Datelike as _, Months, NaiveDate, NaiveTime};
use sqlx::SqliteConnection;

use super::super::{json, time};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// Which chats a list has. Times are in milliseconds.
pub(super) struct Extent {
    pub(super) active: Option<bool>,
    /// From when on.
    pub(super) low: i64,
    /// Before when.
    pub(super) high: i64,
}

/// Where a page begins.
pub(super) struct Place {
    /// How many chats the whole list has.
    pub(super) total: i64,
    /// The end of a stretch of time for the last first, else its beginning; nothing behind the end.
    pub(super) edge: Option<i64>,
    /// How many places behind that.
    pub(super) rest: i64,
}

/// A stretch of time in which is counted: by months, days or hours, or, where it is no whole hour,
/// one by one.
#[derive(Clone, Copy)]
struct Stretch {
    unit: Unit,
    low: i64,
    high: i64,
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Unit {
    Month,
    Day,
    Hour,
    One,
}

impl Unit {
    /// As its column has it.
    fn name(self) -> &'static str {
        match self {
            Self::Month => "m",
            Self::Day => "d",
            Self::Hour => "h",
            Self::One => "i",
        }
    }

    fn named(name: &str) -> Self {
        match name {
            "m" => Self::Month,
            "d" => Self::Day,
            "h" => Self::Hour,
            _ => Self::One,
        }
    }

    fn start(self, at: i64) -> i64 {
        match self {
            Self::Month => month(at, 0),
            Self::Day => at - at % DAY,
            Self::Hour => at - at % HOUR,
            Self::One => at,
        }
    }

    fn end(self, start: i64) -> i64 {
        match self {
            Self::Month => month(start, 1),
            Self::Day => start + DAY,
            Self::Hour => start + HOUR,
            Self::One => start,
        }
    }

    /// The first beginning of one that is not before a moment.
    fn first(self, at: i64) -> i64 {
        let start = self.start(at);
        if start < at { self.end(start) } else { start }
    }

    /// Into what one is divided.
    fn part(self) -> Option<Self> {
        match self {
            Self::Month => Some(Self::Day),
            Self::Day => Some(Self::Hour),
            Self::Hour | Self::One => None,
        }
    }
}

/// The beginning of the month of a moment, or of one behind it.
fn month(at: i64, behind: u32) -> i64 {
    let date = time(at).date_naive();
    let first = NaiveDate::from_ymd_opt(date.year(), date.month(), 1);
    let first = first.and_then(|first| first.checked_add_months(Months::new(behind)));
    first.map_or(at, |first| first.and_time(NaiveTime::MIN).and_utc().timestamp_millis())
}

/// How many chats were registered in a stretch.
struct Count {
    stretch: Stretch,
    chats: i64,
}

/// Looks for the place that has so many chats of a list before it; without that, for the total alone.
pub(super) async fn seek(
    db: &mut SqliteConnection,
    extent: &Extent,
    skip: Option<i64>,
    descending: bool,
) -> sqlx::Result<Place> {
    let counts = counts(db, extent.active, &stretches(extent.low, extent.high)).await?;
    let total = counts.iter().map(|it| it.chats).sum();
    let mut found = skip.and_then(|skip| find(counts, skip, descending));
    while let Some((Stretch { unit, low, high }, rest)) = found {
        let Some(unit) = unit.part() else {
            let edge = Some(if descending { high } else { low });
            return Ok(Place { total, edge, rest });
        };
        let counts = self::counts(db, extent.active, &[Stretch { unit, low, high }]).await?;
        found = find(counts, rest, descending);
    }
    Ok(Place { total, edge: None, rest: 0 })
}

/// The stretch in which the place lies that has so many before it, and how many of them are in it.
fn find(mut counts: Vec<Count>, skip: i64, descending: bool) -> Option<(Stretch, i64)> {
    counts.sort_by_key(|it| if descending { -it.stretch.low } else { it.stretch.low });
    let mut rest = skip;
    for Count { stretch, chats } in counts {
        if rest < chats {
            return Some((stretch, rest));
        }
        rest -= chats;
    }
    None
}

/// What lies from a moment on and before another, in stretches as long as may be.
fn stretches(low: i64, high: i64) -> Vec<Stretch> {
    let mut stretches = Vec::new();
    let mut add = |unit, low, high| {
        if low < high {
            stretches.push(Stretch { unit, low, high });
        }
    };
    let (mut from, mut to) = (low, high);
    for (unit, within) in
        [(Unit::One, Unit::Hour), (Unit::Hour, Unit::Day), (Unit::Day, Unit::Month)]
    {
        let (first, last) = (within.first(from), within.start(to));
        if first >= last {
            add(unit, from, to);
            return stretches;
        }
        add(unit, from, first);
        add(unit, last, to);
        (from, to) = (first, last);
    }
    add(Unit::Month, from, to);
    stretches
}

async fn counts(
    db: &mut SqliteConnection,
    active: Option<bool>,
    stretches: &[Stretch],
) -> sqlx::Result<Vec<Count>> {
    let asked: Vec<_> = stretches.iter().map(|it| (it.unit.name(), it.low, it.high)).collect();
    let rows: Vec<(String, i64, i64, i64)> = sqlx::query_as(
        "with stretch (unit, low, high) as (
             select value ->> 0, value ->> 1, value ->> 2 from json_each($1)
         )
         select kept.unit, kept.start, 0, sum(kept.chats)
         from stretch cross join registry_counts kept
             on kept.unit = stretch.unit and kept.start >= stretch.low and kept.start < stretch.high
         where $2 is null or kept.is_active = $2
         group by kept.unit, kept.start
         union all
         select unit, low, high, (
             select count(*) from registry_chats indexed by registry_chats_in_use_by_time
             where is_active in (0, 1) and ($2 is null or is_active = $2)
                 and registered_at >= stretch.low and registered_at < stretch.high)
         from stretch where unit = 'i'",
    )
    .bind(json(&asked)?)
    .bind(active)
    .fetch_all(&mut *db)
    .await?;
    let count = |(unit, low, high, chats): (String, i64, i64, i64)| {
        let unit = Unit::named(&unit);
        let high = if unit == Unit::One { high } else { unit.end(low) };
        Count { stretch: Stretch { unit, low, high }, chats }
    };
    Ok(rows.into_iter().map(count).collect())
}
