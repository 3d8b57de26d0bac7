//! The wire of TamTam and MAX.
//!
//! Facts: the schemas (TamTam 0.5.6, MAX 0.0.32), what the official Java client's integration
//! suite asserted, and what was seen on MAX's wire.
//!
//! | room | what is in it |
//! |---|---|
//! | `profile` | who the bot is |
//! | `route`, `parameters` | which operation a request is for, and what its URL says |
//! | `read` | what bots send, checked |
//! | `messages`, `comments`, `answers`, `constructors` | what is said |
//! | `chats`, `members` | chats, and who is in them |
//! | `access` | what a bot may do, and where |
//! | `photo`, `pictures` | the pictures that it gives chats, and those of stickers and films |
//! | `updates`, `subscriptions`, `webhooks` | how a bot is told what happens |
//! | `uploads` | files |
//! | `render` | the world, as it is told on this wire |
//! | `html`, `markdown`, `links` | texts with formatting |
//! | `refusal` | errors, with the codes and words that were seen |

mod access;
mod answers;
mod chats;
mod comments;
mod constructors;
mod html;
mod links;
mod markdown;
mod members;
mod messages;
mod parameters;
mod photo;
mod pictures;
mod profile;
mod read;
mod refusal;
mod render;
mod route;
mod subscriptions;
mod updates;
mod uploads;
mod webhooks;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, Method, request};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use crate::Platform;
use crate::fault::{self, Fault, Operation};
use crate::host;
use crate::world::{AccountKey, World};
use parameters::Parameters;
use refusal::Refusal;
use render::View;
use route::Places;
pub(crate) use webhooks::caller;

/// What every handler knows.
#[derive(Clone)]
struct Facade {
    world: World,
    platform: Platform,
    /// Where the API listens, as the beginning of an address.
    base: String,
}

/// A request of a bot, as far as every operation needs it.
struct Call {
    bot: AccountKey,
    places: Places,
    given: Parameters,
    body: Bytes,
    /// Where the client reached the API: the addresses of files begin so.
    base: String,
}

/// The API of one of the two messengers, which listens at `base`.
pub(crate) fn router(world: World, platform: Platform, base: String) -> Router {
    Router::new().fallback(serve).with_state(Facade { world, platform, base })
}

async fn serve(State(facade): State<Facade>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    if let Some(picture) = pictures::at(&head.method, head.uri.path()) {
        return picture.unwrap_or_else(Refusal::into_response);
    }
    let answered = match head.uri.path().strip_prefix(uploads::PATH) {
        Some(key) => facade.file(&head, key, body).await,
        None => facade.answer(&head, body).await,
    };
    answered.unwrap_or_else(Refusal::into_response)
}

impl Facade {
    async fn answer(&self, head: &request::Parts, body: Body) -> Result<Response, Refusal> {
        let given = Parameters::of(&head.uri)?;
        let bot = self.authorized(&head.headers, &given)?;
        if !self.world.admits_call(bot) {
            return Err(Refusal::too_many(None));
        }
        let (method, path) = (&head.method, head.uri.path());
        let found = route::find(self.platform, method, path);
        let (operation, places) = found.ok_or_else(|| Refusal::no_method(method, path))?;
        let fault = self.world.fault(self.platform, operation);
        if let Some(answer) = meet(fault).await? {
            return Ok(answer);
        }
        // Some clients send a body where none is read, and say that it is JSON.
        let reads = matches!(*method, Method::POST | Method::PUT | Method::PATCH)
            && operation != Operation::UploadUrl;
        let body = if reads { read::body(body).await? } else { Bytes::new() };
        let call = Call { bot, places, given, body, base: self.reached(&head.headers) };
        let value = self.perform(operation, &call).await?;
        Ok(match fault {
            Some(Fault::LoseAnswer) => fault::broken_answer(),
            Some(Fault::Garble) => fault::garbled_answer(),
            Some(Fault::Empty) => fault::empty_answer(),
            _ => axum::Json(render::shaped(self.platform, value)).into_response(),
        })
    }

