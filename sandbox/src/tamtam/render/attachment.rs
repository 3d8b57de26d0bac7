//! What messages carry.

use adapter_tamtam::wire::{self, Attachment as Told, KnownAttachment};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::{View, keyboard};
use crate::Platform;
use crate::tamtam::{links, pictures, uploads};
use crate::world::{
    Attachment, Contact, Content, FileKey, FileKind, ReplyKeyboard, Share, hexadecimal, share_token,
};

/// Nobody looks into a film or a sticker: all have this size, in pixels, and last this long, in
/// seconds.
pub(in crate::tamtam) const FILM: (i64, i64, i64) = (640, 360, 10);
const STICKER: (i64, i64) = (256, 256);

impl View<'_> {
    /// What a message carries, its keyboards and the preview of its first link among that. `None`
    /// when it carries nothing.
    pub(in crate::tamtam) fn attachments(&self, content: &Content) -> Option<Vec<Told>> {
        let told = preview(content).into_iter();
        let told = told.chain(content.attachments.iter().map(|it| self.attachment(it)));
        let told = told.chain(self.keyboard(content));
        let told = told.chain(content.reply_keyboard.as_ref().map(reply_keyboard));
        let told: Vec<Told> = told.map(Told::Known).collect();
        (!told.is_empty()).then_some(told)
    }

    fn keyboard(&self, content: &Content) -> Option<KnownAttachment> {
        let row = |row: &Vec<_>| row.iter().map(|it| keyboard::button(self.platform, it)).collect();
        let buttons: Vec<Vec<_>> = content.buttons.iter().map(row).collect();
        (!buttons.is_empty()).then_some(KnownAttachment::InlineKeyboard {
            payload: wire::Keyboard { buttons },
            callback_id: None,
        })
    }

    fn attachment(&self, attachment: &Attachment) -> KnownAttachment {
        match attachment {
            Attachment::File(key) => self.file(*key),
            Attachment::Sticker { code } => KnownAttachment::Sticker {
                payload: wire::StickerPayload {
                    url: format!("{}{}", self.base, pictures::sticker_path(code)),
                    code: code.clone(),
                },
                width: STICKER.0,
                height: STICKER.1,
            },
            Attachment::Contact(contact) => {
                KnownAttachment::Contact { payload: self.contact(contact) }
            }
            Attachment::Location { latitude, longitude } => {
                KnownAttachment::Location { latitude: *latitude, longitude: *longitude }
            }
            Attachment::Share(it) => share(it),
            // Nobody sends the next two on these messengers.
            Attachment::Venue(it) => {
                KnownAttachment::Location { latitude: it.latitude, longitude: it.longitude }
            }
            Attachment::Game(it) => KnownAttachment::Data { data: it.short_name.clone() },
            Attachment::Data(data) => KnownAttachment::Data { data: data.clone() },
        }
    }

    fn file(&self, key: FileKey) -> KnownAttachment {
        let file = self.state.file(key);
        let (url, token) = (self.file_url(key), self.state.token_for(key, self.bot));
        let media = || wire::MediaPayload { url: url.clone(), token: token.clone() };
        match file.kind {
            FileKind::Image => {
                let payload = wire::PhotoPayload { photo_id: file.id, token, url };
                KnownAttachment::Image { payload }
            }
            FileKind::Video => KnownAttachment::Video {
                payload: media(),
                thumbnail: Some(self.thumbnail(key)),
                width: Some(FILM.0),
                height: Some(FILM.1),
                duration: Some(FILM.2),
            },
            FileKind::Audio | FileKind::Voice => {
                KnownAttachment::Audio { payload: media(), transcription: None }
            }
            FileKind::File => KnownAttachment::File {
                payload: wire::FilePayload { url, token },
                filename: file.name.clone().unwrap_or_else(|| file.id.to_string()),
                size: i64::try_from(file.bytes).unwrap_or(i64::MAX),
            },
        }
    }

    /// Where a file is.
    pub(in crate::tamtam) fn file_url(&self, key: FileKey) -> String {
        let file = self.state.file(key);
        let here = || format!("{}{}{}", self.base, uploads::PATH, file.upload_key);
        file.origin.clone().unwrap_or_else(here)
    }

    /// A picture of a film. TamTam's is a whole photo, whose token is the film's: it cannot be sent
    /// alone.
    fn thumbnail(&self, key: FileKey) -> wire::VideoThumbnail {
        let is_max = self.platform == Platform::Max;
        let file = self.state.file(key);
        wire::VideoThumbnail {
            url: format!("{}{}", self.base, pictures::thumbnail_path(&file.upload_key)),
            photo_id: (!is_max).then_some(file.id),
            token: (!is_max).then(|| self.state.token_for(key, self.bot)),
        }
    }

    fn contact(&self, contact: &Contact) -> wire::ContactPayload {
        let is_max = self.platform == Platform::Max;
        let info = contact.account.map(|it| Box::new(self.user(it)));
        let vcf_info = contact.vcf.clone().or_else(|| self.card(contact));
        let hash = vcf_info.as_deref().filter(|_| is_max && contact.is_own);
        wire::ContactPayload {
            hash: hash.and_then(|vcf| self.proof(vcf)),
            vcf_info,
            tam_info: info.clone().filter(|_| !is_max),
            max_info: info.filter(|_| is_max),
        }
    }

    /// A card of what is known of somebody, when it is more than who they are on the messenger. Seen
    /// on MAX: version 3.0, lines that end in CRLF, and the telephone number without a plus. No
    /// source says what it calls somebody of whom only the number was sent: here, as the messenger
    /// does.
    fn card(&self, contact: &Contact) -> Option<String> {
        let phone = contact.phone.as_deref()?;
        let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
        let account = || contact.account.map(|it| self.state.account(it).name.as_str());
        let given = contact.name.as_deref().filter(|it| !it.trim().is_empty());
        let name = escaped(given.or_else(account).unwrap_or_default());
        let lines = [
            "BEGIN:VCARD",
            "VERSION:3.0",
            "PRODID:ez-vcard 0.10.3",
            &format!("TEL;TYPE=cell:{digits}"),
            &format!("FN:{name}"),
            "END:VCARD",
            "",
        ];
        Some(lines.join("\r\n"))
    }

    /// MAX: shows the bot that a card is as the platform wrote it, in 64 hexadecimal digits. What
    /// exactly it is made of, no source says: here it is the HMAC-SHA256 of the card, with the
    /// bot's token as the key.
    fn proof(&self, vcf: &str) -> Option<String> {
        let token = self.state.account(self.bot).bot.as_ref()?.token.as_bytes();
        let mut proof = Hmac::<Sha256>::new_from_slice(token).ok()?;
        proof.update(vcf.as_bytes());
        Some(hexadecimal(&proof.finalize().into_bytes()))
    }

    /// MAX: what is known of a film.
    pub(in crate::tamtam) fn film(&self, key: FileKey) -> wire::VideoAttachmentDetails {
        let file = self.state.file(key);
        let token = self.state.token_for(key, self.bot);
        wire::VideoAttachmentDetails {
            urls: Some(wire::VideoUrls {
                mp4_360: Some(self.file_url(key)),
                ..wire::VideoUrls::default()
            }),
            // Schema 0.0.32: here, and only here, it is a whole photo on MAX, too.
            thumbnail: Some(wire::VideoThumbnail {
                photo_id: Some(file.id),
                token: Some(token.clone()),
                ..self.thumbnail(key)
            }),
            token,
            width: FILM.0,
            height: FILM.1,
            duration: FILM.2,
        }
    }
}

