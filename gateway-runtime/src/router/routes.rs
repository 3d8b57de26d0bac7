//! The routes that most bots need, each by its name.

use std::sync::Arc;

use gateway_core::model::{Callback, UpdateKind};
use regex::Regex;

use super::layer::{Layer, Next};
use super::{Filter, Leads, Router};
use crate::Context;
use crate::extract::Data;
use crate::handler::{Checked, Handler, Plain};

/// What people do, and what happens to the bot.
impl<S: Send + Sync + 'static> Router<S> {
    /// A person started the bot: [`Filter::started`].
    #[must_use]
    pub fn started<T: 'static>(self, handler: impl Handler<T, S>) -> Self {
        self.on(Filter::started(), handler)
    }

    /// A person came to the bot by a link whose payload begins with `prefix`:
    /// [`Filter::started_with`]. The payload is a [`StartPayload`](crate::extract::StartPayload).
    ///
    /// Routes for [`started`](Self::started) and the command `start` fit such an update, too: they
    /// belong below this one.
    #[must_use]
    pub fn started_with<T: 'static>(self, prefix: &str, handler: impl Handler<T, S>) -> Self {
        self.on(Filter::started_with(prefix), handler)
    }

    /// A person stopped the bot: [`Filter::stopped`].
    #[must_use]
    pub fn stopped<T: 'static>(self, handler: impl Handler<T, S>) -> Self {
        self.on(Filter::stopped(), handler)
    }

    /// Somebody wrote `/name`: [`Filter::command`]. What follows it are
    /// [`Args`](crate::extract::Args).
    #[must_use]
    pub fn command<T: 'static>(self, name: &str, handler: impl Handler<T, S>) -> Self {
        self.on(Filter::command(name), handler)
    }

    /// Somebody answered the question that they were [asked](Context::ask) under this name: with
    /// their next message in that chat, also after a restart.
    ///
    /// The question is no longer open when the handler begins; it may ask again, or ask the next
    /// one. Routes above this one are tried first, so that `/cancel` can be one of them: it
    /// [stops asking](Context::stop_asking).
    ///
    /// ```
    /// use gateway_runtime::extract::PlainText;
    /// use gateway_runtime::{Context, HandlerResult, Router};
    ///
    /// async fn start(ctx: Context) -> HandlerResult {
    ///     ctx.ask("name", "What is your name?").await?;
    ///     Ok(())
    /// }
    ///
    /// async fn named(ctx: Context, PlainText(name): PlainText) -> HandlerResult {
    ///     ctx.reply(format!("Hello, {name}!")).await?;
    ///     Ok(())
    /// }
    ///
    /// let bot: Router = Router::new().command("start", start).answer("name", named);
    /// ```
    #[must_use]
    pub fn answer<T: 'static>(self, name: &str, handler: impl Handler<T, S>) -> Self {
        let answered = |ctx: Context, next: Next| async move {
            ctx.stop_asking().await?;
            next.run().await
        };
        let answered: Layer = Arc::new(move |ctx, next| Box::pin(answered(ctx, next)));
        self.on(Filter::answer(name), handler).within(answered)
    }

    /// Somebody pressed a button whose payload is `name`, alone or with `:` and more after it:
    /// [`Filter::button`].
    #[must_use]
    pub fn button<T: 'static>(self, name: &str, handler: impl Handler<T, S>) -> Self {
        self.on(Filter::button(name), handler)
    }

    /// Somebody pressed a button that carries a `C`. What it carries is [`Data<C>`](Data).
    ///
    /// It is written `.data::<Vote, _>(vote)`. A payload with the name of `C` that cannot be read
    /// goes to the next route, even when the handler does not ask for it.
    #[must_use]
    pub fn data<C: Callback + 'static, T: 'static>(self, handler: impl Handler<T, S>) -> Self {
        let check = |ctx: &Context| Data::<C>::read(ctx).map(drop);
        let target = Checked { check, inner: Plain::new(handler) };
        self.leading(Filter::data::<C>(), Leads::To(Arc::new(target)))
    }

    /// Somebody wrote, with or without text: [`Filter::message`].
    #[must_use]
    pub fn message<T: 'static>(self, handler: impl Handler<T, S>) -> Self {
        self.on(Filter::message(), handler)
    }

    /// Somebody wrote a text: [`Filter::text`]. Commands are texts, too.
    #[must_use]
    pub fn text<T: 'static>(self, handler: impl Handler<T, S>) -> Self {
        self.on(Filter::text(), handler)
    }

    /// Somebody wrote a text for which the filter holds.
    ///
    /// ```
    /// use gateway_runtime::{Filter, Router};
    ///
    /// async fn greet() {}
    ///
    /// let bot: Router =
    ///     Router::new().text_where(Filter::equals("hello") | Filter::starts_with("hello "), greet);
    /// ```
    #[must_use]
    pub fn text_where<T: 'static>(
        self,
        filter: impl Into<Filter>,
        handler: impl Handler<T, S>,
    ) -> Self {
        self.on(Filter::text().and(filter), handler)
    }

    /// Somebody wrote a text that fits the pattern, or has a part that does. What the pattern found
    /// are [`Captures`](crate::extract::Captures).
    #[must_use]
    pub fn regex<T: 'static>(self, pattern: Regex, handler: impl Handler<T, S>) -> Self {
        self.text_where(Filter::regex(pattern), handler)
    }

    /// Somebody changed a message: [`Filter::edited`].
    #[must_use]
    pub fn edited<T: 'static>(self, handler: impl Handler<T, S>) -> Self {
        self.on(Filter::edited(), handler)
    }

    /// Somebody deleted a message: [`Filter::deleted`].
    #[must_use]
    pub fn deleted<T: 'static>(self, handler: impl Handler<T, S>) -> Self {
        self.on(Filter::deleted(), handler)
    }

    /// People came into a group or channel: [`Filter::joined`].
    #[must_use]
    pub fn joined<T: 'static>(self, handler: impl Handler<T, S>) -> Self {
        self.on(Filter::joined(), handler)
    }

    /// Somebody left a group or channel: [`Filter::left`].
    #[must_use]
    pub fn left<T: 'static>(self, handler: impl Handler<T, S>) -> Self {
        self.on(Filter::left(), handler)
    }

    /// Somebody brought the bot into a group or channel: [`Filter::added`].
    #[must_use]
    pub fn added<T: 'static>(self, handler: impl Handler<T, S>) -> Self {
        self.on(Filter::added(), handler)
    }

    /// Somebody put the bot out of a group or channel: [`Filter::removed`].
    #[must_use]
    pub fn removed<T: 'static>(self, handler: impl Handler<T, S>) -> Self {
        self.on(Filter::removed(), handler)
    }

    /// A group or channel has another title: [`Filter::title_changed`].
    #[must_use]
    pub fn title_changed<T: 'static>(self, handler: impl Handler<T, S>) -> Self {
        self.on(Filter::title_changed(), handler)
    }

    /// Somebody types to the bot in another chat: [`Filter::inline_query`].
    #[must_use]
    pub fn inline_query<T: 'static>(self, handler: impl Handler<T, S>) -> Self {
        self.on(Filter::inline_query(), handler)
    }

    /// Something happened for which there is no other route here.
    ///
    /// ```
    /// use gateway_core::model::UpdateKind;
    /// use gateway_runtime::Router;
    ///
    /// async fn forget() {}
    ///
    /// let bot: Router =
    ///     Router::new().kind(|kind| matches!(kind, UpdateKind::DialogCleared { .. }), forget);
    /// ```
    #[must_use]
    pub fn kind<T: 'static>(
        self,
        test: impl Fn(&UpdateKind) -> bool + Send + Sync + 'static,
        handler: impl Handler<T, S>,
    ) -> Self {
        self.on(Filter::kind(test), handler)
    }

    /// Anything at all: also edits, starts, and updates of which the adapter knows nothing but their
    /// kind. Routes below it are never reached, unless its handler does not get what it asks for.
    #[must_use]
    pub fn fallback<T: 'static>(self, handler: impl Handler<T, S>) -> Self {
        self.on(Filter::any(), handler)
    }
}
