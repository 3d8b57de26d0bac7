//! How a platform writes formatting into a string, as data.

use std::borrow::Cow;

use super::{Span, StyleKind, Text};

/// A platform's way to write formatted text as a string: marks around what is styled, and a way to
/// say that a character is no mark.
///
/// ```
/// use gateway_core::model::{Markup, Escape, Mark, StyleKind, Text};
///
/// const MARKDOWN: Markup = Markup {
///     marks: &[
///         Mark { style: StyleKind::Bold, open: "*", close: "*" },
///         Mark { style: StyleKind::Link, open: "[", close: "]({})" },
///     ],
///     escape: Escape::Backslash("\\*[]()"),
/// };
///
/// let text = Text::new().bold("2*2").plain(" ").link("why", "https://example.org/");
/// let written = MARKDOWN.write(&text);
/// assert_eq!(written.text, r"*2\*2* [why](https://example.org/)");
/// assert!(written.formatted);
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Markup {
    /// The marks of each style; a style without marks is left out, the text under it stays.
    pub marks: &'static [Mark],
    /// How a character is kept from being a mark.
    pub escape: Escape,
}

/// What stands before and behind a text in a style. `{}` stands for what the style carries: a
/// link's address, a mention's user, a block's language. A style that carries nothing is not
/// written with such marks.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Mark {
    /// Which style.
    pub style: StyleKind,
    /// Before the text.
    pub open: &'static str,
    /// Behind the text.
    pub close: &'static str,
}

/// How a character is kept from being a mark.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Escape {
    /// As HTML has it: `&amp;`, `&lt;`, `&gt;`, `&quot;`.
    Entities,
    /// By a backslash before each of these characters.
    Backslash(&'static str),
    /// There is no way. A text that holds one of these characters is written without any
    /// formatting, so that nobody's text is read as marks by accident.
    Impossible(&'static str),
}

/// A text as a platform wants it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Written<'a> {
    /// The string.
    pub text: Cow<'a, str>,
    /// Whether it is marked up; otherwise it is the plain text, and must be sent as such.
    pub formatted: bool,
}

impl Markup {
    /// Writes a text. Spans that overlap are closed and opened again, so that marks always nest.
    pub fn write<'a>(&self, text: &'a Text) -> Written<'a> {
        if !self.writes(text) {
            return Written { text: text.plain_text().into(), formatted: false };
        }
        let out = String::with_capacity(text.plain_text().len() + 32 * text.spans().len());
        let mut writer = Writer { markup: self, out, open: Vec::new() };
        writer.write(text);
        Written { text: writer.out.into(), formatted: true }
    }

    /// Whether the text has surely not more bytes than this when it is written, which is quicker to
    /// say than how many it has.
    pub(crate) fn is_surely_within(&self, max: usize, text: &Text) -> bool {
        let plain = text.plain_text();
        let marks = self.marks_of(text);
        // `&` becomes five bytes.
        if plain.len().saturating_mul(5).saturating_add(marks) <= max {
            return true;
        }
        let escapes = match self.escape {
            Escape::Entities => {
                4 * memchr::memchr3_iter(b'&', b'<', b'>', plain.as_bytes()).count()
            }
            Escape::Backslash(_) => plain.len(),
            Escape::Impossible(_) => 0,
        };
        plain.len().saturating_add(escapes).saturating_add(marks) <= max
    }

    /// At least as many bytes as the marks in a text have.
    fn marks_of(&self, text: &Text) -> usize {
        let marks: usize = text
            .spans()
            .iter()
            .filter_map(|span| Some((self.mark(span)?, span.style.value().map_or(0, str::len))))
            // In a value a quotation mark becomes six bytes.
            .map(|(mark, value)| mark.open.len() + mark.close.len() + 6 * value)
            .sum();
        // Each span is opened once, and again at most once for each that crosses it.
        marks.saturating_mul(text.spans().len())
    }

    /// Whether any formatting of this text can be written.
    fn writes(&self, text: &Text) -> bool {
        if let Escape::Impossible(marks) = self.escape
            && text.plain_text().contains(|it| marks.contains(it))
        {
            return false;
        }
        text.spans().iter().any(|span| self.mark(span).is_some())
    }

    #[inline]
    fn mark(&self, span: &Span) -> Option<&'static Mark> {
        let kind = span.style.kind();
        let mark = self.marks.iter().find(|mark| mark.style == kind)?;
        let without_value = || !mark.open.contains("{}") && !mark.close.contains("{}");
        let may_have_one = kind.has_value();
        (!may_have_one || span.style.value().is_some() || without_value()).then_some(mark)
    }

    fn escape(&self, out: &mut String, text: &str) {
        match self.escape {
            Escape::Impossible(_) => out.push_str(text),
            Escape::Backslash(marks) => {
                let mut written = 0;
                for (at, _) in text.match_indices(|it| marks.contains(it)) {
                    out.push_str(&text[written..at]);
                    out.push('\\');
                    written = at;
                }
                out.push_str(&text[written..]);
            }
            Escape::Entities => {
                let mut written = 0;
                for at in memchr::memchr3_iter(b'&', b'<', b'>', text.as_bytes()) {
                    out.push_str(&text[written..at]);
                    out.push_str(match text.as_bytes()[at] {
                        b'&' => "&amp;",
                        b'<' => "&lt;",
                        _ => "&gt;",
                    });
                    written = at + 1;
                }
                out.push_str(&text[written..]);
            }
        }
    }

    /// A value stands between quotes, so they are special there.
    fn escape_value(&self, out: &mut String, value: &str) {
        let quoted = self.escape == Escape::Entities && value.contains('"');
        if !quoted {
            return self.escape(out, value);
        }
        for (place, piece) in value.split('"').enumerate() {
            if place > 0 {
                out.push_str("&quot;");
            }
            self.escape(out, piece);
        }
    }
}

