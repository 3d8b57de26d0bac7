//! What the headers of an upload say.

use axum::http::HeaderMap;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE};
use percent_encoding::percent_decode_str;

use crate::tamtam::refusal::Refusal;

/// How a file, or a part of one, comes.
#[derive(Debug, Eq, PartialEq)]
pub(super) enum Part {
    /// As a form, whole.
    Form { boundary: String },
    /// As it is, whole, with nobody knowing how long it is.
    Whole { name: Option<String> },
    /// These bytes of it, both ends included.
    Range { first: u64, last: u64, total: u64, name: Option<String> },
}

impl Part {
    pub(super) fn of(headers: &HeaderMap) -> Result<Self, Refusal> {
        let text = |name| headers.get(name).and_then(|it| it.to_str().ok());
        let kind = text(CONTENT_TYPE).unwrap_or_default();
        if kind.to_ascii_lowercase().starts_with("multipart/") {
            let boundary = multer::parse_boundary(kind);
            let wrong = |why| Refusal::payload(&format!("Content-Type: {why}"));
            return Ok(Self::Form { boundary: boundary.map_err(wrong)? });
        }
        let name = name(headers);
        if let Some(range) = headers.get(CONTENT_RANGE) {
            let read = range.to_str().ok().and_then(content_range);
            let (first, last, total) = read.ok_or_else(|| {
                Refusal::payload(&format!(
                    "Content-Range: must be \"bytes FIRST-LAST/TOTAL\"; given {range:?}"
                ))
            })?;
            return Ok(Self::Range { first, last, total, name });
        }
        // All of it at once is a part as well, and can be resumed.
        match text(CONTENT_LENGTH).and_then(|it| it.parse::<u64>().ok()) {
            Some(0) => Err(Refusal::payload("The file is empty")),
            Some(total) => Ok(Self::Range { first: 0, last: total - 1, total, name }),
            None => Ok(Self::Whole { name }),
        }
    }
}

fn content_range(given: &str) -> Option<(u64, u64, u64)> {
    let (range, total) = given.trim().strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = range.split_once('-')?;
    // A sign is no digit, though numbers are read with one elsewhere.
    let is_number = |it: &str| it.bytes().all(|digit| digit.is_ascii_digit());
    let number = |digits: &str| {
        Some(digits.trim()).filter(|it| is_number(it)).and_then(|it| it.parse::<u64>().ok())
    };
    let (first, last, total) = (number(first)?, number(last)?, number(total)?);
    (first <= last && last < total).then_some((first, last, total))
}

/// The name of the file: in `Content-Disposition`, bare or quoted, or in MAX's official client's
/// `X-File-Name`, percent-encoded.
fn name(headers: &HeaderMap) -> Option<String> {
    let bytes = headers.get(CONTENT_DISPOSITION).map(axum::http::HeaderValue::as_bytes);
    let disposition = bytes.map(String::from_utf8_lossy);
    let said = disposition.as_deref().and_then(|disposition| {
        let mut fields = disposition.split(';').map(str::trim);
        let (_, name) = fields.find_map(|field| {
            field.split_once('=').filter(|(name, _)| name.eq_ignore_ascii_case("filename"))
        })?;
        Some(name.trim_matches('"').to_owned())
    });
    let other = || {
        let name = headers.get("x-file-name")?.to_str().ok()?;
        Some(percent_decode_str(name).decode_utf8_lossy().into_owned())
    };
    let name = said.or_else(other)?;
    let name = percent_decode_str(&name).decode_utf8_lossy().into_owned();
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn part(headers: &[(&str, &str)]) -> Result<Part, Refusal> {
        let pairs = headers.iter().map(|(name, value)| {
            (name.parse().expect("a header's name"), value.parse().expect("a header's value"))
        });
        Part::of(&pairs.collect::<HeaderMap>())
    }

    #[test]
    fn parts_of_the_official_java_client_are_read() {
        let read = part(&[
            ("content-range", "bytes 2048000-4095999/5000000"),
            ("content-disposition", "attachment; filename=film.mp4"),
        ]);
        let name = Some("film.mp4".to_owned());
        let expected = Part::Range { first: 2_048_000, last: 4_095_999, total: 5_000_000, name };
        assert_eq!(read.expect("a part"), expected);
    }

    #[test]
    fn all_of_it_at_once_is_a_part_too() {
        let expected = Part::Range { first: 0, last: 6, total: 7, name: None };
        assert_eq!(part(&[("content-length", "7")]).expect("a part"), expected);
    }

    #[test]
    fn a_range_that_is_none_is_refused() {
        for wrong in [
            "",
            "bytes",
            "bytes 5-4/9",
            "bytes 0-9/9",
            "bytes 0-8/*",
            "bits 0-1/2",
            "bytes +0-+9/+10",
        ] {
            assert!(part(&[("content-range", wrong)]).is_err(), "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn no_range_makes_it_panic(given in "\\PC*") {
            content_range(&given);
        }

        #[test]
        fn a_range_is_read_as_it_was_written(first: u32, more: u32, rest in 1_u64..9) {
            let (first, last) = (u64::from(first), u64::from(first) + u64::from(more));
            let total = last + rest;
            let written = format!("bytes {first}-{last}/{total}");
            prop_assert_eq!(content_range(&written), Some((first, last, total)));
        }
    }
}
