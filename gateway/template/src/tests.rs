//! The bot on a messenger in memory: without a network, an account or a database.

use std::sync::Arc;

use gateway::CancellationToken;
use gateway::prelude::*;
use gateway::testing::{MemoryMessenger, Person};

use super::bot;

/// Runs the bot as long as somebody talks with it.
async fn during(messenger: &MemoryMessenger, talk: impl Future<Output = ()>) {
    let gateway = Gateway::in_memory_with_clock(messenger.clock())
        .with_account(messenger.clone())
        .with_bot(bot());
    let stop = CancellationToken::new();
    let talk = async {
        talk.await;
        stop.cancel();
    };
    tokio::join!(gateway.run_until(stop.clone()), talk).0.expect("one account");
}

#[tokio::test]
async fn it_says_what_it_hears_and_brings_tea() {
    let messenger = MemoryMessenger::new("test");
    let anna = Person::new("Anna", Arc::new(messenger.clone()));
    during(&messenger, async {
        anna.says("/start").await;
        anna.sees("Hello!").with_button("Tea").await;
        anna.presses("Tea").await;
        anna.is_told("It is on its way").await;
        anna.says("/price tea").await;
        anna.sees("tea is free").await;
        anna.says("Good morning").await;
        anna.sees("Good morning").await;
        anna.sees_nothing_more().await;
    })
    .await;
}