struct Writer<'a> {
    markup: &'a Markup,
    out: String,
    /// What is open, the outermost first.
    open: Vec<(&'a Span, &'static Mark)>,
}

impl<'a> Writer<'a> {
    fn write(&mut self, text: &'a Text) {
        let mut written = 0;
        for span in text.spans() {
            let Some(mark) = self.markup.mark(span) else { continue };
            self.advance(text, &mut written, span.start);
            // What ends before this one does must be inside of it, or the marks would cross.
            let outside = self.open.iter().take_while(|(it, _)| it.end >= span.end).count();
            let inside: Vec<_> = self.open[outside..].to_vec();
            self.close_down_to(outside);
            self.open(span, mark);
            for (span, mark) in inside {
                self.open(span, mark);
            }
        }
        self.advance(text, &mut written, text.plain_text().len());
    }

    /// Writes the text up to `end`, closing on the way what ends.
    fn advance(&mut self, text: &Text, written: &mut usize, end: usize) {
        loop {
            // The innermost always ends first.
            let next = self.open.last().map_or(end, |(span, _)| span.end.min(end));
            if next > *written {
                self.markup.escape(&mut self.out, &text.plain_text()[*written..next]);
                *written = next;
            }
            match self.open.last() {
                Some((span, _)) if span.end <= next => self.close_down_to(self.open.len() - 1),
                _ => return,
            }
        }
    }

    fn open(&mut self, span: &'a Span, mark: &'static Mark) {
        self.mark(mark.open, span);
        self.open.push((span, mark));
    }

    fn close_down_to(&mut self, depth: usize) {
        while self.open.len() > depth {
            if let Some((span, mark)) = self.open.pop() {
                self.mark(mark.close, span);
            }
        }
    }

