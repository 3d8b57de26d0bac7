//! Messages for later.

use chrono::TimeDelta;
use gateway_core::model::{AccountId, ChatRef, NewMessage};
use gateway_runtime::journal::{Change, Journal, Scheduled, Write, Written};

use super::{account, after, anybody, commit_at, now, write};

on_every_journal! {
    a_message_is_due_when_its_time_has_come
    the_first_due_comes_first
    what_is_scheduled_twice_is_sent_once
    what_was_sent_is_not_scheduled_again
    what_cannot_be_sent_is_not_due
    what_was_never_scheduled_is_nothing
    each_account_has_its_own
    a_message_comes_out_as_it_went_in
    many_come_and_go_at_once
}

fn message(key: &str, seconds: i64) -> Scheduled {
    let message = NewMessage::new(format!("message {key}"));
    Scheduled { chat: ChatRef::new("test", "5"), key: key.to_owned(), due: after(seconds), message }
}

fn schedule(key: &str, seconds: i64) -> Change {
    Change::Schedule(Box::new(message(key, seconds)))
}

fn unschedule(key: &str) -> Change {
    Change::Unschedule { key: key.to_owned() }
}

fn give_up(key: &str) -> Change {
    Change::GiveUp { key: key.to_owned(), error: "no \0".to_owned() }
}

async fn due(journal: &dyn Journal, seconds: i64) -> Vec<String> {
    let due = journal.due(&account(), after(seconds), 100).await.expect("they are read");
    due.into_iter().map(|it| it.key).collect()
}

async fn a_message_is_due_when_its_time_has_come(journal: &dyn Journal) {
    assert_eq!(journal.next_due(&account()).await.expect("an answer"), None);
    assert_eq!(write(journal, schedule("a", 10)).await, Written::Done);
    assert_eq!(journal.next_due(&account()).await.expect("an answer"), Some(after(10)));
    assert!(due(journal, 9).await.is_empty());
    assert_eq!(due(journal, 10).await, ["a"]);
    assert_eq!(write(journal, unschedule("a")).await, Written::Done);
    assert!(due(journal, 10).await.is_empty());
    assert_eq!(journal.next_due(&account()).await.expect("an answer"), None);
}

async fn the_first_due_comes_first(journal: &dyn Journal) {
    for (key, seconds) in [("c", 30), ("B", 20), ("a", 20), ("d", 10)] {
        write(journal, schedule(key, seconds)).await;
    }
    assert_eq!(due(journal, 30).await, ["d", "B", "a", "c"]);
    let two = journal.due(&account(), after(30), 2).await.expect("they are read");
    assert_eq!(two, [message("d", 10), message("B", 20)]);
    assert_eq!(journal.next_due(&account()).await.expect("an answer"), Some(after(10)));
}

async fn what_is_scheduled_twice_is_sent_once(journal: &dyn Journal) {
    assert_eq!(write(journal, schedule("a", 10)).await, Written::Done);
    assert_eq!(write(journal, schedule("a", 5)).await, Written::Nothing);
    let due = journal.due(&account(), after(99), 100).await.expect("it is read");
    assert_eq!(due, [message("a", 10)]);
}

async fn what_was_sent_is_not_scheduled_again(journal: &dyn Journal) {
    write(journal, schedule("a", 10)).await;
    assert_eq!(write(journal, unschedule("a")).await, Written::Done);
    assert_eq!(write(journal, unschedule("a")).await, Written::Nothing);
    assert_eq!(write(journal, schedule("a", 10)).await, Written::Nothing);
    assert!(due(journal, 99).await.is_empty());
}

async fn what_cannot_be_sent_is_not_due(journal: &dyn Journal) {
    write(journal, schedule("a", 10)).await;
    assert_eq!(write(journal, give_up("a")).await, Written::Done);
    assert!(due(journal, 99).await.is_empty());
    assert_eq!(write(journal, unschedule("a")).await, Written::Nothing);
    assert_eq!(write(journal, schedule("a", 10)).await, Written::Nothing);
}

async fn what_was_never_scheduled_is_nothing(journal: &dyn Journal) {
    assert_eq!(write(journal, unschedule("a")).await, Written::Nothing);
    assert_eq!(write(journal, give_up("a")).await, Written::Done);
}

async fn each_account_has_its_own(journal: &dyn Journal) {
    let other = AccountId::new("other");
    write(journal, schedule("a", 10)).await;
    let theirs = Write { account: other.clone(), ..anybody(schedule("a", 5)) };
    assert_eq!(commit_at(journal, &[theirs], now()).await, [Written::Done]);
    assert_eq!(journal.next_due(&account()).await.expect("an answer"), Some(after(10)));
    assert_eq!(journal.next_due(&other).await.expect("an answer"), Some(after(5)));
    let theirs = Write { account: other, ..anybody(unschedule("a")) };
    commit_at(journal, &[theirs], now()).await;
    assert_eq!(due(journal, 10).await, ["a"]);
}

/// Its time too, to the last digit: what a database cuts off is no reason to wait.
async fn a_message_comes_out_as_it_went_in(journal: &dyn Journal) {
    let due = now() + TimeDelta::nanoseconds(123_456_789);
    let message =
        Scheduled { due, message: NewMessage::new("NUL \0 😀"), ..message("key \0", 0) };
    write(journal, Change::Schedule(Box::new(message.clone()))).await;
    let next = journal.next_due(&account()).await.expect("an answer").expect("a time");
    assert!(next <= due && due - next < TimeDelta::milliseconds(1));
    assert_eq!(
        journal.due(&account(), due, 9).await.expect("it is read"),
        std::slice::from_ref(&message)
    );
    let gone = Change::Unschedule { key: message.key };
    assert_eq!(write(journal, gone).await, Written::Done);
}

async fn many_come_and_go_at_once(journal: &dyn Journal) {
    let keys: Vec<String> = (0..100).map(|number| number.to_string()).collect();
    let first = keys.iter().map(|key| anybody(schedule(key, 1))).collect::<Vec<_>>();
    assert!(commit_at(journal, &first, now()).await.iter().all(|it| *it == Written::Done));
    let mut writes = Vec::new();
    for (number, key) in keys.iter().enumerate() {
        writes.push(anybody(match number % 3 {
            0 => unschedule(key),
            1 => give_up(key),
            _ => schedule(key, 2),
        }));
        writes.push(anybody(schedule(&format!("new {key}"), 3)));
        writes.push(anybody(unschedule(&format!("unknown {key}"))));
    }
    let answers = commit_at(journal, &writes, now()).await;
    for (number, answers) in answers.chunks(3).enumerate() {
        let first = if number % 3 == 2 { Written::Nothing } else { Written::Done };
        assert_eq!(answers, [first, Written::Done, Written::Nothing]);
    }
    assert_eq!(due(journal, 2).await.len(), 33);
}
