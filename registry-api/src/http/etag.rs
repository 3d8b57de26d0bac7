//! `ETag` and `If-None-Match`: whether a client has what it asks for already (RFC 9110, 8.8.3 and
//! 13.1.2).

use axum::http::HeaderMap;
use axum::http::header::IF_NONE_MATCH;

use crate::query::Document;

/// The tag of a chat. It is a weak one: it says that the chat is the same, not that each byte is.
pub(super) fn tag(chat: &Document) -> String {
    format!("W/\"{}-{}\"", chat.id, chat.version)
}

/// Whether a client has a version with this tag. What it says in another form counts for nothing.
pub(super) fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let opaque = |it: &str| it.strip_prefix("W/").unwrap_or(it).to_owned();
    let lists = headers.get_all(IF_NONE_MATCH).iter().filter_map(|it| it.to_str().ok());
    // Our tags have no comma, so a piece of somebody else's never looks like one.
    lists
        .flat_map(|it| it.split(','))
        .map(str::trim)
        .any(|it| it == "*" || opaque(it) == opaque(tag))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use uuid::Uuid;

    use super::*;

    fn knows(lists: &[&'static str]) -> bool {
        let lists = lists.iter().map(|it| (IF_NONE_MATCH, HeaderValue::from_static(it)));
        let chat = Document { id: Uuid::nil(), version: 7, json: String::new() };
        is_known(&lists.collect(), &tag(&chat))
    }

    #[test]
    fn tags_are_compared_weakly() {
        assert!(knows(&["W/\"00000000-0000-0000-0000-000000000000-7\""]));
        assert!(knows(&["\"00000000-0000-0000-0000-000000000000-7\""]));
        assert!(knows(&["*"]));
        assert!(knows(&["\"a\", W/\"b\" , \"00000000-0000-0000-0000-000000000000-7\""]));
        assert!(knows(&["\"a\"", "*"]));
        assert!(!knows(&["W/\"00000000-0000-0000-0000-000000000000-6\""]));
        assert!(!knows(&["00000000-0000-0000-0000-000000000000-7"]));
        assert!(!knows(&[]));
    }
}
