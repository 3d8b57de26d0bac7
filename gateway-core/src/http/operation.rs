//! What a platform can be asked for, as data.

/// Whether a request may be made a second time.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Repeat {
    /// Twice is as good as once: reads, and writes that say how something shall be.
    Safe,
    /// Twice may be once too often: only when the first certainly came to nothing.
    Unsafe,
    /// Not here: the caller has a loop of its own, or the platform forgets what it has told.
    Never,
}

/// A method of a platform.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Operation {
    /// What the platform calls it: `sendMessage`. Metrics and spans bear this name.
    pub name: &'static str,
    /// What is being done by it, for the beginning of errors: "sending a message".
    pub doing: &'static str,
    /// Whether it may be asked for again.
    pub repeat: Repeat,
}

impl Operation {
    /// The method that the platform calls `name`.
    pub const fn new(name: &'static str, doing: &'static str, repeat: Repeat) -> Self {
        Self { name, doing, repeat }
    }
}
