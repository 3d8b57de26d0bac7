//! What a sighting comes to, beside what is known of the chat: the same in both databases.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use registry_api::model::UserProperties;
use registry_api::stay::{self, Fact, Stay};
use registry_api::store::{Presence, SeenChat};
use uuid::Uuid;

/// What of a chat decides whether a sighting of it is old news.
#[derive(Debug, Default)]
pub(crate) struct Known<'a> {
    /// The title that it had at the time of the sighting.
    pub(crate) title: Option<String>,
    /// Whether the account takes part in it, and since when.
    pub(crate) presence: Option<(bool, DateTime<Utc>)>,
    /// The link by which people join it, and when it was seen.
    pub(crate) invitation: Option<(String, DateTime<Utc>)>,
    /// Those of whom something was seen, as far as they are known.
    pub(crate) people: HashMap<&'a str, KnownPerson>,
}

/// Somebody who is known.
#[derive(Debug)]
pub(crate) struct KnownPerson {
    pub(crate) id: Uuid,
    pub(crate) names: UserProperties,
    /// The last of their stays that began by the time of the sighting.
    pub(crate) last: Option<Stay>,
}

impl Known<'_> {
    /// Whether a sighting changes nothing, so that there is no need for a transaction.
    pub(crate) fn tells_all(&self, seen: &SeenChat) -> bool {
        let title = seen.title.is_none() || seen.title == self.title;
        let invitation = || {
            let known = self.invitation.as_ref().map(|(_, at)| *at);
            seen.invitation.is_none() || known.is_some_and(|known| seen.at <= known)
        };
        title
            && !tells_presence(seen, self.presence)
            && invitation()
            && people(seen).iter().all(|somebody| self.knows(somebody, seen.at))
    }

    fn knows(&self, somebody: &Somebody<'_>, at: DateTime<Utc>) -> bool {
        let Some(known) = self.people.get(somebody.external_id) else { return false };
        let ids = |external_id: &str| self.people.get(external_id).map(|it| it.id);
        // Whether a fact is new is decided by the last stay before it.
        let mut stays: Vec<Stay> = known.last.into_iter().collect();
        somebody.names.is_none_or(|names| *names == known.names)
            && somebody.facts(ids).all(|fact| !stay::add(&mut stays, fact, at))
    }
}

/// Whether a sighting tells something new of the account that saw it.
///
/// That somebody was there is seen all the time, and that the account is still there with it: it is
/// written down only with something else.
pub(crate) fn tells_presence(seen: &SeenChat, known: Option<(bool, DateTime<Utc>)>) -> bool {
    let is_ordinary = seen.people.iter().any(|it| it.presence == Presence::There);
    match (seen.is_present, known) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some(now), Some((was, since))) if now == was => seen.at > since && !is_ordinary,
        // Of two at one moment going away is the last.
        (Some(now), Some((_, since))) => seen.at > since || seen.at == since && !now,
    }
}

/// Somebody of whom something was seen, once, with all of it.
#[derive(Debug)]
pub(crate) struct Somebody<'a> {
    /// Their place among those who were seen.
    pub(crate) place: usize,
    pub(crate) new_id: Uuid,
    pub(crate) external_id: &'a str,
    /// What they are called, where something of that is known.
    pub(crate) names: Option<&'a UserProperties>,
    pub(crate) presences: Vec<&'a Presence>,
}

impl Somebody<'_> {
    /// What they did; those who brought them by the messenger's ids.
    pub(crate) fn facts(&self, ids: impl Fn(&str) -> Option<Uuid>) -> impl Iterator<Item = Fact> {
        self.presences.iter().filter_map(move |presence| match presence {
            Presence::There => Some(Fact::There),
            Presence::Since(joined) => Some(Fact::Since(*joined)),
            Presence::Came { by } => Some(Fact::Came { by: by.as_deref().and_then(&ids) }),
            Presence::Went => Some(Fact::Went),
            Presence::Elsewhere => None,
        })
    }
}

/// Those who were seen, in the order of their ids: that is the order in which they are locked.
pub(crate) fn people(seen: &SeenChat) -> Vec<Somebody<'_>> {
    let mut people: BTreeMap<&str, Somebody<'_>> = BTreeMap::new();
    for (place, it) in seen.people.iter().enumerate() {
        let external_id = it.external_id.as_str();
        let somebody = people.entry(external_id).or_insert_with(|| {
            let (names, presences) = (None, Vec::new());
            Somebody { place, new_id: it.new_id, external_id, names, presences }
        });
        if it.properties != UserProperties::default() {
            somebody.names = Some(&it.properties);
        }
        somebody.presences.push(&it.presence);
    }
    people.into_values().collect()
}

/// What is done about a title.
#[derive(Debug, Eq, PartialEq)]
pub(crate) enum TitleChange {
    /// It is one more.
    Add,
    /// It is the one of this row, which the chat had earlier than was known.
    Earlier(i64),
}

/// What a title that a chat had at some moment changes, by the one that was in force then and the
/// one that follows, with its row.
pub(crate) fn title_change(
    title: &str,
    in_force: Option<&str>,
    next: Option<(i64, &str)>,
) -> Option<TitleChange> {
    if in_force == Some(title) {
        return None;
    }
    match next {
        Some((row, value)) if value == title => Some(TitleChange::Earlier(row)),
        _ => Some(TitleChange::Add),
    }
}

