//! What the gateway talks about: plain data with serde, free of any platform's behaviour.

mod account;
mod attachment;
mod chat;
mod id;
mod keyboard;
mod message;
mod text;
mod update;
mod user;

pub use account::{Account, Platform};
pub use attachment::Attachment;
pub use chat::{Chat, ChatKind, ChatRef};
pub use id::{AccountId, CallbackId, ChatId, Cursor, MessageId, UpdateId, UserId};
pub use keyboard::{Action, Button, Keyboard, KeyboardKind};
pub use message::{Message, NewMessage};
pub use text::{Span, Style, StyleKind, Text, Utf16Offsets};
pub use update::{ButtonPress, Update, UpdateKind};
pub use user::User;
