//! Messages, and what they carry.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{AccountKey, ChatKey, FileKey, RichText};

/// A message as it is now.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// Its number on the platform: later ones have greater ones.
    pub number: i64,
    /// Who wrote it.
    pub sender: AccountKey,
    /// When.
    pub at: DateTime<Utc>,
    /// When it was last edited.
    pub edited: Option<DateTime<Utc>>,
    /// What it says and carries.
    pub content: Content,
    /// The message it answers or passes on.
    pub link: Option<Link>,
    /// By which bot's constructor it was made; that bot is told of presses.
    pub constructed_by: Option<AccountKey>,
    /// How many people saw it; counted in channels.
    pub views: u64,
    /// What people say about it.
    pub comments: Vec<Comment>,
}

/// What a message says and carries.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Content {
    /// What it says.
    pub text: RichText,
    /// What it carries.
    pub attachments: Vec<Attachment>,
    /// Rows of buttons under it.
    pub buttons: Vec<Vec<Button>>,
    /// Rows of buttons in the place of the recipient's keyboard.
    pub reply_keyboard: Option<ReplyKeyboard>,
    /// Whether the first link in the text is shown as a card.
    pub preview: bool,
    /// What it does to the recipient's place of writing, beside showing a keyboard there.
    pub screen: Option<Screen>,
    /// What happened to the chat, when this is a note of the messenger: Potato only.
    pub action: Option<Action>,
}

/// What a message does to the place where its recipient writes. Potato only.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Screen {
    /// It opens there the answer to itself.
    Reply,
    /// It takes away the keyboard that an earlier message put there.
    NoKeyboard,
}

/// What a note of the messenger says of its chat: `MessageAction` of Potato's document.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Action {
    /// They came.
    Came(AccountKey),
    /// They are gone.
    Gone(AccountKey),
    /// It has another title.
    Renamed(String),
    /// It is this supergroup from now on.
    BecameSupergroup(ChatKey),
    /// It was this group.
    WasGroup(ChatKey),
}

/// A message that is about to be sent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draft {
    /// What it says and carries.
    pub content: Content,
    /// The message it answers or passes on.
    pub link: Option<Link>,
    /// By which bot's constructor it was made.
    pub constructed_by: Option<AccountKey>,
}

/// How a message stands to another.
#[derive(Clone, Debug, PartialEq)]
pub enum Link {
    /// It answers the other.
    Reply(Box<Original>),
    /// It passes the other on.
    Forward(Box<Original>),
}

impl Link {
    /// The other.
    pub fn original(&self) -> &Original {
        match self {
            Self::Reply(original) | Self::Forward(original) => original,
        }
    }
}

/// A message as it was when another was linked to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Original {
    /// Where it is.
    pub chat: ChatKey,
    /// Its number there.
    pub number: i64,
    /// Who wrote it.
    pub sender: AccountKey,
    /// When.
    pub at: DateTime<Utc>,
    /// What it says and carries.
    pub content: Content,
}

/// What somebody says about a message.
#[derive(Clone, Debug, PartialEq)]
pub struct Comment {
    /// Its number.
    pub number: i64,
    /// Who wrote it.
    pub sender: AccountKey,
    /// When.
    pub at: DateTime<Utc>,
    /// When it was last edited.
    pub edited: Option<DateTime<Utc>>,
    /// What it says and carries.
    pub content: Content,
    /// The number of the comment that it answers.
    pub reply_to: Option<i64>,
}

/// What a message carries beside its text.
#[derive(Clone, Debug, PartialEq)]
pub enum Attachment {
    /// A file that was uploaded: a picture, a film, music, or any other.
    File(FileKey),
    /// A sticker of the platform.
    Sticker {
        /// What it is called.
        code: String,
    },
    /// Somebody's card.
    Contact(Contact),
    /// A place.
    Location {
        /// In degrees.
        latitude: f64,
        /// In degrees.
        longitude: f64,
    },
    /// A place with a name: Potato only.
    Venue(Venue),
    /// A game of the bot's: Potato only.
    Game(Game),
    /// A page, as a card.
    Share(Share),
    /// What only the bot and its constructor know.
    Data(String),
}

/// A place with a name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Venue {
    /// In degrees.
    pub latitude: f64,
    /// In degrees.
    pub longitude: f64,
    /// What it is called.
    pub title: String,
    /// Where to go.
    pub address: String,
    /// Its id at Foursquare.
    pub foursquare_id: Option<String>,
}

/// A game that a bot offers.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Game {
    /// By which its bot names it.
    pub short_name: String,
    /// What people call it.
    pub title: String,
}

/// Somebody's card.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Contact {
    /// The account, when they are on the messenger.
    pub account: Option<AccountKey>,
    /// Their name; on Potato the first one.
    pub name: Option<String>,
    /// Their last name, where that is told apart.
    pub last_name: Option<String>,
    /// The card as vCard 3.0.
    pub vcf: Option<String>,
    /// Their phone number.
    pub phone: Option<String>,
    /// Whether they shared it themselves, by a button.
    pub is_own: bool,
}

