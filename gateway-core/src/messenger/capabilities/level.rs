//! How well a messenger carries something.

use std::collections::BTreeMap;

/// How well a messenger carries something, from the worst to the best.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Level {
    /// The whole message is refused.
    Rejected,
    /// It is left out, the text under it stays. A button never is: it becomes text.
    Dropped,
    /// [`fit`](crate::fit) shows it as something else.
    Fallback,
    /// The messenger takes it, and shows less than was asked for.
    Partial,
    /// It arrives as it was sent.
    Full,
}

/// How well each of several kinds is carried; what is not listed is [`Level::Dropped`].
///
/// ```
/// use gateway_core::messenger::{Level, Levels};
/// use gateway_core::model::StyleKind;
///
/// let styles = Levels::all(Level::Full, [StyleKind::Bold, StyleKind::Italic])
///     .with(StyleKind::Code, Level::Partial);
///
/// assert_eq!(styles.of(StyleKind::Bold), Level::Full);
/// assert!(styles.carries(StyleKind::Code));
/// assert!(!styles.carries(StyleKind::Quote));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Levels<K: Ord>(BTreeMap<K, Level>);

impl<K: Ord + Copy> Levels<K> {
    /// Nothing is carried.
    pub fn none() -> Self {
        Self(BTreeMap::new())
    }

    /// All of these are carried as well as this.
    pub fn all(level: Level, kinds: impl IntoIterator<Item = K>) -> Self {
        Self(kinds.into_iter().map(|kind| (kind, level)).collect())
    }

    /// The same, and this kind as well as this.
    #[must_use]
    pub fn with(mut self, kind: K, level: Level) -> Self {
        self.0.insert(kind, level);
        self
    }

    /// How well a kind is carried.
    pub fn of(&self, kind: K) -> Level {
        self.0.get(&kind).copied().unwrap_or(Level::Dropped)
    }

    /// Whether the messenger takes a kind at all.
    pub fn carries(&self, kind: K) -> bool {
        self.of(kind) >= Level::Partial
    }
}

impl<K: Ord> Default for Levels<K> {
    /// Nothing is carried.
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}
