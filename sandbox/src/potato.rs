//! The wire of Potato.
//!
//! Facts: the English document of the Bot API, and what clients in production found out. Where the
//! two leave something open, the choice is named where it is made.

mod answer;
mod bare;
mod codes;
mod fields;
mod limits;
mod markdown;
mod methods;
mod parameters;
mod render;
mod updates;
mod webhooks;

use crate::Platform;
use crate::fault::{self, Fault, Operation};
use crate::world::{Switches, World};
use answer::{Failure, success};
use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::Method;
use axum::response::Response;
use axum::routing::any;
pub(crate) use webhooks::caller;

/// The methods of the document that the sandbox does not emulate.
const NOT_EMULATED: [&str; 27] = [
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
        .fallback(async |State(facade): State<Facade>| {
            Failure::UnknownMethod.into_response(&facade.switches())
        })
        .with_state(Facade { world })
}

async fn serve(
    State(facade): State<Facade>,
    Path((token, name)): Path<(String, String)>,
    request: Request,
) -> Response {
    match facade.answer(&token, &name, request).await {
        Ok(response) => response,
        Err(failure) => failure.into_response(&facade.switches()),
    }
}

impl Facade {
    async fn answer(&self, token: &str, name: &str, request: Request) -> Result<Response, Failure> {
        let bot = self.world.bot_by_token(Platform::Potato, token).ok_or(Failure::InvalidToken)?;
        if !self.world.admits_call(bot) {
            return Err(Failure::TooOften);
        }
        if !matches!(*request.method(), Method::GET | Method::POST) {
            return Err(Failure::UnknownMethod);
        }
        let operation = match name {
            "getMe" => Operation::Me,
            "getUpdates" => Operation::Updates,
            "sendTextMessage" => Operation::Send,
            "editMessageText" => Operation::Edit,
            "answerCallbackQuery" => Operation::Answer,
            "setWebhook" => Operation::Subscribe,
            "delWebhook" => Operation::Unsubscribe,
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
            Some(Fault::Fail) => return Err(Failure::Internal),
            Some(Fault::Code { code }) => return Err(Failure::Planned(code)),
            // The last two are never planned here.
            Some(
                Fault::LoseAnswer
                | Fault::Garble
                | Fault::Empty
                | Fault::NotReady
                | Fault::Cut { .. },
            )
            | None => {}
        }
        let switches = self.switches();
        let given = parameters::read(&switches, request).await?;
        fields::check(name, &given.fields, &switches)?;
        self.check_pace(bot, name, &given.fields, &switches)?;
        let result = match operation {
            Operation::Me => Some(self.me(bot)),
            Operation::Updates => self.updates(bot, &given.fields).await?,
            Operation::Send => self.send_text_message(bot, given.fields)?,
            Operation::Edit => self.edit_message_text(bot, given.fields)?,
            Operation::Answer => self.answer_callback_query(bot, given.fields)?,
            Operation::Subscribe => self.set_webhook(bot, &given)?,
            Operation::Unsubscribe => Some(self.del_webhook(bot)),
            _ => return Err(Failure::NotEmulated(name.to_owned())),
        };
        Ok(match fault {
            Some(Fault::LoseAnswer) => fault::broken_answer(),
            Some(Fault::Garble) => fault::garbled_answer(),
            Some(Fault::Empty) => fault::empty_answer(),
            _ if self.world.befalls(switches.potato_empty_answers) => fault::empty_answer(),
            _ => success(result.as_ref(), &switches),
        })
    }

    fn switches(&self) -> Switches {
        self.world.look(|state| state.switches.clone())
    }
}
