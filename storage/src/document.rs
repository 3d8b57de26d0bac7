//! Rows → the registry's chats.

use std::collections::HashMap;

use registry_api::model::{Chat, EventKind, Participant, Participation, Title, UserProperties};
use uuid::Uuid;

/// The service of a chat that a client registered and no messenger has yet.
pub(crate) const UNBOUND_SERVICE: &str = "gateway";

/// A title, and whose it is.
pub(crate) struct TitleRow {
    pub(crate) chat: Uuid,
    pub(crate) title: Title,
}

/// A stay in a chat, and whose it is.
pub(crate) struct StayRow {
    pub(crate) chat: Uuid,
    pub(crate) participant: Uuid,
    pub(crate) properties: UserProperties,
    pub(crate) participation: Participation,
}

/// Puts titles and stays, each oldest first, into the chats they belong to. The order of the chats
/// stays.
pub(crate) fn assemble(
    mut chats: Vec<Chat>,
    titles: Vec<TitleRow>,
    stays: Vec<StayRow>,
) -> Vec<Chat> {
    let places: HashMap<Uuid, usize> =
        chats.iter().enumerate().map(|(place, chat)| (chat.id, place)).collect();
    for TitleRow { chat, title } in titles {
        if let Some(place) = places.get(&chat) {
            chats[*place].title.push(title);
        }
    }
    for StayRow { chat, participant: id, properties, participation } in stays {
        let Some(place) = places.get(&chat) else { continue };
        let participants = &mut chats[*place].participants;
        match participants.iter_mut().find(|it| it.id == id) {
            Some(participant) => participant.participations.push(participation),
            None => participants.push(Participant {
                id,
                user_properties: properties,
                participations: vec![participation],
            }),
        }
    }
    chats
}

/// What has happened, as it stands in a column.
pub(crate) fn event_kind(name: &str) -> EventKind {
    match name {
        "registered" => EventKind::Registered,
        "joined" => EventKind::Joined,
        _ => EventKind::Changed,
    }
}
