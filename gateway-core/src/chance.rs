//! Chance, as a parameter: ids, tokens and pauses come from one source that a seed can repeat.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use uuid::Uuid;

/// A source of randomness, cryptographically strong; give it a seed and it repeats itself.
pub struct Chance(Mutex<StdRng>);

impl Chance {
    /// Seeded by the operating system: for everything but tests.
    pub fn from_os() -> Self {
        Self(Mutex::new(rand::make_rng()))
    }

    /// The same seed gives the same sequence.
    pub fn seeded(seed: u64) -> Self {
        Self(Mutex::new(StdRng::seed_from_u64(seed)))
    }

    /// `N` random bytes.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill(&mut bytes[..]);
        bytes
    }

    /// A random (version 4) UUID.
    pub fn uuid(&self) -> Uuid {
        uuid::Builder::from_random_bytes(self.bytes()).into_uuid()
    }
}

impl fmt::Debug for Chance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Chance(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_itself() {
        let (first, second) = (Chance::seeded(7), Chance::seeded(7));
        assert_eq!(first.uuid(), second.uuid());
        assert_ne!(first.uuid(), Chance::seeded(8).uuid());
    }

    #[test]
    fn a_uuid_is_version_4() {
        assert_eq!(Chance::from_os().uuid().get_version_num(), 4);
    }
}
