//! How a platform writes formatting into a string, as data.

use std::fmt;

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
pub struct Written {
    /// The string.
    pub text: String,
    /// Whether it is marked up; otherwise it is the plain text, and must be sent as such.
    pub formatted: bool,
}

impl Markup {
    /// Writes a text. Spans that overlap are closed and opened again, so that marks always nest.
    pub fn write(&self, text: &Text) -> Written {
        if !self.writes(text) {
            return Written { text: text.plain_text().to_owned(), formatted: false };
        }
        let mut out = String::with_capacity(text.plain_text().len() + 16 * text.spans().len());
        let mut writer = Writer { markup: self, out: &mut out, open: Vec::new() };
        // Writing to a string cannot fail.
        let _ = writer.write(text);
        Written { text: out, formatted: true }
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

    fn mark(&self, span: &Span) -> Option<&'static Mark> {
        let mark = self.marks.iter().find(|mark| mark.style == span.style.kind())?;
        let needs = mark.open.contains("{}") || mark.close.contains("{}");
        (!needs || span.style.value().is_some()).then_some(mark)
    }

    fn escape(&self, out: &mut impl fmt::Write, text: &str) -> fmt::Result {
        match self.escape {
            Escape::Impossible(_) => out.write_str(text),
            Escape::Backslash(marks) => escape(
                out,
                text,
                |it| marks.contains(it),
                |out, it| {
                    out.write_char('\\')?;
                    out.write_char(it)
                },
            ),
            Escape::Entities => escape(
                out,
                text,
                |it| "&<>\"".contains(it),
                |out, it| {
                    out.write_str(match it {
                        '&' => "&amp;",
                        '<' => "&lt;",
                        '>' => "&gt;",
                        _ => "&quot;",
                    })
                },
            ),
        }
    }
}

/// Writes pieces without special characters at once, and each special character by itself.
fn escape<W: fmt::Write>(
    out: &mut W,
    text: &str,
    is_special: impl Fn(char) -> bool,
    write: impl Fn(&mut W, char) -> fmt::Result,
) -> fmt::Result {
    let mut rest = text;
    while let Some(at) = rest.find(&is_special) {
        let (before, from) = rest.split_at(at);
        out.write_str(before)?;
        let mut characters = from.chars();
        if let Some(special) = characters.next() {
            write(out, special)?;
        }
        rest = characters.as_str();
    }
    out.write_str(rest)
}

struct Writer<'a, W> {
    markup: &'a Markup,
    out: &'a mut W,
    /// What is open, the outermost first.
    open: Vec<(&'a Span, &'static Mark)>,
}

impl<'a, W: fmt::Write> Writer<'a, W> {
    fn write(&mut self, text: &'a Text) -> fmt::Result {
        let mut written = 0;
        for span in text.spans() {
            let Some(mark) = self.markup.mark(span) else { continue };
            self.advance(text, &mut written, span.start)?;
            // What ends before this one does must be inside of it, or the marks would cross.
            let outside = self.open.iter().take_while(|(it, _)| it.end >= span.end).count();
            let inside: Vec<_> = self.open[outside..].to_vec();
            self.close_down_to(outside)?;
            self.open(span, mark)?;
            for (span, mark) in inside {
                self.open(span, mark)?;
            }
        }
        self.advance(text, &mut written, text.plain_text().len())
    }

    /// Writes the text up to `end`, closing on the way what ends.
    fn advance(&mut self, text: &Text, written: &mut usize, end: usize) -> fmt::Result {
        loop {
            // The innermost always ends first.
            let next = self.open.last().map_or(end, |(span, _)| span.end.min(end));
            if next > *written {
                self.markup.escape(self.out, &text.plain_text()[*written..next])?;
                *written = next;
            }
            match self.open.last() {
                Some((span, _)) if span.end <= next => self.close_down_to(self.open.len() - 1)?,
                _ => return Ok(()),
            }
        }
    }

    fn open(&mut self, span: &'a Span, mark: &'static Mark) -> fmt::Result {
        self.mark(mark.open, span)?;
        self.open.push((span, mark));
        Ok(())
    }

    fn close_down_to(&mut self, depth: usize) -> fmt::Result {
        while self.open.len() > depth {
            if let Some((span, mark)) = self.open.pop() {
                self.mark(mark.close, span)?;
            }
        }
        Ok(())
    }

    fn mark(&mut self, template: &str, span: &Span) -> fmt::Result {
        match (template.split_once("{}"), span.style.value()) {
            (Some((before, behind)), Some(value)) => {
                self.out.write_str(before)?;
                self.markup.escape(self.out, value)?;
                self.out.write_str(behind)
            }
            _ => self.out.write_str(template),
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
            assert_eq!(HTML.write(&text), Written { text: "2 < 3".to_owned(), formatted: false });
        }
    }

    #[test]
    fn without_escapes_a_text_with_marks_of_its_own_goes_plain() {
        let markup = Markup { escape: Escape::Impossible("*_"), ..MARKDOWN };
        assert_eq!(markup.write(&Text::new().bold("a")).text, "*a*");
        let own = markup.write(&Text::new().bold("a_b"));
        assert_eq!(own, Written { text: "a_b".to_owned(), formatted: false });
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
            plain in "[a-c*_\\\\ü😀 ]{0,10}",
            spans in prop::collection::vec(
                (0..30_usize, 0..30_usize, prop_oneof![Just(Style::Bold), Just(Style::Italic)]),
                0..5,
            ),
        ) {
            let spans = spans.into_iter().map(|(start, end, style)| span(start, end, style));
            let text = Text::from_parts(plain, spans);
            let written = MARKDOWN.write(&text);
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
