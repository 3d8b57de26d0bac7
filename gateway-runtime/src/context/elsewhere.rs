//! What a handler does on another account than the one that was told of the update.
//!
//! Its effects belong to the update all the same: they are written down under it, by whoever owns
//! the account that was told, and a handler that runs again gets their receipts. They happen from
//! this process, also while another one runs the other account.

use std::sync::Arc;

use gateway_core::model::{
    Account, AccountId, AttachmentKind, ChatId, Media, MessageId, NewMessage,
};
use serde::de::DeserializeOwned;

use super::Context;
use crate::effect::{Action, EffectError, Effects, Sent};
use crate::journal::Origin;

/// Another account, as a handler acts on it: see [`Context::on`].
#[derive(Clone, Debug)]
pub struct Elsewhere {
    context: Context,
    effects: Effects,
}

impl Context {
    /// Another account of this gateway, to act on. What is sent there comes with its receipt, and
    /// happens once, as on the account of the update.
    ///
    /// The ledger keeps what was done on another account by its own time, and not for as long as the
    /// update: an update that waits for longer than
    /// [`retention`](crate::RuntimeOptions::retention) may do it twice.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use gateway_core::testing::{MemoryMessenger, Person};
    /// # use gateway_runtime::{Runtime, journal::MemoryJournal};
    /// # use tokio_util::sync::CancellationToken;
    /// use gateway_core::model::ChatRef;
    /// use gateway_runtime::{Context, HandlerResult, Router};
    ///
    /// async fn report(ctx: Context) -> HandlerResult {
    ///     let staff = ChatRef::new("inside", "boris");
    ///     let text = ctx.text().cloned().unwrap_or_default();
    ///     let sent = ctx.on(&staff.account)?.send(&staff.chat, text).await?;
    ///     ctx.reply(format!("It is their message {}", sent.message())).await?;
    ///     Ok(())
    /// }
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// # let outside = Arc::new(MemoryMessenger::new("outside"));
    /// # let inside = Arc::new(MemoryMessenger::new("inside"));
    /// # let stop = CancellationToken::new();
    /// # let runtime = Runtime::new(Arc::new(MemoryJournal::default()), outside.clock())
    /// #     .with_account(outside.clone())
    /// #     .with_account(inside.clone())
    /// #     .with_router(Router::new().nest(gateway_runtime::Filter::on_account("outside"), Router::new().text(report)));
    /// # let (anna, boris) = (Person::new("Anna", outside), Person::new("Boris", inside));
    /// # let talk = async {
    ///
    /// anna.says("It is broken").await;
    /// boris.sees("It is broken").await;
    /// anna.sees("It is their message").await;
    /// # stop.cancel();
    /// # };
    /// # tokio::join!(runtime.run(stop.clone()), talk).0.unwrap();
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// [`EffectError::NoAccount`].
    pub fn on(&self, account: &AccountId) -> Result<Elsewhere, EffectError> {
        let effects = self.inner.effects.on(account)?;
        Ok(Elsewhere { context: self.clone(), effects })
    }
}

impl Elsewhere {
    /// The account.
    pub fn account(&self) -> &Account {
        self.effects.account.messenger.account()
    }

    /// Sends a message to a chat. It is made to fit the messenger, as by [`Context::send`].
    pub async fn send(
        &self,
        chat: &ChatId,
        message: impl Into<NewMessage>,
    ) -> Result<Sent, EffectError> {
        let (origin, place) = self.next();
        self.effects.send(&origin, &place, chat, &message.into()).await
    }

    /// Changes a message that the bot sent.
    pub async fn edit(
        &self,
        chat: &ChatId,
        id: &MessageId,
        message: impl Into<NewMessage>,
    ) -> Result<(), EffectError> {
        let message = Box::new(self.effects.fit_one(&message.into())?);
        self.perform(Action::Edit { chat: chat.clone(), id: id.clone(), message }).await
    }

    /// Deletes a message.
    pub async fn delete(&self, chat: &ChatId, id: &MessageId) -> Result<(), EffectError> {
        self.perform(Action::Delete { chat: chat.clone(), id: id.clone() }).await
    }

    /// Keeps a message on top of a chat; with `notify` everybody is told.
    pub async fn pin(
        &self,
        chat: &ChatId,
        id: &MessageId,
        notify: bool,
    ) -> Result<(), EffectError> {
        self.perform(Action::Pin { chat: chat.clone(), id: id.clone(), notify }).await
    }

    /// Takes the pinned message of a chat down.
    pub async fn unpin(&self, chat: &ChatId) -> Result<(), EffectError> {
        self.perform(Action::Unpin { chat: chat.clone() }).await
    }

    /// Uploads a file, to be sent on this account as an attachment of this kind.
    pub async fn upload(
        &self,
        kind: AttachmentKind,
        name: impl Into<String>,
        bytes: impl Into<Arc<[u8]>>,
    ) -> Result<Media, EffectError> {
        self.perform(Action::Upload { kind, name: name.into(), bytes: bytes.into() }).await
    }

    async fn perform<R: DeserializeOwned>(&self, action: Action) -> Result<R, EffectError> {
        let (origin, place) = self.next();
        self.effects.perform(&origin, place, action).await
    }

    /// What the next effect is for, and its place there.
    ///
    /// Updates of two accounts may have the same id, so on another account an effect cannot be
    /// the update's by its id alone: it is under the id as a key, and its place begins with the
    /// account that was told. So does no place of a message that somebody sends under a key.
    fn next(&self) -> (Origin, String) {
        let place = self.context.part.place();
        let (told, origin) = (&self.effects.owner, &self.context.inner.origin);
        if *told == self.account().id {
            return (origin.clone(), place);
        }
        (Origin::Key(origin.id().to_owned()), format!("{:?} {place}", told.as_str()))
    }
}
