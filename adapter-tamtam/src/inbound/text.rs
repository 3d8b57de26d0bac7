//! Texts and their formatting.

use gateway_core::model::{Span, Style, Text, UserId, Utf16Offsets};

use crate::wire;

/// Places are counted in UTF-16 code units. No document says in what; both servers are written in
/// Java, whose strings are counted so. In other units a span would move, and no text be lost.
pub(super) fn text(plain: String, markup: Vec<wire::MarkupElement>) -> Text {
    if markup.is_empty() {
        return plain.into();
    }
    let offsets = Utf16Offsets::new(&plain);
    let spans: Vec<Span> = markup
        .into_iter()
        .filter_map(|element| {
            // A place before the text is none; the text itself counts all the same.
            let from = usize::try_from(element.from).ok()?;
            let length = usize::try_from(element.length).ok()?;
            let range = offsets.to_bytes(from, length);
            Some(Span { start: range.start, end: range.end, style: style(element)? })
        })
        .collect();
    Text::from_parts(plain, spans)
}

/// The style of a markup element; `None` for a kind that neither schema has.
fn style(element: wire::MarkupElement) -> Option<Style> {
    Some(match element.kind.as_str() {
        "strong" => Style::Bold,
        "emphasized" => Style::Italic,
        "monospaced" => Style::Code,
        "strikethrough" => Style::Strikethrough,
        "underline" => Style::Underline,
        "heading" => Style::Heading,
        "highlighted" => Style::Highlight,
        // MAX.
        "quote" => Style::Quote,
        "link" => Style::Link { url: element.url? },
        "user_mention" => {
            let user = element.user_id.map(UserId::of);
            let name = |link: String| link.strip_prefix('@').map(str::to_owned).unwrap_or(link);
            Style::Mention { user, username: element.user_link.map(name) }
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn element(kind: &str, from: i64, length: i64) -> wire::MarkupElement {
        wire::MarkupElement { kind: kind.to_owned(), from, length, ..Default::default() }
    }

    #[test]
    fn every_kind_becomes_its_style() {
        let kinds = [
            ("strong", Style::Bold),
            ("emphasized", Style::Italic),
            ("monospaced", Style::Code),
            ("strikethrough", Style::Strikethrough),
            ("underline", Style::Underline),
            ("heading", Style::Heading),
            ("highlighted", Style::Highlight),
            ("quote", Style::Quote),
        ];
        for (kind, style) in kinds {
            assert_eq!(
                text("abc".to_owned(), vec![element(kind, 1, 1)]),
                Text::new().plain("a").styled("b", style).plain("c"),
            );
        }
    }

    #[test]
    fn a_mention_is_by_id_or_by_name() {
        let by_id = wire::MarkupElement { user_id: Some(5), ..element("user_mention", 0, 4) };
        let by_name = wire::MarkupElement {
            user_link: Some("@anna".to_owned()),
            ..element("user_mention", 0, 4)
        };
        assert_eq!(text("Anna".to_owned(), vec![by_id]), Text::new().mention("Anna", "5"));
        let named = Style::Mention { user: None, username: Some("anna".to_owned()) };
        assert_eq!(text("Anna".to_owned(), vec![by_name]), Text::new().styled("Anna", named));
    }

    #[test]
    fn a_kind_that_nobody_knows_leaves_the_text() {
        assert_eq!(text("abc".to_owned(), vec![element("sparkling", 0, 3)]), "abc".into());
        assert_eq!(text("abc".to_owned(), vec![element("strong", -1, 3)]), "abc".into());
    }
}
