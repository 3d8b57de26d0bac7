//! Who may go, and who waits for whom.

use chrono::DateTime;
use gateway_core::model::{Chat, ChatKind, Raw, UpdateId};
use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

fn entry(account: &str, seq: i64, kind: UpdateKind) -> Entry {
    let update = Update {
        account: AccountId::new(account),
        id: UpdateId::of(seq),
        time: None,
        locale: None,
        kind,
        raw: Raw::default(),
    };
    Entry { seq, received_at: DateTime::default(), update }
}

fn said(chat: &str) -> UpdateKind {
    UpdateKind::Unknown { kind: "said".to_owned(), chat: Some(chat.into()) }
}

fn migrated(told_in: &str, from: &str, to: &str) -> UpdateKind {
    let chat = Chat::new(told_in, ChatKind::Group);
    UpdateKind::ChatMigrated { chat, from: from.into(), to: to.into() }
}

/// Updates of one account, with their places from 1.
fn order_of(kinds: impl IntoIterator<Item = UpdateKind>) -> Order {
    let mut order = Order::default();
    for (seq, kind) in (1..).zip(kinds) {
        order.add(entry("test", seq, kind));
    }
    order
}

/// All that may be handled at once.
fn able(order: &mut Order) -> Vec<Held> {
    std::iter::from_fn(|| order.next()).collect()
}

/// Handles everything, all that can be handled at once in one round, and tells the rounds.
fn rounds(mut order: Order) -> Vec<Vec<i64>> {
    let mut rounds = Vec::new();
    loop {
        let round = able(&mut order);
        if round.is_empty() {
            return rounds;
        }
        rounds.push(round.iter().map(|held| held.entry.seq).collect());
        for held in round {
            order.ended(held);
        }
    }
}

#[test]
fn what_is_said_in_the_new_chat_waits_for_the_migration_and_the_old_chat() {
    let order = order_of([said("old"), migrated("old", "old", "new"), said("new")]);
    assert_eq!(rounds(order), [[1], [2], [3]]);
}

#[test]
fn a_migration_waits_for_what_was_said_in_the_new_chat_before_it() {
    let order = order_of([said("new"), said("new"), migrated("old", "old", "new")]);
    assert_eq!(rounds(order), [[1], [2], [3]]);
}

#[test]
fn a_migration_is_told_in_both_chats_in_either_order() {
    let in_old = || migrated("old", "old", "new");
    let in_new = || migrated("new", "old", "new");
    for told in [[in_old(), in_new()], [in_new(), in_old()]] {
        let order = order_of([said("old")].into_iter().chain(told).chain([said("new")]));
        assert_eq!(rounds(order), [[1], [2], [3], [4]]);
    }
}

#[test]
fn a_chat_may_migrate_again_while_its_first_migration_waits() {
    let order = order_of([said("a"), migrated("a", "a", "b"), migrated("b", "b", "c"), said("c")]);
    assert_eq!(rounds(order), [[1], [2], [3], [4]]);
}

#[test]
fn a_migration_holds_up_no_other_chat() {
    let mut order = order_of([said("old"), migrated("old", "old", "new"), said("elsewhere")]);
    order.add(entry("another account", 4, said("new")));
    assert_eq!(rounds(order), [vec![1, 3, 4], vec![2]]);
}

#[test]
fn a_migration_that_is_tried_again_holds_both_chats() {
    let mut order = order_of([migrated("old", "old", "new"), said("old"), said("new")]);
    let migration = order.next().expect("the migration");
    assert!(order.next().is_none(), "both chats wait");
    order.again(migration);
    assert_eq!(rounds(order), [vec![1], vec![2, 3]]);
}

#[test]
fn a_chat_that_migrates_to_itself_does_not_wait_for_itself() {
    assert_eq!(rounds(order_of([migrated("a", "a", "a"), said("a")])), [[1], [2]]);
}

/// A step of some time: an update comes, or one of those that are being handled ends or is tried
/// again. Which of them is a number, counted around.
#[derive(Clone, Debug)]
enum Step {
    Said(&'static str),
    Migrated(&'static str, &'static str),
    Ends(usize),
    Again(usize),
}

fn step() -> impl Strategy<Value = Step> {
    let chat = || prop::sample::select(vec!["a", "b", "c", "d"]);
    prop_oneof![
        3 => chat().prop_map(Step::Said),
        2 => (chat(), chat()).prop_map(|(from, to)| Step::Migrated(from, to)),
        3 => any::<usize>().prop_map(Step::Ends),
        1 => any::<usize>().prop_map(Step::Again),
    ]
}

/// An update that has not ended: its place and its chats.
type Open = (i64, Vec<&'static str>);

/// What must be let go: whatever has nothing before it that shares a chat with it.
fn free(open: &[Open]) -> Vec<i64> {
    let shares = |one: &Open, other: &Open| one.1.iter().any(|chat| other.1.contains(chat));
    let is_free = |place: usize| !open[..place].iter().any(|it| shares(it, &open[place]));
    (0..open.len()).filter(|place| is_free(*place)).map(|place| open[place].0).collect()
}

proptest! {
    #[test]
    fn an_update_is_handled_when_all_before_it_in_its_chats_has_ended_and_no_later(
        steps in vec(step(), 0..60),
    ) {
        let mut order = Order::default();
        let mut open: Vec<Open> = Vec::new();
        let mut running: Vec<Held> = Vec::new();
        let the_rest = vec![Step::Ends(0); steps.len()];
        for (seq, step) in (1..).zip(steps.into_iter().chain(the_rest)) {
            match step {
                Step::Said(chat) => {
                    open.push((seq, vec![chat]));
                    order.add(entry("test", seq, said(chat)));
                }
                Step::Migrated(from, to) => {
                    open.push((seq, vec![from, to]));
                    order.add(entry("test", seq, migrated(from, from, to)));
                }
                Step::Ends(_) | Step::Again(_) if running.is_empty() => {}
                Step::Ends(which) => {
                    let held = running.swap_remove(which % running.len());
                    open.retain(|(seq, _)| *seq != held.entry.seq);
                    order.ended(held);
                }
                Step::Again(which) => order.again(running.swap_remove(which % running.len())),
            }
            running.extend(able(&mut order));
            let mut places: Vec<i64> = running.iter().map(|held| held.entry.seq).collect();
            places.sort_unstable();
            prop_assert_eq!(places, free(&open));
        }
        prop_assert!(open.is_empty(), "all has ended");
        let Order { lanes, waiting, ready } = order;
        prop_assert!(lanes.is_empty() && waiting.is_empty() && ready.is_empty(), "nothing is left");
    }
}
