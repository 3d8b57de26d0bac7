//! What a bot keeps, and what it asks.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use gateway_core::model::{Chat, ChatKind, Message, Raw, Update, UpdateId, UpdateKind, User};
use gateway_runtime::extract::PlainText;
use gateway_runtime::journal::{Append, Inbox as _, Ledger as _, Scope, SessionKey};
use gateway_runtime::testing::Point;
use gateway_runtime::{Context, HandlerResult, Router};

use crate::{Bench, account};

/// Counts what a person writes, and fails the first time.
fn counting(fails: &Arc<AtomicUsize>) -> Router {
    let fails = fails.clone();
    Router::new().text(move |ctx: Context| {
        let fails = fails.clone();
        async move {
            let session = ctx.user_session("count")?;
            let count = session.get_or_default::<u32>().await? + 1;
            session.set(&count).await?;
            if fails
                .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |it| it.checked_sub(1))
                .is_ok()
            {
                return Err("the weather".into());
            }
            ctx.reply(count.to_string()).await?;
            HandlerResult::Ok(())
        }
    })
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_fails_keeps_nothing() {
    let bench = Bench::new();
    bench.messenger.says("Anna", "one");
    bench.messenger.says("Anna", "two");
    let bot = counting(&Arc::new(AtomicUsize::new(2)));
    let said = bench.run(&bot, async { [bench.next().await, bench.next().await] }).await;
    assert_eq!(said, ["1", "2"]);
}

#[tokio::test(start_paused = true)]
async fn a_session_is_kept_with_the_end_of_its_update_or_not_at_all() {
    for point in Point::ALL {
        let bench = Bench::new();
        bench.messenger.says("Anna", "one");
        let bot = counting(&Arc::default());
        bench.crash(&bot, point).await;
        bench.messenger.says("Anna", "two");
        bench
            .run(&bot, async {
                while bench.said().last().map(String::as_str) != Some("2") {
                    bench.next().await;
                }
                bench.rests().await;
            })
            .await;
        assert_eq!(bench.said(), ["1", "2"], "{point}");
    }
}

/// Something that the same person says in one of two chats.
fn said(number: usize) -> Update {
    let chat = Chat::new(format!("chat {}", number % 2), ChatKind::Group);
    let message = Message {
        text: "hi".into(),
        sender: Some(User::new("anna")),
        ..Message::new(number.to_string(), chat, chrono::DateTime::default())
    };
    Update {
        account: account(),
        id: UpdateId::of(number),
        time: None,
        locale: None,
        kind: UpdateKind::MessageCreated { message: Box::new(message) },
        raw: Raw::default(),
    }
}

#[tokio::test(start_paused = true)]
async fn two_chats_do_not_overwrite_each_others_session() {
    let bench = Bench::new();
    let updates: Vec<Update> = (0..40).map(said).collect();
    let batch = Append { account: &account(), updates: &updates, cursor: None, fence: None };
    bench.journal.append(batch, chrono::DateTime::default()).await.expect("it is written");
    let bot: Router = Router::new().text(|ctx: Context| async move {
        let session = ctx.user_session("count")?;
        let count = session.get_or_default::<u32>().await? + 1;
        // The other chat is handled meanwhile.
        tokio::task::yield_now().await;
        session.set(&count).await?;
        HandlerResult::Ok(())
    });
    bench.run(&bot, bench.rests()).await;
    let scope = Scope::User("anna".into());
    let key = SessionKey { account: account(), scope, name: "count".to_owned() };
    let stored = bench.journal.session(&key).await.expect("an answer").expect("a session");
    assert_eq!(stored.value, Some(40.into()));
}

fn dialogue() -> Router {
    Router::new()
        .command("cancel", |ctx: Context| async move {
            ctx.stop_asking().await?;
            ctx.reply("Never mind.").await?;
            HandlerResult::Ok(())
        })
        .command("start", |ctx: Context| async move {
            ctx.ask("name", "Your name?").await?;
            HandlerResult::Ok(())
        })
        .answer("name", |ctx: Context, PlainText(name): PlainText| async move {
            ctx.session("form")?.set(&name).await?;
            ctx.ask("town", format!("{name}, your town?")).await?;
            HandlerResult::Ok(())
        })
        .answer("town", |ctx: Context, PlainText(town): PlainText| async move {
            let name: String = ctx.session("form")?.get_or_default().await?;
            ctx.reply(format!("{name} of {town}")).await?;
            HandlerResult::Ok(())
        })
        .text(|ctx: Context| async move {
            ctx.reply("Say /start").await?;
            HandlerResult::Ok(())
        })
}

#[tokio::test(start_paused = true)]
async fn a_question_waits_for_its_answer_over_a_restart() {
    let bench = Bench::new();
    let bot = dialogue();
    for (says, answer) in [
        ("hello", "Say /start"),
        ("/start", "Your name?"),
        ("Anna", "Anna, your town?"),
        ("Riga", "Anna of Riga"),
        ("Riga", "Say /start"),
        ("/start", "Your name?"),
        ("/cancel", "Never mind."),
        ("Anna", "Say /start"),
    ] {
        bench.messenger.says("Anna", says);
        // Each time another bot, which knows nothing but what is in the journal.
        let said = bench.run(&bot, async {
            let said = bench.next().await;
            bench.rests().await;
            said
        });
        assert_eq!(said.await, answer, "{says}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_question_is_asked_of_one_person() {
    let bench = Bench::new();
    bench.messenger.says("Anna", "/start");
    bench.messenger.says("Boris", "Boris");
    let mut said = bench.run(&dialogue(), async { [bench.next().await, bench.next().await] }).await;
    said.sort();
    assert_eq!(said, ["Say /start", "Your name?"]);
}

#[tokio::test(start_paused = true)]
async fn a_question_and_what_a_bot_keeps_are_apart_whatever_their_names() {
    let bench = Bench::new();
    let bot: Router = Router::new()
        .command("start", |ctx: Context| async move {
            ctx.session("dialogue")?.set(&42).await?;
            ctx.session("name")?.set(&43).await?;
            ctx.ask("name", "Your name?").await?;
            HandlerResult::Ok(())
        })
        .answer("name", |ctx: Context| async move {
            let kept = ctx.session("dialogue")?.get::<u32>().await?;
            ctx.reply(format!("{kept:?}")).await?;
            HandlerResult::Ok(())
        });
    bench.messenger.says("Anna", "/start");
    bench.messenger.says("Anna", "Anna");
    let said = bench.run(&bot, async { [bench.next().await, bench.next().await] }).await;
    assert_eq!(said, ["Your name?", "Some(42)"]);
}
