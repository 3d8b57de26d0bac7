//! Which updates a route is for.

use std::borrow::Cow;
use std::fmt;
use std::ops::{BitAnd, BitOr, Not};
use std::sync::Arc;

use gateway_core::model::{
    AccountId, AttachmentKind, Callback, ChatId, ChatKind, Platform, Text, Update, UpdateKind,
    UserId,
};
use regex::Regex;

use crate::Context;
use crate::extract::{self, Captures, Command};

/// Which updates a route is for.
///
/// Filters combine by [`and`](Self::and), [`or`](Self::or) and [`not`](Self::not), or by `&`, `|`
/// and `!`. Wherever one is asked for, a closure `|update: &Update| …` does as well.
///
/// ```
/// use gateway_core::model::Update;
/// use gateway_runtime::Filter;
///
/// let greeting = Filter::equals("hello").or(Filter::starts_with("hello "));
/// let filter = Filter::text() & greeting & !Filter::in_channel();
/// let filter = filter.and(|update: &Update| update.locale.as_deref() == Some("de"));
/// assert_eq!(
///     format!("{filter:?}"),
///     r#"text and (is "hello" or begins with "hello ") and not in a channel and a test"#,
/// );
/// ```
#[derive(Clone)]
pub struct Filter(Arc<Test>);

enum Test {
    Answers(String),
    Holds { what: Cow<'static, str>, test: Box<dyn Fn(&Context) -> bool + Send + Sync> },
    Regex(Regex),
    And(Filter, Filter),
    Or(Filter, Filter),
    Not(Filter),
}

/// By what happened.
impl Filter {
    /// Every update.
    pub fn any() -> Self {
        Self::holds("anything", |_| true)
    }

    /// Those for which this holds. It is asked before any handler runs, and may be asked again; it
    /// must not wait.
    pub fn when(test: impl Fn(&Update) -> bool + Send + Sync + 'static) -> Self {
        Self::holds("a test", move |ctx| test(ctx.update()))
    }

    /// Those for whose kind this holds.
    ///
    /// ```
    /// use gateway_core::model::UpdateKind;
    /// use gateway_runtime::Filter;
    ///
    /// let cleared = Filter::kind(|kind| matches!(kind, UpdateKind::DialogCleared { .. }));
    /// ```
    pub fn kind(test: impl Fn(&UpdateKind) -> bool + Send + Sync + 'static) -> Self {
        Self::of_kind("a kind", test)
    }

    /// Somebody wrote, with or without text.
    pub fn message() -> Self {
        Self::of_kind("message", |it| matches!(it, UpdateKind::MessageCreated { .. }))
    }

    /// Somebody wrote a text.
    pub fn text() -> Self {
        Self::of_kind(
            "text",
            |it| matches!(it, UpdateKind::MessageCreated { message } if !message.text.is_empty()),
        )
    }

    /// Somebody wrote the command `/name`, alone or with something after it, or `/name@bot` with
    /// this bot's public name, in whichever case. A slash before `name` may be left out.
    pub fn command(name: &str) -> Self {
        let name = name.strip_prefix('/').unwrap_or(name).to_owned();
        Self::holds(format!("command /{name}"), move |ctx| match &ctx.update().kind {
            UpdateKind::MessageCreated { message } => {
                Command::read(message.text.plain_text(), ctx.me()).is_some_and(|it| it.name == name)
            }
            _ => false,
        })
    }

    /// Somebody answered the question that they were [asked](Context::ask) under this name.
    pub fn answer(name: &str) -> Self {
        Self(Arc::new(Test::Answers(name.to_owned())))
    }

    /// Somebody pressed a button whose payload is `name`, alone or with `:` and more after it.
    pub fn button(name: &str) -> Self {
        let name = name.to_owned();
        Self::holds(format!("button {name}"), move |ctx| {
            ctx.button().is_some_and(|press| extract::payload_name(&press.payload) == name)
        })
    }

    /// Somebody pressed a button that carries a `C`, or something with its name.
    pub fn data<C: Callback>() -> Self {
        Self::holds(format!("data {}", C::NAME), |ctx| {
            ctx.button().is_some_and(|press| {
                extract::payload_name(&press.payload) == C::NAME
                    || C::from_payload(&press.payload).is_some()
            })
        })
    }

    /// A person started the bot.
    pub fn started() -> Self {
        Self::of_kind("started", |it| matches!(it, UpdateKind::BotStarted { .. }))
    }

    /// A person came to the bot by a link whose payload begins with `prefix`: they started it with
    /// that, or wrote `/start` and the payload, which some messengers make of the link.
    pub fn started_with(prefix: &str) -> Self {
        let prefix = prefix.to_owned();
        Self::holds(format!("started with {prefix:?}"), move |ctx| {
            extract::start_payload(ctx).is_some_and(|payload| payload.starts_with(&prefix))
        })
    }

