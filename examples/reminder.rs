//! Reminders: `/remind 10m tea` says "tea" in ten minutes, also when the bot was restarted in
//! between; `/reminders` lists what is to come, with a button to take each back.
//!
//! Against the sandbox: `cargo run -- sandbox` in one terminal, and in another
//! `MAX_TOKEN=sandbox-max MAX_URL=http://127.0.0.1:7082 cargo run --example reminder`.

use std::str::FromStr;

use gateway::prelude::*;
use serde::{Deserialize, Serialize};

/// What is to be said, and when: kept for each person in each chat.
#[derive(Debug, Deserialize, Serialize)]
struct Reminder {
    /// Names the message that is scheduled.
    key: String,
    due: DateTime<Utc>,
    what: String,
    /// What its button carries: unlike a place in the list, it stays the same.
    number: u64,
}

#[derive(Debug, Default, Deserialize, Serialize)]
struct Reminders {
    last_number: u64,
    all: Vec<Reminder>,
}

/// What a button of the list carries.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
struct TakeBack(u64);

impl Callback for TakeBack {
    const NAME: &'static str = "take-back";
}

/// What follows `/remind`: `10m tea`.
#[derive(Debug, Eq, PartialEq)]
struct Wish {
    after: TimeDelta,
    what: String,
}

/// Nobody waits longer.
const LONGEST: TimeDelta = TimeDelta::days(10_000);

impl FromStr for Wish {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (after, what) = text.trim().split_once(' ').ok_or("nothing to say")?;
        let unit = after.chars().next_back().ok_or("no time")?;
        let number = after.strip_suffix(unit).and_then(|it| it.parse::<u32>().ok());
        let number = i64::from(number.ok_or("no number")?);
        let after = match unit {
            's' => TimeDelta::seconds(number),
            'm' => TimeDelta::minutes(number),
            'h' => TimeDelta::hours(number),
            'd' => TimeDelta::days(number),
            _ => return Err("no unit of time"),
        };
        if after > LONGEST {
            return Err("too far away");
        }
        Ok(Self { after, what: what.trim().to_owned() })
    }
}

pub(crate) fn bot() -> Router {
    Router::new()
        .command("remind", remind)
        .command("reminders", list)
        .data::<TakeBack, _>(take_back)
        // Also `/remind` without what belongs behind it.
        .started(usage)
        .text(usage)
}

async fn remind(ctx: Context, Args(wish): Args<Wish>) -> HandlerResult {
    let session = ctx.session("reminders")?;
    let mut reminders = upcoming(&ctx, &session).await?;
    let due = ctx.now() + wish.after;
    let key = ctx.reply_at(due, Text::new().bold("Remember: ").plain(&wish.what)).await?;
    ctx.reply(format!("I will remind you at {}.", time(due))).await?;

    reminders.last_number += 1;
    let number = reminders.last_number;
    reminders.all.push(Reminder { key, due, what: wish.what, number });
    session.set(&reminders).await?;
    Ok(())
}

async fn list(ctx: Context) -> HandlerResult {
    let reminders = upcoming(&ctx, &ctx.session("reminders")?).await?;
    ctx.reply(show(&reminders)?).await?;
    Ok(())
}

async fn take_back(ctx: Context, Data(TakeBack(number)): Data<TakeBack>) -> HandlerResult {
    let session = ctx.session("reminders")?;
    let mut reminders = upcoming(&ctx, &session).await?;
    let place = reminders.all.iter().position(|it| it.number == number);
    let notice = match place.map(|place| reminders.all.remove(place)) {
        Some(reminder) => {
            ctx.cancel(ctx.account().id.as_str(), &reminder.key).await?;
            format!("I will not remind you of {}", reminder.what)
        }
        None => "That was long ago".to_owned(),
    };
    session.set(&reminders).await?;
    ctx.edit_pressed(show(&reminders)?).await?;
    ctx.answer(notice).await?;
    Ok(())
}

async fn usage(ctx: Context) -> HandlerResult {
    ctx.reply("/remind 10m tea – in ten minutes; s, h and d are units, too.\n/reminders – a list.")
        .await?;
    Ok(())
}

/// The reminders whose time has not come.
async fn upcoming(ctx: &Context, session: &Session) -> Result<Reminders, EffectError> {
    let mut reminders: Reminders = session.get_or_default().await?;
    reminders.all.retain(|it| it.due > ctx.now());
    Ok(reminders)
}

fn show(reminders: &Reminders) -> Result<NewMessage, HandlerError> {
    if reminders.all.is_empty() {
        return Ok("There is nothing to remind you of.".into());
    }
    let mut text = Text::new().bold("To come:");
    let mut rows = Vec::new();
    for Reminder { due, what, number, .. } in &reminders.all {
        text = text.plain(format!("\n{} – {what}", time(*due)));
        // A label must not be as long as a person's words may be.
        let short: String = what.chars().take(20).collect();
        rows.push([Button::data(format!("Forget {short}"), &TakeBack(*number))?]);
    }
    Ok(NewMessage::new(text).with_keyboard(Keyboard::inline(rows)))
}

fn time(due: DateTime<Utc>) -> String {
    due.format("%H:%M on %-d %B (UTC)").to_string()
}

#[tokio::main]
async fn main() -> Result<(), gateway::StartError> {
    Gateway::from_env().await?.with_bot(bot()).run().await
}
