//! The world as JSON.

use serde_json::{Value, json};

use crate::Platform;
use crate::world::{
    Account, AccountKey, Action, Attachment, Button, Chat, ChatKey, ChatKind, Comment, Content,
    FileKey, Link, Member, Message, Press, Role, Score, Seen, State, mid,
};

/// The id of a message, as its platform gives it.
pub(super) fn message_id(chat: &Chat, number: i64) -> Value {
    match chat.platform {
        Platform::Tamtam | Platform::Max => json!(mid(chat.id, number)),
        Platform::Potato => json!(number),
    }
}

/// The platform's own ids of a message and its chat.
pub(super) fn address(state: &State, chat: ChatKey, number: i64) -> Value {
    let chat = state.chat(chat);
    let mut address = chat_address(chat);
    address["message_id"] = message_id(chat, number);
    address
}

/// The kind of a chat as Potato's wire has it: there it is half of what names a chat.
pub(super) fn chat_type(chat: &Chat) -> i64 {
    match chat.kind {
        ChatKind::Dialog => 1,
        ChatKind::Group => 2,
        ChatKind::Supergroup | ChatKind::Channel => 3,
    }
}

/// The platform's own id of a chat.
pub(super) fn chat_address(chat: &Chat) -> Value {
    let mut address = json!({"platform": chat.platform, "chat_id": chat.id});
    if chat.platform == Platform::Potato {
        address["chat_type"] = json!(chat_type(chat));
    }
    address
}

pub(super) fn person(account: &Account) -> Value {
    json!({
        "platform": account.platform,
        "user_id": account.id,
        "name": account.name,
        "username": account.username,
        "description": account.description,
        "locale": account.locale,
        "last_activity": account.last_activity.timestamp_millis(),
        "refuses_invites": account.refuses_invites,
        "is_deleted": account.is_deleted,
    })
}

/// A bot, but for its token.
pub(super) fn bot(account: &Account) -> Value {
    let mut shown = person(account);
    let Some(bot) = &account.bot else { return shown };
    let subscription = |it: &crate::world::Subscription| {
        json!({
            "url": it.url,
            "since": it.since.timestamp_millis(),
            "update_types": it.kinds,
            "waiting": it.depth(),
            "tries": it.tries,
            "next_try": (!it.waiting.is_empty()).then(|| it.due.timestamp_millis()),
        })
    };
    shown["commands"] = json!(bot.commands);
    shown["subscriptions"] = bot.subscriptions.iter().map(subscription).collect();
    if account.platform == Platform::Potato {
        shown["games"] = json!(bot.games);
    }
    shown["waiting"] = json!(bot.depth());
    shown["held"] = json!(bot.held());
    shown
}

pub(super) fn chat(state: &State, chat: &Chat) -> Value {
    let members: Vec<Value> = chat.members.iter().map(|it| member(state, it)).collect();
    let former: Vec<Value> = chat
        .former
        .iter()
        .map(|it| {
            let mut shown = who(state, it.account);
            shown["was_removed"] = json!(it.was_removed);
            shown["is_banned"] = json!(it.is_banned);
            shown
        })
        .collect();
    let mut shown = chat_address(chat);
    let facts = json!({
        "kind": chat.kind,
        "title": chat.title,
        "description": chat.description,
        "icon": chat.icon.map(|it| file(state, it)),
        "link": chat.link,
        "is_public": chat.is_public,
        "is_signed": chat.is_signed,
        "is_closed": chat.is_closed,
        "is_stopped": chat.dialog.is_stopped,
        "muted_until": chat.dialog.muted_until.map(|it| it.timestamp_millis()),
        "pinned": chat.pinned.map(|it| message_id(chat, it)),
        "action": chat.activity.as_ref().map(|it| &it.action),
        "members": members,
        "former": former,
    });
    if let (Value::Object(shown), Value::Object(facts)) = (&mut shown, facts) {
        shown.extend(facts);
    }
    if chat.platform == Platform::Potato {
        shown["all_members_are_administrators"] = json!(chat.potato.all_keep_order);
        shown["is_blacklisted"] = json!(chat.dialog.is_blacklisted);
        let score = |it: &Score| {
            json!({
                "bot": state.account(it.bot).name,
                "game": it.short_name,
                "player": state.account(it.player).name,
                "score": it.points,
            })
        };
        shown["scores"] = chat.potato.scores.iter().map(score).collect();
        shown["became"] = json!(chat.potato.became.map(|it| chat_address(state.chat(it))));
    }
    shown
}