/// What is to be written about somebody's stays in a chat.
#[derive(Debug, Default, Eq, PartialEq)]
pub(crate) struct StayChanges {
    /// Rows that are too many.
    pub(crate) gone: Vec<i64>,
    /// Rows that say something else now.
    pub(crate) changed: Vec<(i64, Stay)>,
    /// Stays that have no row yet.
    pub(crate) new: Vec<Stay>,
}

impl StayChanges {
    /// What facts of one moment change, by the stays that have rows, oldest first.
    pub(crate) fn by(
        rows: &[(i64, Stay)],
        facts: impl IntoIterator<Item = Fact>,
        at: DateTime<Utc>,
    ) -> Self {
        let mut stays: Vec<Stay> = rows.iter().map(|(_, stay)| *stay).collect();
        for fact in facts {
            stay::add(&mut stays, fact, at);
        }
        Self::between(rows, stays)
    }

    /// What changes when the stays in two chats turn out to be in one, which has these rows.
    pub(crate) fn by_joining(rows: &[(i64, Stay)], others: &[(i64, Stay)]) -> Self {
        let mut facts: Vec<_> = rows.iter().chain(others).flat_map(|(_, it)| facts(it)).collect();
        facts.sort_by_key(|(_, at)| *at);
        let mut stays = Vec::new();
        for (fact, at) in facts {
            stay::add(&mut stays, fact, at);
        }
        Self::between(rows, stays)
    }

    /// Rows keep their place, and only the last stay may go on. So whoever writes what is gone, what
    /// has changed and what is new in this order never has somebody in a chat twice.
    fn between(rows: &[(i64, Stay)], mut stays: Vec<Stay>) -> Self {
        let new = stays.split_off(rows.len().min(stays.len()));
        let gone = rows[stays.len()..].iter().map(|(row, _)| *row).collect();
        let pairs = rows.iter().zip(stays).filter(|((_, before), after)| before != after);
        Self { gone, changed: pairs.map(|((row, _), after)| (*row, after)).collect(), new }
    }
}

/// The facts that come to a stay.
fn facts(stay: &Stay) -> impl Iterator<Item = (Fact, DateTime<Utc>)> + use<> {
    let came = if stay.is_joining_told { Fact::Came { by: stay.invited_by } } else { Fact::There };
    // An end that was not told follows from what comes after it, unless the gateway made it.
    let went = if stay.is_leaving_told { Fact::Went } else { Fact::PutOut };
    let went = stay.left_at.map(|left_at| (went, left_at));
    [(came, stay.joined_at)].into_iter().chain(went)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).expect("a time")
    }

    #[test]
    fn a_title_goes_to_its_place() {
        assert_eq!(title_change("a", None, None), Some(TitleChange::Add));
        assert_eq!(title_change("a", Some("a"), Some((2, "b"))), None);
        assert_eq!(title_change("b", Some("a"), Some((2, "b"))), Some(TitleChange::Earlier(2)));
        assert_eq!(title_change("c", Some("a"), Some((2, "b"))), Some(TitleChange::Add));
    }

    #[test]
    fn a_row_that_ends_is_written_before_the_new_one() {
        let mut stays = Vec::new();
        stay::add(&mut stays, Fact::There, at(5));
        let rows = [(1, stays[0])];
        let changes = StayChanges::by(&rows, [Fact::Came { by: None }], at(7));
        assert_eq!(changes.changed.len(), 1);
        assert_eq!((changes.changed[0].0, changes.changed[0].1.left_at), (1, Some(at(7))));
        assert_eq!((changes.new[0].joined_at, changes.new[0].left_at), (at(7), None));
    }

    #[test]
    fn stays_in_two_chats_that_are_one_are_put_together_in_their_order() {
        let stays = |facts: &[(Fact, i64)]| {
            let mut stays = Vec::new();
            for (fact, second) in facts {
                stay::add(&mut stays, *fact, at(*second));
            }
            (1..).zip(stays).collect::<Vec<_>>()
        };
        let came = Fact::Came { by: None };
        let here = stays(&[(came, 1), (Fact::Went, 3), (Fact::There, 9)]);
        let there = stays(&[(came, 5), (Fact::Went, 8)]);
        let all =
            stays(&[(came, 1), (Fact::Went, 3), (came, 5), (Fact::Went, 8), (Fact::There, 9)]);
        let changes = StayChanges::by_joining(&here, &there);
        assert_eq!((changes.changed, changes.new), (vec![all[1]], vec![all[2].1]));
        assert_eq!(StayChanges::by_joining(&here, &here), StayChanges::default());
        // Seen in the one while they were in the other, they were there all the time.
        let here = stays(&[(Fact::There, 5), (Fact::PutOut, 7), (Fact::There, 8)]);
        let changes = StayChanges::by_joining(&here, &stays(&[(came, 1)]));
        assert_eq!((changes.changed.len(), changes.new.len(), changes.gone), (1, 0, vec![]));
    }
}
