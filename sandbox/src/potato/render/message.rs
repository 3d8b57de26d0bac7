//! Messages, and what they carry.

use adapter_potato::wire;

use super::entity::entity;
use super::{chat, user};
use crate::potato::bare;
use crate::world::switches::potato::BareEntities;
use crate::world::{
    Action, Attachment, ChatKey, Contact, Content, FileKey, FileKind, Link, Message, Original,
    State,
};

/// A message. What it answers comes along, but not what that answers in its turn.
pub(super) fn message(state: &State, key: ChatKey, it: &Message) -> wire::Message {
    let told = wire::Message {
        from: Some(user(state.account(it.sender))),
        edit_date: it.edited.map(|at| at.timestamp()),
        ..wire::Message::new(it.number, chat(state, key), it.at.timestamp())
    };
    match &it.link {
        // What is passed on is shown as the message's own.
        Some(Link::Forward(original)) => wire::Message {
            forward_from: Some(user(state.account(original.sender))),
            forward_date: Some(original.at.timestamp()),
            ..with(state, told, &original.content)
        },
        Some(Link::Reply(original)) => wire::Message {
            reply_to_message: Some(Box::new(answered(state, key, original))),
            ..with(state, told, &it.content)
        },
        None => with(state, told, &it.content),
    }
}

fn answered(state: &State, key: ChatKey, it: &Original) -> wire::Message {
    let told = wire::Message {
        from: Some(user(state.account(it.sender))),
        ..wire::Message::new(it.number, chat(state, key), it.at.timestamp())
    };
    with(state, told, &it.content)
}

/// What a message says and carries. Words beside a file are a caption, and captions have no
/// entities.
fn with(state: &State, told: wire::Message, content: &Content) -> wire::Message {
    let words = content.text.plain.clone();
    let Some(attachment) = content.attachments.first() else {
        let action = content.action.as_ref().map(|it| action(state, it));
        let marks = match state.switches.potato_bare_entities {
            BareEntities::None => content.text.marks.clone(),
            BareEntities::Made => bare::marks(&content.text),
        };
        let entities = marks.iter().filter_map(|mark| entity(mark, &content.text.covered(mark)));
        let entities: Vec<wire::Entity> = entities.collect();
        return wire::Message {
            text: action.is_none().then_some(words),
            entities: (!entities.is_empty()).then_some(entities),
            action,
            ..told
        };
    };
    let told = wire::Message { caption: Some(words).filter(|it| !it.is_empty()), ..told };
    match attachment {
        Attachment::File(key) => file(state, told, *key),
        Attachment::Location { latitude, longitude } => {
            let location = wire::Location { latitude: *latitude, longitude: *longitude };
            wire::Message { location: Some(location), ..told }
        }
        Attachment::Venue(it) => {
            let venue = wire::Venue {
                latitude: it.latitude,
                longitude: it.longitude,
                title: it.title.clone(),
                address: it.address.clone(),
                foursquare_id: it.foursquare_id.clone(),
            };
            wire::Message { venue: Some(venue), ..told }
        }
        Attachment::Contact(it) => wire::Message { contact: Some(contact(state, it)), ..told },
        // The document has no field for a game, nor for what other messengers have.
        Attachment::Game(_)
        | Attachment::Sticker { .. }
        | Attachment::Share(_)
        | Attachment::Data(_) => told,
    }
}

fn contact(state: &State, it: &Contact) -> wire::Contact {
    wire::Contact {
        phone_number: it.phone.clone().unwrap_or_default(),
        first_name: it.name.clone(),
        last_name: it.last_name.clone(),
        user_id: it.account.map(|it| state.account(it).id),
    }
}

/// A file by its kind. What nobody said of its sides and its length is 0: the fields are required.
fn file(state: &State, told: wire::Message, key: FileKey) -> wire::Message {
    let file = state.file(key);
    let said = file.measures;
    let (file_id, mime_type) = (file.token.clone(), Some(file.mime().to_string()));
    let file_size = i64::try_from(file.bytes).ok();
    let (width, height) = (said.width.or(Some(0)), said.height.or(Some(0)));
    let duration = said.duration.or(Some(0));
    let thumb = file.thumb.map(|key| picture(state, key));
    match file.kind {
        FileKind::Image => wire::Message { photo: Some(vec![picture(state, key)]), ..told },
        FileKind::Video => {
            let video =
                wire::Video { file_id, width, height, duration, thumb, mime_type, file_size };
            wire::Message { video: Some(video), ..told }
        }
        FileKind::Audio => {
            let (performer, title) = (None, None);
            let audio = wire::Audio { file_id, duration, performer, title, mime_type, file_size };
            wire::Message { audio: Some(audio), ..told }
        }
        FileKind::Voice => {
            let voice = wire::Voice { file_id, duration, mime_type, file_size };
            wire::Message { voice: Some(voice), ..told }
        }
        FileKind::File => {
            let file_name = file.name.clone();
            let document = wire::Document { file_id, thumb, file_name, mime_type, file_size };
            wire::Message { document: Some(document), ..told }
        }
    }
}

/// A picture, which is kept in one size.
fn picture(state: &State, key: FileKey) -> wire::PhotoSize {
    let file = state.file(key);
    wire::PhotoSize {
        file_id: file.token.clone(),
        width: file.measures.width.or(Some(0)),
        height: file.measures.height.or(Some(0)),
        file_size: i64::try_from(file.bytes).ok(),
    }
}

fn action(state: &State, action: &Action) -> wire::MessageAction {
    let told = wire::MessageAction::default();
    let somebody = |key| user(state.account(key));
    let number = |key| state.chat(key).id;
    match action {
        Action::Came(who) => {
            wire::MessageAction { new_group_members: Some(vec![somebody(*who)]), ..told }
        }
        Action::Gone(who) => {
            wire::MessageAction { left_group_member: Some(somebody(*who)), ..told }
        }
        Action::Renamed(title) => {
            wire::MessageAction { new_group_title: Some(title.clone()), ..told }
        }
        Action::BecameSupergroup(new) => {
            wire::MessageAction { migrate_to_chat_id: Some(number(*new)), ..told }
        }
        Action::WasGroup(old) => {
            wire::MessageAction { migrate_from_chat_id: Some(number(*old)), ..told }
        }
    }
}