fn who(state: &State, account: AccountKey) -> Value {
    let account = state.account(account);
    json!({"user_id": account.id, "name": account.name, "is_bot": account.is_bot()})
}

fn member(state: &State, member: &Member) -> Value {
    let mut shown = who(state, member.account);
    let (role, permissions, alias) = match &member.role {
        Role::Owner => ("owner", None, None),
        Role::Admin { permissions, alias } => ("admin", Some(permissions), alias.as_ref()),
        Role::Plain => ("member", None, None),
    };
    shown["role"] = json!(role);
    shown["permissions"] = json!(permissions);
    shown["alias"] = json!(alias);
    shown["inviter"] = json!(member.inviter.map(|it| state.account(it).id));
    shown
}

/// A chat's messages and notices as people see them.
pub(super) fn conversation(state: &State, chat: &Chat) -> Value {
    let messages: Vec<Value> = chat.messages.iter().map(|it| message(state, chat, it)).collect();
    let notices: Vec<Value> = chat
        .seen
        .iter()
        .filter_map(|seen| match seen {
            Seen::Notice { person, at, text, is_alert, url } => {
                let person = &state.account(*person).name;
                let mut shown = json!({"person": person, "time": at, "text": text});
                if chat.platform == Platform::Potato {
                    (shown["is_alert"], shown["url"]) = (json!(is_alert), json!(url));
                }
                Some(shown)
            }
            Seen::Message(_) | Seen::Edited(_) | Seen::Deleted(_) => None,
        })
        .collect();
    json!({"messages": messages, "notices": notices})
}

/// A message as people see it.
fn message(state: &State, chat: &Chat, message: &Message) -> Value {
    let sender = state.account(message.sender);
    let content = &message.content;
    let linked = |original: &crate::world::Original| {
        let mut address = address(state, original.chat, original.number);
        address["text"] = json!(original.content.text.plain);
        address["attachments"] = attachments(state, &original.content);
        address
    };
    let (reply, forward) = match &message.link {
        Some(Link::Reply(original)) => (Some(message_id(chat, original.number)), None),
        Some(Link::Forward(original)) => (None, Some(linked(original))),
        None => (None, None),
    };
    let replies = content.reply_keyboard.as_ref().map(|it| rows(&it.rows));
    let mut shown = json!({
        "message_id": message_id(chat, message.number),
        "from": {"name": sender.name, "is_bot": sender.bot.is_some()},
        "time": message.at,
        "edited": message.edited,
        "text": content.text.plain,
        "marks": content.text.marks,
        "attachments": attachments(state, content),
        "buttons": rows(&content.buttons),
        "reply_keyboard": replies,
        "reply_to": reply,
        "forward": forward,
        "views": message.views,
        "comments": message.comments.iter().map(|it| comment(state, it)).collect::<Vec<_>>(),
    });
    if chat.platform == Platform::Potato {
        shown["screen"] = json!(content.screen);
        shown["action"] = json!(content.action.as_ref().map(|it| action(state, it)));
    }
    shown
}

/// What a note of Potato says.
fn action(state: &State, action: &Action) -> Value {
    let number = |it: &ChatKey| state.chat(*it).id;
    match action {
        Action::Came(who) => json!({"came": self::who(state, *who)}),
        Action::Gone(who) => json!({"gone": self::who(state, *who)}),
        Action::Renamed(title) => json!({"renamed": title}),
        Action::BecameSupergroup(new) => json!({"became_supergroup": number(new)}),
        Action::WasGroup(old) => json!({"was_group": number(old)}),
    }
}

