//! When somebody was in a chat, put together from what was seen of them.
//!
//! Messengers tell that people come and go, late, twice, through several bots, or not at all; and
//! who writes was there. What was told counts for more than what follows from a sighting, and each
//! of these *facts* may come again, and before those that happened earlier, without changing what
//! comes of them:
//!
//! - Who **came** is there from then on. If they were taken to be there since later only because
//!   they were seen then, that stay began now. Who comes while they are there had gone before, though
//!   nobody told: the stay before ends with it.
//! - Who **went** is not there any more. Who was never seen has been there for that moment.
//! - Whom the gateway **put out** is not there any more either, since about then: when that was
//!   exactly the messenger tells, if it does.
//! - Who was **there** is there from then on, unless they were known to be; and a stay that begins
//!   with a later sighting began now.
//! - Who is there **since** some time, as messengers tell of their members, is there now; and if that
//!   was only known because they were seen, the stay began at that time, or when the one before ended.

use chrono::{DateTime, Utc};
use uuid::Uuid;

/// A stay of somebody in a chat.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Stay {
    /// When it began.
    pub joined_at: DateTime<Utc>,
    /// Whether that was told; else they were first seen then.
    pub is_joining_told: bool,
    /// When it ended, if it has.
    pub left_at: Option<DateTime<Utc>>,
    /// Whether that was told; else it follows from their coming again, or the gateway put them out.
    pub is_leaving_told: bool,
    /// Who brought them.
    pub invited_by: Option<Uuid>,
}

/// What was seen of somebody.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Fact {
    /// They were there.
    There,
    /// They are there, and have been since then.
    Since(DateTime<Utc>),
    /// They came.
    Came {
        /// Who brought them.
        by: Option<Uuid>,
    },
    /// They went, or were put out.
    Went,
    /// The gateway has put them out just now.
    PutOut,
}

impl Stay {
    /// A stay that begins with a fact.
    fn from(joined_at: DateTime<Utc>, is_joining_told: bool) -> Self {
        Self { joined_at, is_joining_told, left_at: None, is_leaving_told: false, invited_by: None }
    }

    /// Whether a moment is in it. One that has ended ends before its end, unless it is all that there
    /// is of it.
    fn holds(&self, at: DateTime<Utc>) -> bool {
        self.joined_at == at || self.joined_at < at && self.left_at.is_none_or(|left| at < left)
    }
}

/// The stays of somebody in a chat, oldest first, after one more fact; whether they have changed.
pub fn add(stays: &mut Vec<Stay>, fact: Fact, at: DateTime<Utc>) -> bool {
    let before = stays.clone();
    match fact {
        Fact::There => there(stays, at),
        Fact::Since(joined) => since(stays, joined, at),
        Fact::Came { by } => came(stays, by, at),
        Fact::Went => went(stays, at),
        Fact::PutOut => put_out(stays, at),
    }
    debug_assert!(stays.is_sorted_by_key(|stay| stay.joined_at), "{stays:?}");
    *stays != before
}

/// The place of the first stay that begins after a moment.
fn next(stays: &[Stay], at: DateTime<Utc>) -> usize {
    stays.partition_point(|stay| stay.joined_at <= at)
}

fn there(stays: &mut Vec<Stay>, at: DateTime<Utc>) {
    let next = next(stays, at);
    // Who went at this moment was there until then.
    let is_known = stays[..next]
        .last()
        .is_some_and(|stay| stay.holds(at) || stay.is_leaving_told && stay.left_at == Some(at));
    if !is_known {
        begin(stays, next, Stay::from(at, false));
    }
}

/// Nothing that was told of a coming is changed: by another of its clocks, the messenger may mean the
/// same.
fn since(stays: &mut Vec<Stay>, joined: DateTime<Utc>, at: DateTime<Utc>) {
    there(stays, at);
    let next = next(stays, at);
    let (before, last) = match stays[..next].split_last_mut() {
        Some((last, before)) => (before.last(), last),
        None => return,
    };
    if last.holds(at) && !last.is_joining_told && joined <= last.joined_at {
        let earliest = before.map(|stay| stay.left_at.unwrap_or(stay.joined_at));
        last.joined_at = earliest.map_or(joined, |earliest| joined.max(earliest));
        last.is_joining_told = true;
    }
}

