//! Text with formatting: a plain string, and spans over it.
//!
//! Ranges are UTF-8 byte ranges on character boundaries. Both wires count in UTF-16 code units;
//! the adapters convert at their edge with [`Utf16Offsets`]. How a platform writes formatting into
//! a string is said by a [`Markup`].

use std::ops::Range;

use serde::{Deserialize, Serialize};

mod markdown;
mod markup;
mod normal;
mod style;
mod unit;
mod utf16;

pub use markup::{Escape, Mark, Markup, Written};
pub use style::{Style, StyleKind};
pub use unit::TextUnit;
pub(crate) use unit::is_blank;
pub use utf16::Utf16Offsets;

/// A style over a part of a text.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Span {
    /// The first byte it covers.
    pub start: usize,
    /// The first byte after it.
    pub end: usize,
    /// How that part looks.
    pub style: Style,
}

impl Span {
    /// The bytes it covers.
    pub fn range(&self) -> Range<usize> {
        self.start..self.end
    }
}

/// A plain string, and spans over it.
///
/// Its spans have one normal form, whatever they were made from: none is empty, each lies on
/// character boundaries, and they are in order of their start (the longer one first). Two of the
/// same style never touch, and two of the same kind never overlap: where two links do, the one that
/// begins first holds, and the other begins where it ends.
///
/// ```
/// use gateway_core::model::{Style, Text};
///
/// let text = Text::new().plain("see ").link("the menu", "https://example.org/menu").plain("!");
///
/// assert_eq!(text.plain_text(), "see the menu!");
/// assert_eq!(text.spans()[0].range(), 4..12);
/// ```
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(from = "Parts")]
pub struct Text {
    plain: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    spans: Vec<Span>,
}

/// A text as it may come from outside, with its spans in any state.
#[derive(Deserialize)]
struct Parts {
    plain: String,
    #[serde(default)]
    spans: Vec<Span>,
}

impl From<Parts> for Text {
    fn from(parts: Parts) -> Self {
        Self::from_parts(parts.plain, parts.spans)
    }
}

/// Begins a text, or reads one that is there.
impl Text {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A string and spans over it, brought to the normal form: what reaches beyond the string is
    /// cut, and a boundary inside a character moves outwards.
    pub fn from_parts(plain: impl Into<String>, spans: impl IntoIterator<Item = Span>) -> Self {
        let plain = plain.into();
        let spans = normal::form(&plain, spans);
        Self { plain, spans }
    }

    /// The string, without formatting.
    pub fn plain_text(&self) -> &str {
        &self.plain
    }

    /// The string itself, without formatting.
    pub fn into_plain(self) -> String {
        self.plain
    }

    /// The spans, in normal form.
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.plain.is_empty()
    }

    /// Whether nothing of it can be seen: no messenger sends such a text.
    pub fn is_blank(&self) -> bool {
        // Most texts begin with something that can be seen.
        let seen = self.plain.as_bytes().first().is_some_and(u8::is_ascii_graphic);
        !seen && self.plain.chars().all(unit::is_blank)
    }

    /// The part in this range, with the formatting that covers it. A boundary inside a character
    /// moves outwards.
    ///
    /// ```
    /// use gateway_core::model::Text;
    ///
    /// let text = Text::new().plain("one ").bold("two three");
    /// assert_eq!(text.slice(4..7), Text::new().bold("two"));
    /// ```
    #[must_use]
    pub fn slice(&self, range: Range<usize>) -> Self {
        let start = self.plain.floor_char_boundary(range.start);
        let end = self.plain.ceil_char_boundary(range.end).max(start);
        if start == end {
            return Self::new();
        }
        let cut = |at: usize| at.clamp(start, end) - start;
        let spans = self
            .spans
            .iter()
            // They are in order of their start, so the rest lies behind the range.
            .take_while(|span| span.start < end)
            .filter(|span| span.end > start)
            .map(|span| Span {
                start: cut(span.start),
                end: cut(span.end),
                style: span.style.clone(),
            })
            .collect();
        let mut part = Self { plain: self.plain[start..end].to_owned(), spans };
        // Spans that began before the range now all begin with it.
        part.spans.sort_by(normal::order);
        part
    }

    /// Cuts the text into runs in which the same styles hold, in order.
    ///
    /// This is what a renderer walks over: each run is a piece of the plain string, with every
    /// style that covers it.
    pub fn runs(&self) -> Vec<(&str, Vec<&Style>)> {
        let mut runs = Vec::new();
        self.each_run(|piece, styles| runs.push((piece, styles.to_vec())));
        runs
    }

    /// The same one by one.
    pub fn each_run<'a>(&'a self, mut visit: impl FnMut(&'a str, &[&'a Style])) {
        let mut waiting = self.spans.iter().peekable();
        let (mut open, mut styles): (Vec<&Span>, Vec<&Style>) = (Vec::new(), Vec::new());
        let mut at = 0;
        while at < self.plain.len() {
            open.retain(|span| span.end > at);
            while let Some(span) = waiting.next_if(|span| span.start <= at) {
                open.push(span);
            }
            let ends = open.iter().map(|span| span.end);
            let next = ends.chain(waiting.peek().map(|span| span.start)).min();
            let next = next.unwrap_or(self.plain.len());
            styles.clear();
            styles.extend(open.iter().map(|span| &span.style));
            visit(&self.plain[at..next], &styles);
            at = next;
        }
    }
}

