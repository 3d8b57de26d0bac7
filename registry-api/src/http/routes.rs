//! Which request goes where.
//!
//! Each route is known by its name, too, so that the [OpenAPI document](super::openapi) can be held
//! against all of them.

use axum::Router;
use axum::handler::Handler;
use axum::routing::{MethodFilter, on};

use super::{
    detail, docs, events, invitation, list, openapi, operations, participants, register, remove,
    search,
};
use crate::Registry;

/// All routes below [`BASE`](super::BASE), by what a token must allow.
#[derive(Debug, Default)]
pub(super) struct Routes {
    /// Those that only look something up.
    pub(super) read: Group,
    /// Those that change something.
    pub(super) write: Group,
    /// Those that need no token.
    pub(super) open: Group,
}

/// Routes of one kind.
#[derive(Debug, Default)]
pub(super) struct Group {
    pub(super) router: Router<Registry>,
    /// Their methods, in small letters, and paths.
    pub(super) known: Vec<(&'static str, &'static str)>,
}

impl Group {
    fn get<T: 'static>(self, path: &'static str, handler: impl Handler<T, Registry>) -> Self {
        self.with(("get", path), MethodFilter::GET, handler)
    }

    fn post<T: 'static>(self, path: &'static str, handler: impl Handler<T, Registry>) -> Self {
        self.with(("post", path), MethodFilter::POST, handler)
    }

    fn delete<T: 'static>(self, path: &'static str, handler: impl Handler<T, Registry>) -> Self {
        self.with(("delete", path), MethodFilter::DELETE, handler)
    }

    fn with<T: 'static>(
        mut self,
        name: (&'static str, &'static str),
        method: MethodFilter,
        handler: impl Handler<T, Registry>,
    ) -> Self {
        self.known.push(name);
        Self { router: self.router.route(name.1, on(method, handler)), ..self }
    }
}

/// Every route.
pub(super) fn routes() -> Routes {
    let read = Group::default()
        .get("/chats", list::list)
        .get("/chats/", list::list)
        .get("/chats/search", search::search)
        .get("/chats/{chatId}", detail::detail)
        .get("/chats/{chatId}/invitation", invitation::invitation)
        .get("/chats/{chatId}/operations", operations::operations)
        .get("/chats/{chatId}/participants", participants::participants)
        .get("/events", events::events);
    let write = Group::default()
        .post("/chats", register::register)
        .post("/chats/", register::register)
        .delete("/chats/{chatId}/participants/{participantId}", remove::remove);
    let open = Group::default().get("/openapi.json", openapi::show).get("/docs", docs::page);
    Routes { read, write, open }
}