fn came(stays: &mut Vec<Stay>, by: Option<Uuid>, at: DateTime<Utc>) {
    let next = next(stays, at);
    if let Some(last) = stays[..next].last_mut() {
        if last.joined_at == at {
            last.is_joining_told = true;
            last.invited_by = last.invited_by.or(by);
            return;
        }
        if last.holds(at) {
            // They were there already, so they had gone; what ended their stay ends the new one.
            let (left_at, is_leaving_told) = (last.left_at, last.is_leaving_told);
            (last.left_at, last.is_leaving_told) = (Some(at), false);
            let new = Stay { left_at, is_leaving_told, invited_by: by, ..Stay::from(at, true) };
            stays.insert(next, new);
            return;
        }
    }
    begin(stays, next, Stay { invited_by: by, ..Stay::from(at, true) });
}

/// Begins a stay, or lets the next one begin with it, if it is there only because they were seen.
fn begin(stays: &mut Vec<Stay>, place: usize, new: Stay) {
    match stays.get_mut(place) {
        Some(later) if !later.is_joining_told => {
            later.joined_at = new.joined_at;
            later.is_joining_told = new.is_joining_told;
            later.invited_by = new.invited_by;
        }
        // They came again later, so this one had ended by then.
        Some(later) => {
            let left_at = Some(later.joined_at);
            stays.insert(place, Stay { left_at, ..new });
        }
        None => stays.push(new),
    }
}

fn went(stays: &mut Vec<Stay>, at: DateTime<Utc>) {
    let next = next(stays, at);
    match stays[..next].last_mut() {
        Some(last) if last.left_at == Some(at) => last.is_leaving_told = true,
        Some(last) if last.left_at.is_none() || !last.is_leaving_told => {
            (last.left_at, last.is_leaving_told) = (Some(at), true);
        }
        // They went twice, so they had come again in between, and nobody has told when: for what is
        // known, only to go.
        Some(last) if last.holds(at) => {
            let gone = Stay { joined_at: last.left_at.unwrap_or(at), ..*last };
            let gone = Stay { is_joining_told: false, invited_by: None, ..gone };
            (last.left_at, last.is_leaving_told) = (Some(at), true);
            stays.insert(next, gone);
        }
        _ => {
            let gone = Stay { left_at: Some(at), is_leaving_told: true, ..Stay::from(at, false) };
            stays.insert(next, gone);
        }
    }
}

