//! The samples of `docs/testing-a-bot.md`, and what holds the page to them.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::time::Duration;

use gateway::CancellationToken;
use gateway::adapters::tamtam::{Dialect, Options, TamTam};
use gateway::prelude::*;
use gateway::testing::sandbox::{self, Addresses, Phone, Server, World};
use gateway::testing::{Crash, Done, MemoryMessenger, Person, Point, TestDatabase};

fn bot() -> Router {
    Router::new().command("start", start).button("tea", tea)
}

async fn start(ctx: Context) -> HandlerResult {
    let tea = Button::callback("Tea", "tea");
    ctx.reply(NewMessage::new("What shall it be?").with_keyboard(Keyboard::inline([[tea]])))
        .await?;
    Ok(())
}

async fn tea(ctx: Context) -> HandlerResult {
    let session = ctx.session("cups")?;
    let cups = session.get_or_default::<u32>().await? + 1;
    session.set(&cups).await?;
    ctx.reply(format!("Cup {cups} is on its way.")).await?;
    ctx.reply_at(ctx.now() + TimeDelta::minutes(4), format!("Cup {cups} is ready.")).await?;
    ctx.answer("Wait four minutes").await?;
    Ok(())
}

/// A start of the bot, on a messenger in memory.
async fn gateway(messenger: &MemoryMessenger, database: &TestDatabase) -> Gateway {
    Gateway::open_with_clock(database.url(), messenger.clock())
        .await
        .expect("the database opens")
        .with_account(messenger.clone())
        .with_bot(bot())
}

/// Runs the bot as long as somebody talks with it, and stops it.
async fn during(gateway: Gateway, talk: impl Future<Output = ()>) {
    let stop = CancellationToken::new();
    let talk = async {
        talk.await;
        stop.cancel();
    };
    tokio::join!(gateway.run_until(stop.clone()), talk).0.expect("one account");
}

#[tokio::test]
async fn everybody_has_cups_of_their_own() {
    let (messenger, database) = (MemoryMessenger::new("test"), TestDatabase::sqlite());
    let anna = Person::new("Anna", Arc::new(messenger.clone()));
    let boris = Person::new("Boris", Arc::new(messenger.clone()));
    during(gateway(&messenger, &database).await, async {
        for person in [&anna, &boris] {
            person.says("/start").await;
            person.sees("What shall it be?").with_button("Tea").await;
            person.presses("Tea").await;
            person.sees("Cup 1 is on its way.").await;
            person.is_told("Wait four minutes").await;
        }
        anna.presses("Tea").await;
        anna.sees("Cup 2 is on its way.").await;
        anna.sees_nothing_more().await;
    })
    .await;
}

#[tokio::test]
async fn the_tea_is_ready_after_four_minutes_also_when_the_bot_was_away() {
    let (messenger, database) = (MemoryMessenger::new("test"), TestDatabase::sqlite());
    let anna = Person::new("Anna", Arc::new(messenger.clone()));
    during(gateway(&messenger, &database).await, async {
        anna.says("/start").await;
        anna.sees("What shall it be?").await;
        anna.presses("Tea").await;
        // The last thing that the handler does: from here on its message is scheduled.
        anna.is_told("Wait four minutes").await;
        anna.sees("Cup 1 is on its way.").await;
        anna.sees_nothing_more().await;
    })
    .await;

    messenger.clock().advance(4 * 60 * 1000);
    during(gateway(&messenger, &database).await, async {
        anna.sees("Cup 1 is ready.").await;
    })
    .await;
}

#[tokio::test]
async fn wherever_it_dies_every_cup_is_brought_once() {
    for point in Point::ALL {
        let (messenger, database) = (MemoryMessenger::new("test"), TestDatabase::sqlite());
        let anna = Person::new("Anna", Arc::new(messenger.clone()));
        during(gateway(&messenger, &database).await, async {
            anna.says("/start").await;
            anna.sees("What shall it be?").await;
        })
        .await;

        anna.presses("Tea").await;
        let crash = Crash::at(point);
        let dying = Gateway::open_to_crash(database.url(), messenger.clock(), &crash)
            .await
            .expect("the database opens")
            .with_account(messenger.clone())
            .with_bot(bot());
        crash.happens(dying.run_until(CancellationToken::new())).await;

        during(gateway(&messenger, &database).await, async {
            anna.presses("Tea").await;
            anna.sees("Cup 2 is on its way.").await;
        })
        .await;
        let sent = messenger.everything_done().into_iter().filter_map(|done| match done {
            Done::Sent { message, .. } => Some(message.text.plain_text().to_owned()),
            _ => None,
        });
        let expected = ["What shall it be?", "Cup 1 is on its way.", "Cup 2 is on its way."];
        assert_eq!(sent.collect::<Vec<_>>(), expected, "it died at the point {point}");
    }
}

#[tokio::test]
async fn on_max_over_http() {
    let world = World::new();
    world.add_bot(sandbox::Platform::Max, "Helper", "a-token");
    let server = Server::start(world.clone(), &Addresses::free_ports()).await.expect("free ports");
    let address = server.url(sandbox::Platform::Max).parse().expect("a URL");
    let options = Options::new(Dialect::Max, "a-token".to_owned()).at(address);
    let database = TestDatabase::sqlite();
    let gateway = Gateway::open(database.url())
        .await
        .expect("the database opens")
        .with_account(TamTam::new("max", &options).expect("an account"))
        .with_bot(bot());

    let patience = Duration::from_secs(10);
    let mut anna = Phone::of("Anna", sandbox::Platform::Max, &world).expect("there is a bot");
    during(gateway, async {
        anna.says("/start");
        let menu = anna.sees(patience).await.expect("a menu");
        assert_eq!(menu.text(), "What shall it be?");
        anna.presses("Tea").expect("a button");
        let brought = anna.sees(patience).await.expect("a cup");
        assert_eq!(brought.text(), "Cup 1 is on its way.");
    })
    .await;
}

#[test]
fn what_the_page_shows_is_what_runs_here() {
    let page = include_str!("../../docs/testing-a-bot.md");
    let here = include_str!("testing_a_bot.rs");
    let samples = page.split("```rust\n").skip(1).filter_map(|rest| rest.split_once("```"));
    let samples: Vec<&str> = samples.map(|(sample, _)| sample).collect();
    assert_eq!(samples.len(), 6, "a sample is not found");
    for sample in samples {
        assert!(here.contains(sample), "this does not stand here:\n{sample}");
    }
}
