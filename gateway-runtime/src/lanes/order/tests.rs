//! Who may go, and who waits for whom.

use gateway_core::model::{AccountId, Chat, ChatKind, Raw, Update, UpdateId, UpdateKind};
use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

fn update(kind: UpdateKind) -> Update {
    Update {
        account: AccountId::new("test"),
        id: UpdateId::new("1"),
        time: None,
        locale: None,
        kind,
        raw: Raw::default(),
    }
}

/// An order, and what stands in it.
#[derive(Default)]
struct Line {
    order: Order,
    updates: HashMap<Seq, Update>,
}

impl Line {
    fn add(&mut self, seq: Seq, kind: UpdateKind) {
        let update = update(kind);
        self.order.add(Place::of(seq, &update));
        self.updates.insert(seq, update);
    }

    /// All that may be handled at once.
    fn able(&mut self) -> Vec<Seq> {
        std::iter::from_fn(|| self.order.next()).collect()
    }

    fn ended(&mut self, seq: Seq) {
        self.order.ended(Place::of(seq, &self.updates[&seq]));
    }
}

fn said(chat: &str) -> UpdateKind {
    UpdateKind::Unknown { kind: "said".to_owned(), chat: Some(chat.into()) }
}

fn migrated(told_in: &str, from: &str, to: &str) -> UpdateKind {
    let chat = Chat::new(told_in, ChatKind::Group);
    UpdateKind::ChatMigrated { chat, from: from.into(), to: to.into() }
}

/// Updates of one account, with their places from 1.
fn order_of(kinds: impl IntoIterator<Item = UpdateKind>) -> Line {
    let mut line = Line::default();
    for (seq, kind) in (1..).zip(kinds) {
        line.add(seq, kind);
    }
    line
}

/// Handles everything, all that can be handled at once in one round, and tells the rounds.
fn rounds(mut line: Line) -> Vec<Vec<Seq>> {
    let mut rounds = Vec::new();
    loop {
        let round = line.able();
        if round.is_empty() {
            return rounds;
        }
        for seq in &round {
            line.ended(*seq);
        }
        rounds.push(round);
    }
}

#[test]
fn an_update_that_turns_out_to_be_of_another_chat_holds_nobody_up() {
    let mut order = order_of([said("a"), said("a"), said("b")]);
    assert_eq!(order.able(), [1, 3]);
    // As its place had it, it was of the chat `a`.
    order.updates.insert(1, update(said("b")));
    order.ended(1);
    order.ended(3);
    assert_eq!(order.able(), [2]);
    order.ended(2);
    assert_eq!(order.order.len(), 0);
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
    let order = order_of([said("old"), migrated("old", "old", "new"), said("elsewhere")]);
    assert_eq!(rounds(order), [vec![1, 3], vec![2]]);
}

#[test]
fn a_migration_that_is_tried_again_holds_both_chats() {
    let mut line = order_of([migrated("old", "old", "new"), said("old"), said("new")]);
    assert_eq!(line.able(), [1], "both chats wait");
    line.order.again(1);
    assert_eq!(rounds(line), [vec![1], vec![2, 3]]);
}

#[test]
fn what_somebody_else_has_settled_holds_nobody_up() {
    let mut line = order_of([migrated("old", "old", "new"), said("old"), said("new")]);
    assert_eq!(line.able(), [1]);
    line.order.gone(1);
    let mut rounds = rounds(line);
    rounds[0].sort_unstable();
    assert_eq!(rounds, [[2, 3]]);
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
        let mut line = Line::default();
        let mut open: Vec<Open> = Vec::new();
        let mut running: Vec<Seq> = Vec::new();
        let the_rest = vec![Step::Ends(0); steps.len()];
        for (seq, step) in (1..).zip(steps.into_iter().chain(the_rest)) {
            match step {
                Step::Said(chat) => {
                    open.push((seq, vec![chat]));
                    line.add(seq, said(chat));
                }
                Step::Migrated(from, to) => {
                    open.push((seq, vec![from, to]));
                    line.add(seq, migrated(from, from, to));
                }
                Step::Ends(_) | Step::Again(_) if running.is_empty() => {}
                Step::Ends(which) => {
                    let ended = running.swap_remove(which % running.len());
                    open.retain(|(seq, _)| *seq != ended);
                    line.ended(ended);
                }
                Step::Again(which) => line.order.again(running.swap_remove(which % running.len())),
            }
            running.extend(line.able());
            let mut places = running.clone();
            places.sort_unstable();
            prop_assert_eq!(places, free(&open));
        }
        prop_assert!(open.is_empty(), "all has ended");
        let Order { lanes, behind, ready, len } = line.order;
        let is_empty = lanes.is_empty() && behind.is_empty() && ready.is_empty();
        prop_assert!(is_empty && len == 0, "nothing is left");
    }
}
