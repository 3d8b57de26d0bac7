//! The database of three bots goes away and comes back: that is told once and shown, and everybody is
//! answered once.

use std::sync::Arc;

use gateway::CancellationToken;
use gateway::prelude::*;
use gateway_core::testing::{Logs, MemoryMessenger, Person};
use gateway_tests::line::{Line, Proxy};
use gateway_tests::{soon, watcher};
use storage::testing::TestDatabase;

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
    let messengers = ["first", "second", "third"].map(MemoryMessenger::new);
    let people: Vec<_> =
        messengers.iter().map(|it| Person::new("Anna", Arc::new(it.clone()))).collect();
    let mut gateway = Gateway::open(proxy.url()).await.expect("it opens").with_bot(watcher::bot());
    for messenger in &messengers {
        gateway = gateway.with_account(messenger.clone());
    }
    let (status, stop) = (gateway.status(), CancellationToken::new());
    let talk = async {
        for person in &people {
            person.says("before").await;
            person.sees("before").await;
        }
        all_are(&status, AccountState::Running).await;
        proxy.is(Line::Cut);
        for person in &people {
            person.says("meanwhile").await;
        }
        all_are(&status, AccountState::JournalFailing).await;
        proxy.is(Line::Up);
        for person in &people {
            person.sees("meanwhile").await;
        }
        all_are(&status, AccountState::Running).await;
        stop.cancel();
    };
    tokio::join!(gateway.run_until(stop.clone()), talk).0.expect("three accounts");
    for messenger in &messengers {
        assert_eq!(messenger.everything_done().len(), 2, "each was answered once");
    }
    let text = logs.text();
    let told = |words: &str| text.lines().filter(|it| it.contains(words)).count();
    let outages = told("the journal is out of order");
    assert_eq!(outages, told("the journal is back"), "{text}");
    let errors: Vec<_> = text.lines().filter(|it| it.contains(" ERROR ")).collect();
    // As many as there were outages: a connection may be found dead when the others are back.
    assert!(errors.len() == outages && (1..=2).contains(&outages), "{errors:#?}");
}
