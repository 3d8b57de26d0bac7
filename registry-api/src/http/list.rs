//! `GET /chats`: a page of all chats.
//!
//! A page is asked for by its number, or by a cursor: the place behind or before the page that the
//! client has seen. A cursor costs the same at any depth, and no chat is missed or told twice while
//! others are registered.

use axum::extract::State;
use axum::http::header::{CONTENT_TYPE, LINK};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::json;

use super::asked::{Asked, number, uuid};
use super::cursor::{Cursor, Side, sort};
use super::paging::{Links, array, link, size};
use super::problem::Problem;
use super::times::{Bound, bound};
use crate::Registry;
use crate::query::{ChatQuery, Filter, ListPage, Listed, Place, Sort};

/// What may be asked.
pub(super) const PARAMETERS: [&str; 8] =
    ["page", "size", "sort", "cursor", "isActive", "id", "fromDate", "toDate"];

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    current_page: u64,
    total_pages: u64,
    page_size: u32,
    total_records: u64,
}

pub(super) async fn list(
    State(registry): State<Registry>,
    mut asked: Asked,
) -> Result<Response, Problem> {
    let request = ListRequest::read(&mut asked);
    asked.done()?;
    let found = registry.list(&request.query()).await?;
    let (metadata, links) = request.around(&found);
    let mut body = "{\"records\":".to_owned();
    array(&mut body, found.records.iter().map(|it| it.document.json.as_str()));
    body.push_str(",\"_metadata\":");
    body.push_str(&json!(metadata).to_string());
    body.push_str(",\"_links\":");
    body.push_str(&json!(links).to_string());
    body.push('}');
    Ok(([(LINK, links.header())], [(CONTENT_TYPE, "application/json")], body).into_response())
}

/// A page that is asked for.
#[derive(Clone, Debug, Eq, PartialEq)]
struct ListRequest {
    page: u32,
    cursor: Option<Cursor>,
    size: u32,
    sort: Sort,
    filter: Filter,
    /// What was given beside the place: it is the same for every page of the list.
    kept: Vec<(String, String)>,
}

impl ListRequest {
    fn read(asked: &mut Asked) -> Self {
        asked.only(&PARAMETERS);
        let page = asked.value("page", |text| number(text, 0, u32::MAX)).unwrap_or(0);
        let size = size(asked);
        let given = asked.value("sort", sort);
        let cursor = asked.value("cursor", |text| {
            let cursor = Cursor::read(text)?;
            match given {
                Some(sort) if sort != cursor.sort => Err("it is of a list in another order".into()),
                _ => Ok(cursor),
            }
        });
        if asked.has("cursor") && asked.has("page") {
            asked.refuse("cursor", "it is given together with page");
        }
        let sort = given.or(cursor.as_ref().map(|it| it.sort)).unwrap_or_default();
        let filter = Filter {
            is_active: asked.value("isActive", |text| {
                text.parse().map_err(|_| format!("{text:?} is neither true nor false"))
            }),
            id: asked.value("id", uuid),
            from: asked.value("fromDate", |text| bound(text, Bound::From)),
            to: asked.value("toDate", |text| bound(text, Bound::To)),
        };
        if let (Some(from), Some(to)) = (filter.from, filter.to)
            && from > to
        {
            asked.refuse("fromDate", "it is after toDate");
        }
        let kept = asked.given().iter().filter(|(name, _)| name != "page" && name != "cursor");
        let kept = kept.cloned().collect();
        Self { page, cursor, size, sort, filter, kept }
    }

    fn query(&self) -> ChatQuery {
        let place = self.cursor.clone().map_or(Place::Page(self.page), Cursor::place);
        ChatQuery { filter: self.filter, sort: self.sort, place, size: self.size }
    }

    /// What stands around the records.
    fn around(&self, found: &ListPage) -> (Metadata, Links) {
        let size = u64::from(self.size);
        let total_pages = found.total.div_ceil(size);
        let last = total_pages.saturating_sub(1);
        let count = found.records.len() as u64;
        // How many chats stand before the page: exactly so for a page that is asked for by its
        // number, and as far as it was known when the cursor was written else.
        let offset = match &self.cursor {
            None => u64::from(self.page) * size,
            Some(Cursor { side: Side::Before, .. }) if !found.more => 0,
            Some(Cursor { side: Side::After, .. }) if !found.more => {
                found.total.saturating_sub(count)
            }
            Some(cursor) => cursor.offset,
        };
        let current_page = match &self.cursor {
            None => u64::from(self.page),
            Some(_) => offset.div_ceil(size).min(last),
        };
        let is_before = matches!(&self.cursor, Some(it) if it.side == Side::Before);
        let is_first = match &self.cursor {
            None => self.page == 0,
            Some(_) => is_before && !found.more,
        };
        let is_last = !is_before && !found.more;
        let beside = |side, listed: Option<&Listed>, offset| {
            let key = listed?.key.clone();
            let cursor = Cursor { sort: self.sort, key, side, offset };
            Some(self.link("cursor", &cursor.write()))
        };
        let next = (!is_last)
            .then(|| beside(Side::After, found.records.last(), offset.saturating_add(count)));
        let prev = (!is_first).then(|| {
            beside(Side::Before, found.records.first(), offset.saturating_sub(size))
                // Beyond the end nobody stands beside the place.
                .or_else(|| (found.total > 0).then(|| self.page_link(last)))
        });
        let own = match &self.cursor {
            Some(cursor) => self.link("cursor", &cursor.write()),
            None => self.page_link(self.page.into()),
        };
        let links = Links {
            own,
            first: self.page_link(0),
            prev: prev.flatten(),
            next: next.flatten(),
            last: Some(self.page_link(last)),
        };
        let (page_size, total_records) = (self.size, found.total);
        (Metadata { current_page, total_pages, page_size, total_records }, links)
    }

    fn page_link(&self, page: u64) -> String {
        self.link("page", &page.to_string())
    }

    fn link(&self, name: &str, place: &str) -> String {
        let kept = self.kept.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        link(&format!("{}/chats", super::BASE), [(name, place)].into_iter().chain(kept))
    }
}