/// Where the messenger has told already that they went, there is nothing to add.
fn put_out(stays: &mut [Stay], at: DateTime<Utc>) {
    let next = next(stays, at);
    if let Some(last) = stays[..next].last_mut().filter(|last| last.left_at.is_none()) {
        last.left_at = Some(at);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).expect("a time")
    }

    fn after(facts: &[(Fact, i64)]) -> Vec<(i64, Option<i64>)> {
        let mut stays = Vec::new();
        for (fact, second) in facts {
            add(&mut stays, *fact, at(*second));
        }
        let second = |time: DateTime<Utc>| time.timestamp();
        stays.iter().map(|stay| (second(stay.joined_at), stay.left_at.map(second))).collect()
    }

    const CAME: Fact = Fact::Came { by: None };

    #[test]
    fn who_is_seen_is_there_since_then_until_it_is_known_better() {
        assert_eq!(after(&[(Fact::There, 7)]), [(7, None)]);
        assert_eq!(after(&[(Fact::There, 7), (Fact::There, 9)]), [(7, None)]);
        assert_eq!(after(&[(Fact::There, 9), (Fact::There, 7)]), [(7, None)]);
        assert_eq!(after(&[(Fact::There, 7), (CAME, 5)]), [(5, None)]);
    }

    #[test]
    fn since_when_somebody_is_there_is_told_with_that_they_are() {
        let since = |second| Fact::Since(at(second));
        assert_eq!(after(&[(since(5), 9)]), [(5, None)]);
        assert_eq!(after(&[(since(5), 9), (since(5), 12), (Fact::There, 7)]), [(5, None)]);
        assert_eq!(after(&[(Fact::There, 7), (since(5), 9)]), [(5, None)]);
        // What was told of a coming counts for more.
        assert_eq!(after(&[(CAME, 6), (since(5), 9)]), [(6, None)]);
        assert_eq!(after(&[(Fact::There, 4), (since(5), 9)]), [(4, None)]);
        // Nobody is there twice.
        let gone = [(CAME, 2), (Fact::Went, 6), (since(5), 9)];
        assert_eq!(after(&gone), [(2, Some(6)), (6, None)]);
        assert_eq!(after(&[(since(5), 9), (Fact::Went, 12)]), [(5, Some(12))]);
    }

    #[test]
    fn who_went_without_ever_being_seen_was_there_for_that_moment() {
        assert_eq!(after(&[(Fact::Went, 10)]), [(10, Some(10))]);
        assert_eq!(after(&[(Fact::Went, 10), (CAME, 5)]), [(5, Some(10))]);
    }

    #[test]
    fn who_comes_again_had_gone() {
        assert_eq!(after(&[(CAME, 5), (CAME, 15)]), [(5, Some(15)), (15, None)]);
        let told_late = [(CAME, 5), (CAME, 15), (Fact::Went, 10)];
        assert_eq!(after(&told_late), [(5, Some(10)), (15, None)]);
    }

    #[test]
    fn who_is_seen_after_going_has_come_again() {
        let facts = [(CAME, 5), (Fact::Went, 10), (Fact::There, 12)];
        assert_eq!(after(&facts), [(5, Some(10)), (12, None)]);
    }

    #[test]
    fn who_brought_somebody_is_kept() {
        let (host, mut stays) = (Some(Uuid::from_u128(1)), Vec::new());
        assert!(add(&mut stays, Fact::There, at(6)));
        assert!(add(&mut stays, Fact::Came { by: host }, at(5)));
        assert!(!add(&mut stays, Fact::Came { by: None }, at(5)));
        assert_eq!(stays[0].invited_by, host);
    }

    #[test]
    fn whom_the_gateway_put_out_went_when_the_messenger_says() {
        let (put_out, went) = ((Fact::PutOut, 10), |second| (Fact::Went, second));
        assert_eq!(after(&[(CAME, 5), put_out]), [(5, Some(10))]);
        for told in [8, 10, 12] {
            assert_eq!(after(&[(CAME, 5), put_out, went(told)]), [(5, Some(told))]);
            assert_eq!(after(&[(CAME, 5), went(told), put_out]), [(5, Some(told))]);
        }
        let back = [(CAME, 5), put_out, (CAME, 15), went(12)];
        assert_eq!(after(&back), [(5, Some(12)), (15, None)]);
        assert_eq!(after(&[put_out]), []);
    }

    /// Facts, and the stays that they come to.
    type Life = (Vec<(Fact, i64)>, Vec<(i64, Option<i64>)>);

    /// Somebody comes and goes in turns, and is seen in between.
    fn life() -> impl Strategy<Value = Life> {
        let stay = (1..5_i64, 1..5_i64, prop::collection::vec(0..5_i64, 0..3));
        (prop::collection::vec(stay, 1..5), any::<bool>()).prop_map(|(parts, is_there)| {
            let (mut now, mut facts, mut stays, last) =
                (0, Vec::new(), Vec::new(), parts.len() - 1);
            for (place, (away, long, seen)) in parts.into_iter().enumerate() {
                let (joined, left) = (now + away, now + away + long);
                facts.push((CAME, joined));
                facts.extend(
                    seen.iter().filter(|it| **it < long).map(|it| (Fact::There, joined + it)),
                );
                let stays_on = is_there && place == last;
                if !stays_on {
                    facts.push((Fact::Went, left));
                }
                stays.push((joined, (!stays_on).then_some(left)));
                now = left;
            }
            (facts, stays)
        })
    }

    proptest! {
        #[test]
        fn facts_may_come_twice_and_in_any_order(
            ((facts, stays), order) in life().prop_flat_map(|(facts, stays)| {
                let twice: Vec<_> = facts.iter().chain(&facts).copied().collect();
                (Just((facts, stays)), Just(twice).prop_shuffle())
            })
        ) {
            prop_assert_eq!(after(&facts), stays.clone());
            prop_assert_eq!(after(&order), stays);
        }
    }
}
