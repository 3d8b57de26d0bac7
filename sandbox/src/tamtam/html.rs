//! HTML as the platform reads it: a few tags, all others stripped.

use html5gum::{Token, Tokenizer};

use crate::world::{Mark, MarkKind, RichText};

/// The text of some HTML, with its formatting.
pub(super) fn parse(html: &str) -> RichText {
    let mut text = RichText::default();
    let mut open: Vec<Open> = Vec::new();
    let mut opened = 0;
    let mut marks: Vec<(usize, Mark)> = Vec::new();
    for Ok(token) in Tokenizer::new(html) {
        match token {
            Token::String(piece) => text.push(&String::from_utf8_lossy(&piece)),
            Token::StartTag(tag) if *tag.name == b"br" => text.push("\n"),
            Token::StartTag(tag) => {
                let href = tag.attributes.get(b"href".as_slice());
                let href = href.map(|it| String::from_utf8_lossy(&it.value).into_owned());
                let kind = kind(&tag.name, href);
                open.push(Open {
                    name: tag.name.to_vec(),
                    kind,
                    from: text.units(),
                    place: opened,
                });
                opened += 1;
            }
            Token::EndTag(tag) => {
                let Some(last) = open.iter().rposition(|it| it.name == *tag.name) else { continue };
                let Open { kind, from, place, .. } = open.remove(last);
                let length = text.units() - from;
                if let (Some(kind), true) = (kind, length > 0) {
                    marks.push((place, Mark { from, length, kind }));
                }
            }
            Token::Comment(_) | Token::Doctype(_) | Token::Error(_) => {}
        }
    }
    // In the order in which the tags were opened.
    marks.sort_by_key(|(place, _)| *place);
    text.marks = marks.into_iter().map(|(_, mark)| mark).collect();
    text
}

/// A tag that is not closed yet.
struct Open {
    name: Vec<u8>,
    kind: Option<MarkKind>,
    from: usize,
    /// How many were opened before it.
    place: usize,
}

/// What a tag stands for: schema 0.5.6, "Text formatting". A link without an address is text.
fn kind(tag: &[u8], href: Option<String>) -> Option<MarkKind> {
    Some(match tag {
        b"b" | b"strong" => MarkKind::Bold,
        b"i" | b"em" => MarkKind::Italic,
        b"u" | b"ins" => MarkKind::Underline,
        b"s" | b"del" => MarkKind::Strikethrough,
        b"code" => MarkKind::Code,
        b"pre" => MarkKind::Preformatted,
        b"mark" => MarkKind::Highlight,
        b"h1" => MarkKind::Heading,
        b"a" => {
            let url = href.filter(|url| !url.is_empty())?;
            let mentioned = ["tamtam://user/", "max://user/"]
                .iter()
                .find_map(|scheme| url.strip_prefix(scheme)?.parse().ok());
            match mentioned {
                Some(id) => MarkKind::Mention { user_id: Some(id) },
                None => MarkKind::Link { url },
            }
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn links_and_mentions_are_told_apart() {
        let text = parse("<a href=\"https://e.org/?a&amp;b\">x</a><a href=\"max://user/7\">y</a>");
        let url = "https://e.org/?a&b".to_owned();
        let link = mark(0, 1, MarkKind::Link { url });
        assert_eq!(text.marks, [link, mark(1, 1, MarkKind::Mention { user_id: Some(7) })]);
    }

    #[test]
    fn other_tags_and_empty_links_are_stripped() {
        let text = parse("<table>a<a href=\"\">b</a></table>");
        assert_eq!(text, RichText::from("ab"));
    }
}
