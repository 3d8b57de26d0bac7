//! The messenger in memory, as the bot has it.

use async_trait::async_trait;

use super::{Done, LONG_POLL, MemoryMessenger, Message, Stored};
use crate::messenger::{
    Batch, Callbacks, Capabilities, Chats, Deletions, Edits, Error, ErrorKind, Files, History,
    LimitScope, Members, Messenger, Pins, Receipt, Result, Typing,
};
use crate::model::{
    Account, CallbackId, ChatId, Cursor, LinkedMessage, MessageId, NewMessage, User,
};
use crate::testing::Fault;
use crate::time::Clock as _;

#[async_trait]
impl Messenger for MemoryMessenger {
    fn account(&self) -> &Account {
        &self.account
    }

    fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    async fn me(&self) -> Result<User> {
        Ok(User {
            is_bot: Some(true),
            first_name: Some("Bot".to_owned()),
            username: Some("bot".to_owned()),
            ..User::new("bot")
        })
    }

    async fn receive(&self, cursor: Option<&Cursor>) -> Result<Batch> {
        let read: usize = match cursor {
            None => 0,
            Some(cursor) => cursor.as_str().parse().map_err(|_| {
                Error::invalid("receiving updates", "cursor", format!("{cursor} is no number"))
            })?,
        };
        let something = async {
            loop {
                let arrived = self.shared.arrived.notified();
                if self.lock().updates.len() > read {
                    return;
                }
                arrived.await;
            }
        };
        // A poll that brings nothing is an answer too.
        let _ = tokio::time::timeout(LONG_POLL, something).await;
        let state = self.lock();
        let updates = state.updates.get(read..).unwrap_or_default().to_vec();
        Ok(Batch { updates, cursor: Some(Cursor::new(state.updates.len().to_string())) })
    }

    async fn send(&self, chat: &ChatId, message: &NewMessage) -> Result<Receipt> {
        const DOING: &str = "sending a message";
        self.capabilities.check(DOING, message)?;
        let me = self.me().await?;
        let fault = self.lock().faults.pop_front();
        if let Some(Fault::RateLimited { retry_after }) = fault {
            let scope = LimitScope::Account;
            return Err(Error::new(ErrorKind::RateLimited { scope, retry_after }, DOING));
        }
        let sent = self.acts(|state| {
            let id = state.next_message();
            let chat_id = chat.clone();
            let chat = state.room(chat).details.chat.clone();
            let linked = |state: &mut super::State, chat: &ChatId, id: &MessageId| {
                let original = &state.message(chat, id)?.message;
                Some(Box::new(LinkedMessage {
                    id: Some(original.id.clone()),
                    chat: Some(original.chat.id.clone()),
                    sender: original.sender.clone(),
                    time: Some(original.time),
                    text: original.text.clone(),
                    attachments: original.attachments.clone(),
                }))
            };
            let missing = || Error::new(ErrorKind::NotFound, DOING).with_text("the other message");
            let reply_to = match &message.reply_to {
                Some(id) => Some(linked(state, &chat_id, id).ok_or_else(missing)?),
                None => None,
            };
            let forward = match &message.forward {
                Some(it) => Some(linked(state, &it.chat, &it.message).ok_or_else(missing)?),
                None => None,
            };
            let stored = Message {
                sender: Some(me),
                text: message.text.clone(),
                keyboard: message.keyboard.clone(),
                attachments: message.attachments.clone(),
                reply_to,
                forward,
                ..Message::new(id.clone(), chat, self.clock.now())
            };
            state.messages.push(Stored { message: stored, by_bot: true, edits: 0 });
            let receipt = Receipt { message: id.clone() };
            Ok((Some(Done::Sent { chat: chat_id, id, message: message.clone() }), receipt))
        });
        match fault {
            Some(Fault::AnswerLost) => {
                Err(Error::new(ErrorKind::Timeout { may_have_happened: true }, DOING))
            }
            _ => sent,
        }
    }

    fn edits(&self) -> Option<&dyn Edits> {
        Some(self)
    }

