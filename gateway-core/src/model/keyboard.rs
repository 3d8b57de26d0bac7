//! Buttons.

use serde::{Deserialize, Serialize};

use super::{Callback, PayloadError, Raw, UserId};

/// Rows of buttons.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Keyboard {
    /// Under the message, or in place of the phone's keyboard.
    pub kind: KeyboardKind,
    /// From top to bottom; in a row from left to right.
    #[serde(default)]
    pub rows: Vec<Vec<Button>>,
}

/// Where a keyboard appears.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum KeyboardKind {
    /// Under its message.
    Inline,
    /// In place of the phone's keyboard. Its buttons are [`Action::Message`],
    /// [`Action::RequestContact`] and [`Action::RequestLocation`].
    Reply(ReplyOptions),
    /// Takes a reply keyboard away; it has no rows.
    Remove {
        /// Only from those whom the message mentions or answers.
        #[serde(default)]
        selective: bool,
    },
    /// Opens the answer to this message on the phone; it has no rows.
    ForceReply {
        /// Only for those whom the message mentions or answers.
        #[serde(default)]
        selective: bool,
    },
}

/// How a reply keyboard behaves.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, PartialEq, Serialize)]
pub struct ReplyOptions {
    /// It is no higher than its rows need.
    #[serde(default)]
    pub resize: bool,
    /// It goes away after one press.
    #[serde(default)]
    pub once: bool,
    /// Only those see it whom the message mentions or answers.
    #[serde(default)]
    pub selective: bool,
}

/// A kind of keyboard, without its options.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is documented where it is a `KeyboardKind`")]
pub enum KeyboardPlace {
    Inline,
    Reply,
    Remove,
    ForceReply,
}

impl KeyboardPlace {
    /// Every kind, in the order of [`KeyboardKind`].
    pub const ALL: [Self; 4] = [Self::Inline, Self::Reply, Self::Remove, Self::ForceReply];
}

impl KeyboardKind {
    /// The kind without its options.
    pub fn place(self) -> KeyboardPlace {
        match self {
            Self::Inline => KeyboardPlace::Inline,
            Self::Reply(_) => KeyboardPlace::Reply,
            Self::Remove { .. } => KeyboardPlace::Remove,
            Self::ForceReply { .. } => KeyboardPlace::ForceReply,
        }
    }
}

impl KeyboardKind {
    /// Whether it is made of buttons, rather than a word to the phone.
    pub fn has_buttons(self) -> bool {
        matches!(self, Self::Inline | Self::Reply(_))
    }
}

impl Keyboard {
    /// A keyboard under its message.
    ///
    /// ```
    /// use gateway_core::model::{Button, Keyboard};
    ///
    /// let keyboard = Keyboard::inline([
    ///     vec![Button::callback("Tea", "vote:tea"), Button::callback("Coffee", "vote:coffee")],
    ///     vec![Button::link("About tea", "https://en.wikipedia.org/wiki/Tea")],
    /// ]);
    /// assert_eq!(keyboard.buttons().count(), 3);
    /// ```
    pub fn inline<R: IntoIterator<Item = Button>>(rows: impl IntoIterator<Item = R>) -> Self {
        Self::of(KeyboardKind::Inline, rows)
    }

    /// A keyboard in place of the phone's.
    ///
    /// ```
    /// use gateway_core::model::{Button, Keyboard, ReplyOptions};
    ///
    /// let options = ReplyOptions { once: true, ..ReplyOptions::default() };
    /// let keyboard = Keyboard::reply(options, [[Button::message("Yes"), Button::message("No")]]);
    /// assert_eq!(keyboard.buttons().count(), 2);
    /// ```
    pub fn reply<R: IntoIterator<Item = Button>>(
        options: ReplyOptions,
        rows: impl IntoIterator<Item = R>,
    ) -> Self {
        Self::of(KeyboardKind::Reply(options), rows)
    }

    /// Takes a reply keyboard away from everybody in the chat.
    pub fn remove() -> Self {
        Self { kind: KeyboardKind::Remove { selective: false }, rows: Vec::new() }
    }

    /// Opens the answer to the message on everybody's phone.
    pub fn force_reply() -> Self {
        Self { kind: KeyboardKind::ForceReply { selective: false }, rows: Vec::new() }
    }

    fn of<R: IntoIterator<Item = Button>>(
        kind: KeyboardKind,
        rows: impl IntoIterator<Item = R>,
    ) -> Self {
        Self { kind, rows: rows.into_iter().map(|row| row.into_iter().collect()).collect() }
    }

    /// Every button, row by row.
    pub fn buttons(&self) -> impl Iterator<Item = &Button> {
        self.rows.iter().flatten()
    }
}

/// A label, and what pressing it does.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Button {
    /// What is written on it.
    pub label: String,
    /// What pressing it does.
    pub action: Action,
}

impl Button {
    /// A button that does this.
    pub fn new(label: impl Into<String>, action: Action) -> Self {
        Self { label: label.into(), action }
    }

