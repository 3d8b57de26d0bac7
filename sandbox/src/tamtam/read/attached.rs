//! What a message that is sent carries.
//!
//! What a message was read with may be sent back as it came: what a request does not have is
//! ignored.

use adapter_tamtam::wire::{
    AttachmentRequest, ContactRequestPayload, KnownAttachmentRequest, PhotoRequestPayload,
    SharePayload, UploadedInfo,
};

use super::keyboard;
use crate::Platform;
use crate::tamtam::refusal::Refusal;
use crate::world::{
    AccountKey, Attachment, Button, Contact, Content, FileKey, FileKind, PhotosPayload, Press,
    ReplyKeyboard, ReplyKeyboards, Share, State, shared_url,
};

/// What a message carries, as far as it is known without looking at the world.
#[derive(Debug, Default)]
pub(in crate::tamtam) struct Attached {
    things: Vec<Thing>,
    buttons: Vec<Vec<Button>>,
    reply_keyboard: Option<Replies>,
}

#[derive(Debug)]
enum Thing {
    Uploaded {
        kind: FileKind,
        token: String,
    },
    /// The answer of an image's upload as it was.
    Photos(Vec<String>),
    PictureAt(String),
    Sticker {
        code: String,
    },
    Contact(ContactRequestPayload<'static>),
    Location {
        latitude: f64,
        longitude: f64,
    },
    Share {
        url: String,
    },
}

#[derive(Debug)]
struct Replies {
    rows: Vec<Vec<Button>>,
    direct: bool,
    direct_user: Option<i64>,
}

impl Attached {
    /// Reads what is asked for.
    pub(in crate::tamtam) fn of(
        platform: Platform,
        asked: Vec<AttachmentRequest<'static>>,
    ) -> Result<Self, Refusal> {
        let mut attached = Self::default();
        let mut keyboards = 0;
        for asked in asked {
            // Another kind, or one that lacks what its schema demands.
            let AttachmentRequest::Known(asked) = asked else { return Err(Refusal::body()) };
            match asked {
                KnownAttachmentRequest::InlineKeyboard { payload } => {
                    keyboards += 1;
                    attached.buttons = keyboard::rows(platform, &payload.buttons)?;
                }
                KnownAttachmentRequest::ReplyKeyboard { direct, direct_user_id, buttons } => {
                    if platform != Platform::Max {
                        return Err(Refusal::body());
                    }
                    keyboards += 1;
                    attached.reply_keyboard = Some(Replies {
                        rows: keyboard::reply_rows(&buttons)?,
                        direct: direct.unwrap_or_default(),
                        direct_user: direct_user_id,
                    });
                }
                other => attached.things.push(thing(other)?),
            }
        }
        if keyboards > 1 {
            return Err(Refusal::payload("Must be only one keyboard attachment in message"));
        }
        attached.alone()?;
        Ok(attached)
    }

    /// Whether there is nothing but keyboards in it.
    pub(in crate::tamtam) fn is_blank(&self) -> bool {
        self.things.is_empty()
    }

    /// Both schemas: an audio, a file, a contact and a sticker must be the only one but for a
    /// keyboard. The words for a file were seen on MAX.
    fn alone(&self) -> Result<(), Refusal> {
        let alone = self.things.iter().find_map(|it| match it {
            Thing::Uploaded { kind: FileKind::File, .. } => Some("file"),
            Thing::Uploaded { kind: FileKind::Audio, .. } => Some("audio"),
            Thing::Contact(_) => Some("contact"),
            Thing::Sticker { .. } => Some("sticker"),
            _ => None,
        });
        match alone {
            Some(kind) if self.things.len() > 1 => {
                let message = format!("Must be only one {kind} attachment in message");
                Err(Refusal::payload(&message))
            }
            _ => Ok(()),
        }
    }

