//! Addresses, `@names` and `/commands` that stand in a text without markup. Whether the messenger
//! makes entities of them no document says: a switch does.

use std::ops::Range;

use linkify::{LinkFinder, LinkKind};

use crate::world::{Mark, MarkKind, RichText};

/// The marks of a text, with those of what stands in it bare, by where they begin.
pub(super) fn marks(text: &RichText) -> Vec<Mark> {
    let spans = addresses(&text.plain).chain(words(&text.plain)).collect();
    let found = RichText::spanned(text.plain.clone(), spans).marks;
    let mut marks = text.marks.clone();
    for mark in found {
        let meets =
            |it: &Mark| it.from < mark.from + mark.length && mark.from < it.from + it.length;
        if !marks.iter().any(meets) {
            marks.push(mark);
        }
    }
    marks.sort_by_key(|it| it.from);
    marks
}

/// Those of pages begin with their scheme.
fn addresses(plain: &str) -> impl Iterator<Item = (Range<usize>, MarkKind)> {
    let found: Vec<_> = LinkFinder::new().links(plain).collect();
    found.into_iter().filter_map(|link| {
        let kind = match link.kind() {
            LinkKind::Email => MarkKind::Email,
            _ if link.as_str().starts_with("http") => {
                MarkKind::Link { url: link.as_str().to_owned() }
            }
            _ => return None,
        };
        Some((link.start()..link.end(), kind))
    })
}

/// Names and commands: letters, digits and `_` behind their sign, which stands behind a blank.
fn words(plain: &str) -> impl Iterator<Item = (Range<usize>, MarkKind)> {
    let is_begun = |at: usize| plain[..at].chars().next_back().is_none_or(char::is_whitespace);
    plain.match_indices(['@', '/']).filter(move |(at, _)| is_begun(*at)).filter_map(|(at, sign)| {
        let rest = &plain[at + 1..];
        let is_part = |it: char| it.is_ascii_alphanumeric() || it == '_';
        let length = rest.find(|it| !is_part(it)).unwrap_or(rest.len());
        let kind = match sign {
            "@" => MarkKind::Mention { user_id: None, username: None },
            _ => MarkKind::Command,
        };
        // A path is no command.
        let is_word = length > 0 && !rest[length..].starts_with('/');
        is_word.then_some((at..at + 1 + length, kind))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(plain: &str) -> Vec<String> {
        let text = RichText::from(plain);
        marks(&text).iter().map(|it| text.covered(it)).collect()
    }

    #[test]
    fn what_stands_bare_is_found() {
        let text = "/start 😀 @helper_bot, see https://example.org/a or a@example.org";
        let all = ["/start", "@helper_bot", "https://example.org/a", "a@example.org"];
        assert_eq!(found(text), all);
    }

    #[test]
    fn what_is_none_is_not() {
        for text in ["a/b", "and/or", "/usr/bin", "@", "/", "a@b", "1 / 2", "@ home"] {
            assert_eq!(found(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn markup_is_not_marked_again() {
        let mut text = RichText::default();
        text.push_marked("https://example.org", [MarkKind::Bold].to_vec());
        assert_eq!(marks(&text), text.marks);
    }
}
