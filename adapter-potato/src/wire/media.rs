//! What a message carries beside its text.

use serde::{Deserialize, Serialize};

use super::{filled, filled_or_empty};

/// Location, in degrees. The document's own example has a latitude of 212.03.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub struct Location {
    /// East is positive.
    pub longitude: f64,
    /// North is positive.
    pub latitude: f64,
}

/// Venue.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Venue {
    /// East is positive.
    pub longitude: f64,
    /// North is positive.
    pub latitude: f64,
    /// What it is called.
    #[serde(default, deserialize_with = "filled_or_empty")]
    pub title: String,
    /// Where to go.
    #[serde(default, deserialize_with = "filled_or_empty")]
    pub address: String,
    /// Its id at Foursquare.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub foursquare_id: Option<String>,
}

/// `PhotoSize`: a picture, or a small one of a file. Sizes are pixels and bytes.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct PhotoSize {
    /// By which it is sent again, or fetched.
    pub file_id: String,
    /// Width in pixels.
    #[serde(default, deserialize_with = "filled")]
    pub width: Option<i64>,
    /// Height in pixels.
    #[serde(default, deserialize_with = "filled")]
    pub height: Option<i64>,
    /// Size in bytes.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub file_size: Option<i64>,
}

/// Audio.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Audio {
    /// By which it is sent again, or fetched.
    pub file_id: String,
    /// How long it plays, in seconds.
    #[serde(default, deserialize_with = "filled")]
    pub duration: Option<i64>,
    /// Who plays.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub performer: Option<String>,
    /// What it is called.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Its MIME type.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
    /// Size in bytes.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub file_size: Option<i64>,
}

/// Document: any file.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Document {
    /// By which it is sent again, or fetched.
    pub file_id: String,
    /// A small picture of it.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub thumb: Option<PhotoSize>,
    /// Its name.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
    /// Its MIME type.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
    /// Size in bytes.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub file_size: Option<i64>,
}

/// Video.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Video {
    /// By which it is sent again, or fetched.
    pub file_id: String,
    /// Width in pixels.
    #[serde(default, deserialize_with = "filled")]
    pub width: Option<i64>,
    /// Height in pixels.
    #[serde(default, deserialize_with = "filled")]
    pub height: Option<i64>,
    /// How long it plays, in seconds.
    #[serde(default, deserialize_with = "filled")]
    pub duration: Option<i64>,
    /// A still picture of it.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub thumb: Option<PhotoSize>,
    /// Its MIME type.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
    /// Size in bytes.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub file_size: Option<i64>,
}

/// Voice: a recording made in the chat.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Voice {
    /// By which it is sent again, or fetched.
    pub file_id: String,
    /// How long it plays, in seconds.
    #[serde(default, deserialize_with = "filled")]
    pub duration: Option<i64>,
    /// Its MIME type.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
    /// Size in bytes.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub file_size: Option<i64>,
}

/// Contact: somebody's card.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Contact {
    /// The phone's number.
    #[serde(default, deserialize_with = "filled_or_empty")]
    pub phone_number: String,
    /// The first name.
    #[serde(default, deserialize_with = "filled")]
    pub first_name: Option<String>,
    /// The last name.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// Who they are on the messenger.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub user_id: Option<i64>,
}
