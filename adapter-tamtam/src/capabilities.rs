//! Limits and levels, each with its source.

use std::time::Duration;

use gateway_core::messenger::{Capabilities, KeyboardLimits, Level, Polling, TextLimit, TextUnit};
use gateway_core::model::StyleKind;

use crate::Dialect;

/// Longest text, in characters as it is sent, markup included: schema `NewMessageBody.text`; that
/// characters are counted and not bytes was found by probing MAX.
pub(crate) const TEXT: TextLimit = characters(4000);

/// Longest label: schema `Button.text`.
const LABEL: TextLimit = characters(128);

/// Longest payload: schema `CallbackButton.payload`.
const PAYLOAD: TextLimit = characters(1024);

const fn characters(max: usize) -> TextLimit {
    TextLimit { max, unit: TextUnit::Characters }
}

pub(crate) fn capabilities(dialect: Dialect) -> Capabilities {
    // Schema 0.5.6, "Text formatting": what HTML can carry.
    let styles = [
        StyleKind::Bold,
        StyleKind::Italic,
        StyleKind::Underline,
        StyleKind::Strikethrough,
        StyleKind::Code,
        StyleKind::Preformatted,
        StyleKind::Link,
        StyleKind::Mention,
        StyleKind::Heading,
        StyleKind::Highlight,
    ];
    let known =
        KeyboardLimits { label: Some(LABEL), payload: Some(PAYLOAD), ..KeyboardLimits::default() };
    Capabilities {
        text: TEXT,
        styles: styles.into_iter().map(|style| (style, Level::Full)).collect(),
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
        polling: Polling { idle_pause: Duration::ZERO, consumes: false },
    }
}
