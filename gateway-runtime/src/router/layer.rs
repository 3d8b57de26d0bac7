//! What lies around handlers.

use std::fmt;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::handler::Prepared;
use crate::{Context, HandlerResult};

/// What lies around handlers: see [`Router::layer`](crate::Router::layer).
pub(crate) type Layer =
    Arc<dyn Fn(Context, Next) -> BoxFuture<'static, HandlerResult> + Send + Sync>;

/// The way on from a layer: the layer below it, or the handler.
///
/// A layer that drops it stops the update there.
#[must_use = "unless it is run, the handler never is"]
pub struct Next {
    below: Prepared,
}

impl Next {
    /// Goes on, and tells how that ended.
    pub async fn run(self) -> HandlerResult {
        self.below.await
    }
}

impl fmt::Debug for Next {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Next").finish_non_exhaustive()
    }
}

/// Puts a layer around a handler.
pub(crate) fn around(layer: Layer, context: Context, below: Prepared) -> Prepared {
    // A layer is not even called when one around it stops the update.
    Box::pin(async move { layer(context, Next { below }).await })
}
