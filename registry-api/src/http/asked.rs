//! What a request says beside its body: parameters of the path and of the query, and headers.
//!
//! A handler reads one after the other, and whatever is wrong with them is told at once, by
//! [`Asked::done`]. A parameter that is refused reads as nothing until then.

use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{FromRequestParts, MatchedPath, RawPathParams};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use percent_encoding::percent_decode_str;
use uuid::Uuid;

use super::problem::{Fault, Problem};

/// The parameters of a request.
#[derive(Debug)]
pub(super) struct Asked {
    path: Vec<(String, String)>,
    query: Vec<(String, String)>,
    headers: HeaderMap,
    faults: Vec<Fault>,
}

impl<S: Send + Sync> FromRequestParts<S> for Asked {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = match RawPathParams::from_request_parts(parts, state).await {
            Ok(path) => path.iter().map(|(name, it)| (name.to_owned(), it.to_owned())).collect(),
            Err(RawPathParamsRejection::InvalidUtf8InPathParam(_)) => {
                let route = parts.extensions.get::<MatchedPath>().map_or("", MatchedPath::as_str);
                let name = undecodable(route, parts.uri.path()).unwrap_or("path");
                return Err(Problem::parameter(name, "it is not UTF-8, each byte written as %XX"));
            }
            Err(_) => Vec::new(),
        };
        let mut asked =
            Self { path, query: Vec::new(), headers: parts.headers.clone(), faults: Vec::new() };
        asked.read_query(parts.uri.query().unwrap_or_default());
        Ok(asked)
    }
}

impl Asked {
    fn read_query(&mut self, query: &str) {
        for pair in query.split('&').filter(|it| !it.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            match (decoded(name), decoded(value)) {
                (Some(name), Some(value)) => self.query.push((name, value)),
                _ => self.refuse(name, "it is not UTF-8, each byte written as %XX"),
            }
        }
    }

    /// Refuses every parameter of the query that is not one of these, or is given twice.
    pub(super) fn only(&mut self, known: &[&str]) {
        let mut seen: Vec<&str> = Vec::new();
        let mut faults = Vec::new();
        for (name, _) in &self.query {
            if !known.contains(&name.as_str()) {
                let why = match known {
                    [] => "there is no such parameter, this path takes none".to_owned(),
                    known => format!("there is no such parameter; there are: {}", known.join(", ")),
                };
                faults.push(Fault::parameter(name, why));
            } else if seen.contains(&name.as_str()) {
                faults.push(Fault::parameter(name, "it is given twice"));
            }
            seen.push(name);
        }
        self.faults.extend(faults);
    }

    /// Whether a parameter of the query is given.
    pub(super) fn has(&self, name: &str) -> bool {
        self.query.iter().any(|(it, _)| it == name)
    }

    /// The parameters of the query as they were given, in their order.
    pub(super) fn given(&self) -> &[(String, String)] {
        &self.query
    }

    /// A parameter of the query, where it is given and read without a complaint.
    pub(super) fn value<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let (_, value) = self.query.iter().find(|(it, _)| it == name)?;
        read(value).map_err(|why| self.refuse(name, why)).ok()
    }

    /// A UUID of the path.
    pub(super) fn path_id(&mut self, name: &str) -> Uuid {
        let value = self.path.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str());
        match uuid(value.unwrap_or_default()) {
            Ok(id) => id,
            Err(why) => {
                self.refuse(name, why);
                Uuid::nil()
            }
        }
    }

    /// A header that is given at most once, where it is given and read without a complaint.
    pub(super) fn header<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&[u8]) -> Result<T, String>,
    ) -> Option<T> {
        let mut values = self.headers.get_all(name).iter();
        let value = values.next()?;
        let read = match values.next() {
            Some(_) => Err("it is given twice".to_owned()),
            None => read(value.as_bytes()),
        };
        read.map_err(|why| self.faults.push(Fault::header(name, why))).ok()
    }

    /// All headers.
    pub(super) fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Says that a parameter is not accepted.
    pub(super) fn refuse(&mut self, name: &str, why: impl Into<String>) {
        self.faults.push(Fault::parameter(name, why));
    }

    /// Says what is not accepted of the body.
    pub(super) fn refuse_body(&mut self, faults: Vec<Fault>) {
        self.faults.extend(faults);
    }

    /// Goes on when nothing was refused.
    pub(super) fn done(&mut self) -> Result<(), Problem> {
        match std::mem::take(&mut self.faults) {
            faults if faults.is_empty() => Ok(()),
            faults => Err(Problem::faults(faults)),
        }
    }
}

