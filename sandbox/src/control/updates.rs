//! How bots are told what happens.

use serde::Deserialize;
use serde_json::{Value, json};

use super::asked::{Asked, ChatName, Who, bot_or_first, find_chat};
use super::{Answer, Endpoint, Run, show};
use crate::Platform;
use crate::world::{AccountKey, World};

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        method: "POST",
        path: "/updates/repeat",
        takes: "platform, bot?",
        does: "the bot is told once more what it was told last",
        run: Run::Now(repeat),
    },
    Endpoint {
        method: "POST",
        path: "/updates/hold",
        takes: "platform, bot?",
        does: "the bot is told nothing for a while",
        run: Run::Now(hold),
    },
    Endpoint {
        method: "POST",
        path: "/updates/release",
        takes: "platform, bot?",
        does: "the bot is told what was kept back",
        run: Run::Now(release),
    },
    Endpoint {
        method: "POST",
        path: "/updates/raise",
        takes: "platform, chat_type?, chat_id, kind",
        does: "an update of a kind that no document knows",
        run: Run::Now(raise),
    },
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfBot {
    platform: Platform,
    bot: Option<Who>,
}

fn repeat(asked: &Asked) -> Answer {
    on_bot(asked, World::repeat_last_update)
}

fn hold(asked: &Asked) -> Answer {
    on_bot(asked, World::hold_updates)
}

fn release(asked: &Asked) -> Answer {
    on_bot(asked, World::release_updates)
}

fn on_bot(asked: &Asked, deed: fn(&World, AccountKey)) -> Answer {
    let OfBot { platform, bot } = asked.body()?;
    let bot = asked.world.look(|state| bot_or_first(state, platform, bot.as_ref()))?;
    deed(&asked.world, bot);
    Ok(asked.world.look(|state| show::bot(state.account(bot))))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raising {
    platform: Platform,
    chat_type: Option<i64>,
    chat_id: Value,
    kind: String,
}

fn raise(asked: &Asked) -> Answer {
    let Raising { platform, chat_type, chat_id, kind } = asked.body()?;
    asked.world.act(|state| {
        let chat = find_chat(state, platform, None, &ChatName::new(chat_type, &chat_id))?;
        state.raise_undocumented(chat, &kind);
        Ok(json!({"raised": kind}))
    })
}
