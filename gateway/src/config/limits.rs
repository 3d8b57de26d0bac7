//! `[accounts.limits]`: what is asked of a messenger at most.

use std::fmt;
use std::str::FromStr;

use super::kinds::{Kind, kind, quoted};
use super::rate::{NoRate, WrittenRate};
use super::reading::Section;

/// What an operator says about an account's limits; where nothing is said, the messenger's own hold.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Limits {
    /// `account`: everything that it asks for.
    pub account: Option<Limit>,
    /// `chat`: what goes to one chat.
    pub chat: Option<Limit>,
    /// `poll`: polls for updates.
    pub poll: Option<Limit>,
}

/// A limit, or the word that there is none.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Limit {
    /// `off`
    Off,
    /// Such as `30`, a second, or `20/1m`.
    Rate(WrittenRate),
}

const LIMIT: Kind<Limit> = kind(
    "a rate: \"30\" is one, a second, and so are \"1:5\" and \"20/1m\"; or \"off\"",
    |given| given.text()?.parse().ok(),
    |it| quoted(&it.to_string()),
);

pub(super) fn limits(account: &mut Section<'_, '_>) -> Limits {
    let mut section = account.section("limits");
    let limits = Limits {
        account: section.maybe("account", &[], &LIMIT).value,
        chat: section.maybe("chat", &[], &LIMIT).value,
        poll: section.maybe("poll", &[], &LIMIT).value,
    };
    section.end();
    limits
}

impl Limits {
    /// The same over those that hold otherwise.
    #[cfg(any(feature = "tamtam", feature = "potato"))]
    pub(crate) fn over(
        &self,
        usual: gateway_core::http::RateLimits,
    ) -> gateway_core::http::RateLimits {
        let choose = |said: &Option<Limit>, usual| match said {
            Some(Limit::Rate(rate)) => Some(rate.rate()),
            Some(Limit::Off) => None,
            None => usual,
        };
        gateway_core::http::RateLimits {
            account: choose(&self.account, usual.account),
            chat: choose(&self.chat, usual.chat),
            poll: choose(&self.poll, usual.poll),
            ..usual
        }
    }
}

impl FromStr for Limit {
    type Err = NoRate;

    fn from_str(text: &str) -> Result<Self, NoRate> {
        if text == "off" { Ok(Self::Off) } else { text.parse().map(Self::Rate) }
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Off => f.write_str("off"),
            Self::Rate(rate) => rate.fmt(f),
        }
    }
}
