//! Groups and channels.

use serde::Deserialize;
use serde_json::{Value, json};

use super::asked::{Asked, Who, by_or_owner, find_message, is_open};
use super::{Answer, Endpoint, Mistake, Run, show};
use crate::Platform;
use crate::world::{AccountKey, ChatKey, ChatKind, FileKind, Permission, State};

pub(super) const ENDPOINTS: &[Endpoint] = &[
    Endpoint {
        method: "GET",
        path: "/chats",
        takes: "",
        does: "dialogs, groups and channels",
        run: Run::Now(chats),
    },
    Endpoint {
        method: "POST",
        path: "/chats",
        takes: "platform, kind, owner, title, description?, link?, is_public?, is_signed?, members?",
        does: "a `group` or `channel`; members may be bots",
        run: Run::Now(open),
    },
    Endpoint {
        method: "GET",
        path: "/chats/{platform}/{chat_id}",
        takes: "",
        does: "a chat, and who is in it",
        run: Run::Now(chat),
    },
    Endpoint {
        method: "PATCH",
        path: "/chats/{platform}/{chat_id}",
        takes: "by?, title?, description?, link?, icon?, is_public?, is_signed?",
        does: "changes it; icon is the file_id of an image",
        run: Run::Now(change),
    },
    Endpoint {
        method: "GET",
        path: "/chats/{platform}/{chat_id}/messages",
        takes: "",
        does: "the chat as people see it, oldest first, and the notices they were shown",
        run: Run::Now(messages),
    },
    Endpoint {
        method: "POST",
        path: "/chats/{platform}/{chat_id}/close",
        takes: "by?",
        does: "closes it for good",
        run: Run::Now(close),
    },
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
    Endpoint {
        method: "POST",
        path: "/chats/{platform}/{chat_id}/pin",
        takes: "message_id",
        does: "pins a message; `null` takes it down",
        run: Run::Now(pin),
    },
];

#[expect(clippy::unnecessary_wraps, reason = "as all handlers")]
fn chats(asked: &Asked) -> Answer {
    Ok(asked.world.look(|state| {
        let all: Vec<Value> = state.chats().map(|(_, it)| show::chat(state, it)).collect();
        json!({"chats": all})
    }))
}

fn chat(asked: &Asked) -> Answer {
    let (_, chat) = asked.chat()?;
    Ok(asked.world.look(|state| show::chat(state, state.chat(chat))))
}