    fn deletions(&self) -> Option<&dyn Deletions> {
        Some(self)
    }

    fn callbacks(&self) -> Option<&dyn Callbacks> {
        Some(self)
    }

    fn chats(&self) -> Option<&dyn Chats> {
        Some(self)
    }

    fn members(&self) -> Option<&dyn Members> {
        Some(self)
    }

    fn pins(&self) -> Option<&dyn Pins> {
        Some(self)
    }

    fn files(&self) -> Option<&dyn Files> {
        Some(self)
    }

    fn typing(&self) -> Option<&dyn Typing> {
        Some(self)
    }

    fn history(&self) -> Option<&dyn History> {
        Some(self)
    }
}

#[async_trait]
impl Edits for MemoryMessenger {
    async fn edit(&self, chat: &ChatId, message: &MessageId, new: &NewMessage) -> Result<()> {
        const DOING: &str = "editing a message";
        self.capabilities.check(DOING, new)?;
        self.acts(|state| match state.message(chat, message) {
            Some(stored) if stored.by_bot => {
                stored.edits += 1;
                stored.message.edited = Some(self.clock.now());
                stored.message.text = new.text.clone();
                stored.message.keyboard.clone_from(&new.keyboard);
                stored.message.attachments.clone_from(&new.attachments);
                Ok((Some(Done::Edited { id: message.clone(), message: new.clone() }), ()))
            }
            Some(_) => Err(Error::new(ErrorKind::Forbidden, DOING).with_text("another's message")),
            None => Err(Error::new(ErrorKind::NotFound, DOING).with_text(message.as_str())),
        })
    }
}

#[async_trait]
impl Deletions for MemoryMessenger {
    async fn delete(&self, chat: &ChatId, message: &MessageId) -> Result<()> {
        self.acts(|state| {
            if state.message(chat, message).is_none() {
                let missing = Error::new(ErrorKind::NotFound, "deleting a message");
                return Err(missing.with_text(message.as_str()));
            }
            state.messages.retain(|it| &it.message.chat.id != chat || &it.message.id != message);
            Ok((Some(Done::Deleted { id: message.clone() }), ()))
        })
    }
}

#[async_trait]
impl Callbacks for MemoryMessenger {
    async fn answer(&self, callback: &CallbackId, notice: &str) -> Result<()> {
        self.acts(|state| {
            if let Some(user) = state.presses.get(callback) {
                state.notices.push((user.clone(), notice.to_owned()));
            }
            let notice = notice.to_owned();
            Ok((Some(Done::Answered { callback: callback.clone(), notice }), ()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn asking_again_without_a_cursor_brings_everything_again() {
        let messenger = MemoryMessenger::new("test");
        messenger.says("Anna", "one");
        messenger.says("Anna", "two");

        let batch = messenger.receive(None).await.expect("two updates");
        assert_eq!(messenger.receive(None).await.expect("again"), batch);

        messenger.says("Anna", "three");
        let rest = messenger.receive(batch.cursor.as_ref()).await.expect("the third");
        assert_eq!(rest.updates.len(), 1);
    }

    #[tokio::test]
    async fn a_scripted_refusal_is_handed_out_once_and_nothing_is_done() {
        let messenger = MemoryMessenger::new("test");
        messenger.refuses_next(Error::new(ErrorKind::Forbidden, "sending a message"));

        let chat = ChatId::new("anna");
        messenger.send(&chat, &"hi".into()).await.expect_err("it is refused");
        assert!(messenger.everything_done().is_empty());
        messenger.send(&chat, &"hi".into()).await.expect("the second goes through");
    }

    #[tokio::test]
    async fn only_what_the_bot_sent_can_be_edited() {
        let messenger = MemoryMessenger::new("test");
        let id = messenger.says("Anna", "mine");
        let edits = messenger.edits().expect("it can edit");
        let error = edits.edit(&ChatId::new("anna"), &id, &"yours".into()).await;
        assert_eq!(error.expect_err("it is Anna's").kind(), &ErrorKind::Forbidden);
    }
}
