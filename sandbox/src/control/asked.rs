//! What a request says, and whom and what it names.

use axum::body::Bytes;
use axum::extract::{Query, RawPathParams};
use axum::http::Uri;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Mistake, show};
use crate::Platform;
use crate::world::{AccountKey, Chat, ChatKey, Message, State, World};

/// A request, taken apart.
pub(super) struct Asked {
    pub(super) world: World,
    places: Vec<(String, String)>,
    given: Vec<(String, String)>,
    body: Bytes,
}

impl Asked {
    /// Parameters of the URL that the endpoint does not take are refused.
    pub(super) fn of(
        world: World,
        places: &RawPathParams,
        uri: &Uri,
        takes: &str,
    ) -> Result<Self, Mistake> {
        let read = Query::<Vec<(String, String)>>::try_from_uri(uri);
        let Query(given) = read.map_err(|why| Mistake::bad(format!("query: {why}")))?;
        let names = takes.strip_prefix('?').unwrap_or_default();
        // A chat of Potato is named by its kind, too, and a dialog there by its bot.
        let is_of_chat = places.iter().any(|(name, _)| name == "chat_id");
        let beside: &[&str] = if is_of_chat { &["chat_type", "bot"] } else { &[] };
        let taken: Vec<&str> = names
            .split('&')
            .map(|it| it.trim_end_matches('?'))
            .filter(|it| !it.is_empty())
            .chain(beside.iter().copied())
            .collect();
        if let Some((name, _)) = given.iter().find(|(name, _)| !taken.contains(&name.as_str())) {
            let known = if taken.is_empty() { "none".to_owned() } else { taken.join(", ") };
            return Err(Mistake::bad(format!(
                "query: there is no parameter {name:?} here; there are: {known}"
            )));
        }
        let places = places.iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
        Ok(Self { world, places: places.collect(), given, body: Bytes::new() })
    }

    pub(super) fn with(self, body: Bytes) -> Self {
        Self { body, ..self }
    }

    /// The body, whatever content type it has: `curl -d` sends another. None is an empty object.
    pub(super) fn body<T: DeserializeOwned>(&self) -> Result<T, Mistake> {
        let body = self.body.trim_ascii();
        let body = if body.is_empty() { b"{}" } else { body };
        if !body.starts_with(b"{") {
            return Err(Mistake::bad("body: it must be a JSON object"));
        }
        let value: Value =
            serde_json::from_slice(body).map_err(|why| Mistake::bad(why.to_string()))?;
        if let Some(field) = array_for_object(&value) {
            return Err(Mistake::bad(format!("{field}: it must be an object, and is an array")));
        }
        serde_json::from_slice(body).map_err(|why| Mistake::bad(why.to_string()))
    }

    /// A part of the path.
    pub(super) fn place(&self, name: &str) -> &str {
        let found = self.places.iter().find(|(given, _)| given == name);
        found.map_or("", |(_, value)| value)
    }

    /// A parameter of the URL.
    pub(super) fn given(&self, name: &str) -> Option<&str> {
        let found = self.given.iter().find(|(given, _)| given == name);
        found.map(|(_, value)| value.as_str())
    }

    /// A parameter of the URL that must be there.
    pub(super) fn needed(&self, name: &str) -> Result<&str, Mistake> {
        self.given(name).ok_or_else(|| Mistake::bad(format!("query: {name} is missing")))
    }

    /// The chat of a path `…/{platform}/{chat_id}…`. Where several bots have dialogs of one name with
    /// somebody, the bot is named, too.
    pub(super) fn chat(&self) -> Result<(Platform, ChatKey), Mistake> {
        let platform: Platform = self.place("platform").parse().map_err(Mistake::not_found)?;
        let not_a_kind = |_| Mistake::bad("chat_type: must be 1, 2 or 3");
        let kind = self.given("chat_type").map(str::parse).transpose().map_err(not_a_kind)?;
        let name = ChatName { kind, id: self.place("chat_id").to_owned() };
        let bot = self.given("bot").map(Who::written);
        let chat = self.world.look(|state| {
            let bot = bot.map(|it| it.bot(state, platform, "bot")).transpose()?;
            let mut found = find_chats(state, platform, bot, &name)?;
            found.retain(|it| bot.is_none_or(|bot| was_in(state, *it, bot)));
            match found[..] {
                [chat] => Ok(chat),
                [] => Err(Mistake::not_found(format!("bot: it is in no chat {}", name.id))),
                _ => Err(Mistake::bad(format!(
                    "bot: {} bots have a dialog {}: say which, as in ?bot=@helper_bot",
                    found.len(),
                    name.id
                ))),
            }
        })?;
        Ok((platform, chat))
    }
}

