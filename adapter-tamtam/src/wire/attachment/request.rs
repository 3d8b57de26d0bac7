//! What a message that is sent carries beside its text.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::SharePayload;
use crate::wire::{Keyboard, ReplyButton};

/// Something to attach to a message.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(untagged)]
pub enum AttachmentRequest<'a> {
    /// One that is typed here.
    Known(KnownAttachmentRequest<'a>),
    /// Any other, untouched.
    Other(Value),
}

/// The requests that are typed here. An audio, a file, a contact and a sticker must be the only
/// one of their message but for a keyboard: schema 0.5.6, and asserted by the official client's
/// suite for a file.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum KnownAttachmentRequest<'a> {
    /// A picture.
    Image {
        /// Which.
        payload: PhotoRequestPayload<'a>,
    },
    /// A film that was uploaded.
    Video {
        /// Which.
        payload: UploadedInfo<'a>,
    },
    /// Music or speech that was uploaded.
    Audio {
        /// Which.
        payload: UploadedInfo<'a>,
    },
    /// A file that was uploaded.
    File {
        /// Which.
        payload: UploadedInfo<'a>,
    },
    /// A sticker.
    Sticker {
        /// Which.
        payload: StickerRequestPayload<'a>,
    },
    /// Somebody's contact.
    Contact {
        /// Whose.
        payload: ContactRequestPayload<'a>,
    },
    /// Buttons under the message.
    InlineKeyboard {
        /// The buttons.
        payload: Keyboard<'a>,
    },
    /// MAX: buttons in the place of the person's keyboard.
    ReplyKeyboard {
        /// In chats: only for who is mentioned or answered.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        direct: Option<bool>,
        /// In chats: only for this one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        direct_user_id: Option<i64>,
        /// From top to bottom; in a row from left to right.
        buttons: Vec<Vec<ReplyButton<'a>>>,
    },
    /// A place.
    Location {
        /// In degrees, north is positive.
        latitude: f64,
        /// In degrees, east is positive.
        longitude: f64,
    },
    /// A preview of a link.
    Share {
        /// What is shared.
        payload: SharePayload<'a>,
    },
}

/// A picture to send: by one of the three.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct PhotoRequestPayload<'a> {
    /// Where the platform shall fetch it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<Cow<'a, str>>,
    /// The token of one that is there already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<Cow<'a, str>>,
    /// What uploading it brought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub photos: Option<BTreeMap<String, PhotoToken>>,
}

/// A picture that was uploaded.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct PhotoToken {
    /// By which it is sent.
    pub token: String,
}

/// What was uploaded. Read, it is the answer of an upload host.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct UploadedInfo<'a> {
    /// By which it is sent; the schemas do not demand it, the platforms do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<Cow<'a, str>>,
}

/// Somebody's contact to send: by the id or by the vCard, or by both parts that make one.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct ContactRequestPayload<'a> {
    /// Their name.
    #[serde(default)]
    pub name: Option<Cow<'a, str>>,
    /// Who on the platform it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact_id: Option<i64>,
    /// A whole vCard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vcf_info: Option<Cow<'a, str>>,
    /// Their telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vcf_phone: Option<Cow<'a, str>>,
}

/// A sticker to send.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct StickerRequestPayload<'a> {
    /// Which.
    pub code: Cow<'a, str>,
}
