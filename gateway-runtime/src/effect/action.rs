//! What can be done on a messenger.

use std::fmt;
use std::io::Cursor;
use std::sync::Arc;

use gateway_core::Messenger;
use gateway_core::messenger::{Activity, Error, Result, Upload};
use gateway_core::model::{
    AttachmentKind, CallbackId, ChatId, ChatStatus, MessageId, NewMessage, UserId,
};
use serde::Serialize;
use serde_json::Value;

use crate::measure::Kind;

/// Something to do on a messenger.
#[derive(Clone, Debug)]
pub(crate) enum Action {
    Send { chat: ChatId, message: Box<NewMessage> },
    Edit { chat: ChatId, id: MessageId, message: Box<NewMessage> },
    Delete { chat: ChatId, id: MessageId },
    Answer { callback: CallbackId, notice: String },
    Pin { chat: ChatId, id: MessageId, notify: bool },
    Unpin { chat: ChatId },
    Show { chat: ChatId, activity: Activity },
    Rename { chat: ChatId, title: String },
    Leave { chat: ChatId },
    AddMember { chat: ChatId, user: UserId },
    RemoveMember { chat: ChatId, user: UserId, ban: bool },
    Upload { kind: AttachmentKind, name: String, bytes: Arc<[u8]> },
}

/// What it does, and to what: this tells an effect from others. The words are not in it, since they
/// may depend on what has happened in the meantime.
impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Send { chat, .. } => write!(f, "send to {chat}"),
            Self::Edit { id, .. } => write!(f, "edit {id}"),
            Self::Delete { id, .. } => write!(f, "delete {id}"),
            Self::Answer { callback, .. } => write!(f, "answer {callback}"),
            Self::Pin { chat, id, .. } => write!(f, "pin {id} in {chat}"),
            Self::Unpin { chat } => write!(f, "unpin in {chat}"),
            Self::Show { chat, activity } => write!(f, "show {activity:?} in {chat}"),
            Self::Rename { chat, .. } => write!(f, "rename {chat}"),
            Self::Leave { chat } => write!(f, "leave {chat}"),
            Self::AddMember { chat, user } => write!(f, "add {user} to {chat}"),
            Self::RemoveMember { chat, user, .. } => write!(f, "remove {user} from {chat}"),
            Self::Upload { kind, name, .. } => write!(f, "upload {kind:?} {name:?}"),
        }
    }
}

fn ability<'a, A: ?Sized>(
    ability: Option<&'a A>,
    doing: &'static str,
    what: &str,
) -> Result<&'a A> {
    ability.ok_or_else(|| Error::unsupported(doing, what))
}

fn receipt(receipt: &impl Serialize) -> Value {
    // Receipts are plain structures of strings: they can always be written.
    serde_json::to_value(receipt).unwrap_or(Value::Null)
}

