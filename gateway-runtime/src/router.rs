//! Which handler gets an update.

use std::fmt;
use std::sync::Arc;

use crate::handler::{Handler, Plain, Stateful, Target};
use crate::{Context, HandlerResult};

mod filter;
mod layer;
mod routes;
mod search;

pub use filter::Filter;
pub use layer::Next;

use layer::Layer;

/// Routes, tried in their order: the first that fits gets the update.
///
/// ```
/// use gateway_runtime::extract::Args;
/// use gateway_runtime::{Context, HandlerResult, Router};
///
/// async fn start(ctx: Context) -> HandlerResult {
///     ctx.reply("Hello!").await?;
///     Ok(())
/// }
/// async fn vote(ctx: Context, Args(choice): Args) -> HandlerResult {
///     ctx.answer(format!("Thanks for {choice}!")).await?;
///     Ok(())
/// }
///
/// let bot: Router = Router::new().started(start).command("start", start).button("vote", vote);
/// assert!(format!("{bot:?}").starts_with("[started -> "));
/// ```
///
/// # When a route fits
///
/// Its [`Filter`] must hold, and its handler must get [all that it asks
/// for](crate::extract#what-does-not-fit). An update that no route takes is done: nothing becomes
/// of it, and nobody is told, but for a warning in the log when a filter held and a handler did not
/// get what it asks for. A [`fallback`](Self::fallback) at the end takes every update.
///
/// # State
///
/// `S` is what the handlers still lack: a router is a bot when it lacks nothing, as `Router` alone.
/// Handlers ask for [`State`](crate::extract::State), and [`with_state`](Self::with_state) gives it
/// to all that were added before.
///
/// ```
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicU64, Ordering};
///
/// use gateway_runtime::extract::State;
/// use gateway_runtime::{Context, HandlerResult, Router};
///
/// type Visits = Arc<AtomicU64>;
///
/// async fn visit(ctx: Context, State(visits): State<Visits>) -> HandlerResult {
///     let number = visits.fetch_add(1, Ordering::Relaxed) + 1;
///     ctx.reply(format!("You are visitor {number}")).await?;
///     Ok(())
/// }
///
/// let bot: Router = Router::new().started(visit).with_state(Visits::default());
/// ```
///
/// Its clones are cheap and have the same routes.
pub struct Router<S = ()> {
    routes: Arc<Vec<Route<S>>>,
}

pub(crate) struct Route<S> {
    filter: Filter,
    leads: Leads<S>,
    /// What lies around it, from the inside out.
    layers: Vec<Layer>,
}

enum Leads<S> {
    To(Arc<dyn Target<S>>),
    Into(Router<S>),
}

