//! What a pattern found in a text.

use std::sync::Arc;

use regex::Regex;

use super::{FromContext, Rejection};
use crate::Context;

/// What the pattern of the route found in the text: by number, where 0 is all that the pattern fits,
/// and by name.
///
/// It is of the last pattern that the text had to fit on its way to the handler: the route's, or
/// else that of a router around it.
///
/// ```
/// use gateway_runtime::extract::Captures;
/// use gateway_runtime::{Context, HandlerResult, Regex, Router};
///
/// async fn remind(ctx: Context, found: Captures) -> HandlerResult {
///     let minutes: u64 = found.get(1).unwrap_or_default().parse()?;
///     let of = found.name("what").unwrap_or("something");
///     ctx.reply(format!("I will remind you of {of} in {minutes} minutes.")).await?;
///     Ok(())
/// }
///
/// # fn bot() -> Result<Router, Box<dyn std::error::Error>> {
/// let pattern = Regex::new(r"^in (\d+) minutes: (?<what>.+)$")?;
/// let bot = Router::new().regex(pattern, remind);
/// # Ok(bot)
/// # }
/// # bot().unwrap();
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Captures(Arc<[Group]>);

#[derive(Clone, Debug, Eq, PartialEq)]
struct Group {
    name: Option<String>,
    found: Option<String>,
}

impl Captures {
    pub(crate) fn of(pattern: &Regex, text: &str) -> Option<Self> {
        let found = pattern.captures(text)?;
        let groups = pattern.capture_names().zip(found.iter()).map(|(name, found)| Group {
            name: name.map(str::to_owned),
            found: found.map(|it| it.as_str().to_owned()),
        });
        Some(Self(groups.collect()))
    }

    /// What the group of this number found; `None` when it found nothing, or there is none.
    pub fn get(&self, number: usize) -> Option<&str> {
        self.0.get(number)?.found.as_deref()
    }

    /// What the group of this name found; `None` when it found nothing, or there is none.
    pub fn name(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|group| group.name.as_deref() == Some(name))?.found.as_deref()
    }

    /// What each group found, in their order from 0.
    pub fn iter(&self) -> impl Iterator<Item = Option<&str>> {
        self.0.iter().map(|group| group.found.as_deref())
    }
}

impl<S: Sync> FromContext<S> for Captures {
    async fn from_context(ctx: &Context, _: &S) -> Result<Self, Rejection> {
        ctx.captures.clone().ok_or(Rejection::Missing("captures of a pattern"))
    }
}
