//! What a message carries beside its text.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Something attached to a message.
///
/// An attachment is carried as the platform spelled it: its kind, and its JSON untouched, so that
/// nothing that arrives is lost.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Attachment {
    /// What the platform calls it: `image`, `photo`, `contact`…
    pub kind: String,
    /// The platform's own JSON.
    pub raw: Value,
}
