//! What people do with their dialogs.

use chrono::DateTime;
use serde::Deserialize;

use super::asked::{Asked, Who, bot_or_first};
use super::{Answer, Endpoint, Mistake, Run, show};
use crate::Platform;
use crate::world::{AccountKey, ChatKey, Draft, State};

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        method: "POST",
        path: "/dialogs/start",
        takes: "platform, person, bot?, payload?",
        does: "the person starts the bot, by a link when there is a payload",
        run: Run::Now(start),
    },
    Endpoint {
        method: "POST",
        path: "/dialogs/stop",
        takes: "platform, person, bot?",
        does: "the person stops the bot: it may not write to them",
        run: Run::Now(stop),
    },
    Endpoint {
        method: "POST",
        path: "/dialogs/blacklist",
        takes: "platform, person, bot?",
        does: "the person puts the bot on their blacklist, until they start it again; Potato only",
        run: Run::Now(blacklist),
    },
    Endpoint {
        method: "POST",
        path: "/dialogs/mute",
        takes: "platform, person, bot?, until",
        does: "the person wants to hear nothing until then, in milliseconds since 1970",
        run: Run::Now(mute),
    },
    Endpoint {
        method: "POST",
        path: "/dialogs/unmute",
        takes: "platform, person, bot?",
        does: "the person wants to hear of it again",
        run: Run::Now(unmute),
    },
    Endpoint {
        method: "POST",
        path: "/dialogs/clear",
        takes: "platform, person, bot?",
        does: "the person empties their side of the dialog",
        run: Run::Now(clear),
    },
    Endpoint {
        method: "POST",
        path: "/dialogs/remove",
        takes: "platform, person, bot?",
        does: "the person takes the dialog off their list, which stops the bot",
        run: Run::Now(remove),
    },
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Starting {
    platform: Platform,
    person: Who,
    bot: Option<Who>,
    payload: Option<String>,
}

fn start(asked: &Asked) -> Answer {
    let Starting { platform, person, bot, payload } = asked.body()?;
    // The pages of both messengers on links that start a bot.
    let limit = if platform == Platform::Max { 512 } else { 128 };
    let length = payload.as_ref().map_or(0, |it| it.chars().count());
    if length > limit {
        let why = format!("payload: may have {limit} characters on {platform}; given {length}");
        return Err(Mistake::bad(why));
    }
    asked.world.act(|state| {
        let bot = bot_or_first(state, platform, bot.as_ref())?;
        let person = person.person(state, platform, "person")?;
        let said = payload.as_ref().map_or("/start".to_owned(), |it| format!("/start {it}"));
        let chat = state.start(bot, person, payload);
        if platform == Platform::Potato {
            // The messenger has no update for it: document, `answerInlineQuery`, speaks of the
            // parameter of a /start message.
            state.post(chat, person, Draft::of_text(said.as_str()));
        }
        Ok(show::chat_address(state.chat(chat)))
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Muting {
    platform: Platform,
    person: Who,
    bot: Option<Who>,
    until: i64,
}

fn mute(asked: &Asked) -> Answer {
    let Muting { platform, person, bot, until } = asked.body()?;
    let time = DateTime::from_timestamp_millis(until);
    let time = time.ok_or_else(|| Mistake::bad(format!("until: {until} is no time")))?;
    on_dialog(asked, Dialog { platform, person, bot }, |state, chat, person| {
        state.mute(chat, person, time);
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Dialog {
    platform: Platform,
    person: Who,
    bot: Option<Who>,
}

fn stop(asked: &Asked) -> Answer {
    on_dialog(asked, asked.body()?, State::stop)
}

fn blacklist(asked: &Asked) -> Answer {
    let dialog: Dialog = asked.body()?;
    if dialog.platform != Platform::Potato {
        return Err(Mistake::bad("platform: there are blacklists on potato only"));
    }
    on_dialog(asked, dialog, State::blacklist)
}

fn unmute(asked: &Asked) -> Answer {
    on_dialog(asked, asked.body()?, State::unmute)
}

fn clear(asked: &Asked) -> Answer {
    on_dialog(asked, asked.body()?, State::clear)
}

fn remove(asked: &Asked) -> Answer {
    on_dialog(asked, asked.body()?, State::remove_dialog)
}

fn on_dialog(
    asked: &Asked,
    Dialog { platform, person, bot }: Dialog,
    deed: impl FnOnce(&mut State, ChatKey, AccountKey),
) -> Answer {
    asked.world.act(|state| {
        let bot = bot_or_first(state, platform, bot.as_ref())?;
        let person = person.person(state, platform, "person")?;
        let chat = state.find_dialog(bot, person).ok_or_else(|| {
            Mistake::not_found("person: they have no dialog; POST /dialogs/start opens it")
        })?;
        deed(state, chat, person);
        Ok(show::chat(state, state.chat(chat)))
    })
}
