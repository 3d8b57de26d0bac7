//! Laws over generated chats: each runs over one database, again and again.

use chrono::{TimeDelta, TimeZone as _};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use uuid::Uuid;

use super::table::{Known, SERVICES, Table};
use super::{DateTime, Utc};

pub(crate) type Checked = Result<(), TestCaseError>;

const CREATORS: [Option<&str>; 6] = [None, Some(""), Some("a"), Some("B"), Some("ä"), Some("🍏")];
const TITLES: [&str; 10] =
    ["", "apple", "Apple", "äpfel", "Äpfel", "zebra", "яблоко", "Яблоко", "🍏", "\u{fffd}"];

/// Moments at the edges of hours, days and months.
pub(crate) fn moments() -> Vec<DateTime<Utc>> {
    let at = |year, month, day, hour, minute| {
        Utc.with_ymd_and_hms(year, month, day, hour, minute, 0).single().expect("a moment")
    };
    let edges =
        [at(2024, 2, 29, 10, 0), at(2025, 1, 1, 0, 0), at(2025, 1, 1, 5, 0), at(2025, 2, 1, 0, 0)];
    let millisecond = TimeDelta::milliseconds(1);
    let mut moments: Vec<_> =
        edges.iter().flat_map(|it| [*it - millisecond, *it, *it + millisecond]).collect();
    moments.extend([DateTime::UNIX_EPOCH, at(2025, 1, 1, 5, 30), at(2025, 1, 17, 12, 34)]);
    moments
}

fn known() -> impl Strategy<Value = Known> {
    let parts = (select(moments()), select(&TITLES), select(&CREATORS), select(&SERVICES));
    (any::<u128>(), any::<bool>(), parts).prop_map(
        |(id, is_active, (at, title, created_by, service))| {
            let (id, title) = (Uuid::from_u128(id), title.to_owned());
            Known { id, is_active, service, at, created_by, title }
        },
    )
}

pub(crate) fn chats(most: usize) -> impl Strategy<Value = Vec<Known>> {
    proptest::collection::vec(known(), 0..most)
}

/// Runs a law.
pub(crate) fn law<T: std::fmt::Debug>(
    cases: u32,
    given: &impl Strategy<Value = T>,
    open: impl AsyncFnOnce() -> Table,
    holds: &impl AsyncFn(&mut Table, T) -> Checked,
) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    let table = std::cell::RefCell::new(runtime.block_on(open()));
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let told = TestRunner::new(config)
        .run(given, |given| runtime.block_on(holds(&mut table.borrow_mut(), given)));
    told.unwrap_or_else(|why| panic!("{why}"));
}

macro_rules! laws {
    ($($law:ident: $cases:literal of $given:expr;)*) => {
        mod sqlite {$(
            #[test]
            fn $law() {
                crate::laws::law($cases, &$given, crate::table::Table::sqlite, &super::$law);
            }
        )*}
        mod postgres {$(
            #[test]
            fn $law() {
                crate::laws::law($cases, &$given, crate::table::Table::postgres, &super::$law);
            }
        )*}
    };
}