impl Action {
    pub(crate) fn fingerprint(&self) -> String {
        self.to_string()
    }

    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Send { .. } => Kind::Send,
            Self::Edit { .. } => Kind::Edit,
            Self::Delete { .. } => Kind::Delete,
            Self::Answer { .. } => Kind::Answer,
            Self::Pin { .. } => Kind::Pin,
            Self::Unpin { .. } => Kind::Unpin,
            Self::Show { .. } => Kind::Show,
            Self::Rename { .. } => Kind::Rename,
            Self::Leave { .. } => Kind::Leave,
            Self::AddMember { .. } => Kind::AddMember,
            Self::RemoveMember { .. } => Kind::RemoveMember,
            Self::Upload { .. } => Kind::Upload,
        }
    }

    /// The chat in which it happens, where that is known.
    pub(super) fn chat(&self) -> Option<&ChatId> {
        match self {
            Self::Send { chat, .. }
            | Self::Edit { chat, .. }
            | Self::Delete { chat, .. }
            | Self::Pin { chat, .. }
            | Self::Unpin { chat }
            | Self::Show { chat, .. }
            | Self::Rename { chat, .. }
            | Self::Leave { chat }
            | Self::AddMember { chat, .. }
            | Self::RemoveMember { chat, .. } => Some(chat),
            Self::Answer { .. } | Self::Upload { .. } => None,
        }
    }

    /// The same in another chat.
    pub(super) fn move_to(&mut self, to: ChatId) {
        match self {
            Self::Send { chat, .. }
            | Self::Edit { chat, .. }
            | Self::Delete { chat, .. }
            | Self::Pin { chat, .. }
            | Self::Unpin { chat }
            | Self::Show { chat, .. }
            | Self::Rename { chat, .. }
            | Self::Leave { chat }
            | Self::AddMember { chat, .. }
            | Self::RemoveMember { chat, .. } => *chat = to,
            Self::Answer { .. } | Self::Upload { .. } => {}
        }
    }

    /// Whether it may happen twice without anybody seeing it: all but what leaves something new
    /// behind.
    pub(super) fn is_idempotent(&self) -> bool {
        !matches!(self, Self::Send { .. })
    }

    /// Whether it has happened when what it is about is not there.
    pub(super) fn takes_away(&self) -> bool {
        matches!(self, Self::Delete { .. } | Self::RemoveMember { .. } | Self::Leave { .. })
    }

    /// Whether what it takes away is not there, as far as the messenger can be asked.
    pub(super) async fn is_gone(&self, messenger: &dyn Messenger) -> bool {
        match self {
            Self::Delete { chat, id } => match (messenger.history(), messenger.chats()) {
                (Some(history), _) => matches!(history.message(chat, id).await, Ok(None)),
                // Where the chat is there it is the message that was not found.
                (None, Some(chats)) => chats.describe(chat).await.is_ok(),
                (None, None) => false,
            },
            // Whoever is to be banned has to be banned, wherever they are.
            Self::RemoveMember { chat, user, ban: false } => match messenger.members() {
                Some(members) => matches!(members.find(chat, user).await, Ok(None)),
                None => false,
            },
            Self::Leave { chat } => match messenger.chats() {
                Some(chats) => {
                    chats.describe(chat).await.is_ok_and(|it| it.status != ChatStatus::Active)
                }
                None => false,
            },
            _ => false,
        }
    }

    pub(super) async fn happen(&self, messenger: &dyn Messenger) -> Result<Value> {
        let done = match self {
            Self::Send { chat, message } => {
                return messenger.send(chat, message).await.map(|it| receipt(&it));
            }
            Self::Edit { chat, id, message } => {
                let edits = ability(messenger.edits(), "editing a message", "edits")?;
                edits.edit(chat, id, message).await
            }
            Self::Delete { chat, id } => {
                let deletions = messenger.deletions();
                let deletions = ability(deletions, "deleting a message", "deletions")?;
                deletions.delete(chat, id).await
            }
            Self::Answer { callback, notice } => {
                let callbacks = messenger.callbacks();
                let callbacks = ability(callbacks, "answering a button", "answers to buttons")?;
                callbacks.answer(callback, notice).await
            }
            Self::Pin { chat, id, notify } => {
                ability(messenger.pins(), "pinning a message", "pins")?.pin(chat, id, *notify).await
            }
            Self::Unpin { chat } => {
                ability(messenger.pins(), "taking a pin down", "pins")?.unpin(chat).await
            }
            Self::Show { chat, activity } => {
                let typing = ability(messenger.typing(), "showing an activity", "activities")?;
                typing.show(chat, *activity).await
            }
            Self::Rename { chat, title } => {
                let chats = ability(messenger.chats(), "renaming a chat", "changes to chats")?;
                chats.rename(chat, title).await
            }
            Self::Leave { chat } => {
                ability(messenger.chats(), "leaving a chat", "changes to chats")?.leave(chat).await
            }
            Self::AddMember { chat, user } => {
                let members = ability(messenger.members(), "adding a member", "members")?;
                members.add(chat, user).await
            }
            Self::RemoveMember { chat, user, ban } => {
                let members = ability(messenger.members(), "removing a member", "members")?;
                members.remove(chat, user, *ban).await
            }
            Self::Upload { kind, name, bytes } => {
                let files = ability(messenger.files(), "uploading a file", "files")?;
                let file = Upload {
                    name: name.clone(),
                    mime_type: None,
                    bytes: Some(bytes.len() as u64),
                    content: Box::pin(Cursor::new(bytes.clone())),
                };
                return files.upload(*kind, file).await.map(|media| receipt(&media));
            }
        };
        done.map(|()| Value::Null)
    }
}
