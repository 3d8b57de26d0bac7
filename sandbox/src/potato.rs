//! The wire of Potato.
//!
//! | room | what is in it |
//! |---|---|
//! | `call`, `form` | what a request says and brings along |
//! | `answer` | the envelope, and the errors in it |
//! | `place` | which chat is meant, and what the bot may do there |
//! | `methods` | the bot itself, presses |
//! | `updates`, `webhooks` | how it is told what happens |
//! | `sending`, `media`, `editing` | messages |
//! | `games`, `inline` | what bots offer |
//! | `files` | files on their way out |
//! | `chats`, `members` | groups, supergroups and channels, and who is in them |
//! | `keyboard`, `markdown` | buttons and texts, as they are given |
//! | `bare` | what stands in texts without markup |
//! | `fields`, `limits`, `codes` | what methods take, how often, and the numbers of errors |
//! | `render` | the world, as it is told |
//!
//! Facts: the English document of the Bot API, and what clients in production found out. Where the
//! two leave something open, the choice is named where it is made.

mod answer;
mod bare;
mod call;
mod chats;
mod codes;
mod editing;
mod fields;
mod files;
mod form;
mod games;
mod inline;
mod keyboard;
mod limits;
mod markdown;
mod media;
mod members;
mod methods;
mod parameter;
mod place;
mod render;
mod sending;
mod updates;
mod webhooks;

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::Method as Verb;
use axum::response::Response;
use axum::routing::any;

use crate::Platform;
use crate::fault::{self, Fault, Operation};
use crate::host;
use crate::world::{AccountKey, Switches, World};
use answer::{Answer, Failure, success};
use call::Call;
pub(crate) use webhooks::caller;

/// A method of the document.
struct Method {
    name: &'static str,
    /// What it is to whoever plans a fault.
    operation: Operation,
    run: Run,
}

/// How it is answered.
enum Run {
    AtOnce(fn(&Facade, &Call) -> Answer),
    /// `getUpdates`, the one that may wait.
    Waiting,
}

const fn method(
    name: &'static str,
    operation: Operation,
    run: fn(&Facade, &Call) -> Answer,
) -> Method {
    Method { name, operation, run: Run::AtOnce(run) }
}

/// The methods, in the order of the document. It gives each one verb, and says that both are
/// supported; clients in production use either.
const METHODS: &[Method] = &[
    Method { name: "getUpdates", operation: Operation::Updates, run: Run::Waiting },
    method("setWebhook", Operation::Subscribe, Facade::set_webhook),
    method("delWebhook", Operation::Unsubscribe, Facade::del_webhook),
    method("getMe", Operation::Me, Facade::me),
    method("getFile", Operation::File, Facade::get_file),
    method("sendTextMessage", Operation::Send, Facade::send_text_message),
    method("forwardMessage", Operation::Send, Facade::forward_message),
    method("answerCallbackQuery", Operation::Answer, Facade::answer_callback_query),
    method("sendLocation", Operation::Send, Facade::send_location),
    method("sendVenue", Operation::Send, Facade::send_venue),
    method("sendPhoto", Operation::Send, Facade::send_photo),
    method("sendDocument", Operation::Send, Facade::send_document),
    method("sendVideo", Operation::Send, Facade::send_video),
    method("editMessageText", Operation::Edit, Facade::edit_message_text),
    method("editMessageCaption", Operation::Edit, Facade::edit_message_caption),
    method("deleteMessage", Operation::Delete, Facade::delete_message),
    method("leaveChat", Operation::Leave, Facade::leave_chat),
    method("getChat", Operation::Chat, Facade::get_chat),
    method("getChatMembersCount", Operation::Members, Facade::members_count),
    method("getChatAdministrators", Operation::Admins, Facade::administrators),
    method("setChatTitle", Operation::EditChat, Facade::set_title),
    method("setChatDescription", Operation::EditChat, Facade::set_description),
    method("setJoinGroups", Operation::EditMe, Facade::set_join_groups),
    method("pinChatMessage", Operation::Pin, Facade::pin_message),
    method("unpinChatMessage", Operation::Unpin, Facade::unpin_message),
    method("kickChatMember", Operation::RemoveMember, Facade::kick_and_ban),
    method("kickNotBan", Operation::RemoveMember, Facade::kick),
    method("sendChatAction", Operation::Action, Facade::send_action),
    method("sendContact", Operation::Send, Facade::send_contact),
    method("getGroups", Operation::Chats, Facade::groups),
    method("sendGame", Operation::Send, Facade::send_game),
    method("setGameScore", Operation::SetScore, Facade::set_score),
    method("getGameHighScores", Operation::Scores, Facade::high_scores),
    method("answerInlineQuery", Operation::AnswerInline, Facade::answer_inline_query),
];

