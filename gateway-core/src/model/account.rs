//! Whose bot it is, and on which messenger.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::AccountId;

/// A messenger: `tamtam`, `max`, `potato`, or what an adapter of your own calls itself.
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct Platform(Cow<'static, str>);

impl Platform {
    /// MAX, the living successor of TamTam.
    pub const MAX: Self = Self::new("max");
    /// The messenger in memory that tests use.
    pub const MEMORY: Self = Self::new("memory");
    /// Potato.
    pub const POTATO: Self = Self::new("potato");
    /// TamTam, closed in February 2026.
    pub const TAMTAM: Self = Self::new("tamtam");

    /// A messenger by its name, in lower case.
    pub const fn new(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    /// The name, in lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One bot on one messenger.
#[derive(Clone, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
pub struct Account {
    /// The operator's name for it, unique in the gateway.
    pub id: AccountId,
    /// The messenger it lives on.
    pub platform: Platform,
}

impl Account {
    /// An account by its name and messenger.
    pub fn new(id: impl Into<AccountId>, platform: Platform) -> Self {
        Self { id: id.into(), platform }
    }
}
