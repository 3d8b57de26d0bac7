//! What a message carries beside its text.

use std::borrow::Cow;

use gateway_core::model::{
    Attachment, Audio, Contact, Image, Location, Media, Raw, Share, Source, Sticker, Video,
};
use serde::Serialize;

use super::{given, user, vcard};
use crate::file_id::FileRef;
use crate::wire;

pub(super) fn attachment(wire: wire::Attachment) -> Attachment {
    let known = match wire {
        wire::Attachment::Known(known) => known,
        wire::Attachment::Other(other) => return unknown(&other),
    };
    match known {
        wire::KnownAttachment::Image { payload } => {
            Attachment::Image(stored(&payload.token, &payload.url).into())
        }
        wire::KnownAttachment::Video { payload, thumbnail, width, height, duration } => {
            Attachment::Video(Video {
                width: width.and_then(small),
                height: height.and_then(small),
                seconds: duration.and_then(small),
                thumbnail: thumbnail.map(|it| Box::new(still(&it))),
                ..stored(&payload.token, &payload.url).into()
            })
        }
        wire::KnownAttachment::Audio { payload, transcription } => {
            let transcription = given(transcription);
            let media = stored(&payload.token, &payload.url);
            Attachment::Audio(Audio { transcription, ..media.into() })
        }
        wire::KnownAttachment::File { payload, filename, size } => Attachment::File(Media {
            name: given(Some(filename)),
            bytes: u64::try_from(size).ok(),
            ..stored(&payload.token, &payload.url)
        }),
        wire::KnownAttachment::Sticker { payload, width, height } => {
            let media = stored(&payload.code, &payload.url);
            Attachment::Sticker(Sticker { media, width: small(width), height: small(height) })
        }
        wire::KnownAttachment::Contact { payload } => Attachment::Contact(contact(payload)),
        wire::KnownAttachment::Location { latitude, longitude } => {
            Attachment::Location(Location { latitude, longitude })
        }
        wire::KnownAttachment::Share { payload, title, description, image_url } => {
            let (title, description) = (given(title), given(description));
            Attachment::Share(Share { title, description, image_url, ..share(payload) })
        }
        // Keyboards are no attachments in the model. `data` is the payload of a reply keyboard's
        // button, for which the model has no place.
        other @ (wire::KnownAttachment::InlineKeyboard { .. }
        | wire::KnownAttachment::ReplyKeyboard { .. }
        | wire::KnownAttachment::Data { .. }) => unknown(&other),
    }
}

/// What a person attached in a constructor: there the platform shows what the person would send.
/// Keyboards do not come that way.
pub(super) fn requested(wire: wire::AttachmentRequest<'_>) -> Option<Attachment> {
    let known = match wire {
        wire::AttachmentRequest::Known(known) => known,
        wire::AttachmentRequest::Other(other) => return Some(unknown(&other)),
    };
    let uploaded = |it: &wire::UploadedInfo<'_>| {
        let token = it.token.as_deref().filter(|token| !token.is_empty());
        token.map(|token| Media::stored(FileRef::new(token, None).to_id()))
    };
    let found = match &known {
        wire::KnownAttachmentRequest::Image { payload } => photo(payload).map(Attachment::Image),
        wire::KnownAttachmentRequest::Video { payload } => {
            uploaded(payload).map(|media| Attachment::Video(media.into()))
        }
        wire::KnownAttachmentRequest::Audio { payload } => {
            uploaded(payload).map(|media| Attachment::Audio(media.into()))
        }
        wire::KnownAttachmentRequest::File { payload } => uploaded(payload).map(Attachment::File),
        wire::KnownAttachmentRequest::Sticker { payload } => {
            let media = Media::stored(FileRef::new(&payload.code, None).to_id());
            Some(Attachment::Sticker(Sticker { media, width: None, height: None }))
        }
        wire::KnownAttachmentRequest::Contact { payload } => {
            let own = |text: &Option<Cow<'_, str>>| given(text.as_deref().map(str::to_owned));
            let vcard = own(&payload.vcf_info);
            let read = vcard.as_deref().map(vcard::read).unwrap_or_default();
            Some(Attachment::Contact(Contact {
                first_name: own(&payload.name).or(read.name),
                phone: own(&payload.vcf_phone).or(read.phone),
                user: payload.contact_id.map(gateway_core::model::UserId::of),
                vcard,
                ..Contact::default()
            }))
        }
        wire::KnownAttachmentRequest::Location { latitude, longitude } => {
            let (latitude, longitude) = (*latitude, *longitude);
            Some(Attachment::Location(Location { latitude, longitude }))
        }
        wire::KnownAttachmentRequest::Share { payload } => {
            Some(Attachment::Share(share(payload.clone())))
        }
        wire::KnownAttachmentRequest::InlineKeyboard { .. }
        | wire::KnownAttachmentRequest::ReplyKeyboard { .. } => return None,
    };
    Some(found.unwrap_or_else(|| unknown(&known)))
}

fn photo(payload: &wire::PhotoRequestPayload<'_>) -> Option<Image> {
    let of_many = || payload.photos.as_ref()?.values().next().map(|photo| photo.token.as_str());
    let media = match (payload.token.as_deref().or_else(of_many), payload.url.as_deref()) {
        (Some(token), _) => Media::stored(FileRef::new(token, None).to_id()),
        (None, Some(url)) => Media::at_url(url),
        (None, None) => return None,
    };
    Some(media.into())
}

fn unknown(wire: &impl Serialize) -> Attachment {
    let raw = Raw::of(wire);
    let kind = raw.to_value()["type"].as_str().unwrap_or("without type").to_owned();
    Attachment::Unknown { kind, raw }
}

/// A file on the platform.
fn stored(token: &str, url: &str) -> Media {
    let url = given(Some(url.to_owned()));
    Media { url: url.clone(), ..Media::stored(FileRef::new(token, url.as_deref()).to_id()) }
}

/// A picture of a film, of which MAX tells no more than where it is.
fn still(wire: &wire::VideoThumbnail) -> Media {
    match &wire.token {
        Some(token) => stored(token, &wire.url),
        None => Media::new(Source::Url(wire.url.clone())),
    }
}

fn contact(wire: wire::ContactPayload) -> Contact {
    let vcard = given(wire.vcf_info);
    let read = vcard.as_deref().map(vcard::read).unwrap_or_default();
    let user = wire.max_info.or(wire.tam_info).map(|info| user(*info));
    let (first_name, last_name, id) = match user {
        Some(user) => (user.first_name, user.last_name, Some(user.id)),
        None => (None, None, None),
    };
    Contact {
        first_name: first_name.or(read.name),
        last_name,
        phone: read.phone,
        user: id,
        vcard,
        proof: given(wire.hash),
    }
}

fn share(wire: wire::SharePayload<'_>) -> Share {
    let given = |text: Option<Cow<'_, str>>| given(text.map(Cow::into_owned));
    Share {
        url: given(wire.url),
        id: given(wire.token).map(|token| FileRef::new(&token, None).to_id()),
        ..Share::default()
    }
}

fn small(number: i64) -> Option<u32> {
    u32::try_from(number).ok()
}
