//! Text with formatting, as both wires count it.

use serde::{Deserialize, Serialize};

/// A text and its formatting.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct RichText {
    /// The text.
    pub plain: String,
    /// Its formatting, by where it begins.
    #[serde(default)]
    pub marks: Vec<Mark>,
}

/// Formatting of a part of a text.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Mark {
    /// Where it begins, in UTF-16 code units.
    pub from: usize,
    /// How long it is, in UTF-16 code units.
    pub length: usize,
    /// What it is.
    #[serde(flatten)]
    pub kind: MarkKind,
}

/// What formatting there is, on any of the messengers.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum MarkKind {
    Bold,
    Italic,
    Underline,
    Strikethrough,
    Code,
    Preformatted,
    Heading,
    Highlight,
    Email,
    Command,
    Link { url: String },
    Mention { user_id: Option<i64> },
}

impl From<&str> for RichText {
    fn from(plain: &str) -> Self {
        Self { plain: plain.to_owned(), marks: Vec::new() }
    }
}

impl RichText {
    /// Appends text.
    pub fn push(&mut self, text: &str) {
        self.plain.push_str(text);
    }

    /// Appends text with a mark over it.
    pub fn push_marked(&mut self, text: &str, kinds: impl IntoIterator<Item = MarkKind>) {
        let from = self.units();
        self.push(text);
        let length = self.units() - from;
        self.marks.extend(kinds.into_iter().map(|kind| Mark { from, length, kind }));
    }

    /// How long it is, in UTF-16 code units.
    pub fn units(&self) -> usize {
        self.plain.encode_utf16().count()
    }

    /// The text that a mark covers.
    pub fn covered(&self, mark: &Mark) -> String {
        let units: Vec<u16> = self.plain.encode_utf16().skip(mark.from).take(mark.length).collect();
        String::from_utf16_lossy(&units)
    }
}