/// What there is and the sandbox has not: one client calls it, and no document knows it.
const NOT_EMULATED: [&str; 1] = ["sendPhoneMessage"];

/// What every handler knows.
#[derive(Clone)]
struct Facade {
    world: World,
    /// Where it listens.
    base: String,
}

/// The API, which listens at `base`.
pub(crate) fn router(world: World, base: String) -> Router {
    Router::new()
        .route("/{token}/{method}", any(serve))
        .route("/files/{token}/{name}", any(fetch))
        .fallback(async |State(facade): State<Facade>| {
            Failure::UnknownMethod.into_response(&facade.switches())
        })
        .with_state(Facade { world, base })
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

async fn fetch(
    State(facade): State<Facade>,
    Path((token, name)): Path<(String, String)>,
    request: Request,
) -> Response {
    let (head, _) = request.into_parts();
    match facade.download(&token, &name, &head).await {
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
        if !matches!(*request.method(), Verb::GET | Verb::POST) {
            return Err(Failure::UnknownMethod);
        }
        if NOT_EMULATED.contains(&name) {
            return Err(Failure::NotEmulated(name.to_owned()));
        }
        let method = METHODS.iter().find(|it| it.name == name).ok_or(Failure::UnknownMethod)?;
        let mut fault = self.world.fault(Platform::Potato, method.operation);
        meet(fault).await?;
        let answer = self.carry_out(bot, method, request, &mut fault).await;
        // Whatever the answer is: a fault that is spent is felt.
        match fault {
            Some(Fault::LoseAnswer) => return Ok(fault::broken_answer()),
            Some(Fault::Garble) => return Ok(fault::garbled_answer()),
            Some(Fault::Empty) => return Ok(fault::empty_answer()),
            _ => {}
        }
        let (result, switches) = (answer?, self.switches());
        if self.world.befalls(switches.potato_empty_answers) {
            return Ok(fault::empty_answer());
        }
        Ok(success(result.as_ref(), &switches))
    }

    /// Does what a call asks for. `fault` is what it met, to which may come what a file meets.
    async fn carry_out(
        &self,
        bot: AccountKey,
        method: &Method,
        request: Request,
        fault: &mut Option<Fault>,
    ) -> Answer {
        let base = host::reached(request.headers(), &self.base);
        let switches = self.switches();
        let mut call = Call::read(&self.world, bot, base, request, fault).await?;
        fields::check(method.name, &call.given, &switches)?;
        self.check_pace(&call, method.name, &switches)?;
        let result = match method.run {
            Run::AtOnce(run) => run(self, &call)?,
            Run::Waiting => self.updates(&call).await?,
        };
        if let Some(brought) = call.brought.take() {
            brought.keep();
        }
        Ok(result)
    }

    fn switches(&self) -> Switches {
        self.world.look(|state| state.switches.clone())
    }
}

/// Does of a fault what is done before the call.
async fn meet(fault: Option<Fault>) -> Result<(), Failure> {
    match fault {
        Some(Fault::Refuse) => Err(Failure::NoPermission),
        Some(Fault::RateLimit { retry_after }) => Err(Failure::Limited(retry_after)),
        Some(Fault::Unavailable) => Err(Failure::Unavailable),
        Some(Fault::Fail) => Err(Failure::Internal),
        Some(Fault::Code { code }) => Err(Failure::Planned(code)),
        Some(Fault::Delay { ms }) => {
            fault::pass_time(ms).await;
            Ok(())
        }
        // No file waits here: the last one is never planned.
        Some(
            Fault::Cut { .. } | Fault::LoseAnswer | Fault::Garble | Fault::Empty | Fault::NotReady,
        )
        | None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_every_method_it_is_known_what_it_takes() {
        let mut methods: Vec<&str> = METHODS.iter().map(|it| it.name).collect();
        let mut known: Vec<&str> = fields::METHODS.iter().map(|(name, _)| *name).collect();
        methods.sort_unstable();
        known.sort_unstable();
        assert_eq!(methods, known);
    }

    #[test]
    fn a_fault_can_be_planned_for_every_method() {
        for method in METHODS {
            assert!(method.operation.exists_on(Platform::Potato), "{}", method.name);
        }
    }
}
