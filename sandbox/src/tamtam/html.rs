//! HTML as the platform reads it: a few tags, all others stripped.
//!
//! What the schemas leave undefined is decided so:
//!
//! - A tag that is never closed holds to the end of the text, and tags may overlap.
//! - `<br>` ends a line.
//! - Of code, a line ending at its very beginning or end is no part: so the official client's
//!   suite has it for `<code>`; `<pre>` is read alike.
//! - A quote has no tag: none is in the list of schema 0.0.32.

use std::collections::HashMap;
use std::ops::Range;

use html5gum::{Token, Tokenizer};

use super::links;
use crate::world::{MarkKind, RichText};

/// The text of some HTML, with its formatting.
pub(super) fn parse(html: &str) -> RichText {
    let mut reading = Reading::default();
    for Ok(token) in Tokenizer::new(html) {
        match token {
            Token::String(piece) => reading.text(&String::from_utf8_lossy(&piece)),
            Token::StartTag(tag) if *tag.name == b"br" => reading.text("\n"),
            Token::StartTag(tag) => {
                let href = tag.attributes.get(b"href".as_slice());
                let href = href.map(|it| String::from_utf8_lossy(&it.value).into_owned());
                reading.open(&tag.name, href.as_deref());
            }
            Token::EndTag(tag) => reading.close(&tag.name),
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    reading.end()
}

/// What was read so far; places are in bytes of the plain text.
#[derive(Default)]
struct Reading {
    plain: String,
    spans: Vec<(Range<usize>, MarkKind)>,
    /// Tags that are not closed yet, by their name: where they began, and what they stand for.
    open: HashMap<Vec<u8>, Vec<(usize, Option<MarkKind>)>>,
    /// Code has just begun.
    at_code: bool,
}

impl Reading {
    fn text(&mut self, piece: &str) {
        let at_code = std::mem::take(&mut self.at_code);
        let piece = if at_code { piece.strip_prefix('\n').unwrap_or(piece) } else { piece };
        self.plain.push_str(piece);
    }

    fn open(&mut self, tag: &[u8], href: Option<&str>) {
        let kind = kind(tag, href);
        if kind.is_none() && tag != b"a" {
            return;
        }
        self.at_code = kind.as_ref().is_some_and(MarkKind::is_code);
        self.open.entry(tag.to_vec()).or_default().push((self.plain.len(), kind));
    }

    fn close(&mut self, tag: &[u8]) {
        let Some((from, kind)) = self.open.get_mut(tag).and_then(Vec::pop) else { return };
        let Some(kind) = kind else { return };
        self.at_code = false;
        if kind.is_code() && self.plain.len() > from && self.plain.ends_with('\n') {
            self.plain.pop();
            self.shorten();
        }
        self.spans.push((from..self.plain.len(), kind));
    }

    /// Brings what reaches beyond the text back to its end.
    fn shorten(&mut self) {
        let end = self.plain.len();
        // What was closed later ends later.
        for (span, _) in self.spans.iter_mut().rev().take_while(|(span, _)| span.end > end) {
            *span = span.start.min(end)..end;
        }
        for tags in self.open.values_mut() {
            for (from, _) in tags.iter_mut().rev().take_while(|(from, _)| *from > end) {
                *from = end;
            }
        }
    }

    fn end(mut self) -> RichText {
        let end = self.plain.len();
        let unclosed = self.open.into_values().flatten();
        self.spans.extend(unclosed.filter_map(|(from, kind)| Some((from..end, kind?))));
        RichText::spanned(self.plain, self.spans)
    }
}

/// What a tag stands for: schema 0.5.6, "Text formatting". MAX's schema 0.0.32 has the same list.
fn kind(tag: &[u8], href: Option<&str>) -> Option<MarkKind> {
    Some(match tag {
        b"b" | b"strong" => MarkKind::Bold,
        b"i" | b"em" => MarkKind::Italic,
        b"u" | b"ins" => MarkKind::Underline,
        b"s" | b"del" => MarkKind::Strikethrough,
        b"code" => MarkKind::Code,
        b"pre" => MarkKind::Preformatted,
        b"mark" => MarkKind::Highlight,
        b"h1" => MarkKind::Heading,
        b"a" => return links::target(href?),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::world::Mark;

    fn mark(from: usize, length: usize, kind: MarkKind) -> Mark {
        Mark { from, length, kind }
    }

    #[test]
    fn tags_become_marks_counted_in_utf16() {
        let text = parse("😀 <b>bo<i>ld</i></b> &lt;3");
        assert_eq!(text.plain, "😀 bold <3");
        let (bold, italic) = (mark(3, 4, MarkKind::Bold), mark(5, 2, MarkKind::Italic));
        assert_eq!(text.marks, [bold, italic]);
    }

    #[test]
    fn every_tag_of_the_schema_is_read() {
        use MarkKind::{
            Bold, Code, Heading, Highlight, Italic, Preformatted, Strikethrough, Underline,
        };
        let text = parse(
            "<b>1</b><strong>2</strong><i>3</i><em>4</em><u>5</u><ins>6</ins><s>7</s><del>8</del>\
             <code>9</code><pre>0</pre><mark>a</mark><h1>b</h1>",
        );
        let kinds: Vec<_> = text.marks.into_iter().map(|mark| mark.kind).collect();
        let twice = [Bold, Italic, Underline, Strikethrough].map(|kind| [kind.clone(), kind]);
        let rest = [Code, Preformatted, Highlight, Heading];
        let all: Vec<_> = twice.into_iter().flatten().chain(rest).collect();
        assert_eq!(kinds, all);
    }

    #[test]
    fn links_and_mentions_are_told_apart() {
        let text = parse("<a href=\"https://e.org/?a&amp;b\">x</a><a href=\"max://user/7\">y</a>");
        let url = "https://e.org/?a&b".to_owned();
        let link = mark(0, 1, MarkKind::Link { url });
        let mention = MarkKind::Mention { user_id: Some(7), username: None };
        assert_eq!(text.marks, [link, mark(1, 1, mention)]);
    }

    #[test]
    fn other_tags_and_empty_links_are_stripped() {
        let text = parse("<table>a<a href=\"\">b</a><a>c</a></table><blockquote>d</blockquote>");
        assert_eq!(text, RichText::from("abcd"));
    }

    #[test]
    fn tags_that_are_never_closed_hold_to_the_end() {
        assert_eq!(parse("a<b>b<i></i>c").marks, [mark(1, 2, MarkKind::Bold)]);
        assert_eq!(parse("a</b>b"), RichText::from("ab"));
    }

    #[test]
    fn tags_may_overlap() {
        let marks = [mark(0, 2, MarkKind::Bold), mark(1, 2, MarkKind::Italic)];
        assert_eq!(parse("<b>a<i>b</b>c</i>").marks, marks);
    }

    #[test]
    fn a_break_ends_a_line() {
        assert_eq!(parse("a<br>b<br/>c"), RichText::from("a\nb\nc"));
    }

    #[test]
    fn the_outer_line_endings_of_code_are_no_part_of_it() {
        // Asserted by the official client's suite.
        let text = parse("<code>\nlet x;\n</code>!");
        assert_eq!(text.plain, "let x;!");
        assert_eq!(text.marks, [mark(0, 6, MarkKind::Code)]);
        let text = parse("<pre> a\n\nb\n<b></pre>c</b>");
        assert_eq!(text.plain, " a\n\nbc");
        let marks = [mark(0, 5, MarkKind::Preformatted), mark(5, 1, MarkKind::Bold)];
        assert_eq!(text.marks, marks);
    }

    #[test]
    fn bold_within_italic_and_italic_within_bold_are_told_in_one_order() {
        // Asserted by the official client's suite: bold first, in both of its documents.
        let both = [mark(0, 1, MarkKind::Bold), mark(0, 1, MarkKind::Italic)];
        assert_eq!(parse("<i><b>x</b></i>").marks, both);
        assert_eq!(parse("<b><i>x</i></b>").marks, both);
    }

    /// Were the time not proportional to the length, this would not end.
    #[test]
    fn long_and_hostile_texts_are_read() {
        for piece in
            ["<b>", "<b><i>a</b>", "<code>\n", "<pre>\n</pre>", "<a href=x>", "<", "&", "<x>"]
        {
            let html = piece.repeat(200_000 / piece.len());
            assert_eq!(parse(&html).fault(), None);
        }
    }

    proptest! {
        #[test]
        fn text_without_signs_is_itself(text in "[^<&\r\0]{0,40}") {
            prop_assert_eq!(parse(&text), RichText::from(text.as_str()));
        }

        #[test]
        fn marks_are_within_the_text(
            html in "(<b>|</b>|<i>|</i>|<code>|</code>|<a href=x>|</a>|<br>|<|&amp;|😀|\n|.){0,40}",
        ) {
            prop_assert_eq!(parse(&html).fault(), None);
        }
    }
}
