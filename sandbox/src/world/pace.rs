//! How often a bot calls.

use std::collections::VecDeque;

use chrono::{DateTime, TimeDelta, Utc};

/// Over which time calls are counted: both limits that are known of are by the second.
const WINDOW: TimeDelta = TimeDelta::seconds(1);

/// When the calls came that still count.
#[derive(Clone, Debug, Default)]
pub(super) struct Pace(VecDeque<DateTime<Utc>>);

impl Pace {
    /// Whether one more call is among the first `most` of the last second. One that is not does not
    /// count: who waits a second is heard again.
    pub(super) fn admits(&mut self, now: DateTime<Utc>, most: u32) -> bool {
        self.0.retain(|at| now - *at < WINDOW);
        if self.0.len() >= usize::try_from(most).unwrap_or(usize::MAX) {
            return false;
        }
        self.0.push_back(now);
        true
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(ms: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::milliseconds(ms)
    }

    #[test]
    fn a_call_counts_for_a_second() {
        let mut pace = Pace::default();
        assert!(pace.admits(at(0), 2) && pace.admits(at(600), 2));
        assert!(!pace.admits(at(999), 2));
        assert!(pace.admits(at(1000), 2));
        assert!(!pace.admits(at(1001), 2));
    }

    proptest! {
        #[test]
        fn no_second_has_more_than_the_most(
            pauses in prop::collection::vec(0_i64..400, 1..60),
            most in 1_u32..5,
        ) {
            let (mut pace, mut now, mut heard) = (Pace::default(), 0, Vec::new());
            for pause in pauses {
                now += pause;
                if pace.admits(at(now), most) {
                    heard.push(now);
                }
            }
            for (place, begin) in heard.iter().enumerate() {
                let within = heard[place..].iter().take_while(|it| **it < begin + 1000).count();
                prop_assert!(within <= most as usize);
            }
        }
    }
}