/// Appends to a text.
impl Text {
    /// Appends text without a style.
    #[must_use]
    pub fn plain(mut self, text: impl AsRef<str>) -> Self {
        self.plain.push_str(text.as_ref());
        self
    }

    /// Appends text in a style.
    #[must_use]
    pub fn styled(mut self, text: impl AsRef<str>, style: Style) -> Self {
        let start = self.plain.len();
        self.plain.push_str(text.as_ref());
        let end = self.plain.len();
        if start < end {
            normal::append(&mut self.spans, start, [Span { start, end, style }]);
        }
        self
    }

    /// Appends bold text.
    #[must_use]
    pub fn bold(self, text: impl AsRef<str>) -> Self {
        self.styled(text, Style::Bold)
    }

    /// Appends italic text.
    #[must_use]
    pub fn italic(self, text: impl AsRef<str>) -> Self {
        self.styled(text, Style::Italic)
    }

    /// Appends underlined text.
    #[must_use]
    pub fn underline(self, text: impl AsRef<str>) -> Self {
        self.styled(text, Style::Underline)
    }

    /// Appends text that is struck through.
    #[must_use]
    pub fn strikethrough(self, text: impl AsRef<str>) -> Self {
        self.styled(text, Style::Strikethrough)
    }

    /// Appends code.
    #[must_use]
    pub fn code(self, text: impl AsRef<str>) -> Self {
        self.styled(text, Style::Code)
    }

    /// Appends a block of code.
    #[must_use]
    pub fn preformatted(self, text: impl AsRef<str>, language: Option<&str>) -> Self {
        self.styled(text, Style::Preformatted { language: language.map(str::to_owned) })
    }

    /// Appends a link.
    #[must_use]
    pub fn link(self, text: impl AsRef<str>, url: impl Into<String>) -> Self {
        self.styled(text, Style::Link { url: url.into() })
    }

    /// Appends the name of a user, who is told of it.
    #[must_use]
    pub fn mention(self, name: impl AsRef<str>, user: impl Into<super::UserId>) -> Self {
        self.styled(name, Style::Mention { user: Some(user.into()), username: None })
    }

    /// Appends a headline.
    #[must_use]
    pub fn heading(self, text: impl AsRef<str>) -> Self {
        self.styled(text, Style::Heading)
    }

    /// Appends a quotation.
    #[must_use]
    pub fn quote(self, text: impl AsRef<str>) -> Self {
        self.styled(text, Style::Quote)
    }

    /// Appends text that is hidden until somebody wants to see it.
    #[must_use]
    pub fn spoiler(self, text: impl AsRef<str>) -> Self {
        self.styled(text, Style::Spoiler)
    }

    /// Appends another text with its formatting.
    ///
    /// ```
    /// use gateway_core::model::Text;
    ///
    /// let said = Text::new().bold("hello");
    /// let echo = Text::new().plain("You said: ").text(&said);
    /// assert_eq!(echo.spans()[0].range(), 10..15);
    /// ```
    #[must_use]
    pub fn text(mut self, other: &Text) -> Self {
        let shift = self.plain.len();
        self.plain.push_str(&other.plain);
        let shifted = other.spans.iter().map(|span| Span {
            start: span.start + shift,
            end: span.end + shift,
            style: span.style.clone(),
        });
        normal::append(&mut self.spans, shift, shifted);
        self
    }
}

impl From<&str> for Text {
    fn from(plain: &str) -> Self {
        Self::new().plain(plain)
    }
}

impl From<String> for Text {
    fn from(plain: String) -> Self {
        Self { plain, spans: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(start: usize, end: usize, style: Style) -> Span {
        Span { start, end, style }
    }

    #[test]
    fn runs_carry_every_style_that_covers_them() {
        let text = Text::from_parts("abcd", [span(0, 3, Style::Bold), span(2, 4, Style::Italic)]);
        let runs = text.runs();
        assert_eq!(runs[0], ("ab", vec![&Style::Bold]));
        assert_eq!(runs[1], ("c", vec![&Style::Bold, &Style::Italic]));
        assert_eq!(runs[2], ("d", vec![&Style::Italic]));
    }

    #[test]
    fn a_slice_keeps_the_normal_form() {
        let spans = [span(0, 9, Style::Italic), span(1, 9, Style::Bold), span(3, 4, Style::Code)];
        let slice = Text::from_parts("abcdefghi", spans).slice(2..6);
        assert_eq!(slice, Text::from_parts(slice.plain.clone(), slice.spans.clone()));
        assert_eq!(slice.plain_text(), "cdef");
    }

    #[test]
    fn what_cannot_be_seen_is_blank() {
        assert!(Text::from(" \n\u{200b}\u{feff}").is_blank());
        assert!(!Text::from(" .").is_blank());
    }

    #[test]
    fn a_stored_text_is_brought_to_the_normal_form() {
        let json =
            r#"{"plain": "ab", "spans": [{"start": 1, "end": 9, "style": {"type": "bold"}}]}"#;
        let text: Text = serde_json::from_str(json).expect("a text");
        assert_eq!(text, Text::new().plain("a").bold("b"));
    }
}
