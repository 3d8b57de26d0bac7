//! Text with formatting: a plain string, and spans over it.
//!
//! Ranges are UTF-8 byte ranges on character boundaries. Both wires count in UTF-16 code units;
//! the adapters convert at their edge with [`Utf16Offsets`].

use std::ops::Range;

use serde::{Deserialize, Serialize};

mod utf16;

pub use utf16::Utf16Offsets;

/// How a piece of text looks, or what it stands for.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Style {
    /// **Bold**.
    Bold,
    /// *Italic*.
    Italic,
    /// Underlined.
    Underline,
    /// Struck through.
    Strikethrough,
    /// `Code`, in a line.
    Code,
    /// A block of code.
    Preformatted,
    /// A link.
    Link {
        /// Where it leads.
        url: String,
    },
    /// The name of a user.
    Mention {
        /// Their id, where the messenger tells.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        user: Option<super::UserId>,
    },
    /// A command to a bot: `/start`.
    Command,
    /// An e-mail address.
    Email,
    /// A headline.
    Heading,
    /// Marked with colour.
    Highlight,
    /// A quotation.
    Quote,
}

/// The kind of a [`Style`], without what it carries.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is documented where it is a `Style`")]
pub enum StyleKind {
    Bold,
    Italic,
    Underline,
    Strikethrough,
    Code,
    Preformatted,
    Link,
    Mention,
    Command,
    Email,
    Heading,
    Highlight,
    Quote,
}

impl Style {
    /// Its kind.
    pub fn kind(&self) -> StyleKind {
        match self {
            Self::Bold => StyleKind::Bold,
            Self::Italic => StyleKind::Italic,
            Self::Underline => StyleKind::Underline,
            Self::Strikethrough => StyleKind::Strikethrough,
            Self::Code => StyleKind::Code,
            Self::Preformatted => StyleKind::Preformatted,
            Self::Link { .. } => StyleKind::Link,
            Self::Mention { .. } => StyleKind::Mention,
            Self::Command => StyleKind::Command,
            Self::Email => StyleKind::Email,
            Self::Heading => StyleKind::Heading,
            Self::Highlight => StyleKind::Highlight,
            Self::Quote => StyleKind::Quote,
        }
    }
}

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
/// Its spans have one normal form: none is empty, each lies on character boundaries, they are in
/// order of their start (the longer one first), and two of the same style never touch or overlap.
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

impl Text {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A string and spans over it, brought to the normal form: what reaches beyond the string is
    /// cut, and a boundary inside a character moves outwards.
    pub fn from_parts(plain: impl Into<String>, spans: impl IntoIterator<Item = Span>) -> Self {
        let plain = plain.into();
        let spans = normal_form(&plain, spans);
        Self { plain, spans }
    }

    /// The string, without formatting.
    pub fn plain_text(&self) -> &str {
        &self.plain
    }

