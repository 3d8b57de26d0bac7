//! What a message carries beside its text.

use std::borrow::Cow;

use gateway_core::messenger::{Error, Result};
use gateway_core::model::{Attachment, Contact, Location, Media, Share, Source};

use super::number;
use crate::file_id::FileRef;
use crate::wire;

/// One attachment; `field` is what the errors call it.
pub(super) fn attachment<'a>(
    doing: &'static str,
    field: &str,
    attachment: &'a Attachment,
) -> Result<wire::AttachmentRequest<'a>> {
    let uploaded = |media: &'a Media| -> Result<wire::UploadedInfo<'a>> {
        Ok(wire::UploadedInfo { token: Some(token(doing, field, media)?) })
    };
    Ok(wire::AttachmentRequest::Known(match attachment {
        Attachment::Image(image) => {
            let payload = photo(doing, field, &image.media)?;
            wire::KnownAttachmentRequest::Image { payload }
        }
        Attachment::Video(video) => {
            wire::KnownAttachmentRequest::Video { payload: uploaded(&video.media)? }
        }
        // Recordings are sounds like any other: neither schema tells them apart.
        Attachment::Audio(audio) | Attachment::Voice(audio) => {
            wire::KnownAttachmentRequest::Audio { payload: uploaded(&audio.media)? }
        }
        Attachment::File(media) => wire::KnownAttachmentRequest::File { payload: uploaded(media)? },
        Attachment::Sticker(sticker) => {
            let code = token(doing, field, &sticker.media)?;
            let payload = wire::StickerRequestPayload { code };
            wire::KnownAttachmentRequest::Sticker { payload }
        }
        Attachment::Contact(it) => {
            let payload = contact(doing, field, it)?;
            wire::KnownAttachmentRequest::Contact { payload }
        }
        Attachment::Location(location) => {
            let Location { latitude, longitude } = on_earth(doing, field, *location)?;
            wire::KnownAttachmentRequest::Location { latitude, longitude }
        }
        Attachment::Share(it) => {
            wire::KnownAttachmentRequest::Share { payload: share(doing, field, it)? }
        }
        other => {
            let what = format!("{field}: attachments of kind {:?}", other.kind());
            return Err(Error::unsupported(doing, what));
        }
    }))
}

fn token<'a>(doing: &'static str, field: &str, media: &'a Media) -> Result<Cow<'a, str>> {
    let field = || format!("{field}.source");
    match &media.source {
        Source::Stored(id) => match FileRef::of(id).token {
            "" => Err(Error::invalid(doing, field(), "the id of the file names nothing")),
            token => Ok(token.into()),
        },
        Source::Path(_) => Err(not_uploaded(doing, &field())),
        // Schemas, `UploadedInfo`: a picture alone has an address beside its token.
        Source::Url(_) => {
            let what = format!("{}: addresses of files other than pictures", field());
            Err(Error::unsupported(doing, what).with_text("upload it, or share the link"))
        }
    }
}

fn photo<'a>(
    doing: &'static str,
    field: &str,
    media: &'a Media,
) -> Result<wire::PhotoRequestPayload<'a>> {
    let none = wire::PhotoRequestPayload::default();
    match &media.source {
        Source::Url(url) => Ok(wire::PhotoRequestPayload { url: Some(url.into()), ..none }),
        Source::Stored(_) | Source::Path(_) => {
            let token = Some(token(doing, field, media)?);
            Ok(wire::PhotoRequestPayload { token, ..none })
        }
    }
}

fn not_uploaded(doing: &'static str, field: &str) -> Error {
    Error::invalid(doing, field, "a file of this machine must be uploaded before it is sent")
}

fn contact<'a>(
    doing: &'static str,
    field: &str,
    contact: &'a Contact,
) -> Result<wire::ContactRequestPayload<'a>> {
    let user =
        contact.user.as_ref().map(|user| number(doing, &format!("{field}.user"), user.as_str()));
    let name: Option<Cow<'_, str>> = match (&contact.first_name, &contact.last_name) {
        (Some(first), Some(last)) => Some(format!("{first} {last}").into()),
        (Some(name), None) | (None, Some(name)) => Some(name.into()),
        (None, None) => None,
    };
    let payload = wire::ContactRequestPayload {
        name,
        contact_id: user.transpose()?,
        vcf_info: contact.vcard.as_deref().map(Into::into),
        vcf_phone: contact.phone.as_deref().map(Into::into),
    };
    let wire::ContactRequestPayload { contact_id, vcf_info, vcf_phone, .. } = &payload;
    if contact_id.is_none() && vcf_info.is_none() && vcf_phone.is_none() {
        let why = "it needs a user, a phone number or a vCard";
        return Err(Error::invalid(doing, field, why));
    }
    Ok(payload)
}

/// No JSON holds what is no number; and what is not on earth is a mistake for sure.
fn on_earth(doing: &'static str, field: &str, location: Location) -> Result<Location> {
    let within = |name: &str, degrees: f64, most: f64| {
        if degrees.abs() <= most {
            return Ok(());
        }
        let why = format!("{degrees} is not within -{most} and {most}");
        Err(Error::invalid(doing, format!("{field}.{name}"), why))
    };
    within("latitude", location.latitude, 90.0)?;
    within("longitude", location.longitude, 180.0)?;
    Ok(location)
}