/// The first field that is an array where an object is asked for: it would be read as a list of the
/// object's fields.
fn array_for_object(body: &Value) -> Option<String> {
    let single = ["fault", "forward"].into_iter().find(|name| body[*name].is_array());
    let listed = || {
        ["marks", "attachments"].into_iter().find_map(|name| {
            let place = body[name].as_array()?.iter().position(Value::is_array)?;
            Some(format!("{name}[{place}]"))
        })
    };
    single.map(str::to_owned).or_else(listed)
}

/// Somebody, by their name, by `@` and their public name, or by their number.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub(super) struct Who(Value);

impl From<&str> for Who {
    fn from(name: &str) -> Self {
        Self(Value::String(name.to_owned()))
    }
}

impl Who {
    /// As it stands in an address: digits are a number.
    fn written(text: &str) -> Self {
        Self(text.parse::<i64>().map_or_else(|_| text.into(), Value::from))
    }

    /// Anybody, a person or a bot.
    pub(super) fn anybody(
        &self,
        state: &State,
        platform: Platform,
        field: &str,
    ) -> Result<AccountKey, Mistake> {
        let found = match &self.0 {
            Value::String(name) => state.named(platform, name),
            Value::Number(id) => id.as_i64().and_then(|id| state.by_id(platform, id)),
            _ => {
                return Err(Mistake::bad(format!(
                    "{field}: must be a name, @username or number; given {}",
                    self.0
                )));
            }
        };
        found.ok_or_else(|| {
            let hint = "POST /people and POST /bots bring somebody in";
            Mistake::not_found(format!("{field}: there is no {} on {platform}; {hint}", self.0))
        })
    }

    /// A person who can act: their account is open.
    pub(super) fn person(
        &self,
        state: &State,
        platform: Platform,
        field: &str,
    ) -> Result<AccountKey, Mistake> {
        let found = self.any_person(state, platform, field)?;
        is_open(state, found, field)?;
        Ok(found)
    }

    /// A person, be their account closed or not.
    pub(super) fn any_person(
        &self,
        state: &State,
        platform: Platform,
        field: &str,
    ) -> Result<AccountKey, Mistake> {
        let found = self.anybody(state, platform, field)?;
        if state.account(found).is_bot() {
            let why = format!("{field}: there is no person {} on {platform}, but a bot", self.0);
            return Err(Mistake::not_found(why));
        }
        Ok(found)
    }

    pub(super) fn bot(
        &self,
        state: &State,
        platform: Platform,
        field: &str,
    ) -> Result<AccountKey, Mistake> {
        // A bot and a person may have one name.
        let by_name = self.0.as_str().and_then(|name| {
            state.find(|it| it.platform == platform && it.is_bot() && it.name == name)
        });
        let found = match by_name {
            Some(found) => found,
            None => self.anybody(state, platform, field)?,
        };
        if state.account(found).is_bot() {
            return Ok(found);
        }
        Err(Mistake::not_found(format!("{field}: {} on {platform} is no bot", self.0)))
    }
}

/// The bot that is named, or else the first of the messenger.
pub(super) fn bot_or_first(
    state: &State,
    platform: Platform,
    bot: Option<&Who>,
) -> Result<AccountKey, Mistake> {
    match bot {
        Some(bot) => bot.bot(state, platform, "bot"),
        None => state
            .bot(platform)
            .ok_or_else(|| Mistake::not_found(format!("there is no bot on {platform}"))),
    }
}

/// Who acts on a chat: the one that is named, or else its owner.
pub(super) fn by_or_owner(
    state: &State,
    platform: Platform,
    chat: ChatKey,
    by: Option<&Who>,
) -> Result<AccountKey, Mistake> {
    match by {
        Some(by) => {
            let by = by.anybody(state, platform, "by")?;
            is_open(state, by, "by")?;
            Ok(by)
        }
        None => state
            .chat(chat)
            .owner()
            .ok_or_else(|| Mistake::bad("by: it is missing, and the chat has no owner")),
    }
}

/// Ids are taken as numbers and as strings.
pub(super) fn text_of(id: &Value) -> String {
    id.as_str().map_or_else(|| id.to_string(), str::to_owned)
}

/// What names a chat: its number, and on Potato its kind as well.
pub(super) struct ChatName {
    /// 1, 2 or 3, as on Potato's wire.
    kind: Option<i64>,
    id: String,
}

impl ChatName {
    pub(super) fn new(kind: Option<i64>, id: &Value) -> Self {
        Self { kind, id: text_of(id) }
    }
}

/// A chat by its name; of several, the one that somebody is in.
pub(super) fn find_chat(
    state: &State,
    platform: Platform,
    of: Option<AccountKey>,
    name: &ChatName,
) -> Result<ChatKey, Mistake> {
    find_chats(state, platform, of, name).map(|found| found[0])
}

