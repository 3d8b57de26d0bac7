//! A bot against the messenger in memory: order, receipts, failures.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use gateway_core::messenger::{Batch, Error, ErrorKind, LimitScope};
use gateway_core::model::{Button, Cursor, Keyboard, NewMessage, Update, UpdateId, UpdateKind};
use gateway_core::testing::{Done, MemoryMessenger};

use futures_util::FutureExt as _;
use tokio::sync::Notify;

use super::*;
use crate::Context;
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
        self.run_with(RuntimeOptions::default(), router, talk).await
    }

    async fn run_with<T>(
        &self,
        options: RuntimeOptions,
        router: Router,
        talk: impl Future<Output = T>,
    ) -> T {
        let stop = CancellationToken::new();
        let runtime = Runtime::new(self.journal.clone(), self.messenger.clock())
            .with_account(self.messenger.clone())
            .with_options(options)
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

    /// How many updates are dead.
    async fn dead(&self) -> u64 {
        self.journal.depth(&AccountId::new("test")).await.expect("an answer").dead
    }

    /// What the bot says next. The clock is the test's: the hour is over at once when nothing comes.
    async fn next_text(&self) -> String {
        let next = tokio::time::timeout(Duration::from_hours(1), self.messenger.next());
        match next.await.expect("the bot does something") {
            Done::Sent { message, .. } | Done::Edited { message, .. } => {
                message.text.plain_text().to_owned()
            }
            Done::Answered { notice, .. } => notice,
            Done::Deleted { id } => format!("{id} is gone"),
        }
    }
}

async fn echo(ctx: Context) -> HandlerResult {
    let text = ctx.text().cloned().unwrap_or_default();
    ctx.reply(text).await?;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn an_account_may_have_a_bot_of_its_own() {
    let (shop, desk) = (MemoryMessenger::new("shop"), MemoryMessenger::new("desk"));
    let answering = |with: &'static str| {
        Router::new().text(move |ctx: Context| async move {
            ctx.reply(with).await?;
            HandlerResult::Ok(())
        })
    };
    let stop = CancellationToken::new();
    let runtime = Runtime::new(Arc::new(MemoryJournal::default()), shop.clock())
        .with_account(Arc::new(shop.clone()))
        .with_account(Arc::new(desk.clone()))
        .with_router(answering("everybody"))
        .with_router_of("desk", answering("the desk"));
    let talk = async {
        for (messenger, words) in [(&shop, "everybody"), (&desk, "the desk")] {
            messenger.says("Anna", "who is there?");
            let Done::Sent { message, .. } = messenger.next().await else { panic!("a message") };
            assert_eq!(message.text.plain_text(), words);
        }
        stop.cancel();
    };
    tokio::join!(runtime.run(stop.clone()), talk).0.expect("two accounts");
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
            HandlerResult::Ok(())
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
    assert_eq!(bench.dead().await, 1);
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
    assert_eq!(bench.dead().await, 1);
}

#[tokio::test(start_paused = true)]
async fn too_many_requests_are_waited_out() {
    let bench = Bench::new();
    let retry_after = Some(Duration::from_secs(7));
    let limited = ErrorKind::RateLimited { scope: LimitScope::Chat, retry_after };
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
        std::future::pending::<()>()
    });
    bench.run(stuck, started.notified()).await;
    bench.run(Router::new().text(echo), async { assert_eq!(bench.next_text().await, "hi") }).await;
}

/// A bot that does one thing when it runs first, and another when it runs again.
fn fickle(first: fn(Context) -> Reply, second: fn(Context) -> Reply) -> Router {
    let runs = Arc::new(AtomicUsize::new(0));
    Router::new().text(move |ctx: Context| {
        let run = runs.fetch_add(1, Ordering::SeqCst);
        async move {
            if run > 0 {
                return second(ctx).await;
            }
            first(ctx).await?;
            Err("the weather".into())
        }
    })
}

type Reply = futures_util::future::BoxFuture<'static, HandlerResult>;

fn reply(ctx: Context, text: &'static str) -> Reply {
    async move {
        ctx.reply(text).await?;
        Ok(())
    }
    .boxed()
}