/// A page, as a card.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Share {
    /// Its address.
    pub url: String,
    /// Its title.
    pub title: Option<String>,
    /// What it is about.
    pub description: Option<String>,
    /// Its picture.
    pub image_url: Option<String>,
}

/// Rows of buttons in the place of the recipient's keyboard.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReplyKeyboard {
    /// The rows.
    pub rows: Vec<Vec<Button>>,
    /// Whether only those see it whom the message concerns.
    pub direct: bool,
    /// Whom it concerns.
    pub direct_user: Option<AccountKey>,
    /// Whether it goes away after one press: Potato only.
    pub single_use: bool,
}

/// A button.
#[derive(Clone, Debug, PartialEq)]
pub struct Button {
    /// What is written on it.
    pub label: String,
    /// What pressing it does.
    pub press: Press,
}

/// What pressing a button does.
#[derive(Clone, Debug, PartialEq)]
pub enum Press {
    /// Tells the bot.
    Callback {
        /// What it is told.
        payload: String,
        /// How it is drawn, where the messenger draws it.
        intent: Option<String>,
    },
    /// Opens a page.
    Link {
        /// Its address.
        url: String,
    },
    /// Sends the presser's card.
    RequestContact,
    /// Sends the presser's place.
    RequestLocation {
        /// Without asking once more.
        quick: bool,
    },
    /// Opens a new chat about the message, with the bot in it.
    OpenChat {
        /// The chat's title.
        title: String,
        /// What it is about.
        description: Option<String>,
        /// What the bot is told.
        payload: Option<String>,
        /// Tells this button from others; given by the messenger when the bot does not.
        uuid: Option<i64>,
    },
    /// Opens a bot's application.
    OpenApp {
        /// Its public name, or its address.
        web_app: Option<String>,
        /// The bot whose it is.
        contact: Option<i64>,
        /// What it is told.
        payload: Option<String>,
    },
    /// Writes its label as the presser's message.
    SendLabel {
        /// What comes along, on a reply keyboard.
        payload: Option<String>,
    },
    /// Starts the game of the message.
    Play,
    /// Types to the bot.
    Type {
        /// What.
        query: String,
        /// Whether in the chat with the button, or in one that the presser chooses.
        here: bool,
    },
    /// Copies something.
    Copy {
        /// What.
        payload: String,
    },
}

impl Content {
    /// Text and nothing else.
    pub fn of_text(text: impl Into<RichText>) -> Self {
        Self { text: text.into(), preview: true, ..Self::default() }
    }

    /// Whether there is nothing to see in it: a keyboard alone is no message.
    pub fn is_blank(&self) -> bool {
        self.text.plain.trim().is_empty() && self.attachments.is_empty() && self.action.is_none()
    }

    /// The game that it offers.
    pub fn game(&self) -> Option<&Game> {
        self.attachments.iter().find_map(|it| match it {
            Attachment::Game(game) => Some(game),
            _ => None,
        })
    }

    /// The first button, under it or in the keyboard's place, that does what is looked for.
    pub fn button(&self, does: impl Fn(&Button) -> bool) -> Option<&Button> {
        let replies = self.reply_keyboard.iter().flat_map(|keyboard| keyboard.rows.iter());
        self.buttons.iter().chain(replies).flatten().find(|button| does(button))
    }
}

impl Draft {
    /// Text and nothing else.
    pub fn of_text(text: impl Into<RichText>) -> Self {
        Self { content: Content::of_text(text), ..Self::default() }
    }
}

impl Message {
    pub(super) fn new(number: i64, sender: AccountKey, at: DateTime<Utc>, draft: Draft) -> Self {
        let Draft { content, link, constructed_by } = draft;
        let (edited, views, comments) = (None, 0, Vec::new());
        Self { number, sender, at, edited, content, link, constructed_by, views, comments }
    }

    /// The bot that is told when a button of it is pressed, if it is a bot's.
    pub fn keeper(&self) -> AccountKey {
        self.constructed_by.unwrap_or(self.sender)
    }

    /// Whether it passes another one on.
    pub fn is_passed_on(&self) -> bool {
        matches!(self.link, Some(Link::Forward(_)))
    }

    /// It, as another message answers it where it stands: Potato.
    pub(crate) fn as_answered(&self, chat: ChatKey) -> Original {
        let content = match &self.link {
            Some(Link::Forward(original)) => &original.content,
            _ => &self.content,
        };
        let (number, sender, at) = (self.number, self.sender, self.at);
        Original { chat, number, sender, at, content: content.clone() }
    }

    /// It, as another message is linked to it: what was passed on stays what it was.
    pub fn as_original(&self, chat: ChatKey) -> Original {
        match &self.link {
            Some(Link::Forward(original)) if self.content.is_blank() => (**original).clone(),
            _ => Original {
                chat,
                number: self.number,
                sender: self.sender,
                at: self.at,
                content: self.content.clone(),
            },
        }
    }
}
