//! Groups and channels.

use serde::Deserialize;
use serde_json::{Value, json};

use super::asked::{Asked, Who, by_or_owner, find_message};
use super::{Answer, Endpoint, Mistake, Run, show};
use crate::Platform;
use crate::world::{AccountKey, ChatKey, ChatKind, FileKind, State};

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
        takes: "platform, kind, owner, title, description?, link?, is_public?, is_signed?, all_members_are_administrators?, members?",
        does: "a `group`, a `channel` or, on Potato, a `supergroup`; members may be bots",
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
        takes: "by?, title?, description?, link?, icon?, is_public?, is_signed?, all_members_are_administrators?",
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
        path: "/chats/{platform}/{chat_id}/upgrade",
        takes: "by?",
        does: "a group becomes a supergroup, which is shown; Potato only",
        run: Run::Now(upgrade),
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
    all_members_are_administrators: bool,
    #[serde(default)]
    members: Vec<Who>,
}

fn open(asked: &Asked) -> Answer {
    let new: NewChat = asked.body()?;
    let platform = new.platform;
    if new.kind == ChatKind::Dialog {
        return Err(Mistake::bad(
            "kind: must be group or channel; POST /dialogs/start opens dialogs",
        ));
    }
    if new.kind == ChatKind::Supergroup && platform != Platform::Potato {
        return Err(Mistake::bad("kind: there are supergroups on potato only"));
    }
    if new.all_members_are_administrators {
        all_may_keep_order(platform, new.kind)?;
    }
    asked.world.act(|state| {
        is_title(platform, &new.title)?;
        let owner = new.owner.anybody(state, platform, "owner")?;
        let find = |(place, who): (usize, &Who)| {
            let field = format!("members[{place}]");
            let member = who.anybody(state, platform, &field)?;
            may_come(state, member, &field)?;
            Ok::<AccountKey, Mistake>(member)
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
        opened.potato.all_keep_order = new.all_members_are_administrators;
        for member in members {
            state.add_member(chat, member, Some(owner));
        }
        Ok(show::chat(state, state.chat(chat)))
    })
}

/// Refuses a bot that wants to be brought in by nobody: Potato's `setJoinGroups`.
pub(super) fn may_come(state: &State, who: AccountKey, field: &str) -> Result<(), Mistake> {
    let account = state.account(who);
    if account.is_bot() && account.refuses_invites {
        return Err(Mistake::forbidden(format!("{field}: the bot may not be brought into chats")));
    }
    Ok(())
}

/// The limit is that of both schemas, `ChatPatch.title`; on Potato that of the document,
/// `setChatTitle`.
fn is_title(platform: Platform, title: &str) -> Result<(), Mistake> {
    let limit = if platform == Platform::Potato { 255 } else { 200 };
    let length = title.chars().count();
    if title.trim().is_empty() || length > limit {
        let why = format!("title: must have 1 to {limit} characters; given {length}");
        return Err(Mistake::bad(why));
    }
    Ok(())
}

/// Document of Potato, `Chat`: a group may have it enabled.
fn all_may_keep_order(platform: Platform, kind: ChatKind) -> Result<(), Mistake> {
    if platform == Platform::Potato && kind == ChatKind::Group {
        return Ok(());
    }
    Err(Mistake::bad("all_members_are_administrators: only groups of potato have it"))
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
    all_members_are_administrators: Option<bool>,
}

fn change(asked: &Asked) -> Answer {
    let Changed {
        by,
        title,
        description,
        link,
        icon,
        is_public,
        is_signed,
        all_members_are_administrators,
    } = asked.body()?;
    on_chat(asked, |state, platform, chat| {
        let by = by_or_owner(state, platform, chat, by.as_ref())?;
        title.as_deref().map_or(Ok(()), |it| is_title(platform, it))?;
        if all_members_are_administrators == Some(true) {
            all_may_keep_order(platform, state.chat(chat).kind)?;
        }
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
        changed.potato.all_keep_order =
            all_members_are_administrators.unwrap_or(changed.potato.all_keep_order);
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

fn upgrade(asked: &Asked) -> Answer {
    let Closing { by } = asked.body()?;
    let (platform, chat) = asked.chat()?;
    if platform != Platform::Potato {
        return Err(Mistake::bad("platform: there are supergroups on potato only"));
    }
    asked.world.act(|state| {
        let by = by_or_owner(state, platform, chat, by.as_ref())?;
        let new = state.upgrade(chat, by);
        let new = new.ok_or_else(|| Mistake::bad("chat_id: it is no group"))?;
        Ok(show::chat(state, state.chat(new)))
    })
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
pub(super) fn on_chat(
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
        if state.chat(chat).potato.became.is_some() {
            return Err(Mistake::forbidden("chat_id: the group became a supergroup"));
        }
        deed(state, platform, chat)?;
        Ok(show::chat(state, state.chat(chat)))
    })
}
