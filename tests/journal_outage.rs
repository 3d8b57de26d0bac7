//! The database of three bots goes away and comes back: that is told once and shown, and everybody is
//! answered once.

use std::sync::Arc;
use std::time::Duration;

use gateway::CancellationToken;
use gateway::prelude::*;
use gateway_core::testing::{Logs, ManualClock, MemoryMessenger, Person};
use gateway_tests::line::{Line, Proxy};
use gateway_tests::{PATIENCE, Street, during, soon, watcher};
use sandbox::Platform;
use storage::testing::TestDatabase;
use tokio::time::sleep;

/// Waits until every account does this.
async fn all_are(status: &Status, state: AccountState) {
    let words = format!("every account is {}", state.name());
    soon(&words, async || status.accounts().iter().all(|it| it.state == state).then_some(())).await;
}

#[tokio::test]
async fn postgres_an_outage_of_the_journal_is_told_once_and_shown_and_nothing_is_lost() {
    let (logs, _guard) = Logs::capture();
    let database = TestDatabase::postgres().await;
    let proxy = Proxy::before(database.url()).await;
    let clock = Arc::<ManualClock>::default();
    let messengers = ["first", "second", "third"]
        .map(|account| MemoryMessenger::new(account).with_clock(clock.clone()));
    let people: Vec<_> =
        messengers.iter().map(|it| Person::new("Anna", Arc::new(it.clone()))).collect();
    let opened = Gateway::open_with_clock(proxy.url(), clock).await.expect("it opens");
    let mut gateway = opened.with_bot(watcher::bot());
    for messenger in &messengers {
        gateway = gateway.with_account(messenger.clone());
    }
    let (status, stop) = (gateway.status(), CancellationToken::new());
    let talk = async {
        for person in &people {
            person.says("before").await;
            person.sees("before").await;
        }
        soon("it is written down", async || {
            status.accounts().iter().all(|it| it.handled == 1).then_some(())
        })
        .await;
        proxy.is(Line::Cut);
        for person in &people {
            person.says("meanwhile").await;
        }
        all_are(&status, AccountState::JournalFailing).await;
        proxy.is(Line::Up);
        all_are(&status, AccountState::Running).await;
        for person in &people {
            person.sees("meanwhile").await;
        }
        all_are(&status, AccountState::Running).await;
        stop.cancel();
    };
    tokio::join!(gateway.run_until(stop.clone()), talk).0.expect("three accounts");
    let text = logs.text();
    for messenger in &messengers {
        let done = messenger.everything_done();
        assert_eq!(done.len(), 2, "each was answered once: {done:#?}\n{text}");
    }
    let told = |words: &str| text.lines().filter(|it| it.contains(words)).count();
    let outages = told("the journal is out of order");
    assert_eq!((outages, told("the journal is back")), (1, 1), "{text}");
    let errors: Vec<_> = text.lines().filter(|it| it.contains(" ERROR ")).collect();
    assert_eq!(errors.len(), 1, "{errors:#?}");
}

/// Potato has forgotten what it handed out: nobody but the gateway has it, and it keeps it for longer
/// than a stop would take.
#[tokio::test]
async fn postgres_what_the_messenger_has_forgotten_is_kept_until_the_database_is_back() {
    let street = Street::open().await;
    let database = TestDatabase::postgres().await;
    let proxy = Proxy::before(database.url()).await;
    let drain = Duration::from_millis(50);
    let gateway = Gateway::open(proxy.url())
        .await
        .expect("it opens")
        .with_options(RuntimeOptions { drain, ..RuntimeOptions::default() })
        .with_account(street.potato())
        .with_bot(watcher::bot());
    let status = gateway.status();
    let mut anna = street.anna(Platform::Potato);
    during(gateway, async {
        anna.says("before");
        assert_eq!(anna.sees(PATIENCE).await.expect("an answer").text(), "before");
        for said in ["first", "second", "third"] {
            proxy.is(Line::Cut);
            anna.says(said);
            all_are(&status, AccountState::JournalFailing).await;
            sleep(20 * drain).await;
            proxy.is(Line::Up);
            assert_eq!(anna.sees(PATIENCE).await.expect("an answer").text(), said);
            all_are(&status, AccountState::Running).await;
        }
    })
    .await;
}
