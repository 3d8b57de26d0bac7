//! What a handler gets.

mod effects;
mod elsewhere;
mod sessions;

pub use elsewhere::Elsewhere;
pub use sessions::Session;

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use gateway_core::model::{Account, ButtonPress, ChatId, Message, Text, Update, UpdateKind, User};

use crate::effect::{EffectError, Effects};
use crate::extract::Captures;
use crate::journal::{Entry, Origin, SessionWrite};
use crate::session::Sessions;

/// An update, and what can be done about it.
///
/// Everything it does is an *effect*: written down before and after, under the update and the
/// number of the effect among those the handler asks for. A handler that runs again after a crash
/// gets the receipts of what it did before, instead of doing it twice; so it must ask for the same
/// things in the same order. What it asks for at the same time has no order: it is
/// [named](Self::named).
#[derive(Clone, Debug)]
pub struct Context {
    inner: Arc<Inner>,
    /// Numbers the effects of this part of the handler.
    part: Arc<Part>,
    /// What the pattern of the route found.
    pub(crate) captures: Option<Captures>,
}

#[derive(Debug)]
struct Inner {
    update: Arc<Update>,
    origin: Origin,
    me: Arc<User>,
    effects: Effects,
    sessions: Sessions,
    /// The question that is open, once it was looked up.
    question: OnceLock<String>,
}

#[derive(Debug, Default)]
struct Part {
    /// With a dot behind it, unless it is empty.
    name: String,
    next: AtomicU32,
}

impl Part {
    fn place(&self) -> String {
        format!("{}{}", self.name, self.next.fetch_add(1, Ordering::Relaxed))
    }
}

impl Context {
    pub(crate) fn new(entry: &Entry, me: Arc<User>, effects: Effects) -> Self {
        let inner = Inner {
            update: entry.update.clone(),
            origin: Origin::Update(entry.update.id.clone()),
            me,
            effects,
            sessions: Sessions::default(),
            question: OnceLock::new(),
        };
        Self { inner: Arc::new(inner), part: Arc::default(), captures: None }
    }

    /// The same for a part of the handler that runs beside others, as in `join!`: its effects are
    /// numbered by themselves, under this name. No two parts have the same name.
    ///
    /// ```
    /// # use gateway_runtime::{Context, HandlerResult};
    /// # use gateway_core::model::ChatId;
    /// async fn relay(ctx: Context, left: ChatId, right: ChatId) -> HandlerResult {
    ///     let (to_left, to_right) = (ctx.named("left"), ctx.named("right"));
    ///     tokio::try_join!(to_left.send(&left, "news"), to_right.send(&right, "news"))?;
    ///     Ok(())
    /// }
    /// ```
    #[must_use]
    pub fn named(&self, name: &str) -> Self {
        let name = format!("{}{name}.", self.part.name);
        let part = Part { name, next: AtomicU32::new(0) };
        Self { part: Arc::new(part), ..self.clone() }
    }

    /// What happened.
    pub fn update(&self) -> &Update {
        &self.inner.update
    }

    /// The account that was told of it.
    pub fn account(&self) -> &Account {
        self.inner.effects.account.messenger.account()
    }

    /// The bot itself.
    pub fn me(&self) -> &User {
        &self.inner.me
    }

    /// Who did it.
    pub fn user(&self) -> Option<&User> {
        self.update().user()
    }

    /// The message that was written or edited.
    pub fn message(&self) -> Option<&Message> {
        match &self.update().kind {
            UpdateKind::MessageCreated { message } | UpdateKind::MessageEdited { message } => {
                Some(message)
            }
            _ => None,
        }
    }

    /// The text of that message.
    pub fn text(&self) -> Option<&Text> {
        self.message().map(|message| &message.text)
    }

    /// The button that was pressed.
    pub fn button(&self) -> Option<&ButtonPress> {
        match &self.update().kind {
            UpdateKind::ButtonPressed(press) => Some(press),
            _ => None,
        }
    }

    /// What follows the command or the button's name: `"tea"` for `/vote tea` and for `vote:tea`;
    /// `""` where there is nothing.
    pub fn argument(&self) -> &str {
        let (text, end): (&str, fn(char) -> bool) = match (self.button(), self.text()) {
            (Some(press), _) => (&press.payload, |it| it == ':'),
            (None, Some(text)) => (text.plain_text(), char::is_whitespace),
            (None, None) => return "",
        };
        text.split_once(end).map_or("", |(_, argument)| argument.trim())
    }

    /// Looks up which question is open: routes are chosen by it.
    pub(crate) async fn remember_question(&self) -> Result<(), EffectError> {
        if let (UpdateKind::MessageCreated { .. }, Some(question)) =
            (&self.update().kind, self.asked().await?)
        {
            // It is looked up once.
            let _ = self.inner.question.set(question);
        }
        Ok(())
    }

    /// The question that this message answers.
    pub(crate) fn question(&self) -> Option<&str> {
        self.inner.question.get().map(String::as_str)
    }

    /// What has changed in sessions, once the handler has returned.
    pub(crate) fn session_changes(&self) -> Vec<SessionWrite> {
        self.inner.sessions.changes()
    }

    fn chat(&self) -> Result<&ChatId, EffectError> {
        self.update().chat_id().ok_or(EffectError::Missing("chat"))
    }
}
