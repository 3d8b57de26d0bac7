//! The way of an update through the routes.

use std::fmt::Write as _;
use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;

use super::layer::{self, Layer};
use super::{Filter, Leads, Route, Router};
use crate::extract::Rejection;
use crate::handler::{Prepared, Target};
use crate::{Context, HandlerResult};

impl Router {
    /// What becomes of an update; `None` when no route fits.
    ///
    /// Whether a handler gets what it asks for may need a wait, so it is found out by the future;
    /// when none does, it ends well.
    pub(crate) fn handle(&self, context: Context) -> Option<BoxFuture<'static, HandlerResult>> {
        let mut search = Search::new(self, context);
        let first = search.next()?;
        Some(search.run(first).boxed())
    }
}

/// Goes through the routes in their order, and into the routers between them.
struct Search {
    context: Context,
    /// The router in which it is, and those around it.
    levels: Vec<Level>,
}

/// A router, and how far the search is in it.
struct Level {
    routes: Arc<Vec<Route<()>>>,
    next: usize,
    context: Context,
    /// What lies around the router, from the inside out.
    layers: Vec<Layer>,
}

/// A route whose filter fits.
struct Candidate {
    filter: Filter,
    target: Arc<dyn Target<()>>,
    context: Context,
    /// From the inside out.
    layers: Vec<Layer>,
}

impl Search {
    fn new(router: &Router, context: Context) -> Self {
        let routes = router.routes.clone();
        let level = Level { routes, next: 0, context: context.clone(), layers: Vec::new() };
        Self { context, levels: vec![level] }
    }

    async fn run(mut self, first: Candidate) -> HandlerResult {
        let mut passed_on = String::new();
        let mut candidate = Some(first);
        while let Some(it) = candidate {
            let handled: Prepared = match it.target.prepare(&it.context, &()).await {
                Ok(handled) => handled,
                Err(Rejection::Failed(error)) => Box::pin(std::future::ready(Err(error))),
                Err(rejection) => {
                    tracing::debug!(
                        update = %self.context.update().id, %rejection, handler = it.target.name(),
                        "not for this handler"
                    );
                    let gap = if passed_on.is_empty() { "" } else { "; " };
                    let (filter, name) = (&it.filter, it.target.name());
                    // Writing to a string cannot fail.
                    let _ = write!(passed_on, "{gap}{filter:?} -> {name}: {rejection}");
                    candidate = self.next();
                    continue;
                }
            };
            let context = it.context;
            let around = |below, layer| layer::around(layer, context.clone(), below);
            return it.layers.into_iter().fold(handled, around).await;
        }
        let (account, update) = (&self.context.update().account, &self.context.update().id);
        tracing::warn!(%account, %update, passed_on, "no handler takes the update");
        Ok(())
    }
}

impl Iterator for Search {
    type Item = Candidate;

    fn next(&mut self) -> Option<Candidate> {
        loop {
            let level = self.levels.last_mut()?;
            let Some(route) = level.routes.get(level.next) else {
                self.levels.pop();
                continue;
            };
            level.next += 1;
            let mut context = level.context.clone();
            if !route.filter.fits(&level.context, &mut context.captures) {
                continue;
            }
            let layers: Vec<Layer> = route.layers.iter().chain(&level.layers).cloned().collect();
            match &route.leads {
                Leads::To(target) => {
                    let (filter, target) = (route.filter.clone(), target.clone());
                    return Some(Candidate { filter, target, context, layers });
                }
                Leads::Into(router) => {
                    let routes = router.routes.clone();
                    self.levels.push(Level { routes, next: 0, context, layers });
                }
            }
        }
    }
}