pub(super) fn comment(state: &State, comment: &Comment) -> Value {
    json!({
        "comment_id": comment.number.to_string(),
        "from": state.account(comment.sender).name,
        "time": comment.at,
        "edited": comment.edited,
        "text": comment.content.text.plain,
        "reply_to": comment.reply_to.map(|it| it.to_string()),
    })
}

pub(super) fn rows(rows: &[Vec<Button>]) -> Value {
    rows.iter().map(|row| row.iter().map(button).collect::<Value>()).collect()
}

fn button(button: &Button) -> Value {
    let label = &button.label;
    match &button.press {
        Press::Callback { payload, .. } => {
            json!({"kind": "callback", "label": label, "payload": payload})
        }
        Press::Link { url } => json!({"kind": "link", "label": label, "url": url}),
        Press::RequestContact => json!({"kind": "request_contact", "label": label}),
        Press::RequestLocation { .. } => json!({"kind": "request_location", "label": label}),
        Press::OpenChat { title, .. } => json!({"kind": "chat", "label": label, "title": title}),
        Press::OpenApp { web_app, payload, .. } => {
            json!({"kind": "open_app", "label": label, "web_app": web_app, "payload": payload})
        }
        Press::SendLabel { payload } => {
            json!({"kind": "message", "label": label, "payload": payload})
        }
        Press::Play => json!({"kind": "game", "label": label}),
        Press::Type { query, here } => {
            json!({"kind": "type", "label": label, "query": query, "here": here})
        }
        Press::Copy { payload } => json!({"kind": "copy", "label": label, "payload": payload}),
    }
}

/// What a message would say and carry.
pub(super) fn content(state: &State, content: &Content) -> Value {
    json!({
        "text": content.text.plain,
        "marks": content.text.marks,
        "attachments": attachments(state, content),
        "buttons": rows(&content.buttons),
    })
}

fn attachments(state: &State, content: &Content) -> Value {
    content.attachments.iter().map(|it| attachment(state, it)).collect()
}

fn attachment(state: &State, attachment: &Attachment) -> Value {
    match attachment {
        Attachment::File(key) => file(state, *key),
        Attachment::Sticker { code } => json!({"kind": "sticker", "code": code}),
        Attachment::Contact(contact) => json!({
            "kind": "contact",
            "user_id": contact.account.map(|it| state.account(it).id),
            "name": contact.name,
            "phone": contact.phone,
            "vcf": contact.vcf,
            "is_own": contact.is_own,
        }),
        Attachment::Location { latitude, longitude } => {
            json!({"kind": "location", "latitude": latitude, "longitude": longitude})
        }
        Attachment::Venue(venue) => json!({
            "kind": "venue",
            "latitude": venue.latitude,
            "longitude": venue.longitude,
            "title": venue.title,
            "address": venue.address,
            "foursquare_id": venue.foursquare_id,
        }),
        Attachment::Game(game) => {
            json!({"kind": "game", "short_name": game.short_name, "title": game.title})
        }
        Attachment::Share(share) => json!({
            "kind": "share",
            "url": share.url,
            "title": share.title,
            "description": share.description,
            "image_url": share.image_url,
        }),
        Attachment::Data(data) => json!({"kind": "data", "data": data}),
    }
}

/// A file, without what gives access to it on its platform.
pub(super) fn file(state: &State, key: FileKey) -> Value {
    let file = state.file(key);
    let mut shown = json!({
        "kind": file.kind,
        "file_id": file.id,
        "platform": file.platform,
        "owner": state.account(file.owner).name,
        "name": file.name,
        "mime_type": file.mime().to_string(),
        "size": file.bytes,
        "complete": file.complete.map(|it| it.timestamp_millis()),
    });
    if file.platform == Platform::Potato {
        shown["width"] = json!(file.measures.width);
        shown["height"] = json!(file.measures.height);
        shown["duration"] = json!(file.measures.duration);
        shown["thumb"] = json!(file.thumb.map(|it| state.file(it).id));
    }
    match &file.origin {
        Some(origin) => shown["origin"] = json!(origin),
        None => shown["url"] = json!(format!("/files/{}/content", file.id)),
    }
    shown
}
