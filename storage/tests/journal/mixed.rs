//! Many writes of all kinds in one commit, and the same answers from every journal.

use chrono::{DateTime, TimeDelta, Utc};
use gateway_core::model::{AccountId, ChatId, ChatRef, NewMessage, UpdateId, UserId};
use gateway_runtime::journal::{
    Append, Begun, Change, EffectKey, End, Ending, Fence, Journal, Listing, MemoryJournal, Origin,
    Outcome, Scheduled, Scope, SessionKey, SessionWrite, Write, Written,
};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde_json::{Value, json};
use storage::testing::TestDatabase;

use super::{account, after, anybody, append, commit_at, dead, done_with, effect, migration, now};
use super::{update, waiting};

on_every_journal! {
    a_commit_takes_256_writes_of_all_kinds
    a_commit_of_nothing_is_nothing
    two_at_once_do_not_block_each_other
}

fn session(name: String) -> SessionKey {
    SessionKey { account: account(), scope: Scope::Chat(ChatId::new("5")), name }
}

fn scheduled(key: &str) -> Scheduled {
    let message = NewMessage::new("hello");
    Scheduled { chat: ChatRef::new("test", "5"), key: key.to_owned(), due: now(), message }
}

async fn a_commit_takes_256_writes_of_all_kinds(journal: &dyn Journal) {
    let ids: Vec<String> = (0..96).map(|number| number.to_string()).collect();
    append(journal, &ids.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let seqs: Vec<i64> =
        journal.pending(&account(), 0, 100).await.expect("all").iter().map(|it| it.seq).collect();
    let begin = |place: String| {
        anybody(Change::Begin { effect: effect(&place), fingerprint: "send".to_owned() })
    };
    let before: Vec<Write> = (0..32).map(|number| begin(format!("old {number}"))).collect();
    commit_at(journal, &before, now()).await;
    let mut writes = Vec::new();
    for number in 0..32_usize {
        let change = SessionWrite {
            key: session(number.to_string()),
            read: i64::from(number % 2 == 1),
            value: Some(json!(number)),
        };
        let old = effect(&format!("old {number}"));
        writes.extend([
            begin(format!("new {number}")),
            anybody(Change::Settle { effect: old, outcome: Outcome::Done(json!(number)) }),
            anybody(done_with(seqs[number], vec![change])),
            anybody(Change::Fail { seq: seqs[64 + number], error: number.to_string() }),
            anybody(Change::Schedule(Box::new(scheduled(&number.to_string())))),
            anybody(Change::Unschedule { key: format!("unknown {number}") }),
            anybody(Change::GiveUp { key: format!("given up {number}"), error: "no".to_owned() }),
            anybody(dead(seqs[32 + number], "no")),
        ]);
    }
    assert_eq!(writes.len(), 256);
    let answers = commit_at(journal, &writes, after(1)).await;
    for (number, answers) in answers.chunks(8).enumerate() {
        let is_stale = number % 2 == 1;
        let key = session(number.to_string());
        let end = if is_stale { Written::Conflict(key.clone()) } else { Written::Done };
        let expected = [
            Written::Begun(Begun::New),
            Written::Done,
            end,
            Written::Done,
            Written::Done,
            Written::Nothing,
            Written::Done,
            Written::Done,
        ];
        assert_eq!(answers, expected);
        assert_eq!(journal.session(&key).await.expect("an answer").is_some(), !is_stale);
    }
    let receipts = journal.receipts(&account(), "send", now()).await.expect("an answer");
    assert_eq!(receipts.len(), 32);
    assert_eq!(waiting(journal, 0).await.len(), 16 + 32);
    assert_eq!(journal.depth(&account()).await.expect("a count").dead, 32);
    assert_eq!(journal.due(&account(), now(), 99).await.expect("an answer").len(), 32);
}

async fn a_commit_of_nothing_is_nothing(journal: &dyn Journal) {
    assert_eq!(commit_at(journal, &[], now()).await, []);
}

/// Each has what the other wants, in another order.
async fn two_at_once_do_not_block_each_other(journal: &dyn Journal) {
    let place = |number: usize| effect(&number.to_string());
    let begin =
        |number| anybody(Change::Begin { effect: place(number), fingerprint: "send".to_owned() });
    let settle = |number, outcome| anybody(Change::Settle { effect: place(number), outcome });
    let known: Vec<Write> = (0..100).map(begin).collect();
    commit_at(journal, &known, now()).await;
    for _ in 0..20 {
        let refused = || Outcome::Refused("no".to_owned());
        let one = (0..50).map(|it| settle(it, refused())).chain((50..100).map(begin));
        let other = (0..50).map(begin).chain((50..100).map(|it| settle(it, refused()))).rev();
        let (one, other): (Vec<Write>, Vec<Write>) = (one.collect(), other.collect());
        tokio::join!(commit_at(journal, &one, now()), commit_at(journal, &other, now()));
    }
}

/// A step of a story that every journal tells alike.
#[derive(Clone, Debug)]
enum Step {
    Append { ids: Vec<u8>, fence: Option<u8> },
    Commit(Vec<(u8, Option<u8>, Kind)>),
    Claim(u8),
    Revive(u8),
    Discard(u8),
    Prune { age: u8, limit: u8 },
}

/// A write, its subject by a small number.
#[derive(Clone, Debug)]
enum Kind {
    Begin { effect: u8, fingerprint: u8 },
    Settle { effect: u8, is_done: bool },
    Fail { update: u8 },
    End { update: u8, is_dead: bool, sessions: Vec<(u8, i64, Option<u8>)>, moved: bool },
    Schedule { key: u8 },
    Unschedule { key: u8 },
    GiveUp { key: u8 },
}

fn kind() -> impl Strategy<Value = Kind> {
    let sessions = proptest::collection::vec((0..6_u8, 0..3_i64, any::<Option<u8>>()), 0..3);
    prop_oneof![
        (0..6_u8, 0..2_u8).prop_map(|(effect, fingerprint)| Kind::Begin { effect, fingerprint }),
        (0..6_u8, any::<bool>()).prop_map(|(effect, is_done)| Kind::Settle { effect, is_done }),
        (0..8_u8).prop_map(|update| Kind::Fail { update }),
        (0..8_u8, any::<bool>(), sessions, proptest::bool::weighted(0.2)).prop_map(
            |(update, is_dead, sessions, moved)| Kind::End { update, is_dead, sessions, moved }
        ),
        (0..5_u8).prop_map(|key| Kind::Schedule { key }),
        (0..5_u8).prop_map(|key| Kind::Unschedule { key }),
        (0..5_u8).prop_map(|key| Kind::GiveUp { key }),
    ]
}

/// What most commits are made of.
fn usual() -> impl Strategy<Value = Kind> {
    let end = |update| Kind::End { update, is_dead: false, sessions: Vec::new(), moved: false };
    prop_oneof![
        (0..6_u8, 0..2_u8).prop_map(|(effect, fingerprint)| Kind::Begin { effect, fingerprint }),
        (0..6_u8).prop_map(|effect| Kind::Settle { effect, is_done: true }),
        (0..8_u8).prop_map(end),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let fence = || proptest::option::weighted(0.3, 0..4_u8);
    let writes = proptest::collection::vec((0..2_u8, fence(), kind()), 0..12);
    let usual = proptest::collection::vec((0..2_u8, fence(), usual()), 0..5);
    prop_oneof![
        3 => (proptest::collection::vec(0..12_u8, 0..5), fence())
            .prop_map(|(ids, fence)| Step::Append { ids, fence }),
        4 => writes.prop_map(Step::Commit),
        4 => usual.prop_map(Step::Commit),
        1 => (0..2_u8).prop_map(Step::Claim),
        1 => (0..8_u8).prop_map(Step::Revive),
        1 => (0..8_u8).prop_map(Step::Discard),
        1 => (0..30_u8, 1..4_u8).prop_map(|(age, limit)| Step::Prune { age, limit }),
    ]
}

fn account_of(number: u8) -> AccountId {
    AccountId::new(["test", "other"][usize::from(number)])
}

fn effect_of(number: u8) -> EffectKey {
    let origin = match number % 3 {
        0 => Origin::Update(UpdateId::new("1")),
        1 => Origin::Update(UpdateId::new("2")),
        _ => Origin::Key("1".to_owned()),
    };
    EffectKey { account: account(), origin, place: (number / 3).to_string() }
}

fn session_of(number: u8) -> SessionKey {
    let scope = match number % 3 {
        0 => Scope::Chat(ChatId::new("5")),
        1 => Scope::Member(ChatId::new("5"), UserId::new("7")),
        _ => Scope::Chat(ChatId::new("6")),
    };
    SessionKey { account: account(), scope, name: (number / 3).to_string() }
}

/// The writes of a commit, of which no two concern the same thing.
fn writes(kinds: &[(u8, Option<u8>, Kind)], seqs: &[i64]) -> Vec<Write> {
    let mut subjects = std::collections::HashSet::new();
    let mut is_moving = false;
    let mut all = Vec::new();
    for (number, fence, kind) in kinds {
        let seq = |update: u8| seqs.get(usize::from(update)).copied().unwrap_or(1_000_000);
        let (subject, change) = match kind {
            Kind::Begin { effect, fingerprint } => {
                let fingerprint = fingerprint.to_string();
                (
                    format!("effect {effect}"),
                    Change::Begin { effect: effect_of(*effect), fingerprint },
                )
            }
            Kind::Settle { effect, is_done } => {
                let outcome = match is_done {
                    true => Outcome::Done(json!({ "effect": effect })),
                    false => Outcome::Refused("no".to_owned()),
                };
                (format!("effect {effect}"), Change::Settle { effect: effect_of(*effect), outcome })
            }
            Kind::Fail { update } => {
                let error = update.to_string();
                (format!("update {update}"), Change::Fail { seq: seq(*update), error })
            }
            Kind::End { update, is_dead, sessions, moved } => {
                // A move concerns every session of the chat.
                if is_moving || (*moved && subjects.iter().any(|it: &String| it.starts_with('s'))) {
                    continue;
                }
                let mut names = std::collections::HashSet::new();
                if !sessions
                    .iter()
                    .all(|(it, ..)| names.insert(*it) && subjects.insert(format!("session {it}")))
                {
                    continue;
                }
                is_moving = *moved;
                let change = |(key, read, value): &(u8, i64, Option<u8>)| SessionWrite {
                    key: session_of(*key),
                    read: *read,
                    value: value.map(Value::from),
                };
                let ending = if *is_dead { Ending::Dead("no".to_owned()) } else { Ending::Done };
                let end = End {
                    seq: seq(*update),
                    ending,
                    sessions: sessions.iter().map(change).collect(),
                    moved: moved.then(|| ("5".into(), "6".into())),
                };
                (format!("update {update}"), Change::End(end))
            }
            Kind::Schedule { key } => {
                let scheduled =
                    Scheduled { due: after(i64::from(*key)), ..scheduled(&key.to_string()) };
                (format!("key {number} {key}"), Change::Schedule(Box::new(scheduled)))
            }
            Kind::Unschedule { key } => {
                (format!("key {number} {key}"), Change::Unschedule { key: key.to_string() })
            }
            Kind::GiveUp { key } => {
                let error = "no".to_owned();
                (format!("key {number} {key}"), Change::GiveUp { key: key.to_string(), error })
            }
        };
        if subjects.insert(subject) {
            let fence = fence.map(|it| Fence(i64::from(it)));
            all.push(Write { account: account_of(*number), fence, change });
        }
    }
    all
}

/// Does one step, and tells all that can be seen then.
async fn tell(journal: &dyn Journal, step: &Step, now: DateTime<Utc>) -> String {
    let records = journal.list(&Listing::default(), 100).await.expect("they are read");
    let seqs: Vec<i64> = records.iter().map(|record| record.seq).collect();
    let seq = |number: u8| seqs.get(usize::from(number)).copied().unwrap_or(1_000_000);
    let answer = match step {
        Step::Append { ids, fence } => {
            let update = |id: &u8| match id {
                11 => migration("11", "5", "6"),
                10 => migration("10", "5", "8"),
                id => update(&id.to_string()),
            };
            let updates: Vec<_> = ids.iter().map(update).collect();
            let (account, fence) = (account(), fence.map(|it| Fence(i64::from(it))));
            let batch = Append { account: &account, updates: &updates, cursor: None, fence };
            format!("{:?}", journal.append(batch, now).await.expect("an answer"))
        }
        Step::Commit(kinds) => {
            format!("{:?}", commit_at(journal, &writes(kinds, &seqs), now).await)
        }
        Step::Claim(number) => {
            format!("{:?}", journal.claim(&account_of(*number)).await.expect("an answer"))
        }
        Step::Revive(it) => {
            format!("{:?}", journal.revive(seq(*it), now).await.expect("an answer"))
        }
        Step::Discard(it) => {
            format!("{:?}", journal.discard(seq(*it), now).await.expect("an answer"))
        }
        Step::Prune { age, limit } => {
            let before = now - TimeDelta::seconds(i64::from(*age));
            let forgotten = journal.prune(before, usize::from(*limit)).await.expect("an answer");
            format!("{forgotten}")
        }
    };
    format!("{answer}\n{}", seen(journal).await)
}

/// Everything that can be asked. Places differ from journal to journal, their order does not.
async fn seen(journal: &dyn Journal) -> String {
    let mut seen = Vec::new();
    for record in journal.list(&Listing::default(), 100).await.expect("they are read") {
        let (mut record, failures) =
            journal.record(record.seq).await.expect("an answer").expect("it is there");
        record.seq = 0;
        seen.push(format!("{record:?} {failures:?}"));
    }
    for number in 0..2 {
        let account = account_of(number);
        seen.push(format!("{:?}", journal.depth(&account).await.expect("an answer")));
        seen.push(format!("{:?}", waiting(journal, 0).await));
        seen.push(format!("{:?}", journal.due(&account, after(99), 9).await.expect("an answer")));
        seen.push(format!("{:?}", journal.next_due(&account).await.expect("an answer")));
    }
    for number in 0..6 {
        seen.push(format!("{:?}", journal.effect(&effect_of(number)).await.expect("an answer")));
        seen.push(format!("{:?}", journal.session(&session_of(number)).await.expect("an answer")));
    }
    for fingerprint in ["0", "1"] {
        let receipts = journal.receipts(&account(), fingerprint, after(5)).await;
        let mut receipts: Vec<String> =
            receipts.expect("an answer").iter().map(ToString::to_string).collect();
        receipts.sort_unstable();
        seen.push(format!("{receipts:?}"));
    }
    let moved = journal.moved(&account(), &ChatId::new("5")).await.expect("an answer");
    seen.push(format!("{moved:?}"));
    seen.join("\n")
}

fn same_story(cases: u32, open: impl AsyncFn() -> (TestDatabase, storage::Database)) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let steps = proptest::collection::vec(step(), 1..25);
    let told = TestRunner::new(config).run(&steps, |steps| {
        runtime.block_on(async {
            let memory = MemoryJournal::default();
            let (_kept, database) = open().await;
            let journal = database.journal();
            for (number, step) in (0..).zip(&steps) {
                let expected = tell(&memory, step, after(number)).await;
                let told = tell(&*journal, step, after(number)).await;
                if told != expected {
                    let why = format!("step {number}, {step:?}\n{told}\nbut in memory\n{expected}");
                    return Err(TestCaseError::fail(why));
                }
            }
            Ok(())
        })
    });
    told.unwrap_or_else(|why| panic!("{why}"));
}

#[test]
fn sqlite_answers_as_memory_does() {
    same_story(48, async || {
        let database = TestDatabase::sqlite();
        let open = database.open().await;
        (database, open)
    });
}

#[test]
fn postgres_answers_as_memory_does() {
    same_story(12, async || {
        let database = TestDatabase::postgres().await;
        let open = database.open().await;
        (database, open)
    });
}