impl<S: Send + Sync + 'static> Router<S> {
    /// A router that leaves every update alone.
    pub fn new() -> Self {
        Self::default()
    }

    /// The updates that this filter is for.
    ///
    /// ```
    /// use gateway_core::model::{AttachmentKind, Update};
    /// use gateway_runtime::{Filter, Router};
    ///
    /// async fn see() {}
    /// async fn greet() {}
    ///
    /// let bot: Router = Router::new()
    ///     .on(Filter::attachment(AttachmentKind::Image) & Filter::in_group(), see)
    ///     .on(|update: &Update| update.locale.as_deref() == Some("de"), greet);
    /// ```
    #[must_use]
    pub fn on<T: 'static>(self, filter: impl Into<Filter>, handler: impl Handler<T, S>) -> Self {
        self.leading(filter.into(), Leads::To(Arc::new(Plain::new(handler))))
    }

    /// Another router, for the updates that this filter is for. Those that it does not take go on to
    /// the next route here.
    ///
    /// ```
    /// use gateway_core::model::Platform;
    /// use gateway_runtime::{Filter, Router};
    ///
    /// async fn menu() {}
    /// async fn welcome() {}
    /// async fn start() {}
    ///
    /// let talk = Router::new().started(menu).text(menu);
    /// let groups = Router::new().added(welcome).joined(welcome);
    /// let bot: Router = Router::new()
    ///     .nest(Filter::in_dialog() & Filter::on_platform(Platform::MAX), talk)
    ///     .nest(Filter::in_group(), groups)
    ///     .command("start", start);
    /// ```
    #[must_use]
    pub fn nest(self, filter: impl Into<Filter>, router: Self) -> Self {
        self.leading(filter.into(), Leads::Into(router))
    }

    /// The routes of another router, after those that are here. Each keeps the layers around it.
    #[must_use]
    pub fn merge(mut self, router: Self) -> Self {
        Arc::make_mut(&mut self.routes).extend(Arc::unwrap_or_clone(router.routes));
        self
    }

    /// Puts something around every route that was added to this router before, nested ones too. It
    /// sees what one of these routes takes, and may go on with [`Next::run`], stop by not doing so,
    /// and do something after.
    ///
    /// A layer that is added later lies around the earlier ones: it begins before them, and ends
    /// after them. What handlers ask for was taken from the update before the first layer begins, so
    /// a layer runs once for an update, around the route that got it.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use gateway_core::testing::{MemoryMessenger, Person};
    /// # use gateway_runtime::{Runtime, journal::MemoryJournal};
    /// # use tokio_util::sync::CancellationToken;
    /// use gateway_runtime::{Context, HandlerResult, Next, Router};
    ///
    /// async fn open_hours(ctx: Context) -> HandlerResult {
    ///     ctx.reply("Nine to five").await?;
    ///     Ok(())
    /// }
    ///
    /// async fn no_strangers(ctx: Context, next: Next) -> HandlerResult {
    ///     if ctx.user().is_some_and(|user| user.display_name() == "Anna") {
    ///         return next.run().await;
    ///     }
    ///     ctx.reply("I do not know you").await?;
    ///     Ok(())
    /// }
    ///
    /// let bot: Router = Router::new()
    ///     .text(open_hours)
    ///     .layer(no_strangers)
    ///     .layer(|ctx, next| async move {
    ///         let handled = next.run().await;
    ///         println!("{}: {}", ctx.update().id, if handled.is_ok() { "well" } else { "ill" });
    ///         handled
    ///     });
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// # let messenger = Arc::new(MemoryMessenger::new("test"));
    /// # let stop = CancellationToken::new();
    /// # let runtime = Runtime::new(Arc::new(MemoryJournal::default()), messenger.clock())
    /// #     .with_account(messenger.clone())
    /// #     .with_router(bot);
    /// # let anna = Person::new("Anna", messenger.clone());
    /// # let boris = Person::new("Boris", messenger);
    /// # let talk = async {
    ///
    /// anna.says("When?").await;
    /// anna.sees("Nine to five").await;
    /// boris.says("When?").await;
    /// boris.sees("I do not know you").await;
    /// # stop.cancel();
    /// # };
    /// # tokio::join!(runtime.run(stop.clone()), talk).0.unwrap();
    /// # });
    /// ```
    #[must_use]
    pub fn layer<F, R>(mut self, layer: F) -> Self
    where
        F: Fn(Context, Next) -> R + Send + Sync + 'static,
        R: Future<Output = HandlerResult> + Send + 'static,
    {
        let layer: Layer = Arc::new(move |context, next| Box::pin(layer(context, next)));
        for route in Arc::make_mut(&mut self.routes) {
            route.layers.push(layer.clone());
        }
        self
    }

    /// Gives the handlers that are here their state. What is added after may have another.
    #[must_use]
    pub fn with_state<Other>(self, state: S) -> Router<Other> {
        self.given(&Arc::new(state))
    }

    fn given<Other>(&self, state: &Arc<S>) -> Router<Other> {
        let routes = self.routes.iter().map(|route| {
            let leads = match &route.leads {
                Leads::To(target) => {
                    let (inner, state) = (target.clone(), state.clone());
                    Leads::To(Arc::new(Stateful { inner, state }) as Arc<dyn Target<Other>>)
                }
                Leads::Into(router) => Leads::Into(router.given(state)),
            };
            Route { filter: route.filter.clone(), leads, layers: route.layers.clone() }
        });
        Router { routes: Arc::new(routes.collect()) }
    }

    /// Whether any route waits for the answer to a question.
    pub(crate) fn expects_answers(&self) -> bool {
        self.routes.iter().any(|route| {
            route.filter.asks_for_answers()
                || matches!(&route.leads, Leads::Into(router) if router.expects_answers())
        })
    }

    /// Puts a layer around the route that was added last.
    fn within(mut self, layer: Layer) -> Self {
        if let Some(route) = Arc::make_mut(&mut self.routes).last_mut() {
            route.layers.push(layer);
        }
        self
    }

    fn leading(mut self, filter: Filter, leads: Leads<S>) -> Self {
        let route = Route { filter, leads, layers: Vec::new() };
        Arc::make_mut(&mut self.routes).push(route);
        self
    }
}

impl<S> Default for Router<S> {
    fn default() -> Self {
        Self { routes: Arc::default() }
    }
}

impl<S> Clone for Router<S> {
    fn clone(&self) -> Self {
        Self { routes: self.routes.clone() }
    }
}

impl<S> Clone for Route<S> {
    fn clone(&self) -> Self {
        let leads = match &self.leads {
            Leads::To(target) => Leads::To(target.clone()),
            Leads::Into(router) => Leads::Into(router.clone()),
        };
        Self { filter: self.filter.clone(), leads, layers: self.layers.clone() }
    }
}

/// Its routes in their order, each with the name of its handler.
impl<S> fmt::Debug for Router<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.routes.iter()).finish()
    }
}

impl<S> fmt::Debug for Route<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} -> ", self.filter)?;
        match &self.leads {
            Leads::To(target) => f.write_str(target.name()),
            Leads::Into(router) => router.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests;
