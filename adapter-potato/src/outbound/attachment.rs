//! What a message carries beside its text → wire.

use std::borrow::Cow;

use gateway_core::messenger::{Error, Result};
use gateway_core::model::{Attachment, Location, Media, Source};

use super::{Sending, Shared, given};
use crate::wire;

/// The method that sends an attachment. One on this machine comes along: then its parameter is left
/// out.
pub(super) fn sending<'a>(
    doing: &'static str,
    shared: Shared<'a>,
    attachment: &'a Attachment,
    caption: Option<Cow<'a, str>>,
) -> Result<Sending<'a>> {
    let Shared { target, reply_to_message_id, reply_markup } = shared;
    let stored = |media: &'a Media| self::stored(doing, FILE, media);
    let thumbnail = |media: &'a Media| self::stored(doing, THUMBNAIL, media);
    let wrong = |part: &'static str| {
        move |why| Error::invalid(doing, format!("attachments[0].{part}"), why)
    };
    let place = |at: &Location| {
        let latitude = given::degrees(at.latitude).map_err(wrong("latitude"))?;
        let longitude = given::degrees(at.longitude).map_err(wrong("longitude"))?;
        Ok::<_, Error>((latitude, longitude))
    };
    if attachment.media().is_none() && caption.is_some() {
        return Err(Error::unsupported(doing, format!("texts beside a {:?}", attachment.kind())));
    }
    Ok(match attachment {
        Attachment::Image(image) => Sending::Photo(wire::SendPhoto {
            target,
            photo: stored(&image.media)?,
            caption,
            reply_to_message_id,
            reply_markup,
        }),
        Attachment::Video(film) => Sending::Video(wire::SendVideo {
            target,
            video: stored(&film.media)?,
            duration: film.seconds.map(i64::from),
            thumb: film.thumbnail.as_deref().map(thumbnail).transpose()?.flatten(),
            width: film.width.map(i64::from),
            height: film.height.map(i64::from),
            caption,
            reply_to_message_id,
            reply_markup,
        }),
        Attachment::Location(at) => {
            let (latitude, longitude) = place(at)?;
            Sending::Location(wire::SendLocation {
                target,
                latitude,
                longitude,
                reply_to_message_id,
                reply_markup,
            })
        }
        Attachment::Venue(venue) => {
            let (latitude, longitude) = place(&venue.location)?;
            given::text(&venue.title).map_err(wrong("title"))?;
            given::text(&venue.address).map_err(wrong("address"))?;
            Sending::Venue(wire::SendVenue {
                target,
                latitude,
                longitude,
                title: venue.title.as_str().into(),
                address: venue.address.as_str().into(),
                foursquare_id: venue.foursquare_id.as_deref().map(Into::into),
                reply_to_message_id,
                reply_markup,
            })
        }
        Attachment::Game(game) => Sending::Game(wire::SendGame {
            target,
            game_short_name: game.name.as_str().into(),
            reply_to_message_id,
            disable_notification: None,
            reply_markup,
        }),
        // There is no method of their own for music and recordings: they go as files do.
        Attachment::File(_) | Attachment::Audio(_) | Attachment::Voice(_) => {
            Sending::Document(wire::SendDocument {
                target,
                document: attachment.media().map(stored).transpose()?.flatten(),
                caption,
                reply_to_message_id,
                reply_markup,
            })
        }
        other => {
            let what = format!("attachments of kind {:?}", other.kind());
            return Err(Error::unsupported(doing, what));
        }
    })
}

/// What an error names: there is one attachment at most.
const FILE: &str = "attachments[0].source";
const THUMBNAIL: &str = "attachments[0].thumbnail.source";

/// The id of a file on the platform; none of one that comes along.
fn stored<'a>(doing: &'static str, field: &str, media: &'a Media) -> Result<Option<Cow<'a, str>>> {
    match &media.source {
        Source::Stored(id) if id.as_str().is_empty() => {
            Err(Error::invalid(doing, field, "the id of the file is empty"))
        }
        Source::Stored(id) => Ok(Some(id.as_str().into())),
        Source::Path(_) => Ok(None),
        Source::Url(_) => Err(Error::unsupported(doing, "files by their address")),
    }
}

#[cfg(test)]
mod tests {
    use gateway_core::model::{Audio, Contact, NewMessage, Venue};
    use serde_json::{Value, json};

    use super::*;
    use crate::Peer;

    fn sent(attachment: Attachment) -> (&'static str, Value) {
        let new = NewMessage::default().with_attachment(attachment);
        let peer: Peer = "group:7".parse().expect("a peer");
        let sending = crate::encode_message("sending", peer, &new).expect("it can be sent");
        let mut json = serde_json::to_value(&sending).expect("JSON");
        for name in ["chat_type", "chat_id"] {
            json.as_object_mut().expect("an object").remove(name);
        }
        (sending.method(), json)
    }

    #[test]
    fn each_kind_has_its_method() {
        let stored = || Media::stored("f1");
        let place = Location { latitude: 33.6, longitude: -111.9 };
        let (title, address) = ("Museum".to_owned(), "Phoenix".to_owned());
        let venue = Venue { location: place, title, address, foursquare_id: None };
        let cases = [
            (Attachment::Image(stored().into()), "sendPhoto", json!({"photo": "f1"})),
            (Attachment::Video(stored().into()), "sendVideo", json!({"video": "f1"})),
            (Attachment::File(stored()), "sendDocument", json!({"document": "f1"})),
            (Attachment::Voice(Audio::from(stored())), "sendDocument", json!({"document": "f1"})),
            (Attachment::File(Media::at_path("a")), "sendDocument", json!({})),
            (
                Attachment::Location(place),
                "sendLocation",
                json!({"latitude": 33.6, "longitude": -111.9}),
            ),
            (
                Attachment::Venue(venue),
                "sendVenue",
                json!({
                    "latitude": 33.6, "longitude": -111.9, "title": "Museum", "address": "Phoenix",
                }),
            ),
        ];
        for (attachment, method, parameters) in cases {
            assert_eq!(sent(attachment), (method, parameters));
        }
    }

    #[test]
    fn a_card_is_not_sent_as_a_message_since_nobody_would_know_its_id() {
        let new = NewMessage::default().with_attachment(Attachment::Contact(Contact::default()));
        let peer: Peer = "user:5".parse().expect("a peer");
        let error = crate::encode_message("sending", peer, &new).expect_err("it has no id");
        assert!(error.to_string().contains("attachments of kind Contact"), "{error}");
    }
}
