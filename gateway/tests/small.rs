//! What a small bot has: no database, and only the messengers that it was compiled with.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::sync::Arc;

use gateway::CancellationToken;
use gateway::config::Source;
use gateway::prelude::*;
use gateway::testing::{MemoryMessenger, Person};

async fn count(ctx: Context) -> HandlerResult {
    let session = ctx.session("counted")?;
    let counted = session.get_or_default::<u32>().await? + 1;
    session.set(&counted).await?;
    ctx.reply(format!("That is {counted}.")).await?;
    Ok(())
}

async fn later(ctx: Context) -> HandlerResult {
    ctx.reply_at(ctx.now() + TimeDelta::minutes(1), "Now.").await?;
    Ok(())
}

fn bot() -> Router {
    Router::new().command("later", later).text(count)
}

/// Runs a bot in memory as long as somebody talks with it.
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
async fn in_memory_a_bot_answers_and_keeps_sessions_until_its_end() {
    let messenger = MemoryMessenger::new("test");
    let anna = Person::new("Anna", Arc::new(messenger.clone()));
    during(&messenger, async {
        for answer in ["That is 1.", "That is 2."] {
            anna.says("another").await;
            anna.sees(answer).await;
        }
    })
    .await;
    // The next start knows nothing of it: what the messenger delivers again, it handles again.
    during(&messenger, async {
        anna.sees("That is 1.").await;
        anna.sees("That is 2.").await;
        anna.sees_nothing_more().await;
    })
    .await;
}

#[tokio::test]
async fn in_memory_a_bot_says_things_later() {
    let messenger = MemoryMessenger::new("test");
    let anna = Person::new("Anna", Arc::new(messenger.clone()));
    during(&messenger, async {
        anna.says("/later").await;
        // Its answer comes after the handler that was before it.
        anna.says("another").await;
        anna.sees("That is 1.").await;
        messenger.clock().advance(60 * 1000);
        anna.sees("Now.").await;
    })
    .await;
}

#[cfg(feature = "database")]
#[test]
fn in_memory_there_is_no_registry() {
    assert!(Gateway::in_memory().registry().is_none());
}

/// What the environment says of an account on this messenger comes to.
fn read(variable: &str, token: &str) -> Result<usize, String> {
    let variables = [(variable, token)].into_iter().collect();
    let source = Source { file: None, variables, bots: gateway::config::Bots::Any };
    let read = source.parse(Path::new("gateway.toml"), "");
    read.map(|config| config.accounts.len()).map_err(|mistakes| mistakes.to_string())
}

#[test]
fn an_account_on_a_messenger_that_was_left_out_is_refused_by_the_name_of_the_feature() {
    let messengers = [
        ("TAMTAM_TOKEN", "x", "tamtam", cfg!(feature = "tamtam")),
        ("MAX_TOKEN", "x", "tamtam", cfg!(feature = "tamtam")),
        ("POTATO_TOKEN", "1:x", "potato", cfg!(feature = "potato")),
    ];
    for (variable, token, feature, is_there) in messengers {
        match read(variable, token) {
            Ok(accounts) => assert!(is_there && accounts == 1, "{variable}: {accounts}"),
            Err(what) => {
                assert!(!is_there && what.contains(&format!("the feature {feature:?}")), "{what}");
            }
        }
    }
}

#[cfg(feature = "database")]
#[tokio::test]
async fn a_database_that_was_left_out_is_refused_by_the_name_of_the_feature() {
    let databases = [
        ("sqlite:///nowhere/at/all.db", "sqlite", cfg!(feature = "sqlite")),
        ("postgres://127.0.0.1:1/nowhere", "postgres", cfg!(feature = "postgres")),
    ];
    for (url, feature, is_there) in databases {
        let error = Gateway::open(url).await.expect_err("nothing is there").to_string();
        assert_eq!(error.contains(&format!("the feature {feature:?}")), !is_there, "{error}");
    }
}
