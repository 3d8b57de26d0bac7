//! The control API: the hand of people over HTTP, and of whoever makes messengers fail.
//!
//! | room | what is in it |
//! |---|---|
//! | `asked` | what a request says, and whom and what it names |
//! | `people`, `dialogs`, `chats`, `members` | who there is, and where they meet |
//! | `messages`, `comments`, `press` | what people say and press |
//! | `constructors`, `inline` | what bots build and offer for people |
//! | `carried` | marks and attachments, as they are given |
//! | `files` | content, in and out |
//! | `updates`, `workings` | how bots are told, faults, switches, the clock |
//! | `show` | the world as JSON |
//!
//! Each room has a table of its endpoints: the router, the list that `GET /` answers, and the table
//! of `docs/sandbox.md` are made of these.

mod asked;
mod carried;
mod chats;
mod comments;
mod constructors;
mod dialogs;
mod files;
mod inline;
mod members;
mod messages;
mod people;
mod press;
mod show;
mod updates;
mod workings;

use axum::body::Body;
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{RawPathParams, Request, State};
use axum::http::{StatusCode, request};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, on};
use axum::{Json, Router};
use futures_util::future::BoxFuture;
use serde_json::{Value, json};

use crate::body::{self, Unread};
use crate::world::World;
use asked::Asked;

/// The largest body, but for files.
const MAX_BYTES: usize = 1024 * 1024;

/// Something that can be asked.
#[derive(Clone, Copy)]
struct Endpoint {
    method: &'static str,
    path: &'static str,
    /// The fields of the body, or the parameters of the URL; those that may be missing have a `?`.
    takes: &'static str,
    does: &'static str,
    run: Run,
}

/// How it is answered.
#[derive(Clone, Copy)]
enum Run {
    /// At once, from a body of JSON.
    Now(fn(&Asked) -> Answer),
    /// With a body that is not looked at before.
    Served(fn(Asked, request::Parts, Body) -> BoxFuture<'static, Result<Response, Mistake>>),
}

/// Everything that can be asked, by rooms.
fn endpoints() -> impl Iterator<Item = &'static Endpoint> {
    let rooms = [
        LISTING,
        people::ENDPOINTS,
        dialogs::ENDPOINTS,
        chats::ENDPOINTS,
        members::ENDPOINTS,
        messages::ENDPOINTS,
        press::ENDPOINTS,
        comments::ENDPOINTS,
        constructors::ENDPOINTS,
        inline::ENDPOINTS,
        files::ENDPOINTS,
        updates::ENDPOINTS,
        workings::ENDPOINTS,
    ];
    rooms.into_iter().flatten()
}

const LISTING: &[Endpoint] =
    &[Endpoint { method: "GET", path: "/", takes: "", does: "this list", run: Run::Now(list) }];

#[expect(clippy::unnecessary_wraps, reason = "as all handlers")]
fn list(_: &Asked) -> Answer {
    let endpoint = |it: &Endpoint| json!({"method": it.method, "path": it.path, "takes": it.takes, "does": it.does});
    Ok(json!({"endpoints": endpoints().map(endpoint).collect::<Vec<_>>()}))
}

pub(crate) fn router(world: World) -> Router {
    let mut router = Router::new();
    for endpoint in endpoints() {
        let method = match endpoint.method {
            "POST" => MethodFilter::POST,
            "PUT" => MethodFilter::PUT,
            "PATCH" => MethodFilter::PATCH,
            "DELETE" => MethodFilter::DELETE,
            _ => MethodFilter::GET,
        };
        let handler =
            move |State(world): State<World>,
                  places: Result<RawPathParams, RawPathParamsRejection>,
                  request: Request| serve(*endpoint, world, places, request);
        router = router.route(endpoint.path, on(method, handler));
    }
    router
        .fallback(async || Mistake::not_found("there is no such path; GET / lists all there are"))
        .method_not_allowed_fallback(async || {
            Mistake(
                StatusCode::METHOD_NOT_ALLOWED,
                "see Allow for the methods of this path".to_owned(),
            )
        })
        .with_state(world)
}

async fn serve(
    endpoint: Endpoint,
    world: World,
    places: Result<RawPathParams, RawPathParamsRejection>,
    request: Request,
) -> Result<Response, Mistake> {
    let places = places.map_err(|why| Mistake::bad(format!("path: {}", why.body_text())))?;
    let (head, body) = request.into_parts();
    let asked = Asked::of(world, &places, &head.uri, endpoint.takes)?;
    match endpoint.run {
        Run::Now(run) => {
            let body = body::read(body, MAX_BYTES).await?;
            Ok(Json(run(&asked.with(body))?).into_response())
        }
        Run::Served(run) => run(asked, head, body).await,
    }
}

impl From<Unread> for Mistake {
    fn from(why: Unread) -> Self {
        match why {
            Unread::TooLarge(_) => {
                let why = format!("body: {why}; files go to POST /files");
                Self(StatusCode::PAYLOAD_TOO_LARGE, why)
            }
            Unread::Silent => Self(StatusCode::REQUEST_TIMEOUT, format!("body: {why}")),
            Unread::Client(_) => Self::bad(format!("body: {why}")),
        }
    }
}

/// A request that cannot be done, and why.
#[derive(Debug)]
struct Mistake(StatusCode, String);

impl Mistake {
    /// What was asked is not what can be asked.
    fn bad(why: impl Into<String>) -> Self {
        Self(StatusCode::BAD_REQUEST, why.into())
    }

    /// A messenger would not let this person do it.
    fn forbidden(why: impl Into<String>) -> Self {
        Self(StatusCode::FORBIDDEN, why.into())
    }

    fn not_found(why: impl Into<String>) -> Self {
        Self(StatusCode::NOT_FOUND, why.into())
    }

    /// This machine fails.
    fn disk(why: &std::io::Error) -> Self {
        Self(StatusCode::INTERNAL_SERVER_ERROR, format!("a file: {why}"))
    }
}

impl IntoResponse for Mistake {
    fn into_response(self) -> Response {
        (self.0, Json(json!({"error": self.1}))).into_response()
    }
}

type Answer = Result<Value, Mistake>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_the_table_of_the_endpoints() {
        let page = include_str!("../../docs/sandbox.md");
        let rows: Vec<String> = endpoints()
            .map(|it| {
                let takes =
                    if it.takes.is_empty() { String::new() } else { format!("`{}`", it.takes) };
                format!("| `{} {}` | {takes} | {} |", it.method, it.path, it.does)
            })
            .collect();
        let rows = rows.join("\n");
        assert!(page.contains(&rows), "docs/sandbox.md needs this table:\n{rows}");
    }
}
