//! People and bots.

use serde::Deserialize;
use serde_json::{Value, json};

use super::asked::{Asked, Who};
use super::{Answer, Endpoint, Mistake, Run, show};
use crate::Platform;
use crate::world::{AccountKey, State};

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        method: "GET",
        path: "/state",
        takes: "",
        does: "everything there is",
        run: Run::Now(everything),
    },
    Endpoint {
        method: "GET",
        path: "/people",
        takes: "",
        does: "who there is",
        run: Run::Now(people),
    },
    Endpoint {
        method: "POST",
        path: "/people",
        takes: "platform, name, username?, description?, locale?, refuses_invites?",
        does: "a person, new unless the name is known",
        run: Run::Now(add_person),
    },
    Endpoint {
        method: "PATCH",
        path: "/people",
        takes: "platform, person, name?, username?, description?, locale?, refuses_invites?, is_deleted?",
        does: "they are called otherwise, let nobody add them to chats, or close their account",
        run: Run::Now(change_person),
    },
    Endpoint {
        method: "GET",
        path: "/bots",
        takes: "",
        does: "the bots, with their commands, webhooks and waiting updates",
        run: Run::Now(bots),
    },
    Endpoint {
        method: "POST",
        path: "/bots",
        takes: "platform, name, token, username?, description?",
        does: "a further bot",
        run: Run::Now(add_bot),
    },
];

#[expect(clippy::unnecessary_wraps, reason = "as all handlers")]
fn everything(asked: &Asked) -> Answer {
    let faults = asked.world.faults().still_planned();
    Ok(asked.world.look(|state| {
        let chats: Vec<Value> = state
            .chats()
            .map(|(_, chat)| {
                let mut shown = show::chat(state, chat);
                shown["messages"] = show::conversation(state, chat)["messages"].take();
                shown
            })
            .collect();
        let files: Vec<Value> = state.files().map(|(key, _)| show::file(state, key)).collect();
        json!({
            "now": state.now().timestamp_millis(),
            "people": all_people(state),
            "bots": all_bots(state),
            "chats": chats,
            "files": files,
            "faults": faults,
            "switches": state.switches,
        })
    }))
}

fn all_people(state: &State) -> Value {
    state.accounts().filter(|(_, it)| !it.is_bot()).map(|(_, it)| show::person(it)).collect()
}

fn all_bots(state: &State) -> Value {
    state.accounts().filter(|(_, it)| it.is_bot()).map(|(_, it)| show::bot(it)).collect()
}

#[expect(clippy::unnecessary_wraps, reason = "as all handlers")]
fn people(asked: &Asked) -> Answer {
    Ok(asked.world.look(|state| json!({"people": all_people(state)})))
}

#[expect(clippy::unnecessary_wraps, reason = "as all handlers")]
fn bots(asked: &Asked) -> Answer {
    Ok(asked.world.look(|state| json!({"bots": all_bots(state)})))
}

/// What is said of an account.
#[derive(Default)]
struct Said {
    name: Option<String>,
    username: Option<String>,
    description: Option<String>,
    locale: Option<String>,
    refuses_invites: Option<bool>,
    is_deleted: Option<bool>,
}

/// Checks first, so that nothing is done when something is wrong.
fn check(
    state: &State,
    platform: Platform,
    of: Option<AccountKey>,
    said: &Said,
) -> Result<(), Mistake> {
    if said.name.as_ref().is_some_and(|it| it.trim().is_empty()) {
        return Err(Mistake::bad("name is empty"));
    }
    let Some(username) = &said.username else { return Ok(()) };
    let is_letter = |it: char| it.is_ascii_alphanumeric() || it == '_' || it == '.';
    if username.is_empty() || !username.chars().all(is_letter) {
        let why = format!("username: letters, digits, _ and ., without @; given {username:?}");
        return Err(Mistake::bad(why));
    }
    match state.by_username(platform, username) {
        Some(holder) if Some(holder) != of => {
            Err(Mistake::bad(format!("username: somebody has {username:?} on {platform}")))
        }
        _ => Ok(()),
    }
}

fn say_of(state: &mut State, account: AccountKey, said: Said) {
    let account = state.account_mut(account);
    let Said { name, username, description, locale, refuses_invites, is_deleted } = said;
    account.name = name.unwrap_or_else(|| account.name.clone());
    account.username = username.or_else(|| account.username.take());
    account.description = description.or_else(|| account.description.take());
    account.locale = locale.unwrap_or_else(|| account.locale.clone());
    account.refuses_invites = refuses_invites.unwrap_or(account.refuses_invites);
    account.is_deleted = is_deleted.unwrap_or(account.is_deleted);
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewPerson {
    platform: Platform,
    name: String,
    username: Option<String>,
    description: Option<String>,
    locale: Option<String>,
    refuses_invites: Option<bool>,
}

fn add_person(asked: &Asked) -> Answer {
    let NewPerson { platform, name, username, description, locale, refuses_invites } =
        asked.body()?;
    asked.world.act(|state| {
        let known = state.person(platform, &name);
        let name = Some(name);
        let said = Said { name, username, description, locale, refuses_invites, is_deleted: None };
        check(state, platform, known, &said)?;
        let name = said.name.as_deref().unwrap_or_default();
        let person = known.unwrap_or_else(|| state.add_account(platform, name, None));
        say_of(state, person, said);
        Ok(show::person(state.account(person)))
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangedPerson {
    platform: Platform,
    person: Who,
    name: Option<String>,
    username: Option<String>,
    description: Option<String>,
    locale: Option<String>,
    refuses_invites: Option<bool>,
    is_deleted: Option<bool>,
}

fn change_person(asked: &Asked) -> Answer {
    let ChangedPerson {
        platform,
        person,
        name,
        username,
        description,
        locale,
        refuses_invites,
        is_deleted,
    } = asked.body()?;
    let said = Said { name, username, description, locale, refuses_invites, is_deleted };
    asked.world.act(|state| {
        let person = person.any_person(state, platform, "person")?;
        check(state, platform, Some(person), &said)?;
        say_of(state, person, said);
        Ok(show::person(state.account(person)))
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewBot {
    platform: Platform,
    name: String,
    token: String,
    username: Option<String>,
    description: Option<String>,
}

fn add_bot(asked: &Asked) -> Answer {
    let NewBot { platform, name, token, username, description } = asked.body()?;
    let is_plain = |it: char| it.is_ascii_graphic() && !matches!(it, '/' | '?' | '#' | '%' | '&');
    if token.is_empty() || !token.chars().all(is_plain) {
        return Err(Mistake::bad("token: it must be letters that a URL and a header can hold"));
    }
    let said = Said { name: Some(name.clone()), username, description, ..Said::default() };
    asked.world.look(|state| {
        check(state, platform, None, &said)?;
        if state.bot_by_token(platform, &token).is_some() {
            return Err(Mistake::bad(format!("token: a bot on {platform} has it")));
        }
        let number = token.split_once(':').and_then(|(number, _)| number.parse().ok());
        let is_taken = |id| state.by_id(platform, id).is_some();
        // Potato: the left part of a token is the bot's number.
        if platform == Platform::Potato && number.is_some_and(is_taken) {
            return Err(Mistake::bad("token: somebody has the number before the colon"));
        }
        Ok(())
    })?;
    let bot = asked.world.add_bot(platform, &name, &token);
    Ok(asked.world.act(|state| {
        say_of(state, bot, said);
        show::bot(state.account(bot))
    }))
}