    /// Puts it into a message, in the place of what was there.
    pub(in crate::tamtam) fn attach(
        self,
        state: &mut State,
        bot: AccountKey,
        content: &mut Content,
    ) -> Result<(), Refusal> {
        let mut attachments = Vec::new();
        for thing in self.things {
            thing.found(state, bot, &mut attachments)?;
        }
        let platform = state.account(bot).platform;
        let reply_keyboard = match self.reply_keyboard {
            None => None,
            Some(_) if state.switches.reply_keyboards == ReplyKeyboards::Refused => {
                return Err(Refusal::body());
            }
            Some(Replies { rows, direct, direct_user }) => {
                let user = |id| {
                    let found = state.by_id(platform, id);
                    found.ok_or_else(|| Refusal::no_user("direct_user_id", id))
                };
                let direct_user = direct_user.map(user).transpose()?;
                Some(ReplyKeyboard { rows, direct, direct_user, ..ReplyKeyboard::default() })
            }
        };
        content.attachments = attachments;
        content.buttons = self.buttons;
        for button in content.buttons.iter_mut().flatten() {
            // Schema 0.5.6, `ChatButton.uuid`: the platform gives one when the bot does not.
            if let Press::OpenChat { uuid: uuid @ None, .. } = &mut button.press {
                *uuid = Some(state.fresh_uuid());
            }
        }
        content.reply_keyboard = reply_keyboard;
        Ok(())
    }
}

fn thing(asked: KnownAttachmentRequest<'static>) -> Result<Thing, Refusal> {
    Ok(match asked {
        KnownAttachmentRequest::Image { payload } => picture(payload)?,
        KnownAttachmentRequest::Video { payload } => uploaded(FileKind::Video, payload)?,
        KnownAttachmentRequest::Audio { payload } => uploaded(FileKind::Audio, payload)?,
        KnownAttachmentRequest::File { payload } => uploaded(FileKind::File, payload)?,
        KnownAttachmentRequest::Sticker { payload } => {
            let code = payload.code.into_owned();
            if code.trim().is_empty() {
                return Err(Refusal::payload("code: must not be blank"));
            }
            Thing::Sticker { code }
        }
        KnownAttachmentRequest::Contact { payload } => {
            let is_said = |it: &Option<_>| {
                it.as_ref().is_some_and(|it: &std::borrow::Cow<'_, str>| !it.trim().is_empty())
            };
            if payload.contact_id.is_none()
                && !is_said(&payload.vcf_info)
                && !is_said(&payload.vcf_phone)
            {
                let why = "No `contact_id`, `vcf_info` or `vcf_phone` provided. Check payload.";
                return Err(Refusal::payload(why));
            }
            Thing::Contact(payload)
        }
        KnownAttachmentRequest::Location { latitude, longitude } => {
            Thing::Location { latitude, longitude }
        }
        KnownAttachmentRequest::Share { payload } => share(&payload)?,
        KnownAttachmentRequest::InlineKeyboard { .. }
        | KnownAttachmentRequest::ReplyKeyboard { .. } => return Err(Refusal::body()),
    })
}

/// A picture that was read has a token and an address: the token counts.
fn picture(payload: PhotoRequestPayload<'static>) -> Result<Thing, Refusal> {
    let PhotoRequestPayload { url, token, photos } = payload;
    if let Some(token) = token.filter(|it| !it.is_empty()) {
        return Ok(Thing::Uploaded { kind: FileKind::Image, token: token.into_owned() });
    }
    let photos: Vec<String> = photos.unwrap_or_default().into_values().map(|it| it.token).collect();
    if !photos.is_empty() {
        return Ok(Thing::Photos(photos));
    }
    match url.filter(|it| !it.trim().is_empty()) {
        Some(url) if url::Url::parse(url.trim()).is_err() => {
            Err(Refusal::payload("url: must be the address of a picture"))
        }
        Some(url) => Ok(Thing::PictureAt(url.trim().to_owned())),
        None => Err(Refusal::payload("No `photos`, `url` or `token` provided. Check payload.")),
    }
}

fn uploaded(kind: FileKind, payload: UploadedInfo<'static>) -> Result<Thing, Refusal> {
    let Some(token) = payload.token.filter(|it| !it.is_empty()) else {
        let kind = wire_name(kind);
        return Err(Refusal::payload(&format!("Missing `token` in {kind} attachment")));
    };
    Ok(Thing::Uploaded { kind, token: token.into_owned() })
}

/// A page that was read has a token and an address: the token counts.
fn share(payload: &SharePayload<'_>) -> Result<Thing, Refusal> {
    if let Some(token) = payload.token.as_deref().filter(|it| !it.is_empty()) {
        let url = shared_url(token).ok_or_else(|| Refusal::unknown_token("share"))?;
        return Ok(Thing::Share { url });
    }
    match payload.url.as_deref().filter(|it| !it.trim().is_empty()) {
        Some(url) => Ok(Thing::Share { url: url.to_owned() }),
        None => Err(Refusal::payload("No `url` or `token` provided. Check payload.")),
    }
}

impl Thing {
    /// What it is in the world.
    fn found(
        self,
        state: &mut State,
        bot: AccountKey,
        attachments: &mut Vec<Attachment>,
    ) -> Result<(), Refusal> {
        let platform = state.account(bot).platform;
        attachments.push(match self {
            Self::Uploaded { kind, token } => Attachment::File(file(state, bot, kind, &token)?),
            Self::Photos(tokens) => {
                let is_refused = state.switches.photos_payload == PhotosPayload::Refused;
                if platform == Platform::Max && is_refused {
                    return Err(Refusal::body());
                }
                for token in tokens {
                    let file = file(state, bot, FileKind::Image, &token)?;
                    attachments.push(Attachment::File(file));
                }
                return Ok(());
            }
            Self::PictureAt(url) => Attachment::File(state.add_picture_at(bot, &url)),
            Self::Sticker { code } => Attachment::Sticker { code },
            Self::Contact(asked) => Attachment::Contact(contact(state, platform, asked)?),
            Self::Location { latitude, longitude } => Attachment::Location { latitude, longitude },
            Self::Share { url } => Attachment::Share(Share { url, ..Share::default() }),
        });
        Ok(())
    }
}

/// The file that a bot sends by its token. Which words tell that it is somebody else's was seen on
/// MAX for films; the others follow them.
fn file(state: &State, bot: AccountKey, kind: FileKind, token: &str) -> Result<FileKey, Refusal> {
    let name = wire_name(kind);
    let (key, may_send) = state.file_for(bot, token).ok_or_else(|| Refusal::unknown_token(name))?;
    let file = state.file(key);
    if file.kind != kind {
        return Err(Refusal::unknown_token(name));
    }
    if !may_send {
        return Err(Refusal::not_owner(if kind == FileKind::Video { "movie" } else { name }));
    }
    let processed = chrono::TimeDelta::milliseconds(
        i64::try_from(state.switches.processing_ms).unwrap_or(i64::MAX / 1_000_000),
    );
    let is_ready = file.complete.is_some_and(|at| state.now() - at >= processed);
    if !is_ready && file.origin.is_none() {
        return Err(Refusal::not_processed(name));
    }
    Ok(key)
}

fn wire_name(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Image => "image",
        FileKind::Video => "video",
        FileKind::Audio | FileKind::Voice => "audio",
        FileKind::File => "file",
    }
}

fn contact(
    state: &State,
    platform: Platform,
    asked: ContactRequestPayload<'static>,
) -> Result<Contact, Refusal> {
    let account = |id| {
        let found = state.by_id(platform, id);
        found.ok_or_else(|| Refusal::no_user("contact_id", id))
    };
    Ok(Contact {
        account: asked.contact_id.map(account).transpose()?,
        name: asked.name.map(std::borrow::Cow::into_owned),
        vcf: asked.vcf_info.map(std::borrow::Cow::into_owned),
        phone: asked.vcf_phone.map(std::borrow::Cow::into_owned),
        ..Contact::default()
    })
}
