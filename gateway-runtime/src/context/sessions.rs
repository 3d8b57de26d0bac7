//! What a handler keeps, and what it asks people.

use gateway_core::model::{NewMessage, UserId};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::Context;
use crate::effect::{EffectError, Sent};
use crate::journal::{Scope, SessionKey};

/// The session that says which question is open: no name that a bot would choose.
const DIALOGUE: &str = "gateway:question";

/// A question that somebody was asked.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Question {
    /// Which: what the router knows its answer by.
    pub(crate) name: String,
}

/// What is kept of a person in a chat, of a chat, or of a person: see
/// [`Context::session`], [`Context::chat_session`], [`Context::user_session`] and
/// [`Context::shared_session`].
///
/// Its changes are written with the end of the update, in one transaction; a handler that fails
/// changes nothing.
#[derive(Clone, Debug)]
pub struct Session {
    context: Context,
    key: SessionKey,
}

impl Session {
    /// What it holds; `None` when nothing was kept.
    pub async fn get<T: DeserializeOwned>(&self) -> Result<Option<T>, EffectError> {
        let inner = &self.context.inner;
        inner.sessions.get(&*inner.effects.journal, &self.key).await
    }

    /// What it holds, or what a new one does.
    pub async fn get_or_default<T: DeserializeOwned + Default>(&self) -> Result<T, EffectError> {
        Ok(self.get().await?.unwrap_or_default())
    }

    /// Keeps this from now on.
    pub async fn set<T: Serialize>(&self, value: &T) -> Result<(), EffectError> {
        let inner = &self.context.inner;
        inner.sessions.set(&*inner.effects.journal, &self.key, Some(value)).await
    }

    /// Keeps nothing any more.
    pub async fn end(&self) -> Result<(), EffectError> {
        let inner = &self.context.inner;
        inner.sessions.set::<()>(&*inner.effects.journal, &self.key, None).await
    }
}

impl Context {
    /// What is kept under this name of the person in this chat.
    ///
    /// ```
    /// # use gateway_runtime::{Context, HandlerResult};
    /// async fn count(ctx: Context) -> HandlerResult {
    ///     let session = ctx.session("count")?;
    ///     let count = session.get_or_default::<u32>().await? + 1;
    ///     session.set(&count).await?;
    ///     ctx.reply(format!("You have written {count} times.")).await?;
    ///     Ok(())
    /// }
    /// ```
    pub fn session(&self, name: &str) -> Result<Session, EffectError> {
        Ok(self.session_of(Scope::Member(self.chat()?.clone(), self.person()?.clone()), name))
    }

    /// What is kept under this name of this chat: everybody in it shares it.
    pub fn chat_session(&self, name: &str) -> Result<Session, EffectError> {
        Ok(self.session_of(Scope::Chat(self.chat()?.clone()), name))
    }

    /// What is kept under this name of the person, in whichever chat of this account.
    pub fn user_session(&self, name: &str) -> Result<Session, EffectError> {
        Ok(self.session_of(Scope::User(self.person()?.clone()), name))
    }

    /// What is kept under this name of nobody: handlers on all accounts find the same.
    ///
    /// Whoever changes what many change waits for the others. So keep small things under many
    /// names, rather than everything under one.
    ///
    /// ```
    /// # use gateway_runtime::{Context, HandlerResult};
    /// async fn link(ctx: Context) -> HandlerResult {
    ///     let account = ctx.account().id.to_string();
    ///     let session = ctx.shared_session(&format!("code {}", ctx.argument()));
    ///     if let Some(other) = session.get::<String>().await? {
    ///         ctx.reply(format!("You gave that code on {other}.")).await?;
    ///     }
    ///     session.set(&account).await?;
    ///     Ok(())
    /// }
    /// ```
    pub fn shared_session(&self, name: &str) -> Session {
        Session { context: self.clone(), key: SessionKey::shared(name) }
    }

    /// What is kept under this name of anybody.
    pub fn session_of(&self, scope: Scope, name: &str) -> Session {
        let (account, name) = (self.account().id.clone(), name.to_owned());
        Session { context: self.clone(), key: SessionKey { account, scope, name } }
    }

    /// Asks the person of the update something, in its chat: the next message that they write there
    /// goes to the route [`answer`](crate::Router::answer) of this name, also after a restart.
    ///
    /// A question that was open before is forgotten.
    pub async fn ask(
        &self,
        name: &str,
        question: impl Into<NewMessage>,
    ) -> Result<Sent, EffectError> {
        self.session(DIALOGUE)?.set(&Question { name: name.to_owned() }).await?;
        self.reply(question).await
    }

    /// Expects no answer any more.
    pub async fn stop_asking(&self) -> Result<(), EffectError> {
        self.session(DIALOGUE)?.end().await
    }

    /// The question that the person of the update was asked in its chat, if one is open.
    pub async fn asked(&self) -> Result<Option<String>, EffectError> {
        let Ok(session) = self.session(DIALOGUE) else { return Ok(None) };
        Ok(session.get::<Question>().await?.map(|question| question.name))
    }

    fn person(&self) -> Result<&UserId, EffectError> {
        Ok(&self.user().ok_or(EffectError::Missing("person"))?.id)
    }
}
