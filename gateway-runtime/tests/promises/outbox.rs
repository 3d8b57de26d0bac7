//! Messages for later, and from outside.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use gateway_core::model::ChatRef;
use gateway_core::time::Clock as _;
use gateway_runtime::journal::{Ledger as _, Outcome, Settled};
use gateway_runtime::testing::Point;
use gateway_runtime::{Context, HandlerResult, Router};

use crate::{Bench, account};

fn reminding() -> Router {
    Router::new().text(|ctx: Context| async move {
        let due = ctx.now() + TimeDelta::hours(1);
        ctx.reply_at(due, "the tea is ready").await?;
        ctx.reply("in an hour").await?;
        HandlerResult::Ok(())
    })
}

#[tokio::test(start_paused = true)]
async fn what_is_for_later_is_sent_then_once_and_after_a_restart() {
    let bench = Bench::new();
    bench.messenger.says("Anna", "tea");
    // The handler runs twice, and schedules once.
    bench.crash(&reminding(), Point::Handled).await;
    bench.run(&reminding(), bench.rests()).await;
    assert_eq!(bench.said(), ["in an hour"]);

    bench.messenger.clock().advance(TimeDelta::hours(1).num_milliseconds());
    let bot = Router::new();
    let said = bench.run(&bot, async {
        let said = [bench.next().await, bench.next().await];
        while bench.journal.next_due(&account()).await.expect("an answer").is_some() {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        said
    });
    assert_eq!(said.await, ["in an hour", "the tea is ready"]);
    bench.run(&Router::new(), tokio::time::sleep(Duration::from_secs(10))).await;
    assert_eq!(bench.said().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn what_was_taken_back_is_not_sent() {
    let bench = Bench::new();
    let runtime = bench.runtime(&Router::new());
    let (sender, chat) = (runtime.sender(), ChatRef::new("test", "anna"));
    let later = bench.messenger.clock().now() + TimeDelta::hours(1);
    assert!(sender.send_at(&chat, later, "later", "key").await.expect("written"));
    assert!(sender.cancel(&account(), "key").await.expect("written"));
    assert!(!sender.cancel(&account(), "key").await.expect("written"), "there is none");
    bench.messenger.clock().advance(TimeDelta::hours(2).num_milliseconds());
    bench.run(&Router::new(), tokio::time::sleep(Duration::from_secs(10))).await;
    assert!(bench.said().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_key_is_sent_once_however_often_it_is_given() {
    let bench = Bench::new();
    let sender = bench.runtime(&Router::new()).sender();
    let chat = ChatRef::new("test", "anna");
    assert!(sender.send(&chat, "news", "key").await.expect("written"));
    assert!(!sender.send(&chat, "news", "key").await.expect("written"));
    bench.crash(&Router::new(), Point::Unrecorded).await;
    bench.run(&Router::new(), tokio::time::sleep(Duration::from_secs(10))).await;
    assert!(!sender.send(&chat, "news", "key").await.expect("written"));
    bench.run(&Router::new(), tokio::time::sleep(Duration::from_secs(10))).await;
    assert_eq!(bench.said(), ["news"]);
    let outcome = sender.outcome(&account(), "key").await.expect("an answer");
    assert!(matches!(outcome, Some(Settled::Ended(Outcome::Done(_)))), "{outcome:?}");
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_sent_is_told_and_holds_up_nothing() {
    let bench = Bench::new();
    let sender = bench.runtime(&Router::new()).sender();
    let chat = ChatRef::new("test", "anna");
    sender.send(&chat, "", "empty").await.expect("written");
    sender.send(&chat, "news", "key").await.expect("written");
    let said = bench.run(&Router::new(), bench.next()).await;
    assert_eq!(said, "news");
    let outcome = sender.outcome(&account(), "empty").await.expect("an answer");
    assert!(matches!(outcome, Some(Settled::Ended(Outcome::Refused(_)))), "{outcome:?}");
}

/// While it runs, too.
#[tokio::test(start_paused = true)]
async fn what_is_sent_from_outside_goes_at_once() {
    let bench = Arc::new(Bench::new());
    let runtime = bench.runtime(&Router::new());
    let sender = runtime.sender();
    let stop = tokio_util::sync::CancellationToken::new();
    let talk = async {
        tokio::time::sleep(Duration::from_secs(5)).await;
        let asked = tokio::time::Instant::now();
        sender.send(&ChatRef::new("test", "anna"), "news", "key").await.expect("written");
        assert_eq!(bench.next().await, "news");
        stop.cancel();
        asked.elapsed()
    };
    let (ran, took) = tokio::join!(runtime.run(stop.clone()), talk);
    ran.expect("one account");
    assert!(took < Duration::from_millis(100), "{took:?}");
}
