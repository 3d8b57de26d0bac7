//! The wire of TamTam and MAX.
//!
//! Facts: the schemas (TamTam 0.5.6, MAX 0.0.32), what the official Java client's integration
//! suite asserted, and what was seen on MAX's wire.

mod html;
#[cfg_attr(not(test), expect(dead_code, reason = "nothing previews or resolves yet"))]
mod links;
mod markdown;
mod operations;
mod read;
mod refusal;
mod render;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, Request, State};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, Method, Uri};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;

use crate::Platform;
use crate::fault::{Fault, Operation};
use crate::world::{AccountKey, World};
use refusal::Refusal;

/// What every handler knows.
#[derive(Clone)]
struct Facade {
    world: World,
    platform: Platform,
}

/// The parameters that the operations take; what else is given is ignored.
#[derive(Debug, Default, Deserialize)]
struct Parameters {
    access_token: Option<String>,
    limit: Option<usize>,
    timeout: Option<u64>,
    marker: Option<i64>,
    types: Option<String>,
    chat_id: Option<i64>,
    user_id: Option<i64>,
    message_id: Option<String>,
    callback_id: Option<String>,
}

/// The API of one of the two messengers.
pub(crate) fn router(world: World, platform: Platform) -> Router {
    Router::new().fallback(serve).with_state(Facade { world, platform })
}

async fn serve(
    State(facade): State<Facade>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    request: Request,
) -> Response {
    let answered = facade.answer(&method, &uri, &headers, request).await;
    answered.unwrap_or_else(Refusal::into_response)
}

impl Facade {
    async fn answer(
        &self,
        method: &Method,
        uri: &Uri,
        headers: &HeaderMap,
        request: Request,
    ) -> Result<Response, Refusal> {
        let Query(parameters) = Query::<Parameters>::try_from_uri(uri)
            .map_err(|why| Refusal::payload(&why.body_text()))?;
        let bot = self.authorized(headers, &parameters)?;
        let operation = match (method.as_str(), uri.path().trim_matches('/')) {
            ("GET", "me") => Operation::Me,
            ("GET", "updates") => Operation::Updates,
            ("POST", "messages") => Operation::Send,
            ("PUT", "messages") => Operation::Edit,
            ("POST", "answers") => Operation::Answer,
            (method, path) => return Err(Refusal::not_emulated(&format!("{method} /{path}"))),
        };
        let fault = self.world.fault(self.platform, operation);
        match fault {
            Some(Fault::Refuse) => return Err(Refusal::no_permission()),
            Some(Fault::RateLimit { retry_after }) => return Err(Refusal::too_many(retry_after)),
            Some(Fault::LoseAnswer) | None => {}
        }
        let body = read_body(request).await?;
        let value = match operation {
            Operation::Me => self.me(bot),
            Operation::Updates => self.updates(bot, &parameters).await,
            Operation::Send => self.send(bot, &parameters, &body)?,
            Operation::Edit => self.edit(bot, &parameters, &body)?,
            Operation::Answer => self.answer_callback(bot, &parameters, &body)?,
        };
        if fault == Some(Fault::LoseAnswer) {
            return Ok(crate::fault::broken_answer());
        }
        Ok(axum::Json(render::shaped(self.platform, value)).into_response())
    }

    /// TamTam takes the token from the query. MAX takes it from the header; its refusals are those
    /// of a probe of August 2026.
    fn authorized(&self, headers: &HeaderMap, given: &Parameters) -> Result<AccountKey, Refusal> {
        let in_query = given.access_token.as_deref();
        let token = match self.platform {
            Platform::Max => {
                let header = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
                match (header.map(str::trim), in_query) {
                    (Some(header), _) if header.starts_with("Bearer ") => {
                        return Err(Refusal::token("Malformed access token"));
                    }
                    (Some(header), _) => header,
                    (None, Some(_)) => {
                        return Err(Refusal::token(
                            "Query parameter access_token is deprecated, use Authorization header",
                        ));
                    }
                    (None, None) => return Err(Refusal::token("No access token")),
                }
            }
            _ => in_query.ok_or_else(|| Refusal::token("No access token"))?,
        };
        self.world
            .bot_by_token(self.platform, token)
            .ok_or_else(|| Refusal::token("Invalid access_token"))
    }
}

async fn read_body(request: Request) -> Result<Bytes, Refusal> {
    /// The largest body that makes sense before files are uploaded.
    const MAX_BYTES: usize = 1024 * 1024;
    axum::body::to_bytes(request.into_body(), MAX_BYTES)
        .await
        .map_err(|_| Refusal::payload("Can't deserialize body"))
}
