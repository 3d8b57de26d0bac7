//! Formatting, as it arrives: places in a text.

use serde::{Deserialize, Serialize};

/// Formatting of a part of a text.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct MarkupElement {
    /// `strong`, `emphasized`, `monospaced`, `strikethrough`, `underline`, `heading`,
    /// `highlighted`, `link`, `user_mention`; MAX: `quote`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Where it begins, in UTF-16 code units.
    #[serde(default, deserialize_with = "super::or_default")]
    pub from: i64,
    /// How long it is, in UTF-16 code units.
    #[serde(default, deserialize_with = "super::or_default")]
    pub length: i64,
    /// Where a `link` leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Whom a `user_mention` names, by their public name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_link: Option<String>,
    /// Whom a `user_mention` names, by their id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<i64>,
}
