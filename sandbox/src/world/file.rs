//! Files that were uploaded.

use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use super::{AccountKey, Platform, State};

/// Names a file within its world.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct FileKey(pub(super) usize);

/// What kind of file it is.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FileKind {
    /// A picture.
    Image,
    /// A film.
    Video,
    /// Music or speech.
    Audio,
    /// A recording made in the chat: Potato only.
    Voice,
    /// Any other.
    File,
}

/// A file, or the place where one shall be.
#[derive(Clone, Debug)]
pub struct StoredFile {
    /// The messenger.
    pub platform: Platform,
    /// Whose it is.
    pub owner: AccountKey,
    /// Where it really is, when a bot named its address instead of sending it: nobody fetches it.
    pub origin: Option<String>,
    /// What kind it is.
    pub kind: FileKind,
    /// Its number on the platform.
    pub id: i64,
    /// By which it is sent.
    pub token: String,
    /// What proves that somebody may upload it.
    pub upload_key: String,
    /// Its name, when the uploader said it.
    pub name: Option<String>,
    /// Its MIME type, when the uploader said it.
    pub mime_type: Option<String>,
    /// What whoever sent it says of its sides and its length.
    pub measures: Measures,
    /// A small picture of it.
    pub thumb: Option<FileKey>,
    /// How many bytes of it are here.
    pub bytes: u64,
    /// How many it will have, once somebody who sends it in parts has said so.
    pub total: Option<u64>,
    /// When the last byte of it was here.
    pub complete: Option<DateTime<Utc>>,
    /// Where its bytes are on this machine.
    pub path: PathBuf,
    /// Who writes it holds this.
    pub(crate) turn: Arc<Mutex<()>>,
}

/// What is said of a picture's or a film's sides and length; nobody looks whether it is true.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Measures {
    /// In pixels.
    pub width: Option<i64>,
    /// In pixels.
    pub height: Option<i64>,
    /// In seconds.
    pub duration: Option<i64>,
}

impl FileKind {
    /// Its name, in lower case.
    pub fn name(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Video => "video",
            Self::Audio => "audio",
            Self::Voice => "voice",
            Self::File => "file",
        }
    }

    /// How many bytes a file may have. TamTam: the pages of its schema 0.5.6. MAX: schema 0.0.32,
    /// `POST /uploads`; its limits of length and of pixels are not looked at. Neither says whether a
    /// megabyte is 1000² or 1024² bytes: the greater is taken.
    pub fn limit(self, platform: Platform) -> u64 {
        const MEGABYTE: u64 = 1024 * 1024;
        let megabytes = match (platform, self) {
            (Platform::Max, Self::Image) => 50,
            (Platform::Max, Self::Video) => 250,
            (Platform::Max, Self::Audio | Self::Voice) => 256,
            (Platform::Max, Self::File) => 4096,
            (Platform::Tamtam | Platform::Potato, _) => 2048,
        };
        megabytes * MEGABYTE
    }
}

impl StoredFile {
    /// It is gone, and was never whole.
    pub(crate) fn discard(&mut self) {
        (self.bytes, self.total, self.complete) = (0, None, None);
        // One that cannot be removed goes with the folder that it is in.
        drop(std::fs::remove_file(&self.path));
    }

    /// Its MIME type: what the uploader said, or else what its name and kind suggest.
    pub fn mime(&self) -> mime_guess::Mime {
        let said = self.mime_type.as_deref().and_then(|it| it.parse().ok());
        let by_name = || mime_guess::from_path(self.name.as_deref()?).first();
        said.filter(|it| *it != mime_guess::mime::APPLICATION_OCTET_STREAM)
            .or_else(by_name)
            .unwrap_or(match self.kind {
                FileKind::Image => mime_guess::mime::IMAGE_JPEG,
                FileKind::Video | FileKind::Audio | FileKind::Voice | FileKind::File => {
                    mime_guess::mime::APPLICATION_OCTET_STREAM
                }
            })
    }
}

impl State {
    /// The file that is uploaded, and fetched, by this key.
    pub fn file_by_upload_key(&self, platform: Platform, key: &str) -> Option<FileKey> {
        let found =
            |it: &(FileKey, &StoredFile)| it.1.platform == platform && it.1.upload_key == key;
        self.files().find(found).map(|(key, _)| key)
    }

    /// The file of this number.
    pub fn file_by_id(&self, id: i64) -> Option<FileKey> {
        self.files().find(|(_, it)| it.id == id).map(|(key, _)| key)
    }
}
