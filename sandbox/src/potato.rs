//! The wire of Potato.
//!
//! Facts: the English document of the Bot API, and what clients in production found out. Where the
//! two leave something open, the choice is named where it is made.

mod answer;
mod markdown;
mod methods;
mod render;

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{Method, Uri};
use axum::response::{IntoResponse as _, Response};
use axum::routing::any;
use serde_json::{Map, Value};

use crate::Platform;
use crate::body::{self, Unread};
use crate::fault::{self, Fault, Operation};
use crate::world::World;
use answer::{Failure, success};

/// The methods of the document that the sandbox does not emulate.
const NOT_EMULATED: [&str; 29] = [
    "setWebhook",
    "delWebhook",
    "getFile",
    "forwardMessage",
    "sendLocation",
    "sendVenue",
    "sendPhoto",
    "sendDocument",
    "sendVideo",
    "editMessageCaption",
    "deleteMessage",
    "leaveChat",
    "getChat",
    "getChatMembersCount",
    "getChatAdministrators",
    "setChatTitle",
    "setChatDescription",
    "setJoinGroups",
    "pinChatMessage",
    "unpinChatMessage",
    "kickChatMember",
    "kickNotBan",
    "sendChatAction",
    "sendContact",
    "getGroups",
    "sendGame",
    "setGameScore",
    "getGameHighScores",
    "answerInlineQuery",
];

/// What every handler knows.
#[derive(Clone)]
struct Facade {
    world: World,
}

/// The API.
pub(crate) fn router(world: World) -> Router {
    Router::new()
        .route("/{token}/{method}", any(serve))
        .fallback(async || Failure::UnknownMethod.into_response())
        .with_state(Facade { world })
}

async fn serve(
    State(facade): State<Facade>,
    Path((token, name)): Path<(String, String)>,
    method: Method,
    uri: Uri,
    request: Request,
) -> Response {
    match facade.answer(&token, &name, &method, &uri, request).await {
        Ok(response) => response,
        Err(failure) => failure.into_response(),
    }
}

impl Facade {
    async fn answer(
        &self,
        token: &str,
        name: &str,
        method: &Method,
        uri: &Uri,
        request: Request,
    ) -> Result<Response, Failure> {
        let bot = self.world.bot_by_token(Platform::Potato, token).ok_or(Failure::InvalidToken)?;
        if *method != Method::GET && *method != Method::POST {
            return Err(Failure::UnknownMethod);
        }
        let operation = match name {
            "getMe" => Operation::Me,
            "getUpdates" => Operation::Updates,
            "sendTextMessage" => Operation::Send,
            "editMessageText" => Operation::Edit,
            "answerCallbackQuery" => Operation::Answer,
            name if NOT_EMULATED.contains(&name) => {
                return Err(Failure::NotEmulated(name.to_owned()));
            }
            _ => return Err(Failure::UnknownMethod),
        };
        let fault = self.world.fault(Platform::Potato, operation);
        match fault {
            Some(Fault::Refuse) => return Err(Failure::NoPermission),
            Some(Fault::RateLimit { .. }) => return Err(Failure::TooOften),
            Some(Fault::Unavailable) => return Ok(fault::unavailable_answer()),
            Some(Fault::Delay { ms }) => fault::pass_time(ms).await,
            Some(other @ (Fault::NotReady | Fault::Fail | Fault::Cut { .. })) => {
                return Err(Failure::NotEmulated(format!("the fault {other:?}")));
            }
            Some(Fault::LoseAnswer | Fault::Garble) | None => {}
        }
        let given = parameters(uri, request).await?;
        let result = match operation {
            Operation::Me => self.me(bot),
            Operation::Updates => self.updates(bot),
            Operation::Send => self.send_text_message(bot, given)?,
            Operation::Edit => self.edit_message_text(bot, given)?,
            Operation::Answer => self.answer_callback_query(bot, given)?,
            _ => return Err(Failure::NotEmulated(name.to_owned())),
        };
        Ok(match fault {
            Some(Fault::LoseAnswer) => fault::broken_answer(),
            Some(Fault::Garble) => fault::garbled_answer(),
            _ => success(&result),
        })
    }
}

/// The parameters from the URL and from the JSON body together. Their names are matched whatever
/// their case, as the real server seems to do; bodies of forms it seems not to read.
async fn parameters(uri: &Uri, request: Request) -> Result<Map<String, Value>, Failure> {
    /// The largest body that makes sense before files are uploaded.
    const MAX_BYTES: usize = 1024 * 1024;
    let query = url_parameters(uri.query().unwrap_or_default());
    let kind = request.headers().get(CONTENT_TYPE).and_then(|it| it.to_str().ok());
    let kind = kind.unwrap_or_default().to_owned();
    let body = body::read(request.into_body(), MAX_BYTES).await.map_err(|why| match why {
        Unread::TooLarge(_) => Failure::BodyTooLong,
        Unread::Silent | Unread::Client(_) => Failure::WrongFormat,
    })?;
    if body.is_empty() {
        return Ok(query);
    }
    if kind.starts_with("multipart/") {
        return Err(Failure::NotEmulated("multipart bodies".to_owned()));
    }
    if kind.starts_with("application/x-www-form-urlencoded") {
        return Err(Failure::WrongFormat);
    }
    match lower_case_names(serde_json::from_slice(&body).map_err(|_| Failure::WrongFormat)?) {
        Value::Object(fields) => Ok(query.into_iter().chain(fields).collect()),
        _ => Err(Failure::WrongFormat),
    }
}

/// The parameters of a query string; what reads as JSON is taken as JSON, all else as text.
fn url_parameters(query: &str) -> Map<String, Value> {
    let decoded = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(
        &format!("/?{query}").parse().unwrap_or_default(),
    );
    let pairs = decoded.map(|query| query.0).unwrap_or_default();
    pairs
        .into_iter()
        .map(|(name, text)| {
            let value = serde_json::from_str(&text).unwrap_or(Value::String(text));
            (name.to_lowercase(), value)
        })
        .collect()
}

fn lower_case_names(value: Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| (name.to_lowercase(), lower_case_names(value)))
            .collect(),
        Value::Array(items) => items.into_iter().map(lower_case_names).collect(),
        other => other,
    }
}
