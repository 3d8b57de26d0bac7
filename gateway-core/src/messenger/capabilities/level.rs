//! How well a messenger carries something.

use std::fmt;
use std::marker::PhantomData;

use super::Feature;
use crate::model::{ActionKind, KeyboardPlace, StyleKind};

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
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct Levels<K: Kind> {
    levels: [Level; MOST_KINDS],
    kinds: PhantomData<K>,
}

/// Most kinds that there are of anything.
const MOST_KINDS: usize = 16;

/// Kinds that are counted out.
pub trait Kind: Copy + fmt::Debug + 'static {
    /// All of them, each at the place that its [`index`](Self::index) says.
    const ALL: &'static [Self];

    /// Its place among them.
    fn index(self) -> usize;
}

macro_rules! kinds {
    ($($kind:ident)*) => {$(
        impl Kind for $kind {
            const ALL: &'static [Self] = {
                assert!($kind::ALL.len() <= MOST_KINDS, "there is no room for so many kinds");
                &$kind::ALL
            };

            fn index(self) -> usize {
                self as usize
            }
        }
    )*};
}

kinds! { StyleKind ActionKind KeyboardPlace Feature }

impl<K: Kind> Levels<K> {
    /// Nothing is carried.
    pub fn none() -> Self {
        Self { levels: [Level::Dropped; MOST_KINDS], kinds: PhantomData }
    }

    /// All of these are carried as well as this.
    pub fn all(level: Level, kinds: impl IntoIterator<Item = K>) -> Self {
        kinds.into_iter().fold(Self::none(), |all, kind| all.with(kind, level))
    }

    /// The same, and this kind as well as this.
    #[must_use]
    pub fn with(mut self, kind: K, level: Level) -> Self {
        self.levels[kind.index()] = level;
        self
    }

    /// How well a kind is carried.
    pub fn of(&self, kind: K) -> Level {
        self.levels[kind.index()]
    }

    /// Whether any kind is carried so.
    pub fn any(&self, level: Level) -> bool {
        self.levels.contains(&level)
    }

    /// Whether the messenger takes a kind at all.
    pub fn carries(&self, kind: K) -> bool {
        self.of(kind) >= Level::Partial
    }
}

impl<K: Kind> Default for Levels<K> {
    /// Nothing is carried.
    fn default() -> Self {
        Self::none()
    }
}

impl<K: Kind> fmt::Debug for Levels<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(K::ALL.iter().map(|kind| (kind, self.of(*kind)))).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_a_place_of_its_own() {
        fn places<K: Kind>() -> Vec<usize> {
            K::ALL.iter().map(|kind| kind.index()).collect()
        }
        for places in [
            places::<StyleKind>(),
            places::<ActionKind>(),
            places::<KeyboardPlace>(),
            places::<Feature>(),
        ] {
            assert_eq!(places, (0..places.len()).collect::<Vec<_>>());
        }
    }
}