/// The parameter of a path that is not UTF-8. The route begins with what it is nested in, so the two
/// are alike from their ends.
fn undecodable<'a>(route: &'a str, path: &str) -> Option<&'a str> {
    let name = |part: &'a str| part.strip_prefix('{')?.strip_suffix('}');
    let parts = route.rsplit('/').zip(path.rsplit('/'));
    let mut wrong = parts.filter(|(_, given)| percent_decode_str(given).decode_utf8().is_err());
    wrong.find_map(|(part, _)| name(part))
}

/// A name or a value of a query; a `+` in it is a space.
fn decoded(text: &str) -> Option<String> {
    let text = text.replace('+', " ");
    percent_decode_str(&text).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

/// A UUID as the registry writes them, in letters of any case.
pub(super) fn uuid(text: &str) -> Result<Uuid, String> {
    // Of all the forms that UUIDs are written in, only this one has so many characters.
    const HYPHENATED: usize = 36;
    let id = if text.len() == HYPHENATED { Uuid::try_parse(text).ok() } else { None };
    id.ok_or_else(|| format!("{text:?} is not a UUID like 9a983789-1709-4543-aa31-a02867680017"))
}

/// A number within bounds.
pub(super) fn number(text: &str, from: u32, to: u32) -> Result<u32, String> {
    // `parse` takes a sign as well.
    let digits = text.bytes().all(|it| it.is_ascii_digit());
    let number = text.parse().ok().filter(|it| digits && (from..=to).contains(it));
    number.ok_or_else(|| format!("{text:?} is not a whole number from {from} to {to}"))
}

/// A text of so many characters at most, that is not empty.
pub(super) fn text(text: &str, limit: usize) -> Result<String, String> {
    let given = text.chars().count();
    if given == 0 {
        return Err("it is empty".to_owned());
    }
    if given > limit {
        return Err(format!("it has {given} characters, at most {limit}"));
    }
    if text.contains('\0') {
        return Err("it contains the character NUL".to_owned());
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uuid_has_one_form() {
        let id = "9a983789-1709-4543-aa31-a02867680017";
        assert!(uuid(id).is_ok());
        assert_eq!(uuid(&id.to_uppercase()), uuid(id));
        for other in [
            "9a98378917094543aa31a02867680017",
            "{9a983789-1709-4543-aa31-a02867680017}",
            "urn:uuid:9a983789-1709-4543-aa31-a02867680017",
            "9a983789-1709-4543-aa31-a0286768001",
            "",
        ] {
            assert!(uuid(other).is_err(), "{other}");
        }
    }

    #[test]
    fn numbers_are_digits_within_bounds() {
        assert_eq!(number("200", 1, 200), Ok(200));
        for wrong in ["0", "201", "+1", "-1", "", "1.0", "99999999999", "\u{661}"] {
            assert!(number(wrong, 1, 200).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_not_utf_8_in_a_path_has_a_name() {
        let route = "/api/chats/{chatId}/participants/{participantId}";
        let wrong = |path| undecodable(route, path);
        assert_eq!(wrong("/chats/%ff/participants/x"), Some("chatId"));
        assert_eq!(wrong("/api/chats/x/participants/%ff"), Some("participantId"));
        assert_eq!(wrong("/chats/%C3%AD/participants/x"), None);
    }

    #[test]
    fn a_plus_is_a_space_and_what_is_not_utf_8_is_nothing() {
        assert_eq!(decoded("a+b%2B%C3%AD").as_deref(), Some("a b+í"));
        assert_eq!(decoded("%FF"), None);
    }
}
