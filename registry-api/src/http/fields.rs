//! The fields of a JSON body, read so that every mistake has its place.

use std::fmt;

use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::error::Category;
use serde_json::value::RawValue;

use super::problem::{Fault, Kind, Problem};

/// The fields of an object, in their order, each as it is written.
#[derive(Debug)]
pub(super) struct Fields<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Fields<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            // Unlike a map this keeps what is given twice.
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Fields(fields))
            }
        }

        deserializer.deserialize_map(Object)
    }
}

impl<'a> Fields<'a> {
    /// Reads a body.
    pub(super) fn read(body: &'a [u8]) -> Result<Self, Fault> {
        if body.is_empty() {
            return Err(Fault::body("there is no body"));
        }
        let body = std::str::from_utf8(body)
            .map_err(|why| Fault::body(format!("the body is not UTF-8: {why}")))?;
        serde_json::from_str(body).map_err(|why| match why.classify() {
            Category::Data => Fault::body("the body must be an object"),
            _ => Fault::body(format!("the body is not JSON: {why}")),
        })
    }

    /// Whatever is not one of these, or is given twice.
    pub(super) fn strangers(&self, known: &[&str]) -> Vec<Fault> {
        let mut seen: Vec<&str> = Vec::new();
        let mut faults = Vec::new();
        for (name, _) in &self.0 {
            if !known.contains(&name.as_str()) {
                let why = format!("there is no such field: {}", known.join(", "));
                faults.push(Fault::field(name, why));
            } else if seen.contains(&name.as_str()) {
                faults.push(Fault::field(name, "it is given twice"));
            }
            seen.push(name);
        }
        faults
    }

    /// A text of so many characters at most; nothing when it is absent or `null`.
    pub(super) fn text(&self, name: &str, limit: usize) -> Result<Option<String>, Fault> {
        let Some((_, value)) = self.0.iter().find(|(it, _)| it == name) else { return Ok(None) };
        let fault = |why: String| Err(Fault::field(name, why));
        match value.get().as_bytes().first() {
            Some(b'n') => return Ok(None),
            Some(b'"') => {}
            _ => return fault("it must be a string".to_owned()),
        }
        let text: String = match serde_json::from_str(value.get()) {
            Ok(text) => text,
            // A half of a pair of surrogates, above all.
            Err(why) => return fault(format!("it is not a string of Unicode: {why}")),
        };
        let given = text.chars().count();
        if given > limit {
            return fault(format!("it has {given} characters, at most {limit}"));
        }
        if text.contains('\0') {
            return fault("it contains the character NUL".to_owned());
        }
        Ok(Some(text))
    }
}

/// Refuses a body that says that it is something else than JSON in UTF-8.
pub(super) fn must_be_json(headers: &HeaderMap) -> Result<(), Problem> {
    let refuse = |why: String| Err(Problem::new(Kind::UnsupportedMediaType, why));
    let mut given = headers.get_all(CONTENT_TYPE).iter();
    let (Some(kind), None) = (given.next(), given.next()) else {
        return refuse("Content-Type must be given once, as application/json".to_owned());
    };
    let kind = String::from_utf8_lossy(kind.as_bytes());
    let mut parts = kind.split(';').map(str::trim);
    if !parts.next().unwrap_or_default().eq_ignore_ascii_case("application/json") {
        return refuse(format!("Content-Type is {kind:?}, it must be application/json"));
    }
    for (name, value) in parts.filter_map(|it| it.split_once('=')) {
        let value = value.trim().trim_matches('"');
        if name.trim().eq_ignore_ascii_case("charset") && !value.eq_ignore_ascii_case("utf-8") {
            return refuse(format!("Content-Type says charset {value:?}, it must be utf-8"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn a_body_is_one_object_in_utf_8() {
        assert!(Fields::read(b" {\"a\": {\"b\": [1, 2]}, \"c\": null} ").is_ok());
        for (body, words) in [
            (&b""[..], "there is no body"),
            (b"\xff\xfe", "the body is not UTF-8"),
            (b"[]", "must be an object"),
            (b"\"title\"", "must be an object"),
            (b"null", "must be an object"),
            (b"{} {}", "not JSON: trailing characters"),
            (b"{\"a\": 1,}", "not JSON: "),
            (b"\xef\xbb\xbf{}", "not JSON: "),
            (b"{\"a\": NaN}", "not JSON: "),
            (b"   ", "not JSON: "),
        ] {
            let fault = Fields::read(body).expect_err("a fault");
            assert!(format!("{fault:?}").contains(words), "{fault:?}");
        }
    }

    #[test]
    fn a_half_character_is_told_where_it_stands() {
        let fields = Fields::read(br#"{"title": "a\ud83d", "b": "\ud83d\ude00"}"#);
        let fields = fields.expect("fields");
        assert_eq!(fields.text("b", 1), Ok(Some("\u{1f600}".to_owned())));
        let fault = format!("{:?}", fields.text("title", 9).expect_err("a half"));
        assert!(fault.contains("/title"), "{fault}");
    }

    #[test]
    fn json_is_utf_8() {
        let accepts = |kind: &'static str| {
            let header = (CONTENT_TYPE, HeaderValue::from_static(kind));
            must_be_json(&[header].into_iter().collect()).is_ok()
        };
        assert!(accepts("application/json"));
        assert!(accepts("Application/JSON; charset=UTF-8"));
        assert!(accepts("application/json;charset=\"utf-8\""));
        assert!(!accepts("application/json; charset=latin1"));
        assert!(!accepts("application/problem+json"));
        assert!(!accepts("text/plain"));
        assert!(must_be_json(&HeaderMap::new()).is_err());
    }
}
