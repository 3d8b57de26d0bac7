//! Games of bots, and what people type to bots and choose of what these offer: Potato only.

use serde::Deserialize;
use serde_json::{Value, json};

use super::asked::{Asked, ChatName, Who, bot_or_first, can_write, find_chat, is_inside};
use super::{Answer, Endpoint, Mistake, Run, show};
use crate::Platform;
use crate::world::{Draft, Game, InlineQuery, State, Typed};

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        method: "POST",
        path: "/games",
        takes: "platform, short_name, title, bot?",
        does: "the bot has a game; Potato only",
        run: Run::Now(add_game),
    },
    Endpoint {
        method: "POST",
        path: "/inline",
        takes: "platform, person, query, bot?, chat_type?, chat_id?, offset?, latitude?, longitude?",
        does: "the person types to the bot, in the chat or in their dialog with it; Potato only",
        run: Run::Now(type_to),
    },
    Endpoint {
        method: "GET",
        path: "/inline/{query_id}",
        takes: "",
        does: "what the bot offers",
        run: Run::Now(offered),
    },
    Endpoint {
        method: "POST",
        path: "/inline/{query_id}/choose",
        takes: "result_id",
        does: "the person chooses that, which posts it",
        run: Run::Now(choose),
    },
    Endpoint {
        method: "POST",
        path: "/inline/{query_id}/switch",
        takes: "",
        does: "the person presses the button that leads to their dialog with the bot",
        run: Run::Now(switch),
    },
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewGame {
    platform: Platform,
    short_name: String,
    title: String,
    bot: Option<Who>,
}

fn add_game(asked: &Asked) -> Answer {
    let NewGame { platform, short_name, title, bot } = asked.body()?;
    only_potato(platform)?;
    if short_name.is_empty() {
        return Err(Mistake::bad("short_name is empty"));
    }
    asked.world.act(|state| {
        let bot = bot_or_first(state, platform, bot.as_ref())?;
        state.add_game(bot, Game { short_name, title });
        Ok(show::bot(state.account(bot)))
    })
}

fn only_potato(platform: Platform) -> Result<(), Mistake> {
    let why = || Mistake::bad("platform: there is such a thing on potato only");
    (platform == Platform::Potato).then_some(()).ok_or_else(why)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Typing {
    platform: Platform,
    person: Who,
    query: String,
    bot: Option<Who>,
    chat_type: Option<i64>,
    chat_id: Option<Value>,
    #[serde(default)]
    offset: String,
    latitude: Option<f64>,
    longitude: Option<f64>,
}

fn type_to(asked: &Asked) -> Answer {
    /// Document, `InlineQuery`, in characters.
    const QUERY_LIMIT: usize = 512;
    let Typing { platform, person, query, bot, chat_type, chat_id, offset, latitude, longitude } =
        asked.body()?;
    only_potato(platform)?;
    let given = query.chars().count();
    if given > QUERY_LIMIT {
        let why = format!("query: may have {QUERY_LIMIT} characters; given {given}");
        return Err(Mistake::bad(why));
    }
    if latitude.is_some() != longitude.is_some() {
        return Err(Mistake::bad("latitude: it comes with a longitude"));
    }
    asked.world.act(|state| {
        let bot = bot_or_first(state, platform, bot.as_ref())?;
        let person = person.person(state, platform, "person")?;
        let chat = match &chat_id {
            Some(id) => find_chat(state, platform, Some(person), &ChatName::new(chat_type, id))?,
            None => state.dialog(bot, person),
        };
        is_inside(state, chat, person)?;
        let location = latitude.zip(longitude);
        let id = state.type_to(bot, person, chat, Typed { query, offset, location });
        Ok(json!({"inline_query_id": id}))
    })
}

fn found<'a>(state: &'a State, asked: &Asked) -> Result<&'a InlineQuery, Mistake> {
    let id = asked.place("query_id");
    let found = state.inline_query(id);
    found.ok_or_else(|| Mistake::not_found(format!("query_id: nobody typed {id:?}")))
}

fn offered(asked: &Asked) -> Answer {
    asked.world.look(|state| {
        let query = found(state, asked)?;
        let offered = query.offered.as_ref().map(|offered| {
            let result = |it: &crate::world::Offer| {
                let mut shown = show::content(state, &it.content);
                shown["result_id"] = json!(it.id);
                shown["kind"] = json!(it.kind);
                shown["title"] = json!(it.title);
                shown["description"] = json!(it.description);
                shown
            };
            let switch = offered.switch.as_ref();
            json!({
                "results": offered.results.iter().map(result).collect::<Vec<_>>(),
                "next_offset": offered.next_offset,
                "is_personal": offered.is_personal,
                "switch": switch.map(|it| json!({"label": it.label, "parameter": it.parameter})),
            })
        });
        Ok(json!({
            "inline_query_id": query.id,
            "person": state.account(query.person).name,
            "bot": state.account(query.bot).username,
            "query": query.typed.query,
            "offset": query.typed.offset,
            "offered": offered,
        }))
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Choosing {
    result_id: String,
}

fn choose(asked: &Asked) -> Answer {
    let Choosing { result_id } = asked.body()?;
    asked.world.act(|state| {
        let query = found(state, asked)?;
        let (id, chat, person) = (query.id.clone(), query.chat, query.person);
        can_write(state, chat, person)?;
        let message = state.choose(&id, &result_id);
        let unknown = || Mistake::not_found(format!("result_id: there is no {result_id:?}"));
        let message = message.ok_or_else(unknown)?;
        Ok(show::address(state, chat, message.number))
    })
}

fn switch(asked: &Asked) -> Answer {
    asked.world.act(|state| {
        let query = found(state, asked)?;
        let (bot, person) = (query.bot, query.person);
        let switch = query.offered.as_ref().and_then(|it| it.switch.clone());
        let switch = switch.ok_or_else(|| Mistake::not_found("query_id: no such button"))?;
        let chat = state.start(bot, person, None);
        let said = switch.parameter.map_or("/start".to_owned(), |it| format!("/start {it}"));
        let message = state.post(chat, person, Draft::of_text(said.as_str()));
        Ok(show::address(state, chat, message.number))
    })
}
