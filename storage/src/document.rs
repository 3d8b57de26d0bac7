//! Rows → the registry's chats, and these as JSON.

use std::collections::HashMap;
use std::time::Duration;

use registry_api::model::{Chat, EventKind, Participant, Participation, Title, UserProperties};
use registry_api::query::Document;
use uuid::Uuid;

/// How long a reader who has rendered documents tries to keep them for others: it has what it was
/// asked for.
pub(crate) const KEEPING: Duration = Duration::from_secs(1);

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
    let mut known: HashMap<(usize, Uuid), usize> = HashMap::with_capacity(stays.len());
    for StayRow { chat, participant: id, properties, participation } in stays {
        let Some(place) = places.get(&chat) else { continue };
        let participants = &mut chats[*place].participants;
        let seat = *known.entry((*place, id)).or_insert(participants.len());
        match participants.get_mut(seat) {
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

/// Chats with their versions, as JSON.
pub(crate) fn render(chats: Vec<(i64, Chat)>) -> sqlx::Result<Vec<Document>> {
    let document = |(version, chat): (i64, Chat)| {
        let json = serde_json::to_string(&chat).map_err(|why| sqlx::Error::Encode(why.into()))?;
        Ok(Document { id: chat.id, version, json })
    };
    chats.into_iter().map(document).collect()
}

/// What has happened, as it stands in a column.
pub(crate) fn event_kind(name: &str) -> EventKind {
    match name {
        "registered" => EventKind::Registered,
        "joined" => EventKind::Joined,
        _ => EventKind::Changed,
    }
}
