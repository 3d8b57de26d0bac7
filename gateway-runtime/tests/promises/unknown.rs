//! What becomes of an effect of which nobody knows whether it happened.

use std::time::Duration;

use gateway_core::Messenger as _;
use gateway_core::testing::{Done, MemoryMessenger};
use gateway_runtime::testing::Point;
use gateway_runtime::{Context, HandlerResult, Router};

use crate::Bench;

/// Says the same twice.
fn twice() -> Router {
    Router::new().text(|ctx: Context| async move {
        ctx.reply("hi").await?;
        ctx.reply("hi").await?;
        HandlerResult::Ok(())
    })
}

fn once() -> Router {
    Router::new().text(|ctx: Context| async move {
        ctx.reply("hi").await?;
        HandlerResult::Ok(())
    })
}

/// The bot's account says this to Anna, and the ledger does not know of it.
async fn says_unknown(messenger: &MemoryMessenger) {
    let chat = MemoryMessenger::dialog("Anna").id;
    messenger.send(&chat, &"hi".into()).await.expect("it is sent");
}

#[tokio::test(start_paused = true)]
async fn what_nobody_sees_twice_happens_again() {
    let bot: Router = Router::new()
        .text(|ctx: Context| async move {
            let sent = ctx.reply("one").await?;
            ctx.edit(sent.message(), "two").await?;
            ctx.pin(sent.message(), false).await?;
            ctx.add_member(&"boris".into()).await?;
            HandlerResult::Ok(())
        })
        .button("press", |ctx: Context| async move {
            ctx.answer("pressed").await?;
            HandlerResult::Ok(())
        });
    for effect in 1..=4 {
        let bench = Bench::new();
        let tea = bench.messenger.group("Tea", &["Anna"]);
        let said = bench.messenger.says_in(&tea, "Anna", "hi");
        bench.messenger.presses("Anna", &said, "press");
        bench.crash_after(&bot, Point::Unrecorded, effect).await;
        bench.run(&bot, bench.rests()).await;
        assert_eq!((bench.said().len(), bench.dead().await.len()), (1, 0), "effect {effect}");
        let done = bench.messenger.everything_done();
        let edits = done.iter().filter(|it| matches!(it, Done::Edited { .. })).count();
        let answers = done.iter().filter(|it| matches!(it, Done::Answered { .. })).count();
        let expected = (1 + usize::from(effect == 1), 1 + usize::from(effect == 4));
        assert_eq!((edits, answers), expected, "effect {effect}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_gone_was_taken_away() {
    let bot: Router = Router::new().text(|ctx: Context| async move {
        let sent = ctx.reply("one").await?;
        ctx.delete(sent.message()).await?;
        ctx.remove_member(&"boris".into(), false).await?;
        HandlerResult::Ok(())
    });
    for effect in 1..=2 {
        let bench = Bench::new();
        let tea = bench.messenger.group("Tea", &["Anna", "Boris"]);
        bench.messenger.says_in(&tea, "Anna", "hi");
        bench.crash_after(&bot, Point::Unrecorded, effect).await;
        bench.run(&bot, bench.rests()).await;
        assert_eq!(bench.dead().await.len(), 0, "effect {effect}");
        let done = bench.messenger.everything_done();
        let deletions = done.iter().filter(|it| matches!(it, Done::Deleted { .. })).count();
        assert_eq!(deletions, 1, "effect {effect}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_of_another_effect_is_not_taken_for_it() {
    for point in [Point::Intended, Point::Unrecorded] {
        let bench = Bench::new();
        bench.messenger.says("Anna", "hello");
        // The first of the two is known to be sent.
        bench.crash_after(&twice(), point, 1).await;
        bench.run(&twice(), bench.rests()).await;
        assert_eq!(bench.said(), ["hi", "hi"], "{point}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_that_is_older_than_five_minutes_is_not_taken_for_it() {
    for (minutes, expected) in [(4, 1), (6, 2)] {
        let bench = Bench::new();
        says_unknown(&bench.messenger).await;
        bench.messenger.clock().advance(minutes * 60 * 1000);
        bench.messenger.says("Anna", "hello");
        bench.crash(&once(), Point::Intended).await;
        bench.run(&once(), bench.rests()).await;
        assert_eq!(bench.said().len(), expected, "{minutes} minutes");
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_that_arrives_within_two_seconds_is_found() {
    let bench = Bench::new();
    bench.messenger.says("Anna", "hello");
    bench.crash(&once(), Point::Intended).await;
    let talk = async {
        // The clock is the test's: no time goes by.
        tokio::time::sleep(Duration::from_millis(1900)).await;
        says_unknown(&bench.messenger).await;
        bench.rests().await;
    };
    bench.run(&once(), talk).await;
    assert_eq!(bench.said(), ["hi"]);
}
