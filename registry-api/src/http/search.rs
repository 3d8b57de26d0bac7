//! `GET /chats/search`: chats by how their title begins, or by who is in them.

use axum::extract::State;
use axum::http::header::{CONTENT_TYPE, LINK};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::asked::{Asked, text, uuid};
use super::cursor::{Cursor, Side};
use super::paging::{Links, array, link, size};
use super::problem::Problem;
use crate::Registry;
use crate::query::{Sort, SortBy, title_key};
use crate::store::{Search, Wanted};

/// What may be asked.
pub(super) const PARAMETERS: [&str; 5] = ["title", "participant", "username", "size", "cursor"];

/// Longest texts, in characters.
pub(super) const TEXT_LIMIT: usize = 255;

/// The order of what is found.
const SORT: Sort = Sort { by: SortBy::Title, descending: false };

pub(super) async fn search(
    State(registry): State<Registry>,
    mut asked: Asked,
) -> Result<Response, Problem> {
    let wanted = read(&mut asked);
    let kept: Vec<(String, String)> =
        asked.given().iter().filter(|(name, _)| name != "cursor").cloned().collect();
    let own = asked.given().iter().find(|(name, _)| name == "cursor").cloned();
    asked.done()?;
    // One more than fits, to know whether there are more.
    let size = wanted.size as usize;
    let mut found = registry.search(&Search { size: wanted.size + 1, ..wanted }).await?;
    let more = found.len() > size;
    found.truncate(size);

    let page = |cursor: Option<&str>| {
        let cursor = cursor.map(|it| ("cursor", it));
        let kept = kept.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        link(&format!("{}/chats/search", super::BASE), cursor.into_iter().chain(kept))
    };
    let last = found.last().filter(|_| more).map(|it| {
        let (key, side) = (it.key.clone(), Side::After);
        Cursor { sort: SORT, key, side, offset: 0 }.write()
    });
    let links = Links {
        own: page(own.as_ref().map(|(_, cursor)| cursor.as_str())),
        first: page(None),
        next: last.map(|it| page(Some(&it))),
        ..Links::default()
    };
    let mut body = "{\"records\":".to_owned();
    array(&mut body, found.iter().map(|it| it.document.json.as_str()));
    body.push_str(",\"_links\":");
    body.push_str(&json!(links).to_string());
    body.push('}');
    Ok(([(LINK, links.header())], [(CONTENT_TYPE, "application/json")], body).into_response())
}

fn read(asked: &mut Asked) -> Search {
    asked.only(&PARAMETERS);
    let title = asked.value("title", |it| text(it, TEXT_LIMIT)).map(|it| title_key(&it));
    let id = asked.value("participant", uuid);
    let username = asked.value("username", |it| {
        // People write it as messengers show it.
        let name = text(it, TEXT_LIMIT)?.trim_start_matches('@').to_lowercase();
        if name.is_empty() { Err("it is empty".to_owned()) } else { Ok(name) }
    });
    if asked.has("participant") && asked.has("username") {
        asked.refuse("username", "it is given together with participant");
    }
    if !["title", "participant", "username"].iter().any(|it| asked.has(it)) {
        asked.refuse("title", "neither it nor participant nor username is given");
    }
    let after = asked.value("cursor", |text| {
        let cursor = Cursor::read(text)?;
        if cursor.sort != SORT || cursor.side != Side::After {
            return Err("it is of another list".to_owned());
        }
        Ok(cursor.key)
    });
    let participant = id.map(Wanted::Id).or(username.map(Wanted::Username));
    Search { title, participant, after, size: size(asked) }
}
