//! Uploads, and what is known of a film.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{PhotoToken, VideoThumbnail};

/// What is uploaded.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum UploadType {
    /// A picture; before TamTam's 0.1.10 it was `photo`.
    Image,
    /// A film.
    Video,
    /// Music or speech.
    Audio,
    /// Any file.
    File,
}

impl UploadType {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Video => "video",
            Self::Audio => "audio",
            Self::File => "file",
        }
    }
}

/// The answer to `POST /uploads`.
#[derive(Clone, Default, Deserialize, PartialEq, Serialize)]
pub struct UploadEndpoint {
    /// Where one file is uploaded, by anybody who knows it. It may lack its scheme: asserted by
    /// the official client's suite.
    pub url: String,
    /// MAX: by which a film or a sound is sent, once it was uploaded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

/// Its URL lets anybody upload.
impl fmt::Debug for UploadEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let has_token = self.token.is_some();
        f.debug_struct("UploadEndpoint").field("has_token", &has_token).finish_non_exhaustive()
    }
}

/// What uploading a picture brings.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct PhotoTokens {
    /// By what the platform calls the picture.
    pub photos: BTreeMap<String, PhotoToken>,
}

/// MAX: the answer to `GET /videos/{videoToken}`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct VideoAttachmentDetails {
    /// By which the film is sent again.
    pub token: String,
    /// Where it can be seen; `null` when it cannot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub urls: Option<VideoUrls>,
    /// A picture of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<VideoThumbnail>,
    /// In pixels.
    #[serde(default, deserialize_with = "super::or_default")]
    pub width: i64,
    /// In pixels.
    #[serde(default, deserialize_with = "super::or_default")]
    pub height: i64,
    /// In seconds.
    #[serde(default, deserialize_with = "super::or_default")]
    pub duration: i64,
}

/// MAX: where a film can be seen, by how many lines it has.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct VideoUrls {
    /// 1080 lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mp4_1080: Option<String>,
    /// 720 lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mp4_720: Option<String>,
    /// 480 lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mp4_480: Option<String>,
    /// 360 lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mp4_360: Option<String>,
    /// 240 lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mp4_240: Option<String>,
    /// 144 lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mp4_144: Option<String>,
    /// While it is live.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hls: Option<String>,
}
