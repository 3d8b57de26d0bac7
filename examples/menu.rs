//! One bot for every messenger: a menu, a poll that counts votes from all of them and keeps them over
//! a restart, and an echo that keeps its formatting.
//!
//! Against the sandbox: `cargo run -- sandbox` in one terminal, and in another
//! `MAX_TOKEN=sandbox-max MAX_URL=http://127.0.0.1:7082 cargo run --example menu`.

use std::collections::BTreeMap;

use gateway::prelude::*;
use serde::{Deserialize, Serialize};

/// What a button of the ballot carries.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Vote {
    Tea,
    Coffee,
}

impl Callback for Vote {
    const NAME: &'static str = "vote";
}

/// Who voted for what, on whichever messenger.
type Votes = BTreeMap<String, Vote>;

pub(crate) fn bot() -> Router {
    Router::new()
        .started(menu)
        .command("start", menu)
        .button("about", about)
        .button("poll", poll)
        .data::<Vote, _>(vote)
        .text(echo)
}

async fn menu(ctx: Context, user: Option<User>) -> HandlerResult {
    let name = user.map_or("stranger".to_owned(), |user| user.display_name());
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

async fn poll(ctx: Context) -> HandlerResult {
    ctx.reply(ballot(&votes(&ctx).get_or_default().await?)?).await?;
    ctx.answer("One vote each").await?;
    Ok(())
}

async fn vote(ctx: Context, voter: User, Data(vote): Data<Vote>) -> HandlerResult {
    let session = votes(&ctx);
    let mut votes: Votes = session.get_or_default().await?;
    votes.insert(format!("{}:{}", ctx.account().platform, voter.id), vote);
    session.set(&votes).await?;
    ctx.edit_pressed(ballot(&votes)?).await?;
    let choice = match vote {
        Vote::Tea => "tea",
        Vote::Coffee => "coffee",
    };
    ctx.answer(format!("You voted for {choice}")).await?;
    Ok(())
}

/// The votes of all accounts. They are written with the end of an update: where two people vote at
/// the same moment, the later handler runs again on what the earlier one left, and no vote is lost.
fn votes(ctx: &Context) -> Session {
    ctx.shared_session("votes")
}

fn ballot(votes: &Votes) -> Result<NewMessage, HandlerError> {
    let count = |choice| votes.values().filter(|it| **it == choice).count();
    let tally = format!("\nTea {} – coffee {}", count(Vote::Tea), count(Vote::Coffee));
    let buttons = [Button::data("Tea", &Vote::Tea)?, Button::data("Coffee", &Vote::Coffee)?];
    Ok(NewMessage::new(Text::new().bold("Tea or coffee?").plain(&tally))
        .with_keyboard(Keyboard::inline([buttons])))
}

async fn echo(ctx: Context, said: Text) -> HandlerResult {
    ctx.reply(Text::new().plain("You said: ").text(&said)).await?;
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), gateway::StartError> {
    Gateway::from_env().await?.with_bot(bot()).run().await
}