#[tokio::test(start_paused = true)]
async fn other_words_the_second_time_are_the_same_effect() {
    let bench = Bench::new();
    bench.messenger.says("Anna", "hi");
    let router = fickle(|ctx| reply(ctx, "one vote"), |ctx| reply(ctx, "two votes"));
    bench.messenger.says("Anna", "again");
    bench
        .run(router, async {
            assert_eq!(bench.next_text().await, "one vote");
            assert_eq!(bench.next_text().await, "two votes", "to the second message");
        })
        .await;
    assert_eq!(bench.dead().await, 0);
}

#[tokio::test(start_paused = true)]
async fn another_effect_the_second_time_is_found_out() {
    let bench = Bench::new();
    bench.messenger.says("Anna", "hi");
    let elsewhere = |ctx: Context| -> Reply {
        async move {
            ctx.send(&"boris".into(), "hi").await?;
            Ok(())
        }
        .boxed()
    };
    let router = fickle(|ctx| reply(ctx, "hi"), elsewhere);
    bench
        .run(router, async {
            assert_eq!(bench.next_text().await, "hi");
            while bench.dead().await == 0 {
                // The clock stands still and is moved when nothing else is left to do.
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        })
        .await;
    assert_eq!(bench.messenger.everything_done().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_messenger_that_is_out_of_order_kills_no_update() {
    let bench = Bench::new();
    for _ in 0..50 {
        let away = ErrorKind::Unavailable { may_have_happened: false };
        bench.messenger.refuses_next(Error::new(away, "sending a message"));
    }
    bench.messenger.says("Anna", "still here");
    bench
        .run(Router::new().text(echo), async { assert_eq!(bench.next_text().await, "still here") })
        .await;
}

#[tokio::test(start_paused = true)]
async fn a_file_that_never_gets_ready_does_not_hold_up_its_lane() {
    let bench = Bench::new();
    let tries = RuntimeOptions::default().tries * crate::effect::TRIES;
    for _ in 0..tries {
        bench.messenger.refuses_next(Error::new(ErrorKind::NotReady, "sending a message"));
    }
    bench.messenger.says("Anna", "with a file");
    bench.messenger.says("Anna", "without one");
    bench
        .run(Router::new().text(echo), async { assert_eq!(bench.next_text().await, "without one") })
        .await;
}

#[tokio::test(start_paused = true)]
async fn a_chat_that_must_wait_does_not_hold_up_another() {
    let bench = Bench::new();
    let retry_after = Some(Duration::from_mins(5));
    let limited = ErrorKind::RateLimited { scope: LimitScope::Chat, retry_after };
    bench.messenger.refuses_next(Error::new(limited, "sending a message"));
    bench.messenger.says("Anna", "later");
    bench.messenger.says("Boris", "now");
    let options = RuntimeOptions { concurrency: 1, ..RuntimeOptions::default() };
    bench
        .run_with(options, Router::new().text(echo), async {
            assert_eq!(bench.next_text().await, "now");
            assert_eq!(bench.next_text().await, "later");
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn no_more_than_the_bound_are_handled_at_once() {
    let bench = Bench::new();
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (running, peak) = (now.clone(), most.clone());
    let router = Router::new().text(move |ctx: Context| {
        let (running, peak) = (running.clone(), peak.clone());
        async move {
            peak.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            for _ in 0..10 {
                tokio::task::yield_now().await;
            }
            running.fetch_sub(1, Ordering::SeqCst);
            echo(ctx).await
        }
    });
    let people = ["Anna", "Boris", "Chen", "Dana", "Emil"];
    for person in people {
        bench.messenger.says(person, "hi");
    }
    let options = RuntimeOptions { concurrency: 2, ..RuntimeOptions::default() };
    bench
        .run_with(options, router, async {
            for _ in people {
                bench.next_text().await;
            }
        })
        .await;
    assert_eq!(most.load(Ordering::SeqCst), 2);
}

#[tokio::test(start_paused = true)]
async fn what_is_being_handled_at_the_stop_is_finished() {
    let bench = Bench::new();
    let begun = Arc::new(Notify::new());
    let begins = begun.clone();
    let router = Router::new().text(move |ctx: Context| {
        begins.notify_one();
        async move {
            // The clock stands still and is moved when nothing else is left to do.
            tokio::time::sleep(Duration::from_secs(5)).await;
            echo(ctx).await
        }
    });
    bench.messenger.says("Anna", "hi");
    bench.run(router, begun.notified()).await;
    assert_eq!(bench.messenger.everything_done().len(), 1);
    let accounts = [AccountId::new("test")];
    assert!(bench.journal.pending(&accounts[0], 0, 9).await.expect("an answer").is_empty());
}

/// A messenger that hands out what it is given, and remembers with which cursor it was asked.
#[derive(Debug)]
struct Scripted {
    memory: MemoryMessenger,
    capabilities: gateway_core::Capabilities,
    batches: Mutex<Vec<Batch>>,
    asked: Mutex<Vec<Option<Cursor>>>,
    polled: Notify,
    answers: Notify,
}

impl Scripted {
    fn new(batches: Vec<Batch>) -> Self {
        let memory = MemoryMessenger::new("test");
        let mut capabilities = memory.capabilities().clone();
        capabilities.polling.consumes = true;
        let (batches, asked) = (Mutex::new(batches), Mutex::default());
        let (polled, answers) = (Notify::new(), Notify::new());
        Self { memory, capabilities, batches, asked, polled, answers }
    }
}

#[async_trait]
impl Messenger for Scripted {
    fn account(&self) -> &Account {
        self.memory.account()
    }

    fn capabilities(&self) -> &gateway_core::Capabilities {
        &self.capabilities
    }

    async fn me(&self) -> gateway_core::messenger::Result<User> {
        self.memory.me().await
    }

    async fn receive(&self, cursor: Option<&Cursor>) -> gateway_core::messenger::Result<Batch> {
        self.asked.lock().expect("one poll at a time").push(cursor.cloned());
        self.polled.notify_one();
        self.answers.notified().await;
        let mut batches = self.batches.lock().expect("one poll at a time");
        Ok(if batches.is_empty() { Batch::default() } else { batches.remove(0) })
    }

    async fn send(
        &self,
        chat: &gateway_core::model::ChatId,
        message: &NewMessage,
    ) -> gateway_core::messenger::Result<gateway_core::messenger::Receipt> {
        self.memory.send(chat, message).await
    }
}

fn unknown(id: &str) -> Update {
    Update {
        account: AccountId::new("test"),
        id: UpdateId::new(id),
        time: None,
        kind: UpdateKind::Unknown { kind: "test".to_owned(), chat: None },
        locale: None,
        raw: gateway_core::model::Raw::default(),
    }
}

#[tokio::test(start_paused = true)]
async fn a_poll_that_consumes_is_waited_for_at_the_stop() {
    let batch = Batch { updates: vec![unknown("1")], cursor: None };
    let messenger = Arc::new(Scripted::new(vec![batch]));
    let journal = Arc::new(MemoryJournal::default());
    let stop = CancellationToken::new();
    let clock = messenger.memory.clock();
    let runtime = Runtime::new(journal.clone(), clock).with_account(messenger.clone());
    let talk = async {
        messenger.polled.notified().await;
        stop.cancel();
        tokio::task::yield_now().await;
        messenger.answers.notify_one();
    };
    tokio::join!(runtime.run(stop.clone()), talk).0.expect("one account");
    let accounts = [AccountId::new("test")];
    assert_eq!(journal.pending(&accounts[0], 0, 9).await.expect("an answer").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_batch_without_a_cursor_keeps_the_old_one() {
    let first = Batch { updates: vec![unknown("1")], cursor: Some(Cursor::new("7")) };
    let second = Batch { updates: vec![unknown("2")], cursor: None };
    let messenger = Arc::new(Scripted::new(vec![first, second]));
    let stop = CancellationToken::new();
    let clock = messenger.memory.clock();
    let runtime = Runtime::new(Arc::new(MemoryJournal::default()), clock);
    let runtime = runtime.with_account(messenger.clone());
    let talk = async {
        for _ in 0..2 {
            messenger.polled.notified().await;
            messenger.answers.notify_one();
        }
        messenger.polled.notified().await;
        stop.cancel();
        messenger.answers.notify_one();
    };
    tokio::join!(runtime.run(stop.clone()), talk).0.expect("one account");
    let asked = messenger.asked.lock().expect("nobody else").clone();
    assert_eq!(asked, [None, Some(Cursor::new("7")), Some(Cursor::new("7"))]);
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
            HandlerResult::Ok(())
        })
        .button("vote", |ctx: Context| async move {
            ctx.edit_pressed(format!("{} it is", ctx.argument())).await?;
            ctx.answer("Counted").await?;
            HandlerResult::Ok(())
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
