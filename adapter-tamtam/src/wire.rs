//! The platform's JSON, spelled as the platform spells it.
//!
//! One set of types serves both dialects, and both directions: a client writes requests and reads
//! answers, a server reads requests and writes answers. A field that only one dialect has is
//! optional. `null` and absence read alike, since MAX leaves out what TamTam's schema says is
//! `null`. Only the list that an answer is all about has to be there: without it the answer is not
//! the one that was asked for, which is another thing than an empty list. What is sent borrows its texts; what arrives owns them.
//!
//! Where the platform may come up with a new kind (an attachment, a button, a permission), the
//! type has a place that keeps it as it came. A kind of update that is not here does not decode:
//! [`UpdateList`] keeps every update's JSON for that.
//!
//! Sources: schema 0.5.6 of TamTam, schema 0.0.32 of MAX; what MAX added in 0.0.33 is as the
//! client maxoxide 3.1.0 reads and writes it.

mod answer;
mod attachment;
mod chat;
mod comment;
mod constructor;
mod keyboard;
mod markup;
mod member;
mod message;
mod subscription;
mod update;
mod upload;
mod user;
mod words;

pub use answer::{CallbackAnswer, Error, SimpleQueryResult};
pub use attachment::request::{
    AttachmentRequest, ContactRequestPayload, KnownAttachmentRequest, PhotoRequestPayload,
    PhotoToken, StickerRequestPayload, UploadedInfo,
};
pub use attachment::{
    Attachment, ContactPayload, FilePayload, KnownAttachment, MediaPayload, PhotoPayload,
    SharePayload, StickerPayload, VideoThumbnail,
};
pub use chat::{
    ActionRequestBody, Chat, ChatList, ChatPatch, ChatStatus, ChatType, GetPinnedMessageResult,
    Image, PinMessageBody, SenderAction,
};
pub use comment::{CommentList, NewComment};
pub use constructor::{
    ConstructedMessage, ConstructedMessageBody, ConstructorAnswer, ConstructorInput,
};
pub use keyboard::{Button, Keyboard, KnownButton, KnownReplyButton, ReplyButton};
pub use markup::MarkupElement;
pub use member::{
    ChatAdmin, ChatAdminPermission, ChatAdminsList, ChatMember, ChatMembersList, FailedUserDetails,
    ModifyMembersResult, UserIdsList,
};
pub use message::{
    LinkKind, LinkedMessage, Message, MessageBody, MessageList, MessageStat, NewMessageBody,
    NewMessageLink, Recipient, SendMessageResult,
};
pub use subscription::{GetSubscriptionsResult, Subscription, SubscriptionRequestBody};
pub use update::{BotInChat, Callback, InDialog, Update, UpdateList};
pub use upload::{PhotoTokens, UploadEndpoint, UploadType, VideoAttachmentDetails, VideoUrls};
pub use user::{BotCommand, BotCommands, BotInfo, BotPatch, User};

use serde::Deserialize;

/// `null` is read like a field that is not there.
fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}
