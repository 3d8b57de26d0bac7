//! Limits and levels, each with its source.

use gateway_core::messenger::{Capabilities, Feature, KeyboardLimits, Level, Levels, TextLimit};
use gateway_core::model::{ActionKind, KeyboardPlace, StyleKind};

use crate::Dialect;

/// Longest text, in characters as it is sent, markup included: schema `NewMessageBody.text`; that
/// characters are counted and not bytes was found by probing MAX.
pub(crate) const TEXT: TextLimit = TextLimit::characters(4000);

/// Longest label: schema `Button.text`.
const LABEL: TextLimit = TextLimit::characters(128);

/// Longest payload: schema `CallbackButton.payload`.
const PAYLOAD: TextLimit = TextLimit::characters(1024);

/// Longest address: schema `LinkButton.url`.
const URL: TextLimit = TextLimit::characters(2048);

pub(crate) fn capabilities(dialect: Dialect) -> Capabilities {
    // Schema 0.5.6, "Text formatting": what HTML can carry.
    let styles = dialect.html().marks.iter().map(|mark| mark.style);
    // Found by the platform itself in what is sent.
    let found = [StyleKind::Command, StyleKind::Email, StyleKind::Hashtag];
    let known = KeyboardLimits {
        label: Some(LABEL),
        payload: Some(PAYLOAD),
        url: Some(URL),
        ..KeyboardLimits::default()
    };
    Capabilities {
        counted_markup: Some(dialect.html()),
        styles: Levels::all(Level::Full, styles.chain(found))
            .with(StyleKind::Quote, Level::Fallback),
        keyboards: Levels::all(Level::Full, [KeyboardPlace::Inline]),
        buttons: Levels::all(Level::Full, [ActionKind::Callback, ActionKind::Link]),
        keyboard: match dialect {
            // The 0.5.6 schema sets no bounds for rows.
            Dialect::TamTam => known,
            // Seen on the wire: 30 rows, 7 in a row, 3 if it holds a link, 210 in all.
            Dialect::Max => KeyboardLimits {
                rows: Some(30),
                row: Some(7),
                mixed_row: Some(3),
                buttons: Some(210),
                ..known
            },
        },
        features: Levels::all(Level::Full, [Feature::Reply]),
        ..Capabilities::of_text(TEXT)
    }
}

#[cfg(test)]
mod tests {
    use gateway_core::model::{NewMessage, Text};

    use super::*;

    #[test]
    fn markup_counts_towards_the_limit() {
        let message = NewMessage::new(Text::new().bold(&"x".repeat(3999)));
        let error = capabilities(Dialect::Max).check("sending", &message).expect_err("too long");
        assert_eq!(error.to_string(), "sending: text is too large: 4006, at most 4000");
    }
}
