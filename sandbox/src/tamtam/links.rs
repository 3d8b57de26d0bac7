//! What a text leads to: pages, and the people who are named in it.
//!
//! What no source says is decided so:
//!
//! - A page is one with its scheme: `https://example.org`, not `example.org`.
//! - A page in plain text gets a preview, no `link` element.
//! - A name is as the schema 0.5.6 has it in `GET /chats/{chatLink}`: an ASCII letter, then
//!   letters, digits, `_` and `-`. A `-` at its end is a dash. It stands free: before and after it
//!   there is no letter, digit or sign that would make it a part of something else.
//! - Addresses of users of one platform are understood on the other.

use std::ops::Range;

use linkify::{LinkFinder, LinkKind};

use crate::world::{MarkKind, RichText, units_before};

/// Longest address of a link, in characters: schema `LinkMarkup.url`.
const URL_LIMIT: usize = 2048;

/// What a link to this address is. `None` for one without an address, which is text (asserted by
/// the official client's suite), and for one whose address is too long.
pub(super) fn target(url: &str) -> Option<MarkKind> {
    if url.is_empty() || url.chars().count() > URL_LIMIT {
        return None;
    }
    let user = ["tamtam://user/", "max://user/"].iter().find_map(|it| url.strip_prefix(it));
    Some(match user.and_then(|id| id.parse().ok()) {
        Some(id) => MarkKind::Mention { user_id: Some(id), username: None },
        None => MarkKind::Link { url: url.to_owned() },
    })
}

/// The first page that a text leads to, by a link or in plain text; nothing within code counts.
pub(super) fn first_url(text: &RichText) -> Option<String> {
    let marked = text.marks.iter().filter_map(|mark| match &mark.kind {
        MarkKind::Link { url } if is_page(url) => Some((mark.from, url.as_str())),
        _ => None,
    });
    let code = covered(text, MarkKind::is_code);
    let marked = marked.filter(|(from, _)| !overlaps(&code, &(*from..from + 1)));
    let taken = covered(text, |kind| kind.is_code() || matches!(kind, MarkKind::Link { .. }));
    let units = units_before(&text.plain);
    let written = LinkFinder::new();
    let written = written.links(&text.plain).filter(|it| *it.kind() == LinkKind::Url);
    let written = written.map(|it| (units[it.start()]..units[it.end()], it.as_str()));
    let written = written.filter(|(_, url)| is_page(url));
    let written =
        written.filter(|(span, _)| !overlaps(&taken, span)).map(|(it, url)| (it.start, url));
    marked.chain(written).min_by_key(|(from, _)| *from).map(|(_, url)| url.to_owned())
}

/// A name in a text, with the `@` before it. Places are in UTF-16 code units.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Mentioned {
    /// Where the `@` is.
    pub(super) from: usize,
    /// With the `@`.
    pub(super) length: usize,
    /// Without the `@`; whether somebody has this name is not known here.
    pub(super) username: String,
}

/// The names in a text: none within code, links, pages, mailboxes or other mentions. The official
/// client's suite asserts it for code and mailboxes, and for messages without a format it asserts
/// that there is no markup at all, so this is only for messages with one.
pub(super) fn mentions(text: &RichText) -> Vec<Mentioned> {
    let plain = text.plain.as_str();
    let units = units_before(plain);
    let mut taken = covered(text, |kind| {
        kind.is_code() || matches!(kind, MarkKind::Link { .. } | MarkKind::Mention { .. })
    });
    let found = LinkFinder::new();
    taken.extend(found.links(plain).map(|it| units[it.start()]..units[it.end()]));
    let taken = joined(taken);
    let mut taken = taken.iter().peekable();
    plain
        .match_indices('@')
        .filter_map(|(at, _)| {
            let username = name(&plain[..at], &plain[at + 1..])?;
            let from = units[at];
            let length = username.len() + 1;
            while taken.next_if(|span| span.end <= from).is_some() {}
            let free = taken.peek().is_none_or(|span| span.start >= from + length);
            free.then(|| Mentioned { from, length, username: username.to_owned() })
        })
        .collect()
}

/// The name between two pieces of text with an `@` between them, if one stands free there.
fn name<'a>(before: &str, after: &'a str) -> Option<&'a str> {
    let joins = |it: char| it.is_alphanumeric() || matches!(it, '_' | '@');
    if before.ends_with(|it| joins(it) || matches!(it, '.' | '-' | '+' | '/' | ':')) {
        return None;
    }
    let inside = |it: char| it.is_ascii_alphanumeric() || matches!(it, '_' | '-');
    let end = after.find(|it| !inside(it)).unwrap_or(after.len());
    if !after.starts_with(|it: char| it.is_ascii_alphabetic()) || after[end..].starts_with(joins) {
        return None;
    }
    Some(after[..end].trim_end_matches('-'))
}

