//! What a message carries beside its text.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{FileId, Raw, UserId};

/// Something attached to a message: what arrives and what is sent have one shape.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Attachment {
    /// A picture.
    Image(Image),
    /// A film.
    Video(Video),
    /// Music or speech, as a file.
    Audio(Audio),
    /// A recording made in the chat.
    Voice(Audio),
    /// Any other file.
    File(Media),
    /// A sticker.
    Sticker(Sticker),
    /// Somebody's address.
    Contact(Contact),
    /// A place on the map.
    Location(Location),
    /// A place with a name.
    Venue(Venue),
    /// A link with its preview.
    Share(Share),
    /// A game to play in the chat.
    Game(Game),
    /// Something that the adapter does not know: it arrives untouched, and cannot be sent.
    Unknown {
        /// What the platform calls it.
        kind: String,
        /// The platform's own JSON.
        #[serde(with = "super::raw::as_text")]
        raw: Raw,
    },
}

/// The kind of an [`Attachment`], without what it carries.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is documented where it is an `Attachment`")]
pub enum AttachmentKind {
    Image,
    Video,
    Audio,
    Voice,
    File,
    Sticker,
    Contact,
    Location,
    Venue,
    Share,
    Game,
    Unknown,
}

impl AttachmentKind {
    /// Every kind, in the order of [`Attachment`].
    pub const ALL: [Self; 12] = [
        Self::Image,
        Self::Video,
        Self::Audio,
        Self::Voice,
        Self::File,
        Self::Sticker,
        Self::Contact,
        Self::Location,
        Self::Venue,
        Self::Share,
        Self::Game,
        Self::Unknown,
    ];
}

impl Attachment {
    /// Its kind.
    pub fn kind(&self) -> AttachmentKind {
        match self {
            Self::Image(_) => AttachmentKind::Image,
            Self::Video(_) => AttachmentKind::Video,
            Self::Audio(_) => AttachmentKind::Audio,
            Self::Voice(_) => AttachmentKind::Voice,
            Self::File(_) => AttachmentKind::File,
            Self::Sticker(_) => AttachmentKind::Sticker,
            Self::Contact(_) => AttachmentKind::Contact,
            Self::Location(_) => AttachmentKind::Location,
            Self::Venue(_) => AttachmentKind::Venue,
            Self::Share(_) => AttachmentKind::Share,
            Self::Game(_) => AttachmentKind::Game,
            Self::Unknown { .. } => AttachmentKind::Unknown,
        }
    }

    /// The file behind it, if there is one.
    pub fn media(&self) -> Option<&Media> {
        match self {
            Self::Image(Image { media, .. })
            | Self::Video(Video { media, .. })
            | Self::Audio(Audio { media, .. })
            | Self::Voice(Audio { media, .. })
            | Self::File(media)
            | Self::Sticker(Sticker { media, .. }) => Some(media),
            _ => None,
        }
    }
}

/// Where a file is.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// On the messenger. Everything that arrives with an id is there.
    Stored(FileId),
    /// On the web: the messenger fetches it, if it can.
    Url(String),
    /// On this machine: it is uploaded when it is sent.
    Path(PathBuf),
}

/// A file.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Media {
    /// Where it is.
    pub source: Source,
    /// Where it can be fetched for a while, where the messenger tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The file's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its MIME type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
    /// Its size, in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
}

impl Media {
    /// A file of which only the place is known.
    pub fn new(source: Source) -> Self {
        Self { source, url: None, name: None, mime_type: None, bytes: None }
    }

    /// A file on the messenger.
    pub fn stored(id: impl Into<FileId>) -> Self {
        Self::new(Source::Stored(id.into()))
    }

    /// A file on the web.
    pub fn at_url(url: impl Into<String>) -> Self {
        Self::new(Source::Url(url.into()))
    }

    /// A file on this machine.
    pub fn at_path(path: impl Into<PathBuf>) -> Self {
        Self::new(Source::Path(path.into()))
    }

    /// An address at which a person can open it, if there is one.
    pub fn link(&self) -> Option<&str> {
        match (&self.url, &self.source) {
            (Some(url), _) | (None, Source::Url(url)) => Some(url),
            _ => None,
        }
    }
}

/// A picture.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Image {
    /// The file; of several sizes the largest.
    pub media: Media,
    /// Width in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Height in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
}

impl From<Media> for Image {
    fn from(media: Media) -> Self {
        Self { media, width: None, height: None }
    }
}

/// A film.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Video {
    /// The file.
    pub media: Media,
    /// Width in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Height in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// How long it plays, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u32>,
    /// A still picture of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<Box<Media>>,
}

impl From<Media> for Video {
    fn from(media: Media) -> Self {
        Self { media, width: None, height: None, seconds: None, thumbnail: None }
    }
}

/// Something to listen to.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Audio {
    /// The file.
    pub media: Media,
    /// How long it plays, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u32>,
    /// Who plays or speaks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub performer: Option<String>,
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What is said in it, where the messenger writes it down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transcription: Option<String>,
}

impl From<Media> for Audio {
    fn from(media: Media) -> Self {
        Self { media, seconds: None, performer: None, title: None, transcription: None }
    }
}

/// A sticker.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Sticker {
    /// Its picture; its stored id is the code by which it is sent.
    pub media: Media,
    /// Width in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Height in pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
}

/// Somebody's address.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Contact {
    /// The first name, or the whole of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// The last name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// The phone's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Who they are on the messenger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<UserId>,
    /// The whole of it as a vCard.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vcard: Option<String>,
    /// The messenger's proof that the number belongs to who sent it (MAX: `hash`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<String>,
}

/// A place on the map, in degrees.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub struct Location {
    /// North is positive.
    pub latitude: f64,
    /// East is positive.
    pub longitude: f64,
}

/// A place with a name.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Venue {
    /// Where it is.
    pub location: Location,
    /// What it is called.
    pub title: String,
    /// Where to go.
    pub address: String,
    /// Its id at Foursquare.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foursquare_id: Option<String>,
}

/// A link with its preview.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Share {
    /// Where it leads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// By which the same preview is sent again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<FileId>,
    /// The title of the page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What the page says of itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The URL of its picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image_url: Option<String>,
}

/// A game to play in the chat.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Game {
    /// The name under which the bot has registered it.
    pub name: String,
}
