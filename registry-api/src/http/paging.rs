//! Pages: how large they are, and where the others are found.

use axum::http::HeaderValue;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use super::asked::{Asked, number};

/// Records on a page when nothing is said, and at most: both from the contract.
pub(super) const DEFAULT_SIZE: u32 = 20;
pub(super) const MAX_SIZE: u32 = 200;

/// The parameter `size`.
pub(super) fn size(asked: &mut Asked) -> u32 {
    asked.value("size", |text| number(text, 1, MAX_SIZE)).unwrap_or(DEFAULT_SIZE)
}

/// Where the other pages of a list are, as paths with a query.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
pub(super) struct Links {
    #[serde(rename = "self")]
    pub(super) own: String,
    pub(super) first: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) prev: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) last: Option<String>,
}

impl Links {
    /// The same for the header `Link` (RFC 8288).
    pub(super) fn header(&self) -> HeaderValue {
        let links = [
            ("self", Some(&self.own)),
            ("first", Some(&self.first)),
            ("prev", self.prev.as_ref()),
            ("next", self.next.as_ref()),
            ("last", self.last.as_ref()),
        ];
        let links = links.into_iter().filter_map(|(relation, target)| {
            target.map(|target| format!("<{target}>; rel=\"{relation}\""))
        });
        let links = links.collect::<Vec<_>>().join(", ");
        // Paths and queries are ASCII here: everything else in them is written as %XX.
        HeaderValue::try_from(links).unwrap_or(HeaderValue::from_static(""))
    }
}

/// What stands for itself in a query, so that people can read it.
const IN_QUERY: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b',').remove(b':');

/// A path with a query.
pub(super) fn link<'a>(
    path: &str,
    parameters: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> String {
    let pairs = parameters.into_iter().map(|(name, value)| {
        let (name, value) =
            (utf8_percent_encode(name, IN_QUERY), utf8_percent_encode(value, IN_QUERY));
        format!("{name}={value}")
    });
    let query = pairs.collect::<Vec<_>>().join("&");
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// Room for what stands around the items of a page.
const AROUND: usize = 1024;

/// JSON texts as the items of one array.
pub(super) fn array<'a>(into: &mut String, items: impl Iterator<Item = &'a str> + Clone) {
    into.reserve(items.clone().map(|item| item.len() + 1).sum::<usize>() + AROUND);
    into.push('[');
    for (place, item) in items.enumerate() {
        if place > 0 {
            into.push(',');
        }
        into.push_str(item);
    }
    into.push(']');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_written_for_people_and_for_machines() {
        let own =
            link("/chats", [("fromDate", "2024-12-11T00:00:00+01:00"), ("sort", "title,asc")]);
        assert_eq!(own, "/chats?fromDate=2024-12-11T00:00:00%2B01:00&sort=title,asc");
        let links = Links { own, first: link("/chats", []), ..Links::default() };
        assert_eq!(
            links.header(),
            "</chats?fromDate=2024-12-11T00:00:00%2B01:00&sort=title,asc>; rel=\"self\", \
             </chats>; rel=\"first\""
        );
    }
}
