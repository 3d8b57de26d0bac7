//! A bot against the messenger in memory: order, receipts, failures.

use std::sync::atomic::{AtomicUsize, Ordering};

use gateway_core::messenger::{Error, ErrorKind};
use gateway_core::model::{Button, Keyboard, NewMessage};
use gateway_core::testing::{Done, MemoryMessenger};

use super::*;
use crate::journal::{Inbox as _, MemoryJournal};

/// A bot that runs until the talk with it is over.
struct Bench {
    messenger: Arc<MemoryMessenger>,
    journal: Arc<MemoryJournal>,
}

impl Bench {
    fn new() -> Self {
        Self { messenger: Arc::new(MemoryMessenger::new("test")), journal: Arc::default() }
    }

    async fn run<T>(&self, router: Router, talk: impl Future<Output = T>) -> T {
        let stop = CancellationToken::new();
        let runtime = Runtime::new(self.journal.clone(), self.messenger.clock())
            .with_account(self.messenger.clone())
            .with_router(router);
        let talk = async {
            let told = talk.await;
            stop.cancel();
            told
        };
        let (ran, told) = tokio::join!(runtime.run(stop.clone()), talk);
        ran.expect("one account");
        told
    }

    async fn next_text(&self) -> String {
        match self.messenger.next().await {
            Done::Sent { message, .. } | Done::Edited { message, .. } => {
                message.text.plain_text().to_owned()
            }
            Done::Answered { notice, .. } => notice,
        }
    }
}

