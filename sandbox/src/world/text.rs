//! Text with formatting, as both wires count it.

use std::ops::Range;

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
    Quote,
    Email,
    Command,
    Link {
        url: String,
    },
    /// By id, by name without `@`, or, on Potato, by the text that it covers.
    Mention {
        #[serde(default)]
        user_id: Option<i64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        username: Option<String>,
    },
}

impl MarkKind {
    /// Whether what it covers is code, in which nothing else means anything.
    pub(crate) fn is_code(&self) -> bool {
        matches!(self, Self::Code | Self::Preformatted)
    }

    /// The place in the list of kinds of schema 0.5.6, `MarkupElement`, and of what MAX adds.
    fn rank(&self) -> u8 {
        match self {
            Self::Bold => 0,
            Self::Italic => 1,
            Self::Code => 2,
            Self::Preformatted => 3,
            Self::Link { .. } => 4,
            Self::Strikethrough => 5,
            Self::Underline => 6,
            Self::Mention { .. } => 7,
            Self::Heading => 8,
            Self::Highlight => 9,
            Self::Quote => 10,
            Self::Email => 11,
            Self::Command => 12,
        }
    }
}

impl From<&str> for RichText {
    fn from(plain: &str) -> Self {
        Self { plain: plain.to_owned(), marks: Vec::new() }
    }
}

impl RichText {
    /// A text with marks over ranges of its bytes. Empty ones and doubles fall away.
    ///
    /// The order is what the official client's suite asserts: by where a mark begins, of two that
    /// begin together the shorter one first. Of two that cover the same, the suite has bold before
    /// italic only; the rest follows the schema's list of kinds.
    pub(crate) fn spanned(plain: String, spans: Vec<(Range<usize>, MarkKind)>) -> Self {
        let units = units_before(&plain);
        let mut marks: Vec<Mark> = spans
            .into_iter()
            .map(|(span, kind)| {
                let (from, to) = (units[span.start], units[span.end]);
                Mark { from, length: to - from, kind }
            })
            .filter(|mark| mark.length > 0)
            .collect();
        marks.sort_by_key(|mark| (mark.from, mark.length, mark.kind.rank()));
        marks.dedup();
        Self { plain, marks }
    }

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

    /// What is wrong with its marks, when they were given by hand: the first one that covers
    /// nothing, reaches beyond the text, or begins or ends inside of a character.
    pub fn fault(&self) -> Option<String> {
        let edges = self.edges();
        let units = edges.len() - 1;
        self.marks.iter().enumerate().find_map(|(number, &Mark { from, length, .. })| {
            let to = from.saturating_add(length);
            let why = if length == 0 {
                "length: 0; a mark covers at least 1 UTF-16 code unit".to_owned()
            } else if to > units {
                format!("from {from}, length {length}: the text has {units} UTF-16 code units")
            } else if !edges[from] || !edges[to] {
                format!("from {from}, length {length}: that cuts a character in two")
            } else {
                return None;
            };
            Some(format!("marks[{number}]: {why}"))
        })
    }

    /// For each place in UTF-16 code units, the end included: whether it is between characters.
    fn edges(&self) -> Vec<bool> {
        let mut edges = Vec::with_capacity(self.plain.len() + 1);
        for character in self.plain.chars() {
            edges.push(true);
            edges.resize(edges.len() + character.len_utf16() - 1, false);
        }
        edges.push(true);
        edges
    }
}

/// For each byte of a text, and for its end: how many UTF-16 code units there are before the
/// character that it belongs to.
pub(crate) fn units_before(text: &str) -> Vec<usize> {
    let mut before = Vec::with_capacity(text.len() + 1);
    let mut units = 0;
    for character in text.chars() {
        before.resize(before.len() + character.len_utf8(), units);
        units += character.len_utf16();
    }
    before.push(units);
    before
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(plain: &str, from: usize, length: usize) -> Option<String> {
        let marks = vec![Mark { from, length, kind: MarkKind::Bold }];
        RichText { plain: plain.to_owned(), marks }.fault()
    }

    #[test]
    fn marks_over_whole_characters_are_in_order() {
        assert_eq!(fault("a😀b", 1, 2), None);
        assert_eq!(fault("a😀b", 0, 4), None);
    }

    #[test]
    fn a_mark_beyond_the_text_is_told_with_both_lengths() {
        let told = fault("ab", 1, 2).expect("a fault");
        assert_eq!(told, "marks[0]: from 1, length 2: the text has 2 UTF-16 code units");
        assert!(fault("ab", usize::MAX, usize::MAX).is_some());
        assert!(fault("", 0, 1).is_some());
    }

    #[test]
    fn an_empty_mark_is_a_fault() {
        assert!(fault("ab", 1, 0).expect("a fault").contains("length: 0"));
    }

    #[test]
    fn a_mark_may_not_cut_a_surrogate_pair() {
        assert!(fault("😀", 1, 1).expect("a fault").contains("cuts a character"));
        assert!(fault("a😀", 0, 2).expect("a fault").contains("cuts a character"));
    }

    #[test]
    fn a_mention_needs_neither_id_nor_name() {
        let mark: Mark =
            serde_json::from_str(r#"{"from":0,"length":1,"kind":"mention"}"#).expect("a mark");
        assert_eq!(mark.kind, MarkKind::Mention { user_id: None, username: None });
        let mark: Mark =
            serde_json::from_str(r#"{"from":0,"length":1,"kind":"mention","username":"anna"}"#)
                .expect("a mark");
        let username = Some("anna".to_owned());
        assert_eq!(mark.kind, MarkKind::Mention { user_id: None, username });
    }

    #[test]
    fn the_shorter_of_two_marks_comes_first() {
        // Asserted by the official client's suite for both formats.
        let spans = vec![(0..4, MarkKind::Italic), (0..2, MarkKind::Bold), (0..4, MarkKind::Bold)];
        let text = RichText::spanned("abcd".to_owned(), spans);
        let order: Vec<_> = text.marks.iter().map(|it| (it.length, it.kind.clone())).collect();
        assert_eq!(order, [(2, MarkKind::Bold), (4, MarkKind::Bold), (4, MarkKind::Italic)]);
    }
}
