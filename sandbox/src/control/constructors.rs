//! Messages that people build with a bot's help.

use serde::Deserialize;
use serde_json::{Value, json};

use super::asked::{Asked, ChatName, Who, bot_or_first, can_write, find_chat};
use super::carried::{self, Carried, GivenMark};
use super::{Answer, Endpoint, Mistake, Run, show};
use crate::Platform;
use crate::world::{Constructor, Input, Press, State};

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        method: "POST",
        path: "/constructors",
        takes: "platform, person, chat_id, bot?",
        does: "the person opens the bot's constructor in a chat; TamTam only",
        run: Run::Now(open),
    },
    Endpoint {
        method: "GET",
        path: "/constructors/{session_id}",
        takes: "",
        does: "what the bot has built so far",
        run: Run::Now(look),
    },
    Endpoint {
        method: "POST",
        path: "/constructors/{session_id}/press",
        takes: "payload",
        does: "the person presses a button of the constructor",
        run: Run::Now(press),
    },
    Endpoint {
        method: "POST",
        path: "/constructors/{session_id}/write",
        takes: "text?, marks?, attachments?",
        does: "the person writes into the constructor, when the bot lets them",
        run: Run::Now(write),
    },
    Endpoint {
        method: "POST",
        path: "/constructors/{session_id}/post",
        takes: "",
        does: "the person posts what was built",
        run: Run::Now(post),
    },
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Opening {
    platform: Platform,
    person: Who,
    chat_id: Value,
    bot: Option<Who>,
}

fn open(asked: &Asked) -> Answer {
    let Opening { platform, person, chat_id, bot } = asked.body()?;
    if platform != Platform::Tamtam {
        return Err(Mistake::bad(format!("platform: there are no constructors on {platform}")));
    }
    asked.world.act(|state| {
        let bot = bot_or_first(state, platform, bot.as_ref())?;
        let person = person.person(state, platform, "person")?;
        let chat = find_chat(state, platform, Some(person), &ChatName::new(None, &chat_id))?;
        can_write(state, chat, person)?;
        Ok(json!({"session_id": state.open_constructor(bot, person, chat)}))
    })
}

fn find<'a>(state: &'a State, session: &str) -> Result<&'a Constructor, Mistake> {
    let why = || Mistake::not_found(format!("session_id: no constructor {session:?} is open"));
    state.constructor(session).ok_or_else(why)
}

fn look(asked: &Asked) -> Answer {
    asked.world.look(|state| {
        let open = find(state, asked.place("session_id"))?;
        let content = |it| show::content(state, it);
        Ok(json!({
            "session_id": open.session,
            "messages": open.messages.iter().map(content).collect::<Vec<_>>(),
            "allows_user_input": open.allows_user_input,
            "hint": open.hint,
            "placeholder": open.placeholder,
            "buttons": show::rows(&open.buttons),
        }))
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pressing {
    payload: String,
}

fn press(asked: &Asked) -> Answer {
    let Pressing { payload } = asked.body()?;
    let session = asked.place("session_id");
    asked.world.act(|state| {
        let is_it =
            |it: &Press| matches!(it, Press::Callback { payload: its, .. } if *its == payload);
        let mut buttons = find(state, session)?.buttons.iter().flatten();
        if !buttons.any(|it| is_it(&it.press)) {
            let why = format!("payload: the constructor has no button with {payload:?}");
            return Err(Mistake::not_found(why));
        }
        state.construct(session, Input::Pressed { payload });
        Ok(json!({"session_id": session}))
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Writing {
    #[serde(default)]
    text: String,
    #[serde(default)]
    marks: Vec<GivenMark>,
    #[serde(default)]
    attachments: Vec<Carried>,
}

fn write(asked: &Asked) -> Answer {
    let Writing { text, marks, attachments } = asked.body()?;
    let (world, session) = (&asked.world, asked.place("session_id"));
    let person = world.look(|state| find(state, session).map(|it| it.person))?;
    let text = carried::text(Platform::Tamtam, text, marks)?;
    let attachments = carried::attachments(world, Platform::Tamtam, person, attachments)?;
    let content = carried::content(text, attachments)?;
    world.act(|state| {
        if !find(state, session)?.allows_user_input {
            return Err(Mistake::forbidden("session_id: the bot does not let the person write"));
        }
        state.construct(session, Input::Wrote { messages: vec![content] });
        Ok(json!({"session_id": session}))
    })
}

fn post(asked: &Asked) -> Answer {
    let session = asked.place("session_id");
    asked.world.act(|state| {
        let (chat, person) = find(state, session).map(|it| (it.chat, it.person))?;
        can_write(state, chat, person)?;
        let posted = state.post_constructed(session);
        let posted = posted.ok_or_else(|| Mistake::bad("session_id: nothing is built yet"))?;
        let posted = posted.iter().map(|it| show::address(state, chat, it.number));
        Ok(json!({"messages": posted.collect::<Vec<_>>()}))
    })
}
