//! The parameters of a request's URL.

use std::str::FromStr;

use axum::extract::Query;
use axum::http::Uri;

use super::refusal::Refusal;

/// The parameters of a request's URL. What nobody asks for is ignored, as the platforms do.
#[derive(Debug)]
pub(super) struct Parameters(Vec<(String, String)>);

impl Parameters {
    pub(super) fn of(uri: &Uri) -> Result<Self, Refusal> {
        let read = Query::<Vec<(String, String)>>::try_from_uri(uri);
        read.map(|Query(pairs)| Self(pairs)).map_err(|why| Refusal::payload(&why.body_text()))
    }

    /// A parameter as it was given; an empty one is none.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        let given = self.0.iter().find(|(given, _)| given == name);
        given.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// A parameter that is a number, or `true` or `false`.
    pub(super) fn get<T: FromStr>(&self, name: &str) -> Result<Option<T>, Refusal> {
        let read = |given: &str| {
            let wrong =
                |_| Refusal::payload(&format!("{name}: {given:?} is not what it should be"));
            given.parse().map_err(wrong)
        };
        self.text(name).map(read).transpose()
    }

    /// A parameter that is a number within bounds.
    pub(super) fn within(
        &self,
        name: &str,
        (least, most): (i64, i64),
        default: i64,
    ) -> Result<usize, Refusal> {
        let number = self.get(name)?.unwrap_or(default);
        usize::try_from(number)
            .ok()
            .filter(|_| (least..=most).contains(&number))
            .ok_or_else(|| Refusal::payload(&format!("{name}: must be between {least} and {most}")))
    }

    /// A parameter that is a list with commas, given once or several times.
    pub(super) fn list(&self, name: &str) -> Option<Vec<&str>> {
        let given = self.0.iter().filter(|(given, _)| given == name);
        let items: Vec<&str> = given
            .flat_map(|(_, value)| value.split(','))
            .map(str::trim)
            .filter(|item| !item.is_empty())
            .collect();
        (!items.is_empty()).then_some(items)
    }

    /// A parameter that has to be there and says something.
    pub(super) fn required(&self, name: &str) -> Result<&str, Refusal> {
        let given = self.text(name).filter(|it| !it.trim().is_empty());
        given.ok_or_else(|| Refusal::payload(&format!("{name}: must not be blank")))
    }

    /// A parameter that is `true` or `false`, in any case; what is not given is false.
    pub(super) fn flag(&self, name: &str) -> Result<bool, Refusal> {
        match self.text(name) {
            None => Ok(false),
            Some(it) if it.eq_ignore_ascii_case("true") => Ok(true),
            Some(it) if it.eq_ignore_ascii_case("false") => Ok(false),
            Some(it) => Err(Refusal::payload(&format!("{name}: {it:?} is neither true nor false"))),
        }
    }
}
