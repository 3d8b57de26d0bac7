//! A handler on one account that acts on another.
#![expect(clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::sync::Arc;

use gateway_core::Messenger as _;
use gateway_core::chance::Chance;
use gateway_core::model::{AccountId, Text, UpdateId};
use gateway_core::testing::{Done, MemoryMessenger};
use gateway_runtime::journal::{
    EffectKey, Inbox as _, Ledger as _, MemoryJournal, Origin, Owners as _, SessionKey,
};
use gateway_runtime::testing::{Crash, Point};
use gateway_runtime::{Context, EffectError, HandlerResult, Router, Runtime};
use tokio_util::sync::CancellationToken;

/// Two accounts.
struct Bench {
    left: Arc<MemoryMessenger>,
    right: Arc<MemoryMessenger>,
    journal: Arc<MemoryJournal>,
}

impl Bench {
    fn new() -> Self {
        let left = Arc::new(MemoryMessenger::new("left"));
        let right = Arc::new(MemoryMessenger::new("right"));
        Self { left, right, journal: Arc::default() }
    }

    fn runtime(&self, bot: Router) -> Runtime {
        Runtime::new(self.journal.clone(), self.left.clock())
            .with_chance(Arc::new(Chance::seeded(1)))
            .with_account(self.left.clone())
            .with_account(self.right.clone())
            .with_router(bot)
    }

    async fn run(&self, bot: Router, talk: impl Future<Output = ()>) {
        let stop = CancellationToken::new();
        let talk = async {
            talk.await;
            stop.cancel();
        };
        tokio::join!(self.runtime(bot).run(stop.clone()), talk).0.expect("two accounts");
    }
}

/// What the bot sends next.
async fn sent(messenger: &MemoryMessenger) -> String {
    let Done::Sent { message, .. } = messenger.next().await else { panic!("a message") };
    message.text.plain_text().to_owned()
}

/// Says it to the same person on the other account, and counts for both.
async fn pass_on(ctx: Context) -> HandlerResult {
    let other = if ctx.account().id.as_str() == "left" { "right" } else { "left" };
    let session = ctx.shared_session("count");
    let count = session.get_or_default::<u32>().await? + 1;
    session.set(&count).await?;
    let text = ctx.text().map_or("", |it| it.plain_text()).to_owned();
    let chat = ctx.update().chat_id().expect("a dialog").clone();
    ctx.on(&other.into())?.send(&chat, format!("{count}: {text}")).await?;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn equal_update_ids_of_accounts_do_not_collide() {
    let bench = Bench::new();
    let middle = Arc::new(MemoryMessenger::new("middle"));
    let bot = Router::new().text(|ctx: Context, text: Text| async move {
        let chat = ctx.update().chat_id().expect("a dialog").clone();
        ctx.on(&"right".into())?.send(&chat, text).await?;
        HandlerResult::Ok(())
    });
    let stop = CancellationToken::new();
    let runtime = bench.runtime(bot).with_account(middle.clone());
    let talk = async {
        // The first update of each account has the same id, and the same message is its first effect.
        for messenger in [&bench.left, &middle, &bench.right] {
            messenger.says("Anna", messenger.account().id.to_string());
        }
        let mut all = [(); 3].map(|()| String::new());
        for text in &mut all {
            *text = sent(&bench.right).await;
        }
        all.sort();
        assert_eq!(all, ["left", "middle", "right"]);
        stop.cancel();
    };
    tokio::join!(runtime.run(stop.clone()), talk).0.expect("three accounts");
    for account in ["left", "middle", "right"] {
        assert_eq!(bench.journal.depth(&account.into()).await.expect("an answer").dead, 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_session_can_be_shared_by_accounts() {
    let bench = Bench::new();
    bench
        .run(Router::new().text(pass_on), async {
            bench.left.says("Anna", "from the left");
            assert_eq!(sent(&bench.right).await, "1: from the left");
            bench.left.says("Anna", "and again");
            assert_eq!(sent(&bench.right).await, "2: and again");
            bench.right.says("Anna", "from the right");
            sent(&bench.left).await;
        })
        .await;
    let session = bench.journal.session(&SessionKey::shared("count")).await.expect("an answer");
    assert_eq!(session.and_then(|it| it.value), Some(3.into()));
}

#[tokio::test(start_paused = true)]
async fn what_was_sent_elsewhere_before_a_crash_is_not_sent_again() {
    for point in [Point::Intended, Point::Unrecorded, Point::Recorded, Point::Handled] {
        let bench = Bench::new();
        bench.left.says("Anna", "once");
        let crash = Crash::at(point);
        let runtime = Runtime::new(crash.journal(bench.journal.clone()), bench.left.clock())
            .with_account(bench.left.clone())
            .with_account(bench.right.clone())
            .with_router(Router::new().text(pass_on));
        crash.happens(runtime.run(CancellationToken::new())).await;
        bench
            .run(Router::new().text(pass_on), async {
                bench.left.says("Anna", "twice");
                assert_eq!(sent(&bench.right).await, "1: once", "{point}");
                assert_eq!(sent(&bench.right).await, "2: twice", "{point}");
            })
            .await;
    }
}

/// The update's account decides who may act: not the one that is acted on.
#[tokio::test(start_paused = true)]
async fn another_process_may_own_the_account_that_is_acted_on() {
    let bench = Bench::new();
    bench
        .run(Router::new().text(pass_on), async {
            bench.left.says("Anna", "one");
            assert_eq!(sent(&bench.right).await, "1: one");
            bench.journal.claim(&AccountId::new("right")).await.expect("an answer");
            bench.left.says("Anna", "two");
            assert_eq!(sent(&bench.right).await, "2: two");
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn the_account_of_the_update_is_reached_by_its_name_too() {
    let bench = Bench::new();
    let bot = Router::new().text(|ctx: Context| async move {
        let here = ctx.account().id.clone();
        let chat = ctx.update().chat_id().expect("a dialog").clone();
        let sent = ctx.on(&here)?.send(&chat, "first").await?;
        ctx.on(&here)?.edit(&chat, sent.message(), "second").await?;
        ctx.on(&here)?.delete(&chat, sent.message()).await?;
        HandlerResult::Ok(())
    });
    bench
        .run(bot, async {
            bench.left.says("Anna", "hello");
            assert_eq!(sent(&bench.left).await, "first");
            let Done::Edited { message, .. } = bench.left.next().await else { panic!("an edit") };
            assert_eq!(message.text.plain_text(), "second");
            assert!(matches!(bench.left.next().await, Done::Deleted { .. }));
        })
        .await;
    let effect = EffectKey {
        account: "left".into(),
        origin: Origin::Update(UpdateId::new("1")),
        place: "2".to_owned(),
    };
    assert!(bench.journal.effect(&effect).await.expect("an answer").is_some());
}

#[tokio::test(start_paused = true)]
async fn an_account_that_is_not_there_is_named() {
    let bench = Bench::new();
    let bot = Router::new().text(|ctx: Context| async move {
        let error = ctx.on(&"middle".into()).expect_err("there is none");
        assert!(matches!(error, EffectError::NoAccount { .. }) && error.is_final());
        ctx.reply(error.to_string()).await?;
        HandlerResult::Ok(())
    });
    bench
        .run(bot, async {
            bench.left.says("Anna", "hello");
            assert_eq!(sent(&bench.left).await, "this gateway has no account middle");
        })
        .await;
}
