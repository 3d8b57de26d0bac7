//! What follows a command.

use std::fmt;
use std::str::FromStr;

use gateway_core::model::{UpdateKind, User};

use super::{FromContext, Rejection};
use crate::{Context, HandlerError};

/// What follows the command or the button's name, without the space around it: `tea` of
/// `/vote tea`, of `/vote@helper_bot tea`, and of the payload `vote:tea`.
///
/// As a `String` it is there whenever the update is a command or a press, and may be empty. As
/// anything else it is parsed by [`FromStr`]; then nothing counts as none, unless the type can be
/// parsed from an empty string.
///
/// ```
/// use gateway_runtime::extract::Args;
/// use gateway_runtime::{Context, HandlerResult, Router};
///
/// async fn say(ctx: Context, Args(words): Args) -> HandlerResult {
///     ctx.reply(words).await?;
///     Ok(())
/// }
/// async fn roll(ctx: Context, sides: Option<Args<u32>>) -> HandlerResult {
///     let sides = sides.map_or(6, |Args(sides)| sides);
///     ctx.reply(format!("A die with {sides} sides")).await?;
///     Ok(())
/// }
///
/// let bot: Router = Router::new().command("say", say).command("roll", roll).button("roll", roll);
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Args<T = String>(pub T);

impl<T: fmt::Display> fmt::Display for Args<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<S: Sync, T> FromContext<S> for Args<T>
where
    T: FromStr,
    T::Err: Into<HandlerError>,
{
    async fn from_context(ctx: &Context, _: &S) -> Result<Self, Rejection> {
        let args = args(ctx).ok_or(Rejection::Missing("command"))?;
        match args.parse() {
            Ok(args) => Ok(Self(args)),
            Err(_) if args.is_empty() => Err(Rejection::Missing("argument")),
            Err(error) => Err(Rejection::unreadable("argument", error)),
        }
    }
}

fn args(ctx: &Context) -> Option<&str> {
    match ctx.button() {
        Some(press) => Some(press.payload.split_once(':').map_or("", |(_, args)| args.trim())),
        None => Some(Command::read(ctx.text()?.plain_text(), ctx.me())?.args),
    }
}

/// What the link that led a person to the bot carries: the payload of the start, or what follows
/// `/start` where a messenger turns such a link into a message. Never empty.
///
/// ```
/// use gateway_runtime::extract::StartPayload;
/// use gateway_runtime::{Context, HandlerResult, Router};
///
/// async fn invited(ctx: Context, StartPayload(by): StartPayload) -> HandlerResult {
///     ctx.reply(format!("You were invited: {by}")).await?;
///     Ok(())
/// }
///
/// let bot: Router = Router::new().started_with("invite-", invited);
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct StartPayload(pub String);

impl<S: Sync> FromContext<S> for StartPayload {
    async fn from_context(ctx: &Context, _: &S) -> Result<Self, Rejection> {
        let payload = start_payload(ctx).ok_or(Rejection::Missing("payload of a start"))?;
        Ok(Self(payload.to_owned()))
    }
}

pub(crate) fn start_payload(ctx: &Context) -> Option<&str> {
    let payload = match &ctx.update().kind {
        UpdateKind::BotStarted { payload, .. } => payload.as_deref()?,
        UpdateKind::MessageCreated { message } => {
            let command = Command::read(message.text.plain_text(), ctx.me())?;
            (command.name == "start").then_some(command.args)?
        }
        _ => return None,
    };
    (!payload.is_empty()).then_some(payload)
}

/// A command in a text.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Command<'a> {
    pub(crate) name: &'a str,
    pub(crate) args: &'a str,
}

impl<'a> Command<'a> {
    /// The command that a text is, unless it is addressed to another bot.
    pub(crate) fn read(text: &'a str, me: &User) -> Option<Self> {
        let text = text.strip_prefix('/')?;
        let (name, args) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let name = match name.split_once('@') {
            None => name,
            Some((name, bot)) => {
                let mine = me.username.as_ref().is_some_and(|it| it.eq_ignore_ascii_case(bot));
                mine.then_some(name)?
            }
        };
        (!name.is_empty()).then(|| Self { name, args: args.trim() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_may_name_this_bot_and_no_other() {
        let mut me = User::new("1");
        let name = |text, me: &User| Command::read(text, me).map(|it| it.name.to_owned());
        assert_eq!(name("/start@helper_bot", &me), None);
        me.username = Some("helper_bot".to_owned());
        assert_eq!(name("/start now", &me).as_deref(), Some("start"));
        assert_eq!(name("/start@Helper_Bot", &me).as_deref(), Some("start"));
        assert_eq!(name("/start@other_bot", &me), None);
        for none in ["start", "/", "/@helper_bot", "/ start", " /start", ""] {
            assert_eq!(name(none, &me), None, "{none:?}");
        }
    }

    #[test]
    fn what_follows_a_command_is_without_the_space_around_it() {
        let me = User { username: Some("helper_bot".to_owned()), ..User::new("1") };
        for (text, args) in [
            ("/vote", ""),
            ("/vote  ", ""),
            ("/vote tea", "tea"),
            ("/vote\n  tea and\ncake ", "tea and\ncake"),
            ("/vote@helper_bot tea", "tea"),
        ] {
            assert_eq!(Command::read(text, &me), Some(Command { name: "vote", args }), "{text:?}");
        }
    }
}