async fn echo(ctx: Context) -> HandlerResult {
    let text = ctx.text().cloned().unwrap_or_default();
    ctx.reply(text).await?;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn one_chat_is_answered_in_order() {
    let bench = Bench::new();
    for number in 0..20 {
        bench.messenger.says("Anna", number.to_string());
    }
    let answers = bench
        .run(Router::new().text(echo), async {
            let mut answers = Vec::new();
            for _ in 0..20 {
                answers.push(bench.next_text().await);
            }
            answers
        })
        .await;
    assert_eq!(answers, (0..20).map(|number| number.to_string()).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn a_chat_that_takes_long_does_not_hold_up_another() {
    let bench = Bench::new();
    let gate = Arc::new(Notify::new());
    let opened = gate.clone();
    let router = Router::new().text(move |ctx: Context| {
        let gate = gate.clone();
        async move {
            if ctx.text().is_some_and(|text| text.plain_text() == "slow") {
                gate.notified().await;
            }
            echo(ctx).await
        }
    });
    bench.messenger.says("Anna", "slow");
    bench.messenger.says("Boris", "quick");
    bench
        .run(router, async {
            assert_eq!(bench.next_text().await, "quick");
            opened.notify_one();
            assert_eq!(bench.next_text().await, "slow");
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_fails_is_tried_again_and_repeats_nothing_that_is_done() {
    let bench = Bench::new();
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = runs.clone();
    let router = Router::new().text(move |ctx: Context| {
        let run = counted.fetch_add(1, Ordering::SeqCst);
        async move {
            ctx.reply("first").await?;
            if run == 0 {
                return Err("the weather".into());
            }
            ctx.reply("second").await?;
            Ok(())
        }
    });
    bench.messenger.says("Anna", "hi");
    bench
        .run(router, async {
            assert_eq!(bench.next_text().await, "first");
            assert_eq!(bench.next_text().await, "second");
        })
        .await;
    assert_eq!(runs.load(Ordering::SeqCst), 2);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_final_and_the_lane_moves_on() {
    let bench = Bench::new();
    bench.messenger.refuses_next(Error::new(ErrorKind::Forbidden, "sending a message"));
    bench.messenger.says("Anna", "one");
    bench.messenger.says("Anna", "two");
    bench.run(Router::new().text(echo), async { assert_eq!(bench.next_text().await, "two") }).await;
    assert_eq!(bench.journal.count_dead().await.expect("a count"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_panic_is_a_failure_of_that_update_alone() {
    let bench = Bench::new();
    let router = Router::new().text(|ctx: Context| async move {
        assert_ne!(ctx.text().expect("a text").plain_text(), "boom", "as it was meant to");
        echo(ctx).await
    });
    bench.messenger.says("Anna", "boom");
    bench.messenger.says("Anna", "after");
    bench.run(router, async { assert_eq!(bench.next_text().await, "after") }).await;
    assert_eq!(bench.journal.count_dead().await.expect("a count"), 1);
}

#[tokio::test(start_paused = true)]
async fn too_many_requests_are_waited_out() {
    let bench = Bench::new();
    let retry_after = Some(Duration::from_secs(7));
    let limited = ErrorKind::RateLimited { retry_after };
    bench.messenger.refuses_next(Error::new(limited, "sending a message"));
    bench.messenger.says("Anna", "patience");
    let start = tokio::time::Instant::now();
    bench
        .run(Router::new().text(echo), async { assert_eq!(bench.next_text().await, "patience") })
        .await;
    assert!(start.elapsed() >= Duration::from_secs(7));
}

#[tokio::test(start_paused = true)]
async fn after_a_lost_answer_the_effect_happens_again() {
    let bench = Bench::new();
    let lost = ErrorKind::Timeout { may_have_happened: true };
    bench.messenger.refuses_next(Error::new(lost, "sending a message"));
    bench.messenger.says("Anna", "hello?");
    bench
        .run(Router::new().text(echo), async { assert_eq!(bench.next_text().await, "hello?") })
        .await;
}

#[tokio::test(start_paused = true)]
async fn what_was_not_handled_comes_again_at_the_next_start() {
    let bench = Bench::new();
    bench.messenger.says("Anna", "hi");
    let started = Arc::new(Notify::new());
    let begun = started.clone();
    let stuck = Router::new().text(move |_: Context| {
        begun.notify_one();
        std::future::pending()
    });
    bench.run(stuck, started.notified()).await;
    bench.run(Router::new().text(echo), async { assert_eq!(bench.next_text().await, "hi") }).await;
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_asks_for_something_else_the_second_time_is_told() {
    let bench = Bench::new();
    let runs = Arc::new(AtomicUsize::new(0));
    let router = Router::new().text(move |ctx: Context| {
        let run = runs.fetch_add(1, Ordering::SeqCst);
        async move {
            ctx.reply(format!("run {run}")).await?;
            Err("again".into())
        }
    });
    bench.messenger.says("Anna", "hi");
    bench
        .run(router, async {
            assert_eq!(bench.next_text().await, "run 0");
            while bench.journal.count_dead().await.expect("a count") == 0 {
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        })
        .await;
    assert_eq!(bench.messenger.everything_done().len(), 1);
}

#[tokio::test]
async fn two_accounts_of_one_name_are_refused() {
    let bench = Bench::new();
    let runtime = Runtime::new(bench.journal.clone(), bench.messenger.clock())
        .with_account(bench.messenger.clone())
        .with_account(Arc::new(MemoryMessenger::new("test")));
    let refused = runtime.run(CancellationToken::new()).await;
    assert_eq!(refused, Err(DuplicateAccount(AccountId::new("test"))));
}

#[tokio::test(start_paused = true)]
async fn a_button_is_answered_and_its_message_edited() {
    let bench = Bench::new();
    let router = Router::new()
        .command("poll", |ctx: Context| async move {
            let keyboard = Keyboard::inline([[Button::callback("Tea", "vote:tea")]]);
            ctx.reply(NewMessage::new("Tea?").with_keyboard(keyboard)).await?;
            Ok(())
        })
        .button("vote", |ctx: Context| async move {
            ctx.edit_pressed(format!("{} it is", ctx.argument())).await?;
            ctx.answer("Counted").await?;
            Ok(())
        });
    bench.messenger.says("Anna", "/poll");
    bench
        .run(router, async {
            let Done::Sent { id, .. } = bench.messenger.next().await else { panic!("a poll") };
            bench.messenger.presses("Anna", &id, "vote:tea");
            assert_eq!(bench.next_text().await, "tea it is");
            assert_eq!(bench.next_text().await, "Counted");
        })
        .await;
}
