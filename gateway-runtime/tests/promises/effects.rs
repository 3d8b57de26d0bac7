//! What a handler does happens once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use gateway_core::Messenger;
use gateway_core::messenger::{Batch, Capabilities, Error, ErrorKind, Receipt, Result, TextLimit};
use gateway_core::model::{
    Account, Chat, ChatId, ChatKind, Cursor, NewMessage, Raw, Update, UpdateId, UpdateKind, User,
};
use gateway_core::testing::MemoryMessenger;
use gateway_runtime::journal::{Append, Inbox as _, Journal, MemoryJournal};
use gateway_runtime::testing::Point;
use gateway_runtime::{Context, HandlerResult, Policy, Router, Runtime};
use tokio_util::sync::CancellationToken;

use crate::{Bench, account};

async fn echo(ctx: Context) -> HandlerResult {
    ctx.reply(ctx.text().cloned().unwrap_or_default()).await?;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn what_is_too_long_goes_in_parts_each_of_them_once() {
    let small = Capabilities {
        text: TextLimit::characters(Capabilities::LEAST_TEXT),
        ..MemoryMessenger::new("test").capabilities().clone()
    };
    let bench = Bench::of(MemoryMessenger::new("test").with_capabilities(small));
    let long = "one two three four five six seven eight nine ten ".repeat(4);
    bench.messenger.says("Anna", long.as_str());
    let bot = Router::new().text(echo);
    // The first part has happened, and nobody has written that down; then the second.
    bench.crash(&bot, Point::Unrecorded).await;
    bench.crash(&bot, Point::Unrecorded).await;
    bench.run(&bot, bench.rests()).await;
    let said = bench.said();
    assert!(said.len() > 1, "{said:?}");
    assert_eq!(said.concat().replace(' ', ""), long.replace(' ', ""));
}

#[tokio::test(start_paused = true)]
async fn an_edit_that_does_not_fit_in_one_message_is_refused() {
    let bench = Bench::new();
    bench.messenger.says("Anna", "hi");
    let bot: Router = Router::new().text(|ctx: Context| async move {
        let sent = ctx.reply("short").await?;
        let error = ctx.edit(sent.message(), "x".repeat(5_000)).await.expect_err("too long");
        ctx.reply(error.to_string()).await?;
        HandlerResult::Ok(())
    });
    let said = bench.run(&bot, async { (bench.next().await, bench.next().await) }).await;
    assert_eq!(said.0, "short");
    assert!(said.1.contains("4000") && said.1.contains("5000"), "{}", said.1);
}

#[tokio::test(start_paused = true)]
async fn effects_at_the_same_time_are_told_apart_by_their_names() {
    let bench = Bench::new();
    bench.messenger.says("Anna", "hi");
    let runs = Arc::new(AtomicUsize::new(0));
    let counted = runs.clone();
    let bot: Router = Router::new().text(move |ctx: Context| {
        let run = counted.fetch_add(1, Ordering::SeqCst);
        async move {
            let (one, other) = (ctx.named("one"), ctx.named("other"));
            // They are asked for in another order when the handler runs again.
            if run == 0 {
                tokio::try_join!(one.reply("one"), other.reply("other"))?;
                return Err("the weather".into());
            }
            tokio::try_join!(other.reply("other"), one.reply("one"))?;
            HandlerResult::Ok(())
        }
    });
    bench.run(&bot, bench.rests()).await;
    assert_eq!((bench.said().len(), runs.load(Ordering::SeqCst)), (2, 2));
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_takes_too_long_has_failed() {
    let mut bench = Bench::new();
    bench.options.tries = 2;
    bench.messenger.says("Anna", "hi");
    let bot: Router = Router::new().text(std::future::pending::<()>);
    bench.run(&bot, bench.rests()).await;
    let dead = bench.dead().await;
    let error = dead[0].error.clone().expect("an error");
    assert_eq!(error, "the handler took longer than 300 seconds");
}

#[tokio::test(start_paused = true)]
async fn what_waits_for_a_new_token_or_an_answer_that_got_lost_does_not_die() {
    for kind in [
        ErrorKind::Unauthorized,
        ErrorKind::Unavailable { may_have_happened: true },
        ErrorKind::Timeout { may_have_happened: true },
    ] {
        let bench = Bench::new();
        for _ in 0..20 {
            bench.messenger.refuses_next(Error::new(kind.clone(), "sending a message"));
        }
        bench.messenger.says("Anna", "still here");
        let said = bench.run(&Router::new().text(echo), bench.next()).await;
        assert_eq!((said.as_str(), bench.dead().await.len()), ("still here", 0), "{kind:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_dead_update_tells_every_failure_and_can_be_handled_again() {
    let bench = Bench::new();
    bench.messenger.says("Anna", "hi");
    let bot: Router = Router::new().text(|| async { Err::<(), _>("the weather") });
    bench.run(&bot, bench.rests()).await;
    let dead = bench.dead().await.remove(0);
    let (_, failures) = bench.journal.record(dead.seq).await.expect("read").expect("it is there");
    assert_eq!(failures.len(), bench.options.tries - 1);
    assert_eq!(dead.error.as_deref(), Some("the weather"));

    assert!(bench.journal.revive(dead.seq, dead.received_at).await.expect("written"));
    let said = bench.run(&Router::new().text(echo), bench.next()).await;
    assert_eq!(said, "hi");
}

/// A group that has become another chat: what goes to its old id is refused.
const MOVED: &str = "group:1";

/// Without the ability to read what was said.
#[derive(Debug)]
struct Deaf(MemoryMessenger);

#[async_trait]
impl Messenger for Deaf {
    fn account(&self) -> &Account {
        self.0.account()
    }

    fn capabilities(&self) -> &Capabilities {
        self.0.capabilities()
    }

    async fn me(&self) -> Result<User> {
        self.0.me().await
    }

    async fn receive(&self, cursor: Option<&Cursor>) -> Result<Batch> {
        self.0.receive(cursor).await
    }

    async fn send(&self, chat: &ChatId, message: &NewMessage) -> Result<Receipt> {
        if chat.as_str() == MOVED {
            return Err(Error::new(ErrorKind::NotFound, "sending a message"));
        }
        self.0.send(chat, message).await
    }
}

/// Answers are lost on a messenger that cannot be asked: what arrived, and what is dead.
async fn after_a_lost_answer(policy: Policy) -> (usize, usize) {
    let mut bench = Bench::new();
    bench.options.policy = policy;
    let lost = ErrorKind::Timeout { may_have_happened: true };
    bench.messenger.refuses_next(Error::new(lost, "sending a message"));
    bench.messenger.says("Anna", "hi");
    let deaf = Arc::new(Deaf((*bench.messenger).clone()));
    let stop = CancellationToken::new();
    let runtime = Runtime::new(bench.journal.clone(), bench.messenger.clock())
        .with_account(deaf)
        .with_options(bench.options)
        .with_router(Router::new().text(echo));
    let talk = async {
        bench.rests().await;
        stop.cancel();
    };
    tokio::join!(runtime.run(stop.clone()), talk).0.expect("one account");
    (bench.said().len(), bench.dead().await.len())
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_read_back_happens_as_the_policy_says() {
    assert_eq!(after_a_lost_answer(Policy::AtLeastOnce).await, (1, 0));
    assert_eq!(after_a_lost_answer(Policy::AtMostOnce).await, (0, 1));
}

#[tokio::test(start_paused = true)]
async fn a_reply_to_a_chat_that_has_moved_goes_where_it_is_now() {
    let (memory, journal) = (MemoryMessenger::new("test"), Arc::new(MemoryJournal::default()));
    let old = Chat::new(MOVED, ChatKind::Group);
    let update = |id: &str, kind| Update {
        account: account(),
        id: UpdateId::new(id),
        time: None,
        locale: None,
        kind,
        raw: Raw::default(),
    };
    let message = gateway_core::model::Message {
        text: "before".into(),
        sender: Some(User::new("anna")),
        ..gateway_core::model::Message::new("1", old.clone(), chrono::DateTime::default())
    };
    let said = update("1", UpdateKind::MessageCreated { message: Box::new(message) });
    let (from, to) = (MOVED.into(), "supergroup:2".into());
    let moved = update("2", UpdateKind::ChatMigrated { chat: old, from, to });
    for update in [said, moved] {
        let updates = [update];
        let batch = Append { account: &account(), updates: &updates, cursor: None, fence: None };
        journal.append(batch, chrono::DateTime::default()).await.expect("it is written");
    }
    let stop = CancellationToken::new();
    let runtime = Runtime::new(journal.clone() as Arc<dyn Journal>, memory.clock())
        .with_account(Arc::new(Deaf(memory.clone())))
        .with_router(Router::new().text(echo));
    let talk = async {
        let gateway_core::testing::Done::Sent { chat, .. } = memory.next().await else {
            panic!("a message")
        };
        stop.cancel();
        chat
    };
    let (ran, chat) = tokio::join!(runtime.run(stop.clone()), talk);
    ran.expect("one account");
    assert_eq!(chat.as_str(), "supergroup:2");
}

#[tokio::test(start_paused = true)]
async fn the_journal_tells_a_mismatch_by_both_names() {
    let bench = Bench::new();
    bench.messenger.says("Anna", "hi");
    let runs = Arc::new(AtomicUsize::new(0));
    let bot: Router = Router::new().text(move |ctx: Context| {
        let run = runs.fetch_add(1, Ordering::SeqCst);
        async move {
            if run > 0 {
                ctx.send(&"boris".into(), "hi").await?;
                return HandlerResult::Ok(());
            }
            ctx.reply("hi").await?;
            Err("the weather".into())
        }
    });
    bench.run(&bot, bench.rests()).await;
    let error = bench.dead().await.remove(0).error.expect("an error");
    let says = |words: &str| error.contains(words);
    assert!(says("send to anna") && says("send to boris"), "{error}");
}
