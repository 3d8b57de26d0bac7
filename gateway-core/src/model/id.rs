//! Identifiers: one type for each kind, so that a user is never taken for a chat.
//!
//! What is inside an id is the adapter's business and documented there. The rest of the gateway
//! compares, stores and hands back ids, and never looks into one.

use std::fmt;

use compact_str::{CompactString, ToCompactString as _};
use serde::{Deserialize, Serialize};

fn without_nul(id: CompactString) -> CompactString {
    if id.contains('\0') { id.replace('\0', "\u{fffd}").into() } else { id }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
        #[serde(transparent)]
        pub struct $name(CompactString);

        impl $name {
            /// The id as the adapter made it. The character NUL, which no messenger has a use for
            /// and no database can hold, becomes U+FFFD.
            pub fn new(id: impl AsRef<str>) -> Self {
                Self(without_nul(CompactString::new(id.as_ref())))
            }

            /// The id that is written so: most often a number.
            pub fn of(id: impl fmt::Display) -> Self {
                Self(without_nul(id.to_compact_string()))
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self::new(id)
            }
        }

        impl From<&String> for $name {
            fn from(id: &String) -> Self {
                Self::new(id)
            }
        }

        impl From<String> for $name {
            fn from(id: String) -> Self {
                Self::new(id)
            }
        }
    )*};
}

ids! {
    /// Names one bot on one messenger, as the operator calls it: `support-max`.
    AccountId;
    /// A chat, unique within its account. Potato's reads `group:11370003`, since its identity is a pair.
    ChatId;
    /// A person or a bot, unique within its platform.
    UserId;
    /// A message, unique within its chat.
    MessageId;
    /// An update, unique within its account; the same update delivered twice has the same id.
    UpdateId;
    /// A press of a button, by which it is answered.
    CallbackId;
    /// A file on a messenger, by which it is sent again or fetched: MAX's token, Potato's file id.
    FileId;
    /// Somebody typing to the bot in another chat: an inline query, a message under construction.
    QueryId;
    /// Where receiving goes on: opaque, kept in the journal, handed back to the adapter.
    Cursor;
}