    /// A person stopped the bot.
    pub fn stopped() -> Self {
        Self::of_kind("stopped", |it| matches!(it, UpdateKind::BotStopped { .. }))
    }

    /// Somebody changed a message.
    pub fn edited() -> Self {
        Self::of_kind("edited", |it| matches!(it, UpdateKind::MessageEdited { .. }))
    }

    /// Somebody deleted a message.
    pub fn deleted() -> Self {
        Self::of_kind("deleted", |it| matches!(it, UpdateKind::MessageDeleted { .. }))
    }

    /// People came into a group or channel.
    pub fn joined() -> Self {
        Self::of_kind("joined", |it| matches!(it, UpdateKind::MembersJoined { .. }))
    }

    /// Somebody left a group or channel.
    pub fn left() -> Self {
        Self::of_kind("left", |it| matches!(it, UpdateKind::MemberLeft { .. }))
    }

    /// Somebody brought the bot into a group or channel.
    pub fn added() -> Self {
        Self::of_kind("added", |it| matches!(it, UpdateKind::BotAdded { .. }))
    }

    /// Somebody put the bot out of a group or channel.
    pub fn removed() -> Self {
        Self::of_kind("removed", |it| matches!(it, UpdateKind::BotRemoved { .. }))
    }

    /// A group or channel has another title.
    pub fn title_changed() -> Self {
        Self::of_kind("title changed", |it| matches!(it, UpdateKind::TitleChanged { .. }))
    }

    /// Somebody types to the bot in another chat.
    pub fn inline_query() -> Self {
        Self::of_kind("inline query", |it| matches!(it, UpdateKind::InlineQuery(_)))
    }
}

/// By what a message says or carries, whether it was written or edited. Upper and lower case differ;
/// for patterns they need not: `(?i)`.
impl Filter {
    /// The text is this.
    pub fn equals(text: impl Into<String>) -> Self {
        Self::says("is", text.into(), |said, text| said == text)
    }

    /// The text has this in it.
    pub fn contains(part: impl Into<String>) -> Self {
        Self::says("contains", part.into(), |said, part| said.contains(part))
    }

    /// The text begins so.
    pub fn starts_with(prefix: impl Into<String>) -> Self {
        Self::says("begins with", prefix.into(), |said, prefix| said.starts_with(prefix))
    }

    /// The text ends so.
    pub fn ends_with(suffix: impl Into<String>) -> Self {
        Self::says("ends with", suffix.into(), |said, suffix| said.ends_with(suffix))
    }

    /// The text, or a part of it, fits the pattern. What the pattern found is for
    /// [`Captures`].
    pub fn regex(pattern: Regex) -> Self {
        Self(Arc::new(Test::Regex(pattern)))
    }

    /// An attachment is of this kind.
    pub fn attachment(kind: AttachmentKind) -> Self {
        Self::holds(format!("attachment {kind:?}"), move |ctx| {
            let attachments = ctx.message().map(|message| &message.attachments);
            attachments.is_some_and(|all| all.iter().any(|it| it.kind() == kind))
        })
    }
}

/// By where it happened, and by whom.
impl Filter {
    /// In a chat of one person and the bot.
    pub fn in_dialog() -> Self {
        Self::in_kind("in a dialog", ChatKind::Dialog)
    }

    /// In a group.
    pub fn in_group() -> Self {
        Self::in_kind("in a group", ChatKind::Group)
    }

    /// In a channel.
    pub fn in_channel() -> Self {
        Self::in_kind("in a channel", ChatKind::Channel)
    }

    /// In this chat. Chats of different accounts may have the same id: see
    /// [`on_account`](Self::on_account).
    pub fn in_chat(chat: impl Into<ChatId>) -> Self {
        let chat = chat.into();
        Self::holds(format!("in the chat {chat}"), move |ctx| ctx.update().chat_id() == Some(&chat))
    }

    /// By this person. People on different messengers may have the same id: see
    /// [`on_platform`](Self::on_platform).
    pub fn by_user(user: impl Into<UserId>) -> Self {
        let user = user.into();
        Self::holds(format!("by the user {user}"), move |ctx| {
            ctx.user().is_some_and(|it| it.id == user)
        })
    }

    /// On this messenger.
    pub fn on_platform(platform: Platform) -> Self {
        Self::holds(format!("on {platform}"), move |ctx| ctx.account().platform == platform)
    }

