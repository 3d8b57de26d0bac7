//! Which handler gets an update.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use gateway_core::model::{Update, UpdateKind, User};

use crate::Context;

/// Why a handler failed: any error.
pub type HandlerError = Box<dyn std::error::Error + Send + Sync>;

/// What a handler returns.
pub type HandlerResult = Result<(), HandlerError>;

/// An async function from a [`Context`] to a [`HandlerResult`].
pub trait Handler: Send + Sync + 'static {
    /// Handles an update.
    fn handle(&self, context: Context) -> BoxFuture<'static, HandlerResult>;
}

impl<F, R> Handler for F
where
    F: Fn(Context) -> R + Send + Sync + 'static,
    R: Future<Output = HandlerResult> + Send + 'static,
{
    fn handle(&self, context: Context) -> BoxFuture<'static, HandlerResult> {
        self(context).boxed()
    }
}

/// Routes, tried in their order: the first that fits gets the update.
///
/// ```
/// use gateway_runtime::{Context, HandlerResult, Router};
///
/// async fn start(ctx: Context) -> HandlerResult {
///     ctx.reply("Hello!").await?;
///     Ok(())
/// }
/// async fn vote(ctx: Context) -> HandlerResult {
///     ctx.answer(format!("Thanks for {}!", ctx.argument())).await?;
///     Ok(())
/// }
///
/// let bot = Router::new().started(start).command("start", start).button("vote", vote);
/// ```
#[derive(Clone, Default)]
pub struct Router {
    routes: Vec<(Route, Arc<dyn Handler>)>,
}

#[derive(Clone, Debug)]
enum Route {
    Started,
    Command(String),
    Button(String),
    Text,
    Fallback,
}

impl Router {
    /// A router that leaves every update alone.
    pub fn new() -> Self {
        Self::default()
    }

    /// A person started the bot.
    #[must_use]
    pub fn started(self, handler: impl Handler) -> Self {
        self.route(Route::Started, handler)
    }

    /// Somebody wrote `/name`, alone or with something after it, or `/name@bot` with this bot's
    /// public name.
    #[must_use]
    pub fn command(self, name: &str, handler: impl Handler) -> Self {
        self.route(Route::Command(name.to_owned()), handler)
    }

    /// Somebody pressed a button whose payload is `name`, alone or with `:` and more after it.
    #[must_use]
    pub fn button(self, name: &str, handler: impl Handler) -> Self {
        self.route(Route::Button(name.to_owned()), handler)
    }

    /// Somebody wrote a text.
    #[must_use]
    pub fn text(self, handler: impl Handler) -> Self {
        self.route(Route::Text, handler)
    }

    /// Anything at all: also edits, starts, and updates of which the adapter knows nothing but their
    /// kind.
    #[must_use]
    pub fn fallback(self, handler: impl Handler) -> Self {
        self.route(Route::Fallback, handler)
    }

    fn route(mut self, route: Route, handler: impl Handler) -> Self {
        self.routes.push((route, Arc::new(handler)));
        self
    }

    /// The handler for an update; `None` when no route fits.
    pub(crate) fn find(&self, update: &Update, me: &User) -> Option<&Arc<dyn Handler>> {
        self.routes.iter().find(|(route, _)| route.fits(update, me)).map(|(_, handler)| handler)
    }
}

impl Route {
    fn fits(&self, update: &Update, me: &User) -> bool {
        match (self, &update.kind) {
            (Self::Started, UpdateKind::BotStarted { .. }) | (Self::Fallback, _) => true,
            (Self::Text, UpdateKind::MessageCreated { message }) => !message.text.is_empty(),
            (Self::Command(name), UpdateKind::MessageCreated { message }) => {
                command(message.text.plain_text(), me).is_some_and(|it| it == name)
            }
            (Self::Button(name), UpdateKind::ButtonPressed(press)) => {
                press.payload.split(':').next().is_some_and(|it| it == name)
            }
            _ => false,
        }
    }
}

/// The name of the command that a text is, unless it is addressed to another bot.
fn command<'a>(text: &'a str, me: &User) -> Option<&'a str> {
    let name = text.strip_prefix('/')?.split_whitespace().next()?;
    match name.split_once('@') {
        None => Some(name),
        Some((name, bot)) => {
            let mine = me.username.as_ref().is_some_and(|it| it.eq_ignore_ascii_case(bot));
            mine.then_some(name)
        }
    }
}

impl fmt::Debug for Router {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.routes.iter().map(|(route, _)| route)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_may_name_this_bot_and_no_other() {
        let mut me = User::new("1");
        me.username = Some("helper_bot".to_owned());
        assert_eq!(command("/start now", &me), Some("start"));
        assert_eq!(command("/start@Helper_Bot", &me), Some("start"));
        assert_eq!(command("/start@other_bot", &me), None);
        assert_eq!(command("start", &me), None);
        assert_eq!(command("/", &me), None);
    }
}