    /// The spans, in normal form.
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.plain.is_empty()
    }

    /// Appends text without a style.
    #[must_use]
    pub fn plain(mut self, text: &str) -> Self {
        self.plain.push_str(text);
        self
    }

    /// Appends text in a style.
    #[must_use]
    pub fn styled(mut self, text: &str, style: Style) -> Self {
        let start = self.plain.len();
        self.plain.push_str(text);
        let span = Span { start, end: self.plain.len(), style };
        self.spans.push(span);
        self.spans = normal_form(&self.plain, self.spans);
        self
    }

    /// Appends bold text.
    #[must_use]
    pub fn bold(self, text: &str) -> Self {
        self.styled(text, Style::Bold)
    }

    /// Appends italic text.
    #[must_use]
    pub fn italic(self, text: &str) -> Self {
        self.styled(text, Style::Italic)
    }

    /// Appends code.
    #[must_use]
    pub fn code(self, text: &str) -> Self {
        self.styled(text, Style::Code)
    }

    /// Appends a link.
    #[must_use]
    pub fn link(self, text: &str, url: impl Into<String>) -> Self {
        self.styled(text, Style::Link { url: url.into() })
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
        self.spans.extend(other.spans.iter().map(|span| Span {
            start: span.start + shift,
            end: span.end + shift,
            style: span.style.clone(),
        }));
        self.spans = normal_form(&self.plain, self.spans);
        self
    }

    /// Cuts the text into runs in which the same styles hold, in order.
    ///
    /// This is what a renderer walks over: each run is a piece of the plain string, with every
    /// style that covers it.
    pub fn runs(&self) -> Vec<(&str, Vec<&Style>)> {
        let mut cuts: Vec<usize> =
            self.spans.iter().flat_map(|span| [span.start, span.end]).collect();
        cuts.extend([0, self.plain.len()]);
        cuts.sort_unstable();
        cuts.dedup();
        cuts.windows(2)
            .map(|cut| {
                let covers = |span: &&Span| span.start <= cut[0] && cut[1] <= span.end;
                let styles = self.spans.iter().filter(covers).map(|span| &span.style).collect();
                (&self.plain[cut[0]..cut[1]], styles)
            })
            .collect()
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

fn normal_form(plain: &str, spans: impl IntoIterator<Item = Span>) -> Vec<Span> {
    let mut spans: Vec<Span> = spans
        .into_iter()
        .map(|span| Span {
            start: plain.floor_char_boundary(span.start),
            end: plain.ceil_char_boundary(span.end),
            style: span.style,
        })
        .filter(|span| span.start < span.end)
        .collect();
    spans.sort_by(|a, b| (&a.style, a.start, b.end).cmp(&(&b.style, b.start, a.end)));
    spans.dedup_by(|next, kept| {
        let joined = next.style == kept.style && next.start <= kept.end;
        if joined {
            kept.end = kept.end.max(next.end);
        }
        joined
    });
    spans.sort_by(|a, b| (a.start, b.end, &a.style).cmp(&(b.start, a.end, &b.style)));
    spans
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn span(start: usize, end: usize, style: Style) -> Span {
        Span { start, end, style }
    }

    #[test]
    fn spans_of_one_style_that_touch_become_one() {
        let text = Text::new().bold("to").bold("gether").italic("!");
        assert_eq!(text.spans(), [span(0, 8, Style::Bold), span(8, 9, Style::Italic)]);
    }

    #[test]
    fn a_span_beyond_the_text_is_cut_and_an_empty_one_goes() {
        let text = Text::from_parts("ab", [span(1, 9, Style::Bold), span(1, 1, Style::Italic)]);
        assert_eq!(text.spans(), [span(1, 2, Style::Bold)]);
    }

    #[test]
    fn a_boundary_inside_a_character_moves_outwards() {
        let text = Text::from_parts("aüb", [span(2, 4, Style::Code)]);
        assert_eq!(&text.plain_text()[text.spans()[0].range()], "üb");
    }

    #[test]
    fn runs_carry_every_style_that_covers_them() {
        let text = Text::from_parts("abcd", [span(0, 3, Style::Bold), span(2, 4, Style::Italic)]);
        let runs = text.runs();
        assert_eq!(runs[0], ("ab", vec![&Style::Bold]));
        assert_eq!(runs[1], ("c", vec![&Style::Bold, &Style::Italic]));
        assert_eq!(runs[2], ("d", vec![&Style::Italic]));
    }

    fn styles() -> impl Strategy<Value = Style> {
        prop_oneof![
            Just(Style::Bold),
            Just(Style::Italic),
            Just(Style::Code),
            "[a-c]".prop_map(|host| Style::Link { url: format!("https://{host}.example/") }),
        ]
    }

    proptest! {
        #[test]
        fn the_normal_form_is_stable(
            plain in "[a-zäöü😀 ]{0,12}",
            spans in prop::collection::vec((0..40_usize, 0..40_usize, styles()), 0..6),
        ) {
            let spans = spans.into_iter().map(|(start, end, style)| Span { start, end, style });
            let text = Text::from_parts(plain, spans);
            let again = Text::from_parts(text.plain.clone(), text.spans.clone());
            prop_assert_eq!(&again, &text);

            let runs: String = text.runs().into_iter().map(|(piece, _)| piece).collect();
            prop_assert_eq!(runs, text.plain);
        }
    }
}