fn is_page(url: &str) -> bool {
    let scheme = url.split_once("://").map(|(scheme, _)| scheme);
    scheme.is_some_and(|it| it.eq_ignore_ascii_case("http") || it.eq_ignore_ascii_case("https"))
}

/// What is covered by marks of some kinds, in order and without overlaps.
fn covered(text: &RichText, kinds: impl Fn(&MarkKind) -> bool) -> Vec<Range<usize>> {
    let marks = text.marks.iter().filter(|mark| kinds(&mark.kind));
    joined(marks.map(|mark| mark.from..mark.from.saturating_add(mark.length)).collect())
}

fn joined(mut spans: Vec<Range<usize>>) -> Vec<Range<usize>> {
    spans.sort_by_key(|span| span.start);
    spans.dedup_by(|next, span| {
        let joins = next.start <= span.end;
        if joins {
            span.end = span.end.max(next.end);
        }
        joins
    });
    spans
}

/// Whether a span shares a unit with some of these, which are in order and do not overlap.
fn overlaps(spans: &[Range<usize>], span: &Range<usize>) -> bool {
    let next = spans.partition_point(|it| it.end <= span.start);
    spans.get(next).is_some_and(|it| it.start < span.end)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::tamtam::markdown;

    fn names(text: &str) -> Vec<String> {
        mentions(&markdown::parse(text)).into_iter().map(|it| it.username).collect()
    }

    fn first(text: &str) -> Option<String> {
        first_url(&markdown::parse(text))
    }

    #[test]
    fn a_name_is_found_wherever_it_stands_free() {
        for text in ["@anna", "@anna hi", "hi @anna", "hi, @anna!", "(@anna)", "**@anna** hi"] {
            assert_eq!(names(text), ["anna"], "{text}");
        }
        assert_eq!(names("@anna, @boris-2 and ***@c_***"), ["anna", "boris-2", "c_"]);
        assert_eq!(names("@anna- or @anna - he"), ["anna", "anna"]);
    }

    #[test]
    fn places_count_utf16_and_the_sign() {
        let found = mentions(&RichText::from("😀 @anna"));
        assert_eq!(found, [Mentioned { from: 3, length: 5, username: "anna".to_owned() }]);
    }

    #[test]
    fn code_links_pages_and_mailboxes_name_nobody() {
        for text in [
            "`@anna`",
            "```\n@anna\n```",
            "[@anna](https://e.org/)",
            "[@anna](max://user/5)",
            "https://e.org/@anna",
            "write to boris@anna.org",
            "boris@anna",
            "@",
            "@ anna",
            "@5",
            "@@anna",
            "@anna@boris",
            "@аня",
            "@annaЖ",
        ] {
            assert_eq!(names(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn the_first_page_is_found_in_plain_text_and_in_links() {
        let found = |text: &str| first(text).unwrap_or_default();
        assert_eq!(found("see https://e.org/a, or http://e.org"), "https://e.org/a");
        assert_eq!(found("see [this](https://a.org) or https://b.org"), "https://a.org");
        assert_eq!(found("https://b.org or [this](https://a.org)"), "https://b.org");
        assert_eq!(found("[https://a.org](https://b.org)"), "https://b.org");
        assert_eq!(found("😀 **HTTPS://e.org/ü**"), "HTTPS://e.org/ü");
        assert_eq!(found("(https://e.org/x_(y))"), "https://e.org/x_(y)");
    }

    #[test]
    fn other_addresses_and_code_are_no_pages() {
        for text in [
            "`https://e.org`",
            "```\nhttps://e.org\n```",
            "e.org",
            "ftp://e.org",
            "anna@e.org",
            "[x](/uri)",
            "[x](tamtam://user/5)",
        ] {
            assert_eq!(first(text), None, "{text}");
        }
    }

    #[test]
    fn an_address_that_is_empty_or_too_long_is_none() {
        assert_eq!(target(""), None);
        let long = format!("https://e.org/{}", "a".repeat(2034));
        assert!(target(&long).is_some());
        assert_eq!(target(&format!("{long}a")), None);
    }

    proptest! {
        #[test]
        fn what_is_found_is_in_the_text(
            text in "([a-c@.`\\[\\]() 😀я/:-]|https://|@anna){0,40}",
        ) {
            let text = markdown::parse(&text);
            let plain: Vec<u16> = text.plain.encode_utf16().collect();
            for it in mentions(&text) {
                let found = String::from_utf16(&plain[it.from..it.from + it.length]);
                prop_assert_eq!(found.expect("characters"), format!("@{}", it.username));
            }
            if let Some(url) = first_url(&text) {
                prop_assert!(is_page(&url));
            }
        }
    }
}
