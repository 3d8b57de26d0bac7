//! `GET /chats`: a page of all chats.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use serde::Serialize;
use serde_json::value::RawValue;

use super::problem::Problem;
use crate::Registry;
use crate::query::{ChatQuery, Place};

/// Records on a page when nothing is said, and at most: both from the contract.
const DEFAULT_SIZE: u32 = 20;
const MAX_SIZE: u32 = 200;

#[derive(Debug, Serialize)]
pub(super) struct ChatList {
    records: Vec<Box<RawValue>>,
    #[serde(rename = "_metadata")]
    metadata: Metadata,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    current_page: u32,
    total_pages: u64,
    page_size: u32,
    total_records: u64,
}

pub(super) async fn list(
    State(registry): State<Registry>,
    parameters: Result<Query<Vec<(String, String)>>, QueryRejection>,
) -> Result<Json<ChatList>, Problem> {
    let Query(parameters) =
        parameters.map_err(|why| Problem::parameter("query", why.body_text()))?;
    let PageRequest { page, size } = page_request(&parameters)?;
    let query = ChatQuery { place: Place::Page(page), size, ..ChatQuery::default() };
    let found = registry.list(&query).await?;
    let metadata = Metadata {
        current_page: page,
        total_pages: found.total.div_ceil(u64::from(size)),
        page_size: size,
        total_records: found.total,
    };
    let records = found.records.into_iter().map(|it| RawValue::from_string(it.document.json));
    let records = records.collect::<Result<_, _>>().unwrap_or_default();
    Ok(Json(ChatList { records, metadata }))
}

/// A page that is asked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct PageRequest {
    page: u32,
    size: u32,
}

fn page_request(parameters: &[(String, String)]) -> Result<PageRequest, Problem> {
    let (mut page, mut size) = (None, None);
    for (name, value) in parameters {
        let (place, range) = match name.as_str() {
            "page" => (&mut page, 0..=u32::MAX),
            "size" => (&mut size, 1..=MAX_SIZE),
            _ => return Err(Problem::parameter(name, "there is no such parameter: page, size")),
        };
        let number = value.parse().ok().filter(|number| range.contains(number));
        let number = number.ok_or_else(|| {
            let (from, to) = (range.start(), range.end());
            Problem::parameter(name, format!("{value:?} is not a whole number from {from} to {to}"))
        })?;
        if place.replace(number).is_some() {
            return Err(Problem::parameter(name, "it is given twice"));
        }
    }
    Ok(PageRequest { page: page.unwrap_or(0), size: size.unwrap_or(DEFAULT_SIZE) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(pairs: &[(&str, &str)]) -> Result<PageRequest, Problem> {
        let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        page_request(&pairs.collect::<Vec<_>>())
    }

    #[test]
    fn the_first_page_has_twenty() {
        assert_eq!(request(&[]).expect("a page"), PageRequest { page: 0, size: 20 });
    }

    #[test]
    fn what_is_not_in_the_contract_is_refused() {
        for pair in [("size", "0"), ("size", "201"), ("page", "-1"), ("page", "x"), ("pages", "1")]
        {
            assert!(request(&[pair]).is_err(), "{pair:?}");
        }
        assert!(request(&[("page", "1"), ("page", "2")]).is_err());
    }
}
