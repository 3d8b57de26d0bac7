//! A support desk: people tell their name and their problem, step by step; the staff gets a ticket
//! in its own chat, on whichever messenger, and answers by replying to it.
//!
//! Against the sandbox: `cargo run -- sandbox` in one terminal, and in another
//!
//! ```console
//! $ export MAX_TOKEN=sandbox-max MAX_URL=http://127.0.0.1:7082
//! $ export TAMTAM_TOKEN=sandbox-tamtam TAMTAM_URL=http://127.0.0.1:7081
//! $ curl -d '{"platform":"max","person":"Anna","text":"This is the desk"}' http://127.0.0.1:7080/say
//! $ SUPPORT_CHAT=max/236856064 cargo run --example support
//! ```
//!
//! and in a third, on the other messenger:
//!
//! ```console
//! $ curl -d '{"platform":"tamtam","person":"Anna","text":"Anna"}' http://127.0.0.1:7080/say
//! $ curl http://127.0.0.1:7080/chats/tamtam/236856064/messages
//! ```
//!
//! The desk is an account, a slash, and the id of a chat there: a group of the staff, or a dialog of
//! one of them with the bot, as that of Anna on MAX here. When the bot is stopped in the middle of a
//! conversation, it goes on there at its next start.

use gateway::prelude::*;
use serde::{Deserialize, Serialize};

/// What somebody has told so far: kept for each person in each chat.
#[derive(Debug, Default, Deserialize, Serialize)]
struct Draft {
    name: String,
    problem: Text,
}

/// What the buttons under the summary carry.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Choice {
    Send,
    Cancel,
}

impl Callback for Choice {
    const NAME: &'static str = "ticket";
}

pub(crate) fn bot(desk: ChatRef) -> Router {
    let at_the_desk = Filter::on_account(desk.account.clone()) & Filter::in_chat(desk.chat.clone());
    let people = Router::new()
        .started(start)
        .command("start", start)
        // Above the answers, so that it is no answer itself.
        .command("cancel", cancel)
        .answer("name", named)
        .answer("problem", described)
        .data::<Choice, _>(chosen)
        .message(help);
    Router::new()
        .nest(at_the_desk, Router::new().text(answered).fallback(nothing))
        .nest(Filter::in_dialog(), people)
        .with_state(desk)
}

async fn start(ctx: Context) -> HandlerResult {
    ctx.session("draft")?.end().await?;
    ctx.ask("name", "Hello! What is your name? (/cancel ends this at any time.)").await?;
    Ok(())
}

async fn named(ctx: Context, PlainText(name): PlainText) -> HandlerResult {
    let greeting = format!("{name}, what can we do for you?");
    ctx.session("draft")?.set(&Draft { name, ..Draft::default() }).await?;
    ctx.ask("problem", greeting).await?;
    Ok(())
}

async fn described(ctx: Context, problem: Text) -> HandlerResult {
    let session = ctx.session("draft")?;
    let draft = Draft { problem, ..session.get_or_default().await? };
    session.set(&draft).await?;
    let buttons =
        [Button::data("Send it", &Choice::Send)?, Button::data("Cancel", &Choice::Cancel)?];
    let summary = NewMessage::new(Text::new().plain("We would send this:\n").text(&ticket(&draft)))
        .with_keyboard(Keyboard::inline([buttons]));
    ctx.reply(summary).await?;
    Ok(())
}

async fn chosen(
    ctx: Context,
    Data(choice): Data<Choice>,
    State(desk): State<ChatRef>,
) -> HandlerResult {
    let session = ctx.session("draft")?;
    // The buttons of an old summary stay where they are.
    let Some(draft) = session.get::<Draft>().await? else {
        ctx.answer("There is nothing to send").await?;
        return Ok(());
    };
    session.end().await?;
    if choice == Choice::Cancel {
        ctx.edit_pressed("Nothing was sent.").await?;
        ctx.answer("Cancelled").await?;
        return Ok(());
    }
    let sent = ctx.on(&desk.account)?.send(&desk.chat, ticket(&draft)).await?;
    if let Some(chat) = ctx.update().chat_id() {
        let person = ChatRef::new(ctx.account().id.clone(), chat.clone());
        // The staff may reply to any part of a long ticket.
        for part in &sent.parts {
            asker(&ctx, part).set(&person).await?;
        }
    }
    ctx.edit_pressed("It was sent. We answer here.").await?;
    ctx.answer("Sent").await?;
    Ok(())
}

/// The staff wrote something: to somebody, if it is a reply to a ticket.
async fn answered(
    ctx: Context,
    ReceivedMessage(message): ReceivedMessage,
    answer: Text,
) -> HandlerResult {
    let Some(ticket) = message.reply_to.and_then(|it| it.id) else { return Ok(()) };
    let Some(person) = asker(&ctx, &ticket).get::<ChatRef>().await? else { return Ok(()) };
    let words = Text::new().bold("Support").plain(": ").text(&answer);
    ctx.on(&person.account)?.send(&person.chat, words).await?;
    ctx.reply(NewMessage::new("It was passed on.").in_reply_to(message.id)).await?;
    Ok(())
}

/// Nobody at the desk is asked for their name.
async fn nothing() {}

async fn cancel(ctx: Context) -> HandlerResult {
    ctx.stop_asking().await?;
    ctx.session("draft")?.end().await?;
    ctx.reply("Nothing was sent. /start begins anew.").await?;
    Ok(())
}

async fn help(ctx: Context) -> HandlerResult {
    let words = match ctx.asked().await? {
        Some(_) => "In words, please. /cancel ends this.",
        None => "/start, and we will help you.",
    };
    ctx.reply(words).await?;
    Ok(())
}

fn ticket(draft: &Draft) -> Text {
    Text::new().bold(&draft.name).plain(": ").text(&draft.problem)
}

/// Whose ticket a message at the desk is. Their chat may be on another account than the desk, so it
/// is kept for all of them.
fn asker(ctx: &Context, ticket: &MessageId) -> Session {
    ctx.shared_session(&format!("ticket {ticket}"))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let desk = std::env::var("SUPPORT_CHAT").map_err(|_| "SUPPORT_CHAT is not set")?.parse()?;
    Ok(Gateway::from_env().await?.with_bot(bot(desk)).run().await?)
}
