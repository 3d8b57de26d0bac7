//! What handlers share.

use super::{FromContext, Rejection};
use crate::Context;

/// A part of the router's state: what [`Router::with_state`](crate::Router::with_state) was given,
/// or what [`FromRef`] makes of it.
///
/// It is a clone, so what handlers change together stands in an [`Arc`](std::sync::Arc). A router
/// that lacks it does not compile as a bot:
///
/// ```compile_fail
/// use gateway_runtime::Router;
/// use gateway_runtime::extract::State;
///
/// async fn count(State(votes): State<u64>) {}
///
/// let bot: Router = Router::new().text(count);
/// ```
///
/// and with it, it does:
///
/// ```
/// # use gateway_runtime::Router;
/// # use gateway_runtime::extract::State;
/// # async fn count(State(votes): State<u64>) {}
/// let bot: Router = Router::new().text(count).with_state(7_u64);
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct State<T>(pub T);

/// What can be taken from a state: the state itself, and the parts for which this is implemented.
///
/// ```
/// use gateway_runtime::Router;
/// use gateway_runtime::extract::{FromRef, State};
///
/// #[derive(Clone)]
/// struct App {
///     greeting: String,
///     limit: u32,
/// }
///
/// impl FromRef<App> for u32 {
///     fn from_ref(app: &App) -> Self {
///         app.limit
///     }
/// }
///
/// async fn whole(State(app): State<App>) {}
/// async fn part(State(limit): State<u32>) {}
///
/// let app = App { greeting: "Hello".to_owned(), limit: 3 };
/// let bot: Router = Router::new().command("all", whole).text(part).with_state(app);
/// ```
pub trait FromRef<S> {
    /// Takes the part.
    fn from_ref(state: &S) -> Self;
}

impl<T: Clone> FromRef<T> for T {
    fn from_ref(state: &T) -> Self {
        state.clone()
    }
}

impl<S: Sync, T: FromRef<S>> FromContext<S> for State<T> {
    async fn from_context(_: &Context, state: &S) -> Result<Self, Rejection> {
        Ok(Self(T::from_ref(state)))
    }
}
