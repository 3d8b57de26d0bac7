//! Files that were uploaded.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{AccountKey, Platform};

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
    /// How many bytes of it are here.
    pub bytes: u64,
    /// When the last byte of it was here.
    pub complete: Option<DateTime<Utc>>,
    /// Where its bytes are on this machine.
    pub path: PathBuf,
}