/// Asserted by the official client's suite: a page in the text comes back as a share. No source
/// says what happens beside a picture: the sandbox shows what was sent, alone.
fn preview(content: &Content) -> Option<KnownAttachment> {
    let is_alone = content.attachments.is_empty();
    let url = (content.preview && is_alone).then(|| links::first_url(&content.text))??;
    Some(share(&Share { url, ..Share::default() }))
}

/// A page, by its token and by its address.
pub(super) fn shared(share: &Share) -> wire::SharePayload<'static> {
    wire::SharePayload {
        token: Some(share_token(&share.url).into()),
        url: Some(share.url.clone().into()),
    }
}

fn share(share: &Share) -> KnownAttachment {
    KnownAttachment::Share {
        payload: shared(share),
        title: share.title.clone(),
        description: share.description.clone(),
        image_url: share.image_url.clone(),
    }
}

fn reply_keyboard(keyboard: &ReplyKeyboard) -> KnownAttachment {
    let row = |row: &Vec<_>| row.iter().filter_map(keyboard::reply_button).collect();
    KnownAttachment::ReplyKeyboard { buttons: keyboard.rows.iter().map(row).collect() }
}

/// A text as a value of a vCard.
fn escaped(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace(['\r', '\n'], " ");
    text.replace(',', "\\,").replace(';', "\\;")
}