fn messages(asked: &Asked) -> Answer {
    let (_, chat) = asked.chat()?;
    Ok(asked.world.look(|state| show::conversation(state, state.chat(chat))))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewChat {
    platform: Platform,
    kind: ChatKind,
    owner: Who,
    title: String,
    description: Option<String>,
    link: Option<String>,
    #[serde(default)]
    is_public: bool,
    #[serde(default)]
    is_signed: bool,
    #[serde(default)]
    members: Vec<Who>,
}

fn open(asked: &Asked) -> Answer {
    let new: NewChat = asked.body()?;
    let platform = new.platform;
    if platform == Platform::Potato {
        return Err(Mistake::bad("platform: on potato the sandbox emulates dialogs only"));
    }
    if new.kind == ChatKind::Dialog {
        return Err(Mistake::bad(
            "kind: must be group or channel; POST /dialogs/start opens dialogs",
        ));
    }
    asked.world.act(|state| {
        is_title(&new.title)?;
        let owner = new.owner.anybody(state, platform, "owner")?;
        let find = |(place, who): (usize, &Who)| {
            who.anybody(state, platform, &format!("members[{place}]"))
        };
        let members: Vec<AccountKey> =
            new.members.iter().enumerate().map(find).collect::<Result<_, _>>()?;
        if let Some(link) = &new.link {
            is_free(state, platform, None, link)?;
        }
        let chat = state.open_chat(new.kind, owner, &new.title);
        let opened = state.chat_mut(chat);
        opened.description = new.description;
        opened.link = new.link;
        opened.is_public = new.is_public;
        opened.is_signed = new.is_signed;
        for member in members {
            state.add_member(chat, member, Some(owner));
        }
        Ok(show::chat(state, state.chat(chat)))
    })
}

/// The limit is that of both schemas, `ChatPatch.title`.
fn is_title(title: &str) -> Result<(), Mistake> {
    let length = title.chars().count();
    if title.trim().is_empty() || length > 200 {
        return Err(Mistake::bad(format!("title: must have 1 to 200 characters; given {length}")));
    }
    Ok(())
}

fn is_free(
    state: &State,
    platform: Platform,
    of: Option<ChatKey>,
    link: &str,
) -> Result<(), Mistake> {
    let is_letter = |it: char| it.is_ascii_alphanumeric() || it == '_' || it == '-';
    if link.is_empty() || !link.chars().all(is_letter) {
        let why = format!("link: the name alone, of letters, digits, _ and -; given {link:?}");
        return Err(Mistake::bad(why));
    }
    match state.chat_by_link(platform, link) {
        Some(holder) if Some(holder) != of => {
            Err(Mistake::bad(format!("link: a chat on {platform} has {link:?}")))
        }
        _ => Ok(()),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Changed {
    by: Option<Who>,
    title: Option<String>,
    description: Option<String>,
    link: Option<String>,
    icon: Option<i64>,
    is_public: Option<bool>,
    is_signed: Option<bool>,
}

fn change(asked: &Asked) -> Answer {
    let Changed { by, title, description, link, icon, is_public, is_signed } = asked.body()?;
    on_chat(asked, |state, platform, chat| {
        let by = by_or_owner(state, platform, chat, by.as_ref())?;
        title.as_deref().map_or(Ok(()), is_title)?;
        if let Some(link) = &link {
            is_free(state, platform, Some(chat), link)?;
        }
        let image = |id: i64| {
            let is_image = |file: &crate::world::StoredFile| {
                file.platform == platform && file.kind == FileKind::Image && file.complete.is_some()
            };
            state
                .file_by_id(id)
                .filter(|it| is_image(state.file(*it)))
                .ok_or_else(|| Mistake::bad(format!("icon: {id} is no image on {platform}")))
        };
        let icon = icon.map(image).transpose()?;
        if let Some(title) = &title {
            state.rename(chat, by, title);
        }
        let changed = state.chat_mut(chat);
        changed.description = description.or_else(|| changed.description.take());
        changed.link = link.or_else(|| changed.link.take());
        changed.icon = icon.or(changed.icon);
        changed.is_public = is_public.unwrap_or(changed.is_public);
        changed.is_signed = is_signed.unwrap_or(changed.is_signed);
        Ok(())
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Closing {
    by: Option<Who>,
}

fn close(asked: &Asked) -> Answer {
    let Closing { by } = asked.body()?;
    on_chat(asked, |state, platform, chat| {
        let by = by_or_owner(state, platform, chat, by.as_ref())?;
        state.close(chat, by);
        Ok(())
    })
}

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
        let known: &[Permission] = match platform {
            Platform::Max => &Permission::MAX,
            Platform::Tamtam | Platform::Potato => &Permission::TAMTAM,
        };
        let permissions = permissions.unwrap_or_else(|| known.to_vec());
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Pinning {
    message_id: Value,
}

fn pin(asked: &Asked) -> Answer {
    let Pinning { message_id } = asked.body()?;
    on_chat(asked, |state, _, chat| {
        let pinned = match &message_id {
            Value::Null => None,
            id => Some(find_message(state, chat, id)?.number),
        };
        state.chat_mut(chat).pinned = pinned;
        Ok(())
    })
}

/// Does something to a group or a channel that is open, and shows it.
fn on_chat(
    asked: &Asked,
    deed: impl FnOnce(&mut State, Platform, ChatKey) -> Result<(), Mistake>,
) -> Answer {
    let (platform, chat) = asked.chat()?;
    asked.world.act(|state| {
        if state.chat(chat).kind == ChatKind::Dialog {
            return Err(Mistake::bad("chat_id: this is a dialog; there are /dialogs/…"));
        }
        if state.chat(chat).is_closed {
            return Err(Mistake::forbidden("chat_id: the chat is closed"));
        }
        deed(state, platform, chat)?;
        Ok(show::chat(state, state.chat(chat)))
    })
}