    /// Sends `payload` to the bot, as [`UpdateKind::ButtonPressed`](super::UpdateKind::ButtonPressed).
    pub fn callback(label: impl Into<String>, payload: impl Into<String>) -> Self {
        let (payload, intent) = (payload.into(), Intent::Default);
        Self::new(label, Action::Callback { payload, intent })
    }

    /// Sends a typed value to the bot: see [`Callback`].
    ///
    /// # Errors
    ///
    /// The value is too long for a button, or cannot be written as JSON.
    pub fn data<C: Callback>(label: impl Into<String>, data: &C) -> Result<Self, PayloadError> {
        Ok(Self::callback(label, data.to_payload()?))
    }

    /// Opens `url`.
    pub fn link(label: impl Into<String>, url: impl Into<String>) -> Self {
        Self::new(label, Action::Link { url: url.into() })
    }

    /// Says its label in the name of who presses it.
    pub fn message(label: impl Into<String>) -> Self {
        Self::new(label, Action::Message)
    }

    /// Copies `text`.
    pub fn clipboard(label: impl Into<String>, text: impl Into<String>) -> Self {
        Self::new(label, Action::Clipboard { text: text.into() })
    }

    /// The same with a colour that says what it means, where the messenger has colours.
    #[must_use]
    pub fn with_intent(mut self, meaning: Intent) -> Self {
        if let Action::Callback { intent, .. } = &mut self.action {
            *intent = meaning;
        }
        self
    }
}

/// What a callback button means.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Intent {
    /// Nothing in particular.
    #[default]
    Default,
    /// Yes, buy, accept.
    Positive,
    /// No, delete, decline.
    Negative,
}

/// What pressing a button does.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Action {
    /// Sends `payload` to the bot.
    Callback {
        /// What the bot gets; its length is limited by the messenger's
        /// [`Capabilities`](crate::Capabilities).
        payload: String,
        /// How it is drawn.
        #[serde(default)]
        intent: Intent,
    },
    /// Opens `url`.
    Link {
        /// An absolute URL.
        url: String,
    },
    /// Says the label in the name of who presses it.
    Message,
    /// Sends the contact of who presses it.
    RequestContact,
    /// Sends the place of who presses it.
    RequestLocation {
        /// Without asking once more.
        #[serde(default)]
        quick: bool,
    },
    /// Copies `text`.
    Clipboard {
        /// What is copied.
        text: String,
    },
    /// Opens a bot's app inside the messenger.
    App {
        /// The public name of the bot, or a link to it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        app: Option<String>,
        /// The bot by its id.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        bot: Option<UserId>,
        /// What the app is given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        payload: Option<String>,
    },
    /// Makes a chat with the bot in it, or opens the one that an earlier press has made.
    OpenChat {
        /// The chat's title.
        title: String,
        /// What it is about.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<String>,
        /// What the bot gets when the chat is made.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        payload: Option<String>,
        /// Tells it from other such buttons of the keyboard; the messenger gives one to a new
        /// button.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        uuid: Option<i64>,
    },
    /// Writes `@bot query`, so that the bot's inline results appear.
    SwitchInline {
        /// What is written after the bot's name.
        query: String,
        /// In this chat, instead of one that the person chooses.
        #[serde(default)]
        here: bool,
    },
    /// Starts the game that the message carries.
    Game,
    /// Something else that a messenger offers: it arrives untouched, and cannot be sent.
    Other {
        /// What the platform calls it.
        kind: String,
        /// The platform's own JSON.
        #[serde(with = "super::raw::as_text")]
        raw: Raw,
    },
}

/// The kind of an [`Action`], without what it carries.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is documented where it is an `Action`")]
pub enum ActionKind {
    Callback,
    Link,
    Message,
    RequestContact,
    RequestLocation,
    Clipboard,
    App,
    OpenChat,
    SwitchInline,
    Game,
    Other,
}

impl ActionKind {
    /// Whether a reply keyboard has such buttons.
    pub fn is_for_reply(self) -> bool {
        matches!(self, Self::Message | Self::RequestContact | Self::RequestLocation)
    }

    /// Every kind, in the order of [`Action`].
    pub const ALL: [Self; 11] = [
        Self::Callback,
        Self::Link,
        Self::Message,
        Self::RequestContact,
        Self::RequestLocation,
        Self::Clipboard,
        Self::App,
        Self::OpenChat,
        Self::SwitchInline,
        Self::Game,
        Self::Other,
    ];
}

impl Action {
    /// Its kind.
    pub fn kind(&self) -> ActionKind {
        match self {
            Self::Callback { .. } => ActionKind::Callback,
            Self::Link { .. } => ActionKind::Link,
            Self::Message => ActionKind::Message,
            Self::RequestContact => ActionKind::RequestContact,
            Self::RequestLocation { .. } => ActionKind::RequestLocation,
            Self::Clipboard { .. } => ActionKind::Clipboard,
            Self::App { .. } => ActionKind::App,
            Self::OpenChat { .. } => ActionKind::OpenChat,
            Self::SwitchInline { .. } => ActionKind::SwitchInline,
            Self::Game => ActionKind::Game,
            Self::Other { .. } => ActionKind::Other,
        }
    }
}