fn share<'a>(doing: &'static str, field: &str, share: &'a Share) -> Result<wire::SharePayload<'a>> {
    let token = share.id.as_ref().map(|id| FileRef::of(id).token).filter(|it| !it.is_empty());
    let url = share.url.as_deref().filter(|url| !url.is_empty());
    match (token, url) {
        // The token is of the very preview that was seen.
        (Some(token), _) => Ok(wire::SharePayload { url: None, token: Some(token.into()) }),
        (None, Some(url)) => Ok(wire::SharePayload { url: Some(url.into()), token: None }),
        (None, None) => Err(Error::invalid(doing, field, "it needs an address or an id")),
    }
}

#[cfg(test)]
mod tests {
    use gateway_core::model::Sticker;
    use serde_json::{Value, json};

    use super::*;

    fn sent(it: &Attachment) -> Value {
        let wire = attachment("sending", "attachments[0]", it).expect("it is carried");
        serde_json::to_value(wire).expect("it is JSON")
    }

    fn refused(it: &Attachment) -> String {
        attachment("sending", "attachments[0]", it).expect_err("it is not").to_string()
    }

    #[test]
    fn what_is_on_the_platform_is_sent_by_its_token() {
        // As an id is when the file has arrived.
        let media = || Media::stored("tok https://i.example/1");
        let payload = json!({"token": "tok"});
        let (image, video) = (Attachment::Image(media().into()), Attachment::Video(media().into()));
        let (audio, voice) = (Attachment::Audio(media().into()), Attachment::Voice(media().into()));
        assert_eq!(sent(&image), json!({"type": "image", "payload": payload}));
        assert_eq!(sent(&video), json!({"type": "video", "payload": payload}));
        assert_eq!(sent(&audio), json!({"type": "audio", "payload": payload}));
        assert_eq!(sent(&voice), json!({"type": "audio", "payload": payload}));
        let file = Attachment::File(media());
        assert_eq!(sent(&file), json!({"type": "file", "payload": payload}));
        let sticker = Attachment::Sticker(Sticker { media: media(), width: None, height: None });
        assert_eq!(sent(&sticker), json!({"type": "sticker", "payload": {"code": "tok"}}));
    }

    #[test]
    fn only_a_picture_is_sent_by_its_address() {
        let image = Attachment::Image(Media::at_url("https://e.org/a.png").into());
        assert_eq!(
            sent(&image),
            json!({"type": "image", "payload": {"url": "https://e.org/a.png"}})
        );
        assert_eq!(
            refused(&Attachment::File(Media::at_url("https://e.org/a.pdf"))),
            "sending: attachments[0].source: addresses of files other than pictures are not \
             supported (upload it, or share the link)"
        );
    }

    #[test]
    fn a_contact_is_a_person_a_number_or_a_vcard() {
        let contact = Contact {
            first_name: Some("Anna".into()),
            last_name: Some("Weiss".into()),
            user: Some("5".into()),
            phone: Some("+49301234".into()),
            ..Contact::default()
        };
        let payload = json!({"name": "Anna Weiss", "contact_id": 5, "vcf_phone": "+49301234"});
        assert_eq!(
            sent(&Attachment::Contact(contact)),
            json!({"type": "contact", "payload": payload})
        );
        let nobody = Contact { first_name: Some("Anna".into()), ..Contact::default() };
        assert!(refused(&Attachment::Contact(nobody)).contains("attachments[0] is not accepted"));
        let stranger = Contact { user: Some("anna".into()), ..Contact::default() };
        assert!(refused(&Attachment::Contact(stranger)).contains("attachments[0].user"));
    }

    #[test]
    fn a_place_is_on_earth() {
        let place = |latitude, longitude| Attachment::Location(Location { latitude, longitude });
        assert_eq!(
            sent(&place(52.5, 13.4)),
            json!({"type": "location", "latitude": 52.5, "longitude": 13.4})
        );
        for (latitude, longitude) in [(90.1, 0.0), (0.0, -181.0), (f64::NAN, 0.0)] {
            assert!(refused(&place(latitude, longitude)).contains("is not within"));
        }
    }

    #[test]
    fn a_link_is_shared_by_what_names_it_best() {
        let url = Share { url: Some("https://e.org/".into()), ..Share::default() };
        assert_eq!(
            sent(&Attachment::Share(url.clone())),
            json!({"type": "share", "payload": {"url": "https://e.org/"}})
        );
        let seen = Share { id: Some("tok".into()), ..url };
        assert_eq!(
            sent(&Attachment::Share(seen)),
            json!({"type": "share", "payload": {"token": "tok"}})
        );
        assert!(refused(&Attachment::Share(Share::default())).contains("needs an address"));
    }

    #[test]
    fn a_file_of_this_machine_is_uploaded_first() {
        let file = Attachment::File(Media::at_path("/tmp/a.pdf"));
        assert!(refused(&file).contains("must be uploaded"));
    }
}
