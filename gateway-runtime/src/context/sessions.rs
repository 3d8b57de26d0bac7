//! Sessions, which a bot keeps from one update to the next, and questions to people.

use gateway_core::model::{NewMessage, UserId};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::Context;
use crate::effect::{EffectError, Sent};
use crate::journal::{Scope, SessionKey};

/// The name of the session that holds the open question. No bot would choose it for its own.
const DIALOGUE: &str = "gateway:question";

/// A question that a person was asked and has not answered yet.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Question {
    /// The name by which the router finds the route of its answer.
    pub(crate) name: String,
}

/// A value that a bot keeps from one update to the next, also over a restart. It has a name, and
/// belongs to somebody:
///
/// | to | by |
/// |---|---|
/// | a person in a chat | [`Context::session`] |
/// | a chat, and everybody in it | [`Context::chat_session`] |
/// | a person, in every chat of the account | [`Context::user_session`] |
/// | all accounts together | [`Context::shared_session`] |
///
/// The value is whatever serde can write and read. A change is seen by the same handler at once, and
/// written when its update ends, in one transaction with that: a handler that fails changes nothing.
/// When another update has changed the same session in the meantime, nothing is written, and the
/// handler runs again with the new value.
#[derive(Clone, Debug)]
pub struct Session {
    context: Context,
    key: SessionKey,
}

impl Session {
    /// Its value; `None` when none was set, or the session was ended.
    ///
    /// # Errors
    ///
    /// When the journal cannot be read, or what it holds is no `T`.
    pub async fn get<T: DeserializeOwned>(&self) -> Result<Option<T>, EffectError> {
        let inner = &self.context.inner;
        inner.sessions.get(&*inner.effects.journal, &self.key).await
    }

    /// Its value, or the default where [`get`](Self::get) gives `None`.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub async fn get_or_default<T: DeserializeOwned + Default>(&self) -> Result<T, EffectError> {
        Ok(self.get().await?.unwrap_or_default())
    }

    /// Gives it this value.
    ///
    /// # Errors
    ///
    /// When the journal cannot be read, or the value not be written as JSON.
    pub async fn set<T: Serialize>(&self, value: &T) -> Result<(), EffectError> {
        let inner = &self.context.inner;
        inner.sessions.set(&*inner.effects.journal, &self.key, Some(value)).await
    }

    /// Takes its value away.
    ///
    /// # Errors
    ///
    /// When the journal cannot be read.
    pub async fn end(&self) -> Result<(), EffectError> {
        let inner = &self.context.inner;
        inner.sessions.set::<()>(&*inner.effects.journal, &self.key, None).await
    }
}

impl Context {
    /// The session with this name of the person of the update in its chat. In another chat, the same
    /// person has another one.
    ///
    /// # Errors
    ///
    /// When the update has no chat or no person.
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

    /// The session with this name of the chat of the update. Everybody in the chat shares it.
    ///
    /// # Errors
    ///
    /// When the update has no chat.
    pub fn chat_session(&self, name: &str) -> Result<Session, EffectError> {
        Ok(self.session_of(Scope::Chat(self.chat()?.clone()), name))
    }

    /// The session with this name of the person of the update. It is the same in every chat of this
    /// account.
    ///
    /// # Errors
    ///
    /// When the update has no person.
    pub fn user_session(&self, name: &str) -> Result<Session, EffectError> {
        Ok(self.session_of(Scope::User(self.person()?.clone()), name))
    }

    /// The session with this name that all accounts of the bot share. It belongs to no chat and no
    /// person.
    ///
    /// When many handlers change the same session at once, they run one after another. So keep many
    /// small sessions, rather than everything in one.
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

    /// The session with this name of any chat or person of this account, whether or not the update
    /// is theirs.
    pub fn session_of(&self, scope: Scope, name: &str) -> Session {
        let (account, name) = (self.account().id.clone(), name.to_owned());
        Session { context: self.clone(), key: SessionKey { account, scope, name } }
    }

    /// Asks the person of the update a question, in its chat. The next message that they write there
    /// goes to the route [`answer`](crate::Router::answer) with this name, also after a restart.
    ///
    /// A person has one open question in a chat: this one takes the place of another.
    pub async fn ask(
        &self,
        name: &str,
        question: impl Into<NewMessage>,
    ) -> Result<Sent, EffectError> {
        self.session(DIALOGUE)?.set(&Question { name: name.to_owned() }).await?;
        self.reply(question).await
    }

    /// Forgets the open question of the person of the update in its chat: their next message is no
    /// answer.
    pub async fn stop_asking(&self) -> Result<(), EffectError> {
        self.session(DIALOGUE)?.end().await
    }

    /// The name of the open question of the person of the update in its chat, if there is one.
    pub async fn asked(&self) -> Result<Option<String>, EffectError> {
        let Ok(session) = self.session(DIALOGUE) else { return Ok(None) };
        Ok(session.get::<Question>().await?.map(|question| question.name))
    }

    fn person(&self) -> Result<&UserId, EffectError> {
        Ok(&self.user().ok_or(EffectError::Missing("person"))?.id)
    }
}
