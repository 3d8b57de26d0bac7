//! What an update is made of.

use gateway_core::model::{
    Account, ButtonPress, Chat, InlineQuery, Message, Text, Update, UpdateKind, User,
};

use super::{FromContext, Rejection};
use crate::Context;

/// The message that somebody wrote or edited.
#[derive(Clone, Debug, PartialEq)]
pub struct ReceivedMessage(pub Message);

/// What that message says, without formatting; never empty. With it, ask for a
/// [`Text`](gateway_core::model::Text).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PlainText(pub String);

fn text(ctx: &Context) -> Result<&Text, Rejection> {
    ctx.text().filter(|text| !text.is_empty()).ok_or(Rejection::Missing("text"))
}

macro_rules! parts {
    ($($part:ty: $ctx:ident => $found:expr;)*) => {$(
        impl<S: Sync> FromContext<S> for $part {
            async fn from_context($ctx: &Context, _: &S) -> Result<Self, Rejection> {
                $found
            }
        }
    )*};
}

parts! {
    Update: ctx => Ok(ctx.update().clone());
    Account: ctx => Ok(ctx.account().clone());
    User: ctx => ctx.user().cloned().ok_or(Rejection::Missing("user"));
    Chat: ctx => ctx.update().chat().cloned().ok_or(Rejection::Missing("chat"));
    ReceivedMessage: ctx => ctx.message().cloned().map(Self).ok_or(Rejection::Missing("message"));
    Text: ctx => text(ctx).cloned();
    PlainText: ctx => text(ctx).map(|text| Self(text.plain_text().to_owned()));
    ButtonPress: ctx => ctx.button().cloned().ok_or(Rejection::Missing("button"));
    InlineQuery: ctx => match &ctx.update().kind {
        UpdateKind::InlineQuery(query) => Ok(query.clone()),
        _ => Err(Rejection::Missing("inline query")),
    };
}
