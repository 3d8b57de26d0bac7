//! What handles an update: an async function of what it needs.

use std::any::type_name;
use std::marker::PhantomData;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::Context;
use crate::extract::{FromContext, Rejection};

/// Why a handler failed: any error.
pub type HandlerError = Box<dyn std::error::Error + Send + Sync>;

/// What most handlers return.
///
/// A closure with an async block says with it what its `?` turns errors into:
///
/// ```
/// use gateway_runtime::{Context, HandlerResult, Router};
///
/// let bot: Router = Router::new().text(|ctx: Context| async move {
///     ctx.reply("I am listening.").await?;
///     HandlerResult::Ok(())
/// });
/// ```
pub type HandlerResult = Result<(), HandlerError>;

/// What a handler may return: nothing, or a result of nothing whose error is any error.
#[diagnostic::on_unimplemented(
    message = "a handler cannot return `{Self}`",
    note = "it returns `()`, or `Result<(), E>` where `E` is an error that is `Send + Sync`"
)]
pub trait IntoHandlerResult {
    /// How the handler ended.
    fn into_handler_result(self) -> HandlerResult;
}

impl IntoHandlerResult for () {
    fn into_handler_result(self) -> HandlerResult {
        Ok(())
    }
}

impl<E: Into<HandlerError>> IntoHandlerResult for Result<(), E> {
    fn into_handler_result(self) -> HandlerResult {
        self.map_err(Into::into)
    }
}

/// A handler that has what it asks for; it begins when it is polled.
pub(crate) type Prepared = BoxFuture<'static, HandlerResult>;

/// An async function, or a closure that returns a future, of up to eight
/// [extractors](crate::extract).
///
/// It is there for these and need not be implemented. `T` are the extractors, `S` is the state of
/// the [`Router`](crate::Router).
///
/// ```
/// use gateway_core::model::User;
/// use gateway_runtime::extract::{Args, PlainText, State};
/// use gateway_runtime::{Context, EffectError, HandlerResult, Router};
///
/// async fn greet(ctx: Context, user: User) -> HandlerResult {
///     ctx.reply(format!("Hello, {}!", user.display_name())).await?;
///     Ok(())
/// }
///
/// async fn roll(ctx: Context, Args(sides): Args<u32>) -> Result<(), EffectError> {
///     ctx.reply(format!("A die with {sides} sides")).await.map(drop)
/// }
///
/// async fn listen(PlainText(text): PlainText, State(keyword): State<String>) {
///     if text.contains(&keyword) {
///         println!("somebody said it");
///     }
/// }
///
/// let bot: Router = Router::new()
///     .command("start", greet)
///     .command("roll", roll)
///     .text(listen)
///     .with_state("tea".to_owned());
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no handler",
    label = "no handler",
    note = "a handler is an async function that returns `()` or `Result<(), E>`, and its future is \
            `Send`",
    note = "it has up to eight arguments, and each is in the module `extract` or implements \
            `FromContext`"
)]
pub trait Handler<T, S>: Send + Sync + 'static {
    /// Takes from an update what the handler asks for.
    #[doc(hidden)]
    fn prepare<'a>(
        self: &'a Arc<Self>,
        context: &'a Context,
        state: &'a S,
    ) -> BoxFuture<'a, Result<BoxFuture<'static, HandlerResult>, Rejection>>;
}

macro_rules! handlers {
    ($($extractor:ident $extracted:ident),*) => {
        impl<F, R, S, $($extractor),*> Handler<($($extractor,)*), S> for F
        where
            F: Fn($($extractor),*) -> R + Send + Sync + 'static,
            R: Future + Send + 'static,
            R::Output: IntoHandlerResult,
            S: Send + Sync + 'static,
            $($extractor: FromContext<S> + Send + 'static,)*
        {
            fn prepare<'a>(
                self: &'a Arc<Self>,
                context: &'a Context,
                state: &'a S,
            ) -> BoxFuture<'a, Result<BoxFuture<'static, HandlerResult>, Rejection>> {
                let _ = (context, state);
                Box::pin(async move {
                    $(let $extracted = $extractor::from_context(context, state).await?;)*
                    let handler = self.clone();
                    let run = async move { handler($($extracted),*).await.into_handler_result() };
                    Ok(Box::pin(run) as BoxFuture<'static, HandlerResult>)
                })
            }
        }
    };
}

handlers!();
handlers!(A a);
handlers!(A a, B b);
handlers!(A a, B b, C c);
handlers!(A a, B b, C c, D d);
handlers!(A a, B b, C c, D d, E e);
handlers!(A a, B b, C c, D d, E e, G g);
handlers!(A a, B b, C c, D d, E e, G g, H h);
handlers!(A a, B b, C c, D d, E e, G g, H h, I i);

/// A handler in a router, whatever it asks for.
pub(crate) trait Target<S>: Send + Sync {
    fn prepare<'a>(
        &'a self,
        context: &'a Context,
        state: &'a S,
    ) -> BoxFuture<'a, Result<Prepared, Rejection>>;

    /// What the compiler calls it: for whoever reads a log.
    fn name(&self) -> &'static str;
}

/// A handler as it was given to the router.
pub(crate) struct Plain<H, T> {
    handler: Arc<H>,
    extractors: PhantomData<fn() -> T>,
}

impl<H, T> Plain<H, T> {
    pub(crate) fn new(handler: H) -> Self {
        Self { handler: Arc::new(handler), extractors: PhantomData }
    }
}

impl<H: Handler<T, S>, T, S> Target<S> for Plain<H, T> {
    fn prepare<'a>(
        &'a self,
        context: &'a Context,
        state: &'a S,
    ) -> BoxFuture<'a, Result<Prepared, Rejection>> {
        self.handler.prepare(context, state)
    }

    fn name(&self) -> &'static str {
        type_name::<H>()
    }
}

/// A handler that gets an update only after a look at it.
pub(crate) struct Checked<H> {
    pub(crate) check: fn(&Context) -> Result<(), Rejection>,
    pub(crate) inner: H,
}

impl<H: Target<S>, S> Target<S> for Checked<H> {
    fn prepare<'a>(
        &'a self,
        context: &'a Context,
        state: &'a S,
    ) -> BoxFuture<'a, Result<Prepared, Rejection>> {
        match (self.check)(context) {
            Ok(()) => self.inner.prepare(context, state),
            Err(rejection) => Box::pin(std::future::ready(Err(rejection))),
        }
    }

    fn name(&self) -> &'static str {
        self.inner.name()
    }
}

/// A handler that has its state, and fits into a router of any other.
pub(crate) struct Stateful<S> {
    pub(crate) inner: Arc<dyn Target<S>>,
    pub(crate) state: Arc<S>,
}

impl<S: Send + Sync, Other> Target<Other> for Stateful<S> {
    fn prepare<'a>(
        &'a self,
        context: &'a Context,
        _: &'a Other,
    ) -> BoxFuture<'a, Result<Prepared, Rejection>> {
        self.inner.prepare(context, &self.state)
    }

    fn name(&self) -> &'static str {
        self.inner.name()
    }
}
