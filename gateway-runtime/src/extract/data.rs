//! What a pressed button carries.

use gateway_core::model::Callback;

use super::{FromContext, Rejection};
use crate::Context;

/// What the pressed button carries, as the [`Callback`] that it was made from.
///
/// Another button's payload counts as none, and one with this name that cannot be read as
/// unreadable: a button that was sent before its type changed.
///
/// ```
/// use gateway_core::model::Callback;
/// use gateway_runtime::extract::Data;
/// use gateway_runtime::{Context, HandlerResult, Router};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Debug, Deserialize, Serialize)]
/// enum Vote {
///     Tea,
///     Coffee,
/// }
///
/// impl Callback for Vote {
///     const NAME: &'static str = "vote";
/// }
///
/// async fn vote(ctx: Context, Data(vote): Data<Vote>) -> HandlerResult {
///     ctx.answer(format!("You voted for {vote:?}")).await?;
///     Ok(())
/// }
///
/// let bot: Router = Router::new().data::<Vote, _>(vote);
/// ```
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Data<T>(pub T);

impl<T: Callback> Data<T> {
    pub(crate) fn read(ctx: &Context) -> Result<Self, Rejection> {
        let payload = &ctx.button().ok_or(Rejection::Missing("button"))?.payload;
        match T::from_payload(payload) {
            Some(data) => Ok(Self(data)),
            None if name(payload) == T::NAME => {
                let why = format!("a {} button carries something else", T::NAME);
                Err(Rejection::unreadable("payload of the button", why))
            }
            None => Err(Rejection::Missing("button of this kind")),
        }
    }
}

impl<S: Sync, T: Callback> FromContext<S> for Data<T> {
    async fn from_context(ctx: &Context, _: &S) -> Result<Self, Rejection> {
        Self::read(ctx)
    }
}

/// What stands before the first colon.
pub(crate) fn name(payload: &str) -> &str {
    payload.split_once(':').map_or(payload, |(name, _)| name)
}
