//! Limits and levels, each with its source.

use std::time::Duration;

use gateway_core::messenger::{Capabilities, KeyboardLimits, Level, Polling, TextLimit, TextUnit};
use gateway_core::model::StyleKind;

/// Longest text. The document gives none for messages; 4,096 is what it gives for the messages of
/// inline results.
const TEXT: TextLimit = TextLimit { max: 4096, unit: TextUnit::Utf16 };

pub(crate) fn capabilities(idle_pause: Duration) -> Capabilities {
    let styles = [
        // Rich Text Support.
        (StyleKind::Bold, Level::Full),
        (StyleKind::Italic, Level::Full),
        (StyleKind::Link, Level::Full),
        (StyleKind::Mention, Level::Full),
        // In one line only.
        (StyleKind::Code, Level::Partial),
    ];
    Capabilities {
        text: TEXT,
        styles: styles.into_iter().collect(),
        // The document has an error for a keyboard that is too large (1012), but no number.
        keyboard: KeyboardLimits::default(),
        polling: Polling { idle_pause, consumes: true },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_poll_of_potato_is_never_given_up_midway() {
        assert!(capabilities(Duration::from_secs(1)).polling.consumes);
    }
}
