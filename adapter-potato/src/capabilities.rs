//! Limits and levels, each with its source.

use std::time::Duration;

use gateway_core::messenger::{Capabilities, Feature, Level, Levels, Polling, TextLimit};
use gateway_core::model::{ActionKind, KeyboardPlace, StyleKind};

/// Longest text. The document gives none for messages; 4,096 is what it gives for the messages of
/// inline results.
const TEXT: TextLimit = TextLimit::utf16(4096);

pub(crate) fn capabilities(idle_pause: Duration) -> Capabilities {
    // Rich Text Support; but a text with one of the grammar's own characters goes without any, since
    // there is no way to escape one. Addresses are then written out.
    let written = [StyleKind::Bold, StyleKind::Italic, StyleKind::Link, StyleKind::Mention];
    // Found by the platform itself in what is sent.
    let found = [StyleKind::Command, StyleKind::Email, StyleKind::Hashtag];
    Capabilities {
        styles: written
            .into_iter()
            .fold(Levels::all(Level::Full, found), |all, kind| all.with(kind, Level::Partial))
            // In one line only.
            .with(StyleKind::Code, Level::Partial)
            .with(StyleKind::Preformatted, Level::Fallback)
            .with(StyleKind::Heading, Level::Fallback)
            .with(StyleKind::Highlight, Level::Fallback)
            .with(StyleKind::Quote, Level::Fallback)
            .with(StyleKind::Underline, Level::Fallback),
        keyboards: Levels::all(Level::Full, [KeyboardPlace::Inline]),
        // The document has an error for a keyboard that is too large (1012), but no number.
        buttons: Levels::all(Level::Full, [ActionKind::Callback, ActionKind::Link]),
        features: Levels::all(Level::Full, [Feature::Reply]),
        polling: Polling { idle_pause, consumes: true },
        ..Capabilities::of_text(TEXT)
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
