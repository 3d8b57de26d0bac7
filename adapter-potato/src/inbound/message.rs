//! Messages, and what they carry.

use gateway_core::model::{
    Attachment, Audio, Contact, Image, LinkedMessage, Location, Media, Message, MessageId, Raw,
    UserId, Venue, Video,
};
use serde_json::{Map, Value};

use super::{chat, given, text, time, user};
use crate::wire;

/// A message; what it passes on is apart from what it says.
pub(crate) fn message(wire: wire::Message) -> Message {
    let wire::Message {
        message_id,
        chat,
        from,
        forward_from,
        forward_date,
        text,
        entities,
        reply_to_message,
        date,
        edit_date,
        location,
        venue,
        photo,
        audio,
        document,
        video,
        voice,
        contact,
        caption,
        action: _,
        rest,
    } = wire;
    let plain = given(text).or(given(caption)).unwrap_or_default();
    let said = text::text(plain, entities.unwrap_or_default());
    // A place with a name comes with its place.
    let place = venue.map(|it| Attachment::Venue(self::venue(it)));
    let place = place.or(location.map(|it| Attachment::Location(self::location(it))));
    // In the order of the document's table.
    let known = [
        place,
        photo.and_then(largest).map(Attachment::Image),
        audio.map(|it| Attachment::Audio(music(it))),
        document.map(|it| Attachment::File(file(it))),
        video.map(|it| Attachment::Video(film(it))),
        voice.map(|it| Attachment::Voice(recording(it))),
        contact.map(|it| Attachment::Contact(card(it))),
    ];
    let attachments = known.into_iter().flatten().chain(unknown(rest)).collect();
    let passed_on = forward_from.is_some() || forward_date.is_some();
    let mut message = Message {
        sender: from.map(user),
        edited: edit_date.map(time),
        reply_to: reply_to_message.map(|original| Box::new(linked(*original))),
        ..Message::new(MessageId::of(message_id), chat::chat(chat), time(date))
    };
    if passed_on {
        message.forward = Some(Box::new(LinkedMessage {
            sender: forward_from.map(user),
            time: forward_date.map(time),
            text: said,
            attachments,
            ..LinkedMessage::default()
        }));
    } else {
        (message.text, message.attachments) = (said, attachments);
    }
    message
}

fn linked(original: wire::Message) -> LinkedMessage {
    let message = message(original);
    // What it passes on in its turn is what it shows.
    let forwarded = message.forward.map(|it| *it).unwrap_or_default();
    LinkedMessage {
        id: Some(message.id),
        chat: Some(message.chat.id),
        sender: message.sender,
        time: Some(message.time),
        text: if message.text.is_empty() { forwarded.text } else { message.text },
        attachments: [message.attachments, forwarded.attachments].concat(),
    }
}

/// What the document does not have, such as stickers and games: things, and no mere words about the
/// message.
fn unknown(rest: Map<String, Value>) -> impl Iterator<Item = Attachment> {
    let is_thing = |value: &Value| match value {
        Value::Object(fields) => !fields.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    };
    rest.into_iter()
        .filter(move |(_, value)| is_thing(value))
        .map(|(kind, raw)| Attachment::Unknown { kind, raw: Raw::of(&raw) })
}

fn largest(sizes: Vec<wire::PhotoSize>) -> Option<Image> {
    let area = |it: &wire::PhotoSize| {
        it.width.unwrap_or_default().saturating_mul(it.height.unwrap_or_default())
    };
    sizes.into_iter().max_by_key(|it| (area(it), it.file_size)).map(|size| Image {
        width: size.width.and_then(pixels),
        height: size.height.and_then(pixels),
        media: media(size.file_id, None, None, size.file_size),
    })
}

fn music(wire: wire::Audio) -> Audio {
    Audio {
        seconds: wire.duration.and_then(pixels),
        performer: wire.performer,
        title: wire.title,
        ..media(wire.file_id, None, wire.mime_type, wire.file_size).into()
    }
}

fn recording(wire: wire::Voice) -> Audio {
    let media = media(wire.file_id, None, wire.mime_type, wire.file_size);
    Audio { seconds: wire.duration.and_then(pixels), ..media.into() }
}

fn file(wire: wire::Document) -> Media {
    media(wire.file_id, wire.file_name, wire.mime_type, wire.file_size)
}

fn film(wire: wire::Video) -> Video {
    let thumbnail = wire.thumb.map(|it| Box::new(media(it.file_id, None, None, it.file_size)));
    Video {
        media: media(wire.file_id, None, wire.mime_type, wire.file_size),
        width: wire.width.and_then(pixels),
        height: wire.height.and_then(pixels),
        seconds: wire.duration.and_then(pixels),
        thumbnail,
    }
}

fn media(id: String, name: Option<String>, mime_type: Option<String>, bytes: Option<i64>) -> Media {
    let bytes = bytes.and_then(|bytes| u64::try_from(bytes).ok());
    Media { name, mime_type, bytes, ..Media::stored(id) }
}

/// A size or a length of time; zero says that it is not known.
fn pixels(number: i64) -> Option<u32> {
    u32::try_from(number).ok().filter(|number| *number > 0)
}

fn card(wire: wire::Contact) -> Contact {
    Contact {
        first_name: given(wire.first_name),
        last_name: wire.last_name,
        phone: given(Some(wire.phone_number)),
        user: wire.user_id.filter(|id| *id > 0).map(UserId::of),
        ..Contact::default()
    }
}

pub(super) fn location(wire: wire::Location) -> Location {
    Location { latitude: wire.latitude, longitude: wire.longitude }
}

fn venue(wire: wire::Venue) -> Venue {
    Venue {
        location: Location { latitude: wire.latitude, longitude: wire.longitude },
        title: wire.title,
        address: wire.address,
        foursquare_id: wire.foursquare_id,
    }
}
