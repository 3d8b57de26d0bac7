//! Messages that are sent without an update: later, or for somebody outside of any handler.

use chrono::{DateTime, Utc};
use gateway_core::model::{ChatRef, NewMessage};
use serde::{Deserialize, Serialize};

/// A message that is to be sent.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Scheduled {
    /// Where to.
    pub chat: ChatRef,
    /// What names it, once and for all: what is scheduled under the same key of the same account a
    /// second time is not sent a second time.
    pub key: String,
    /// When.
    pub due: DateTime<Utc>,
    /// What.
    pub message: NewMessage,
}
