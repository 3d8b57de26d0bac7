//! What the gateway talks about: plain data with serde, free of any platform's behaviour.
//!
//! Everything that the messengers tell has a place here, and what has none arrives all the same:
//! as [`UpdateKind::Unknown`], [`Attachment::Unknown`] and [`Action::Other`], with the platform's
//! own JSON as [`Raw`].

mod account;
mod attachment;
mod chat;
mod id;
mod keyboard;
mod member;
mod message;
mod payload;
mod raw;
mod text;
mod update;
mod user;

pub use account::{Account, Platform};
pub use attachment::{
    Attachment, AttachmentKind, Audio, Contact, Game, Image, Location, Media, Share, Source,
    Sticker, Venue, Video,
};
pub use chat::{Chat, ChatDetails, ChatKind, ChatRef, ChatStatus, ParseChatRefError};
pub use id::{AccountId, CallbackId, ChatId, Cursor, FileId, MessageId, QueryId, UpdateId, UserId};
pub use keyboard::{
    Action, ActionKind, Button, Intent, Keyboard, KeyboardKind, KeyboardPlace, ReplyOptions,
};
pub use member::{Member, Permission, Role};
pub use message::{Forward, LinkedMessage, Message, NewMessage};
pub use payload::{Callback, PayloadError};
pub use raw::Raw;
pub(crate) use text::is_blank;
pub use text::{
    Escape, Mark, Markup, Span, Style, StyleKind, Text, TextUnit, Utf16Offsets, Written,
};
pub use update::{
    ButtonPress, Construction, ConstructionInput, Draft, InlineQuery, Update, UpdateKind,
};
pub use user::User;
