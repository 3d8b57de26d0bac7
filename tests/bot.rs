//! The bot of `examples/menu.rs`, unchanged, in memory and on all three messengers.

#[path = "../examples/menu.rs"]
#[expect(dead_code, reason = "its `main` is for running it by itself")]
mod menu;

use std::sync::Arc;

use gateway_core::testing::{MemoryMessenger, Person};
use gateway_runtime::Runtime;
use gateway_runtime::journal::MemoryJournal;
use gateway_tests::{PATIENCE, Street, during};
use sandbox::fault::{Fault, Operation, PlannedFault};
use sandbox::{Glimpse, Phone, Platform};
use storage::testing::TestDatabase;
use tokio_util::sync::CancellationToken;

#[tokio::test]
async fn in_memory() {
    let messenger = Arc::new(MemoryMessenger::new("test"));
    let stop = CancellationToken::new();
    let runtime = Runtime::new(Arc::new(MemoryJournal::default()), messenger.clock())
        .with_account(messenger.clone())
        .with_router(menu::bot());
    let anna = Person::new("Anna", messenger);
    let talk = async {
        anna.says("/start").await;
        anna.sees("Hello, Anna!").with_button("Poll").await;
        anna.presses("Poll").await;
        anna.sees("Tea or coffee?").with_button("Tea").with_button("Coffee").await;
        anna.presses("Tea").await;
        anna.sees("Tea 1 – coffee 0").await;
        anna.is_told("You voted for tea").await;
        anna.sees_nothing_more().await;
        stop.cancel();
    };
    tokio::join!(runtime.run(stop.clone()), talk).0.expect("one account");
}

#[tokio::test]
async fn on_all_three_messengers() {
    let street = Street::open().await;
    let database = TestDatabase::sqlite();
    let gateway = street.gateway(&database, menu::bot()).await;
    during(gateway, async {
        for (votes, platform) in (1..).zip(Platform::ALL) {
            let mut anna = street.anna(platform);
            if platform == Platform::Potato {
                anna.says("/start");
            }
            let hello = anna.sees(PATIENCE).await.expect("a menu");
            assert!(hello.text().starts_with("Hello, Anna!"), "{platform}: {hello:?}");

            anna.presses("Poll").expect("a button");
            let ballot = anna.sees(PATIENCE).await.expect("a poll");
            assert!(matches!(ballot, Glimpse::Message(_)), "{platform}: {ballot:?}");
            anna.sees(PATIENCE).await.expect("a notice");

            anna.presses("Tea").expect("a button");
            let edited = anna.sees(PATIENCE).await.expect("an edit");
            let Glimpse::Edited(ballot) = edited else { panic!("{platform}: {edited:?}") };
            assert!(ballot.content.text.plain.ends_with(&format!("Tea {votes} – coffee 0")));
            let notice = anna.sees(PATIENCE).await.expect("a notice");
            assert_eq!(notice, Glimpse::Notice("You voted for tea".to_owned()), "{platform}");

            // The vote is kept when its update has ended: what she says after it is answered then.
            anna.says("Tea it is");
            let echo = anna.sees(PATIENCE).await.expect("an echo");
            assert_eq!(echo.text(), "You said: Tea it is", "{platform}");
        }
    })
    .await;
}

/// The words of the ballot depend on what others did in the meantime; the handler may run again.
#[tokio::test]
async fn a_vote_survives_answers_that_are_lost() {
    let street = Street::open().await;
    let database = TestDatabase::sqlite();
    let gateway = street.gateway(&database, menu::bot()).await;
    during(gateway, async {
        let mut anna = street.anna(Platform::Max);
        let mut boris = Phone::of("Boris", Platform::Max, &street.world).expect("there is a bot");
        for phone in [&mut anna, &mut boris] {
            phone.sees(PATIENCE).await.expect("a menu");
            phone.presses("Poll").expect("a button");
            phone.sees(PATIENCE).await.expect("a poll");
            phone.sees(PATIENCE).await.expect("a notice");
        }
        for operation in [Operation::Edit, Operation::Answer] {
            let fault = PlannedFault::next(Platform::Max, operation, Fault::LoseAnswer);
            street.world.faults().plan(fault);
        }
        anna.presses("Tea").expect("a button");
        boris.presses("Coffee").expect("a button");
        for (phone, notice) in
            [(&mut anna, "You voted for tea"), (&mut boris, "You voted for coffee")]
        {
            while phone.sees(PATIENCE).await.expect(notice).text() != notice {}
        }
        // Both have ended when what is said after them is answered.
        for phone in [&mut anna, &mut boris] {
            phone.says("Well");
            while phone.sees(PATIENCE).await.expect("an echo").text() != "You said: Well" {}
        }
        anna.presses("Poll").expect("a button");
        let ballot = anna.sees(PATIENCE).await.expect("a poll");
        assert_eq!(ballot.text(), "Tea or coffee?\nTea 1 – coffee 1");
    })
    .await;
    let depth = database.open().await.journal().depth(&"max".into()).await;
    assert_eq!(depth.expect("a depth").dead, 0);
}
