//! One bot for every messenger: a menu, a poll that counts votes from all of them, and an echo that
//! keeps its formatting.
//!
//! Against the sandbox: `cargo run -- sandbox` in one terminal, and in another
//! `MAX_TOKEN=sandbox-max MAX_URL=http://127.0.0.1:7082 cargo run --example menu`.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use gateway::prelude::*;

/// Who voted for what, on whichever messenger.
type Votes = Arc<Mutex<BTreeMap<String, String>>>;

pub(crate) fn bot() -> Router {
    let votes = Votes::default();
    let shown = votes.clone();
    Router::new()
        .started(menu)
        .command("start", menu)
        .button("about", about)
        .button("poll", move |ctx| poll(ctx, shown.clone()))
        .button("vote", move |ctx| vote(ctx, votes.clone()))
        .text(echo)
}

async fn menu(ctx: Context) -> HandlerResult {
    let name = ctx.user().map_or("stranger".to_owned(), User::display_name);
    let text = Text::new().plain("Hello, ").bold(&name).plain("! Write, and I will echo it.");
    let buttons = [Button::callback("Poll", "poll"), Button::callback("About", "about")];
    ctx.reply(NewMessage::new(text).with_keyboard(Keyboard::inline([buttons]))).await?;
    Ok(())
}

async fn about(ctx: Context) -> HandlerResult {
    ctx.answer(format!("I am the same bot everywhere; here it is {}.", ctx.account().platform))
        .await?;
    Ok(())
}

async fn poll(ctx: Context, votes: Votes) -> HandlerResult {
    ctx.reply(ballot(&votes)).await?;
    ctx.answer("One vote each").await?;
    Ok(())
}

async fn vote(ctx: Context, votes: Votes) -> HandlerResult {
    if let Some(voter) = ctx.user() {
        let voter = format!("{}:{}", ctx.account().platform, voter.id);
        let mut votes = votes.lock().unwrap_or_else(PoisonError::into_inner);
        votes.insert(voter, ctx.argument().to_owned());
    }
    ctx.edit_pressed(ballot(&votes)).await?;
    ctx.answer(format!("You voted for {}", ctx.argument())).await?;
    Ok(())
}

fn ballot(votes: &Votes) -> NewMessage {
    let votes = votes.lock().unwrap_or_else(PoisonError::into_inner);
    let count = |choice: &str| votes.values().filter(|it| *it == choice).count();
    let tally = format!("\nTea {} – coffee {}", count("tea"), count("coffee"));
    let buttons = [Button::callback("Tea", "vote:tea"), Button::callback("Coffee", "vote:coffee")];
    NewMessage::new(Text::new().bold("Tea or coffee?").plain(&tally))
        .with_keyboard(Keyboard::inline([buttons]))
}

async fn echo(ctx: Context) -> HandlerResult {
    let said = ctx.text().cloned().unwrap_or_default();
    ctx.reply(Text::new().plain("You said: ").text(&said)).await?;
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), gateway::StartError> {
    Gateway::from_env().await?.with_bot(bot()).run().await
}