    async fn perform(&self, operation: Operation, call: &Call) -> Result<Value, Refusal> {
        match operation {
            Operation::Me => Ok(self.me(call)),
            Operation::EditMe => self.edit_me(call),
            Operation::Updates => self.updates(call).await,
            Operation::Chats => self.chats(call),
            Operation::Chat => self.chat(call),
            Operation::ChatByLink => self.chat_by_link(call),
            Operation::EditChat => self.edit_chat(call),
            Operation::DeleteChat => self.delete_chat(call),
            Operation::Action => self.action(call),
            Operation::Pinned => self.pinned(call),
            Operation::Pin => self.pin(call),
            Operation::Unpin => self.unpin(call),
            Operation::Membership => self.membership(call),
            Operation::Leave => self.leave(call),
            Operation::Admins => self.admins(call),
            Operation::AddAdmins => self.add_admins(call),
            Operation::RemoveAdmin => self.remove_admin(call),
            Operation::Members => self.members(call),
            Operation::AddMembers => self.add_members(call),
            Operation::RemoveMember => self.remove_member(call),
            Operation::Messages => self.messages(call),
            Operation::Message => self.message(call),
            Operation::Send => self.send(call),
            Operation::Edit => self.edit(call),
            Operation::Delete => self.delete(call),
            Operation::Video => self.video(call),
            Operation::Answer => self.answer_callback(call),
            Operation::Construct => self.construct(call),
            Operation::Subscriptions => self.subscriptions(call),
            Operation::Subscribe => self.subscribe(call),
            Operation::Unsubscribe => self.unsubscribe(call),
            Operation::UploadUrl => self.upload_url(call),
            Operation::Comments => self.comments(call),
            Operation::Comment => self.comment(call),
            Operation::SendComment => self.send_comment(call),
            Operation::EditComment => self.edit_comment(call),
            Operation::DeleteComment => self.delete_comment(call),
            Operation::Upload
            | Operation::Download
            | Operation::Deliver
            | Operation::File
            | Operation::AnswerInline
            | Operation::SetScore
            | Operation::Scores => Err(Refusal::not_emulated("this as an operation of the API")),
        }
    }

    /// Where the client reached the API; where it listens, when the client does not say.
    fn reached(&self, headers: &HeaderMap) -> String {
        host::reached(headers, &self.base)
    }

    /// Looks at the world as the caller is told of it.
    fn view<T>(&self, call: &Call, at: impl FnOnce(View<'_>) -> T) -> T {
        let (platform, bot, base) = (self.platform, call.bot, call.base.as_str());
        self.world.look(|state| at(View { state, platform, bot, base }))
    }

    /// TamTam takes the token from the query. MAX takes it from the header; its refusals are those
    /// of a probe of August 2026.
    fn authorized(&self, headers: &HeaderMap, given: &Parameters) -> Result<AccountKey, Refusal> {
        let in_query = given.text("access_token");
        let token = match self.platform {
            Platform::Max => {
                let header = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
                match (header.map(str::trim), in_query) {
                    (Some(header), _) if header.starts_with("Bearer ") => {
                        return Err(Refusal::token("Malformed access token"));
                    }
                    (Some(header), _) => header,
                    (None, Some(_)) => {
                        let how = self.world.look(|state| state.switches.query_token);
                        return Err(Refusal::token_in_query(how));
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

/// What a fault does before anything is done.
async fn meet(fault: Option<Fault>) -> Result<Option<Response>, Refusal> {
    match fault {
        Some(Fault::Refuse) => Err(Refusal::no_permission()),
        Some(Fault::RateLimit { retry_after }) => Err(Refusal::too_many(retry_after)),
        Some(Fault::NotReady) => Err(Refusal::not_ready()),
        Some(Fault::Fail) => Err(Refusal::internal()),
        Some(Fault::Unavailable) => Ok(Some(fault::unavailable_answer())),
        Some(Fault::Delay { ms }) => {
            fault::pass_time(ms).await;
            Ok(None)
        }
        // The one of a code is of Potato, and never planned here.
        Some(
            Fault::LoseAnswer
            | Fault::Garble
            | Fault::Empty
            | Fault::Cut { .. }
            | Fault::Code { .. },
        )
        | None => Ok(None),
    }
}

/// `SimpleQueryResult`.
fn success() -> Value {
    json!({"success": true})
}

/// `SimpleQueryResult`: what was asked makes no sense as things are, and nothing was done.
fn failure(message: &str) -> Value {
    json!({"success": false, "message": message})
}

#[cfg(test)]
mod tests {
    use axum::http::header::HOST;

    use super::*;

    #[test]
    fn files_are_where_a_host_says_that_is_one() {
        let facade = Facade {
            world: World::new(),
            platform: Platform::Max,
            base: "http://127.0.0.1:7082".to_owned(),
        };
        let reached = |host: &str| {
            let value = host.parse().expect("a header's value");
            facade.reached(&HeaderMap::from_iter([(HOST, value)]))
        };
        assert_eq!(reached("localhost"), "http://localhost");
        assert_eq!(reached("[::1]:99"), "http://[::1]:99");
        for wrong in ["", ":99", "a@b", "a/b", "a?b", "a b", "a:99999", "a\\b"] {
            assert_eq!(reached(wrong), facade.base, "{wrong:?}");
        }
        assert_eq!(facade.reached(&HeaderMap::new()), facade.base);
    }
}