    fn mark(&mut self, template: &str, span: &Span) {
        match (template.split_once("{}"), span.style.value()) {
            (Some((before, behind)), Some(value)) => {
                self.out.push_str(before);
                self.markup.escape_value(&mut self.out, value);
                self.out.push_str(behind);
            }
            _ => self.out.push_str(template),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::Style;

    const MARKDOWN: Markup = Markup {
        marks: &[
            Mark { style: StyleKind::Bold, open: "*", close: "*" },
            Mark { style: StyleKind::Italic, open: "_", close: "_" },
            Mark { style: StyleKind::Link, open: "[", close: "]({})" },
        ],
        escape: Escape::Backslash("\\*_[]()"),
    };

    const HTML: Markup = Markup {
        marks: &[
            Mark { style: StyleKind::Bold, open: "<b>", close: "</b>" },
            Mark { style: StyleKind::Italic, open: "<i>", close: "</i>" },
            Mark { style: StyleKind::Link, open: "<a href=\"{}\">", close: "</a>" },
            Mark { style: StyleKind::Mention, open: "<a href=\"x://{}\">", close: "</a>" },
        ],
        escape: Escape::Entities,
    };

    fn span(start: usize, end: usize, style: Style) -> Span {
        Span { start, end, style }
    }

    #[test]
    fn what_overlaps_is_closed_and_opened_again() {
        let spans = [span(0, 4, Style::Bold), span(2, 6, Style::Italic)];
        let text = Text::from_parts("abcdef", spans);
        assert_eq!(HTML.write(&text).text, "<b>ab</b><i><b>cd</b>ef</i>");
    }

    #[test]
    fn values_are_escaped_too() {
        let text = Text::new().link("a<b", "https://e.org/?a=1&b=\"2\"");
        let written = HTML.write(&text).text;
        assert_eq!(written, "<a href=\"https://e.org/?a=1&amp;b=&quot;2&quot;\">a&lt;b</a>");
    }

    #[test]
    fn a_text_without_anything_to_mark_stays_plain() {
        let mention = Style::Mention { user: None, username: None };
        for text in
            [Text::from("2 < 3"), Text::new().code("2 < 3"), Text::new().styled("2 < 3", mention)]
        {
            assert_eq!(HTML.write(&text), Written { text: "2 < 3".into(), formatted: false });
        }
    }

    #[test]
    fn without_escapes_a_text_with_marks_of_its_own_goes_plain() {
        let markup = Markup { escape: Escape::Impossible("*_"), ..MARKDOWN };
        assert_eq!(markup.write(&Text::new().bold("a")).text, "*a*");
        let text = Text::new().bold("a_b");
        assert_eq!(markup.write(&text), Written { text: "a_b".into(), formatted: false });
    }

    /// Reads the marks back: each character with whether it is bold and italic.
    fn read(written: &str) -> Vec<(char, bool, bool)> {
        let (mut bold, mut italic, mut read) = (false, false, Vec::new());
        let mut characters = written.chars();
        while let Some(character) = characters.next() {
            match character {
                '*' => bold = !bold,
                '_' => italic = !italic,
                '\\' => read.extend(characters.next().map(|it| (it, bold, italic))),
                other => read.push((other, bold, italic)),
            }
        }
        read
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(
            plain in "[a-c*_<&\\\\ü😀 ]{0,10}",
            spans in prop::collection::vec(
                (0..30_usize, 0..30_usize, prop_oneof![Just(Style::Bold), Just(Style::Italic)]),
                0..5,
            ),
        ) {
            let spans = spans.into_iter().map(|(start, end, style)| span(start, end, style));
            let text = Text::from_parts(plain, spans);
            let written = MARKDOWN.write(&text);
            for (markup, written) in [(MARKDOWN, &written), (HTML, &HTML.write(&text))] {
                let shorter = written.text.len().checked_sub(1);
                prop_assert!(!shorter.is_some_and(|max| markup.is_surely_within(max, &text)));
            }
            prop_assert_eq!(written.formatted, !text.spans().is_empty());
            let expected: Vec<_> = text
                .runs()
                .into_iter()
                .flat_map(|(piece, styles)| {
                    let (bold, italic) = (styles.contains(&&Style::Bold), styles.contains(&&Style::Italic));
                    piece.chars().map(move |it| (it, bold, italic)).collect::<Vec<_>>()
                })
                .collect();
            if written.formatted {
                prop_assert_eq!(read(&written.text), expected);
            } else {
                prop_assert_eq!(written.text, text.plain_text());
            }
        }
    }
}
