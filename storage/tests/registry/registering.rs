//! Chats that clients register, what is told of them, and their totals.

use std::collections::BTreeSet;
use std::time::Duration;

use registry_api::RequestKey;
use registry_api::model::EventKind;
use registry_api::store::{Answered, Audit, EventCursor};
use sqlx::{Connection as _, PgConnection};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use super::{Arc, Bench, Chance, NewChat, TestDatabase, Token};

/// How long it may take until something is told, and how often that is looked for.
const PATIENCE: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(10);

on_both! {
    all_that_come_at_once_are_kept_told_and_counted
    a_key_registers_one_chat
    one_key_at_once_registers_one_chat
    a_key_is_forgotten_after_a_day
    totals_stay_right_when_they_are_added_up
}

impl Bench {
    async fn registers(&self, title: &str) -> Uuid {
        self.registry.register(chat(title)).await.expect("it is kept")
    }

    async fn registers_once(&self, title: &str, key: &str) -> Answered {
        let token = Token::mint(&Chance::seeded(1));
        let key = RequestKey { token: &token, key, asked: &[title.as_bytes()] };
        self.registry.register_once(chat(title), key).await.expect("an answer")
    }

    async fn audited(&self) -> Audit {
        self.registry.audit().await.expect("they are counted")
    }

    /// What can be told by now, read a few at a time.
    async fn told(&self) -> Vec<(EventKind, Uuid)> {
        let (mut told, mut place) = (Vec::new(), EventCursor::default());
        loop {
            let events = self.registry.events(place, 3).await.expect("they are read");
            if events.records.is_empty() {
                return told;
            }
            told.extend(events.records.iter().map(|it| (it.kind, it.chat_id)));
            place = events.next;
        }
    }

    /// The same, as soon as so much is told: whatever is on its way anywhere on the server holds it
    /// back, also in the databases of other tests.
    async fn told_in_time(&self, count: usize) -> Vec<(EventKind, Uuid)> {
        let begun = Instant::now();
        loop {
            let told = self.told().await;
            if told.len() >= count {
                return told;
            }
            assert!(begun.elapsed() < PATIENCE, "{} of {count} are told", told.len());
            sleep(PAUSE).await;
        }
    }
}

fn chat(title: &str) -> NewChat {
    NewChat { title: title.to_owned(), ..NewChat::default() }
}

async fn all_that_come_at_once_are_kept_told_and_counted(bench: Bench) {
    let bench = Arc::new(bench);
    let mut tasks = JoinSet::new();
    for number in 0..250 {
        let bench = bench.clone();
        tasks.spawn(async move { bench.registers(&number.to_string()).await });
    }
    let ids: BTreeSet<Uuid> = tasks.join_all().await.into_iter().collect();
    assert_eq!(ids.len(), 250);
    let told = bench.told_in_time(250).await;
    assert_eq!(told.len(), 250);
    assert!(told.iter().all(|(kind, id)| *kind == EventKind::Registered && ids.contains(id)));
    assert_eq!(bench.audited().await, Audit { kept: 250, counted: 250, wrong: 0 });
}

async fn a_key_registers_one_chat(bench: Bench) {
    let first = bench.registers_once("one", "key").await;
    let Answered::Now(id) = first else { panic!("{first:?}") };
    assert_eq!(bench.registers_once("one", "key").await, Answered::Before(id));
    assert_eq!(bench.registers_once("two", "key").await, Answered::Otherwise);
    assert!(
        matches!(bench.registers_once("one", "another").await, Answered::Now(other) if other != id)
    );
    assert_eq!(bench.audited().await.counted, 2);
}

async fn one_key_at_once_registers_one_chat(bench: Bench) {
    let bench = Arc::new(bench);
    let mut tasks = JoinSet::new();
    for _ in 0..8 {
        let bench = bench.clone();
        tasks.spawn(async move { bench.registers_once("one", "key").await });
    }
    let answers = tasks.join_all().await;
    let now = answers.iter().filter(|it| matches!(it, Answered::Now(_))).count();
    let before = answers.iter().filter(|it| matches!(it, Answered::Before(_))).count();
    assert_eq!((now, before, bench.audited().await.counted), (1, 7, 1));
}

async fn a_key_is_forgotten_after_a_day(bench: Bench) {
    bench.registers_once("one", "key").await;
    bench.clock.advance(86_400_000);
    bench.registry.tidy().await.expect("it is tidied");
    assert!(matches!(bench.registers_once("two", "key").await, Answered::Otherwise));
    bench.clock.advance(1);
    bench.registry.tidy().await.expect("it is tidied");
    assert!(matches!(bench.registers_once("two", "key").await, Answered::Now(_)));
}

async fn totals_stay_right_when_they_are_added_up(bench: Bench) {
    for day in 0..3 {
        bench.registers(&day.to_string()).await;
        bench.registry.tidy().await.expect("it is tidied");
        bench.registers(&day.to_string()).await;
        assert_eq!(bench.audited().await.wrong, 0);
        bench.clock.advance(86_400_000);
    }
    bench.registry.tidy().await.expect("it is tidied");
    assert_eq!(bench.audited().await, Audit { kept: 6, counted: 6, wrong: 0 });
}

/// A transaction that began earlier may end later: until then nothing behind it is told, or whoever
/// goes on behind that would never hear of it.
#[tokio::test]
async fn postgres_what_is_on_its_way_is_waited_for() {
    let bench = Bench::on(TestDatabase::postgres().await).await;
    let mut db = PgConnection::connect(bench.database.url()).await.expect("it is there");
    let mut slow = db.begin().await.expect("it begins");
    let early = Uuid::from_u128(1);
    sqlx::query("insert into registry_events (kind, chat_id, at) values ('changed', $1, now())")
        .bind(early)
        .execute(&mut *slow)
        .await
        .expect("it is kept");
    let late = bench.registers("late").await;
    assert_eq!(bench.told().await, []);
    slow.commit().await.expect("it ends");
    let told = bench.told_in_time(2).await;
    assert_eq!(told, [(EventKind::Changed, early), (EventKind::Registered, late)]);
}