    /// On this account.
    pub fn on_account(account: impl Into<AccountId>) -> Self {
        let account = account.into();
        Self::holds(format!("on the account {account}"), move |ctx| ctx.account().id == account)
    }
}

/// Several together.
impl Filter {
    /// Both hold.
    #[must_use]
    pub fn and(self, other: impl Into<Self>) -> Self {
        Self(Arc::new(Test::And(self, other.into())))
    }

    /// One of them holds, or both.
    #[must_use]
    pub fn or(self, other: impl Into<Self>) -> Self {
        Self(Arc::new(Test::Or(self, other.into())))
    }

    /// This does not hold.
    #[must_use]
    pub fn not(filter: impl Into<Self>) -> Self {
        Self(Arc::new(Test::Not(filter.into())))
    }

    fn holds(
        what: impl Into<Cow<'static, str>>,
        test: impl Fn(&Context) -> bool + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(Test::Holds { what: what.into(), test: Box::new(test) }))
    }

    fn of_kind(
        what: &'static str,
        test: impl Fn(&UpdateKind) -> bool + Send + Sync + 'static,
    ) -> Self {
        Self::holds(what, move |ctx| test(&ctx.update().kind))
    }

    fn says(how: &str, wanted: String, test: fn(&str, &str) -> bool) -> Self {
        Self::holds(format!("{how} {wanted:?}"), move |ctx| {
            ctx.text().is_some_and(|said| test(said.plain_text(), &wanted))
        })
    }

    fn in_kind(what: &'static str, kind: ChatKind) -> Self {
        Self::holds(what, move |ctx| ctx.update().chat().is_some_and(|chat| chat.kind == kind))
    }

    /// Whether it looks at the question that is open.
    pub(super) fn asks_for_answers(&self) -> bool {
        match &*self.0 {
            Test::Answers(_) => true,
            Test::Holds { .. } | Test::Regex(_) => false,
            Test::And(one, other) | Test::Or(one, other) => {
                one.asks_for_answers() || other.asks_for_answers()
            }
            Test::Not(filter) => filter.asks_for_answers(),
        }
    }

    /// Whether an update fits. What a pattern found replaces what was found before.
    pub(crate) fn fits(&self, ctx: &Context, captures: &mut Option<Captures>) -> bool {
        match &*self.0 {
            Test::Answers(name) => ctx.question() == Some(name),
            Test::Holds { test, .. } => test(ctx),
            Test::Regex(pattern) => {
                let said = ctx.text().map(Text::plain_text);
                let Some(found) = said.and_then(|said| Captures::of(pattern, said)) else {
                    return false;
                };
                *captures = Some(found);
                true
            }
            // Only what fits as a whole has found something.
            Test::And(one, other) => {
                let mut found = captures.clone();
                let fits = one.fits(ctx, &mut found) && other.fits(ctx, &mut found);
                if fits {
                    *captures = found;
                }
                fits
            }
            Test::Or(one, other) => one.fits(ctx, captures) || other.fits(ctx, captures),
            // It fits where nothing is found.
            Test::Not(filter) => !filter.fits(ctx, &mut None),
        }
    }

    /// Writes it as a part of another filter.
    fn part(&self, f: &mut fmt::Formatter<'_>, bare: fn(&Test) -> bool) -> fmt::Result {
        if bare(&self.0) { write!(f, "{self:?}") } else { write!(f, "({self:?})") }
    }
}

impl<F: Fn(&Update) -> bool + Send + Sync + 'static> From<F> for Filter {
    fn from(test: F) -> Self {
        Self::when(test)
    }
}

impl<F: Into<Filter>> BitAnd<F> for Filter {
    type Output = Self;

    fn bitand(self, other: F) -> Self {
        self.and(other)
    }
}

impl<F: Into<Filter>> BitOr<F> for Filter {
    type Output = Self;

    fn bitor(self, other: F) -> Self {
        self.or(other)
    }
}

impl Not for Filter {
    type Output = Self;

    fn not(self) -> Self {
        Self::not(self)
    }
}

impl fmt::Debug for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Test::Answers(name) => write!(f, "answer to {name}"),
            Test::Holds { what, .. } => f.write_str(what),
            Test::Regex(pattern) => write!(f, "fits {:?}", pattern.as_str()),
            Test::And(one, other) => {
                one.part(f, |it| !matches!(it, Test::Or(..)))?;
                f.write_str(" and ")?;
                other.part(f, |it| !matches!(it, Test::Or(..)))
            }
            Test::Or(one, other) => {
                one.part(f, |it| !matches!(it, Test::And(..)))?;
                f.write_str(" or ")?;
                other.part(f, |it| !matches!(it, Test::And(..)))
            }
            Test::Not(filter) => {
                f.write_str("not ")?;
                filter.part(f, |it| !matches!(it, Test::And(..) | Test::Or(..)))
            }
        }
    }
}

#[cfg(test)]
mod tests;