/// The chats of a name, at least one: several bots may have dialogs of one name with somebody on
/// Potato.
fn find_chats(
    state: &State,
    platform: Platform,
    of: Option<AccountKey>,
    ChatName { kind, id }: &ChatName,
) -> Result<Vec<ChatKey>, Mistake> {
    let number = id.parse().map_err(|_| Mistake::bad(format!("chat_id: {id:?} is no number")))?;
    if kind.is_some() && platform != Platform::Potato {
        return Err(Mistake::bad(format!("chat_type: chats of {platform} have numbers alone")));
    }
    let is_it = |it: &ChatKey| kind.is_none_or(|kind| show::chat_type(state.chat(*it)) == kind);
    let all: Vec<ChatKey> = state.chats_on(platform, number).filter(is_it).collect();
    let is_theirs = |it: &ChatKey| of.is_some_and(|of| was_in(state, *it, of));
    let theirs: Vec<ChatKey> = all.iter().copied().filter(is_theirs).collect();
    let found = if theirs.is_empty() { all } else { theirs };
    let Some(first) = found.first() else {
        return Err(Mistake::not_found(format!("chat_id: there is no chat {id} on {platform}")));
    };
    let first = show::chat_type(state.chat(*first));
    if platform == Platform::Potato
        && found.iter().any(|it| show::chat_type(state.chat(*it)) != first)
    {
        let why = format!("chat_type: there are chats {id} of several kinds: 1, 2 or 3");
        return Err(Mistake::bad(why));
    }
    Ok(found)
}

/// Whether somebody is in a chat, or was.
fn was_in(state: &State, chat: ChatKey, account: AccountKey) -> bool {
    let chat = state.chat(chat);
    chat.member(account).is_some() || chat.former(account).is_some()
}

/// A message by its id on the platform.
pub(super) fn find_message<'a>(
    state: &'a State,
    chat: ChatKey,
    id: &Value,
) -> Result<&'a Message, Mistake> {
    let (found, wanted): (&Chat, _) = (state.chat(chat), text_of(id));
    let is_it = |it: &&Message| text_of(&show::message_id(found, it.number)) == wanted;
    found
        .messages
        .iter()
        .find(is_it)
        .ok_or_else(|| Mistake::not_found(format!("message_id: no message {wanted} in the chat")))
}

/// A person, a chat that they are in, and a message there: what most requests name.
#[derive(Clone, Copy)]
pub(super) struct Spot {
    pub(super) person: AccountKey,
    pub(super) chat: ChatKey,
    pub(super) number: i64,
}

impl Spot {
    pub(super) fn of(
        state: &State,
        platform: Platform,
        person: &Who,
        chat: &ChatName,
        message_id: &Value,
    ) -> Result<Self, Mistake> {
        let person = person.person(state, platform, "person")?;
        let found = find_chats(state, platform, Some(person), chat)?;
        let has_it = |it: &&ChatKey| find_message(state, **it, message_id).is_ok();
        let chat = found.iter().find(has_it).copied().unwrap_or(found[0]);
        let number = find_message(state, chat, message_id)?.number;
        is_inside(state, chat, person)?;
        Ok(Self { person, chat, number })
    }

    pub(super) fn message(self, state: &State) -> Result<&Message, Mistake> {
        let found = state.chat(self.chat).message(self.number);
        found.ok_or_else(|| Mistake::not_found("message_id: the message is gone"))
    }
}

pub(super) fn is_inside(state: &State, chat: ChatKey, person: AccountKey) -> Result<(), Mistake> {
    let member = state.chat(chat).member(person);
    member.map(drop).ok_or_else(|| Mistake::not_found("person: they are not in this chat"))
}

/// Refuses who closed their account: nobody hears of them any more.
pub(super) fn is_open(state: &State, account: AccountKey, field: &str) -> Result<(), Mistake> {
    if state.account(account).is_deleted {
        return Err(Mistake::forbidden(format!("{field}: they closed their account")));
    }
    Ok(())
}

/// Whether somebody could write there on the real messenger.
pub(super) fn can_write(state: &State, chat: ChatKey, person: AccountKey) -> Result<(), Mistake> {
    is_inside(state, chat, person)?;
    is_open(state, person, "person")?;
    let found = state.chat(chat);
    if found.is_closed || found.potato.became.is_some() {
        return Err(Mistake::forbidden("chat_id: the chat is closed"));
    }
    if found.dialog.is_stopped || found.dialog.is_blacklisted {
        let why = "chat_id: the person stopped this bot; POST /dialogs/start starts it again";
        return Err(Mistake::forbidden(why));
    }
    if !found.may_write(person) {
        return Err(Mistake::forbidden("person: they may not write in this channel"));
    }
    Ok(())
}
