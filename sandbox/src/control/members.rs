//! Who comes into groups and channels, who goes, and who keeps order there.

use serde::Deserialize;
use serde_json::json;

use super::asked::{Asked, Who, by_or_owner, is_open};
use super::chats::{may_come, on_chat};
use super::{Answer, Endpoint, Mistake, Run};
use crate::world::{AccountKey, ChatKey, Permission, State};

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        method: "POST",
        path: "/chats/{platform}/{chat_id}/add",
        takes: "who, by?",
        does: "somebody is brought in",
        run: Run::Now(add),
    },
    Endpoint {
        method: "POST",
        path: "/chats/{platform}/{chat_id}/join",
        takes: "who",
        does: "somebody comes in by the link; who is banned does not",
        run: Run::Now(join),
    },
    Endpoint {
        method: "POST",
        path: "/chats/{platform}/{chat_id}/leave",
        takes: "who",
        does: "somebody leaves",
        run: Run::Now(leave),
    },
    Endpoint {
        method: "POST",
        path: "/chats/{platform}/{chat_id}/remove",
        takes: "who, by?, ban?",
        does: "somebody is put out",
        run: Run::Now(remove),
    },
    Endpoint {
        method: "POST",
        path: "/chats/{platform}/{chat_id}/unban",
        takes: "who",
        does: "somebody who was banned may come back",
        run: Run::Now(unban),
    },
    Endpoint {
        method: "POST",
        path: "/chats/{platform}/{chat_id}/promote",
        takes: "who, by?, permissions?, alias?",
        does: "somebody keeps order from now on; all permissions unless some are named",
        run: Run::Now(promote),
    },
    Endpoint {
        method: "POST",
        path: "/chats/{platform}/{chat_id}/demote",
        takes: "who, by?",
        does: "somebody keeps order no more",
        run: Run::Now(demote),
    },
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Somebody {
    who: Who,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SomebodyBy {
    who: Who,
    by: Option<Who>,
}

fn add(asked: &Asked) -> Answer {
    let SomebodyBy { who, by } = asked.body()?;
    on_chat(asked, |state, platform, chat| {
        let who = who.anybody(state, platform, "who")?;
        is_open(state, who, "who")?;
        let by = by_or_owner(state, platform, chat, by.as_ref())?;
        may_come(state, who, "who")?;
        came(state.add_member(chat, who, Some(by)))
    })
}

fn came(is_new: bool) -> Result<(), Mistake> {
    is_new.then_some(()).ok_or_else(|| Mistake::bad("who: they are in the chat"))
}

fn join(asked: &Asked) -> Answer {
    let Somebody { who } = asked.body()?;
    on_chat(asked, |state, platform, chat| {
        let who = who.anybody(state, platform, "who")?;
        is_open(state, who, "who")?;
        let found = state.chat(chat);
        if !found.is_public && found.link.is_none() {
            let why = "chat_id: the chat is private and has no link; POST …/add brings people in";
            return Err(Mistake::forbidden(why));
        }
        if found.former(who).is_some_and(|it| it.is_banned) {
            return Err(Mistake::forbidden("who: they are banned from this chat"));
        }
        came(state.add_member(chat, who, None))
    })
}

fn went(is_gone: bool) -> Result<(), Mistake> {
    is_gone.then_some(()).ok_or_else(|| Mistake::not_found("who: they are not in the chat"))
}

fn leave(asked: &Asked) -> Answer {
    let Somebody { who } = asked.body()?;
    on_chat(asked, |state, platform, chat| {
        let who = who.anybody(state, platform, "who")?;
        went(state.remove_member(chat, who, None, false))
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Removing {
    who: Who,
    by: Option<Who>,
    #[serde(default)]
    ban: bool,
}

fn remove(asked: &Asked) -> Answer {
    let Removing { who, by, ban } = asked.body()?;
    on_chat(asked, |state, platform, chat| {
        let who = who.anybody(state, platform, "who")?;
        let by = by_or_owner(state, platform, chat, by.as_ref())?;
        if by == who {
            return Err(Mistake::bad("by: nobody puts themselves out; …/leave leaves"));
        }
        went(state.remove_member(chat, who, Some(by), ban))
    })
}

fn unban(asked: &Asked) -> Answer {
    let Somebody { who } = asked.body()?;
    on_chat(asked, |state, platform, chat| {
        let who = who.anybody(state, platform, "who")?;
        let is_back = state.unban(chat, who);
        is_back.then_some(()).ok_or_else(|| Mistake::not_found("who: they are not banned"))
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Promoting {
    who: Who,
    by: Option<Who>,
    permissions: Option<Vec<Permission>>,
    alias: Option<String>,
}

fn promote(asked: &Asked) -> Answer {
    let Promoting { who, by, permissions, alias } = asked.body()?;
    on_chat(asked, |state, platform, chat| {
        let permissions = permissions.unwrap_or_else(|| Permission::all_of(platform).to_vec());
        if let Some(other) = permissions.iter().find(|it| !it.is_of(platform)) {
            let why = format!("permissions: there is no {} on {platform}", json!(other));
            return Err(Mistake::bad(why));
        }
        let who = who.anybody(state, platform, "who")?;
        let by = by_or_owner(state, platform, chat, by.as_ref())?;
        may_change(state, chat, who)?;
        state.promote(chat, who, by, permissions, alias);
        Ok(())
    })
}

fn demote(asked: &Asked) -> Answer {
    let SomebodyBy { who, by } = asked.body()?;
    on_chat(asked, |state, platform, chat| {
        let who = who.anybody(state, platform, "who")?;
        let by = by_or_owner(state, platform, chat, by.as_ref())?;
        may_change(state, chat, who)?;
        state.demote(chat, who, by);
        Ok(())
    })
}

fn may_change(state: &State, chat: ChatKey, who: AccountKey) -> Result<(), Mistake> {
    went(state.chat(chat).member(who).is_some())?;
    if state.chat(chat).owner() == Some(who) {
        return Err(Mistake::bad("who: the owner's rights stay as they are"));
    }
    Ok(())
}
