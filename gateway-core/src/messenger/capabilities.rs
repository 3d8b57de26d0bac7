//! What a messenger can carry, as data.
//!
//! [`Capabilities`] are what [`fit`](crate::fit) works by, what [`Capabilities::check`] refuses by,
//! and what a bot may ask. An adapter states them in one place, each number with its source.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::model::{
    ActionKind, AttachmentKind, KeyboardPlace, Markup, Source, StyleKind, Text, TextUnit,
};

pub(crate) mod check;
mod level;
mod writable;

pub use level::{Kind, Level, Levels};
pub use writable::Writable;

/// How long a text may be.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct TextLimit {
    /// The longest text that is accepted.
    pub max: usize,
    /// In what it is counted.
    pub unit: TextUnit,
}

impl TextLimit {
    /// At most so many Unicode scalar values.
    pub const fn characters(max: usize) -> Self {
        Self { max, unit: TextUnit::Characters }
    }

    /// At most so many UTF-16 code units.
    pub const fn utf16(max: usize) -> Self {
        Self { max, unit: TextUnit::Utf16 }
    }

    /// At most so many bytes of UTF-8.
    pub const fn bytes(max: usize) -> Self {
        Self { max, unit: TextUnit::Bytes }
    }

    /// Whether a text is short enough.
    pub fn allows(self, text: &str) -> bool {
        // No unit counts more than there are bytes.
        text.len() <= self.max || self.unit.count(text) <= self.max
    }
}

/// How large a keyboard may be; `None` where no limit is known.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct KeyboardLimits {
    /// Rows of a keyboard.
    pub rows: Option<usize>,
    /// Buttons in a row.
    pub row: Option<usize>,
    /// Buttons in a row that holds any button but callbacks; never more than `row`.
    pub mixed_row: Option<usize>,
    /// Buttons in all.
    pub buttons: Option<usize>,
    /// Length of a label.
    pub label: Option<TextLimit>,
    /// Length of a callback's payload.
    pub payload: Option<TextLimit>,
    /// Length of a link's address.
    pub url: Option<TextLimit>,
}

impl KeyboardLimits {
    /// Most buttons in a row, by whether it holds any button but callbacks.
    pub(crate) fn width(&self, mixed: bool) -> usize {
        let row = self.row.unwrap_or(usize::MAX);
        if mixed { self.mixed_row.unwrap_or(row).min(row) } else { row }
    }

    /// Whether each limit is at least one, so that a keyboard can be sent at all.
    pub(crate) fn allows_any(&self) -> bool {
        let none = Some(0);
        ![self.rows, self.row, self.mixed_row, self.buttons].contains(&none)
    }
}

/// How a kind of attachment is carried.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct AttachmentSupport {
    /// How well.
    pub level: Level,
    /// Whether it must be the only attachment of its message.
    pub alone: bool,
    /// The text that may go with it; `None` when none may.
    pub caption: Option<Caption>,
    /// From where a file may come; means nothing for attachments that are no files.
    pub sources: BTreeSet<SourceKind>,
}

/// What text may go with an attachment.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Caption {
    /// How long it may be.
    pub limit: TextLimit,
    /// Whether it may be formatted.
    pub formatted: bool,
}

/// The kind of a [`Source`].
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[expect(missing_docs, reason = "each is documented where it is a `Source`")]
pub enum SourceKind {
    Stored,
    Url,
    Path,
}

impl From<&Source> for SourceKind {
    fn from(source: &Source) -> Self {
        match source {
            Source::Stored(_) => Self::Stored,
            Source::Url(_) => Self::Url,
            Source::Path(_) => Self::Path,
        }
    }
}

/// Which attachments are carried, and how many at once.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct AttachmentLimits {
    /// How each kind is carried; one that is not listed is [`Level::Dropped`].
    pub kinds: BTreeMap<AttachmentKind, AttachmentSupport>,
    /// Most attachments of one message, the keyboard not counted.
    pub per_message: usize,
}

impl AttachmentLimits {
    /// How well a kind is carried.
    pub fn level(&self, kind: AttachmentKind) -> Level {
        self.kinds.get(&kind).map_or(Level::Dropped, |support| support.level)
    }
}

/// What can be asked for beside a message's content.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Feature {
    /// Answering a message.
    Reply,
    /// Passing a message on.
    Forward,
    /// Arriving without a sound.
    Silent,
    /// Links without previews.
    NoPreview,
}

impl Feature {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Reply, Self::Forward, Self::Silent, Self::NoPreview];

    /// What is asked for, in words.
    pub(crate) fn what(self) -> &'static str {
        match self {
            Self::Reply => "replies",
            Self::Forward => "forwarded messages",
            Self::Silent => "silent messages",
            Self::NoPreview => "messages without previews",
        }
    }
}

/// How updates are fetched.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Polling {
    /// How long to pause after a poll that brought nothing: zero where the messenger itself
    /// holds the line until something happens.
    pub idle_pause: Duration,
    /// How long the pause becomes at most while nothing happens: each further poll that brings
    /// nothing doubles it.
    pub longest_idle_pause: Duration,
    /// Whether the messenger forgets what it has handed out: a poll that is given up midway may
    /// then lose what was on its way.
    pub consumes: bool,
}

/// What a messenger can carry, and its limits.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Capabilities {
    /// How long a text may be: at least [`Capabilities::LEAST_TEXT`].
    pub text: TextLimit,
    /// Where the marks of formatting count towards that length: how they are written.
    pub counted_markup: Option<Markup>,
    /// How well each style is carried.
    pub styles: Levels<StyleKind>,
    /// Which of those can be written, where that depends on the text that they stand in.
    pub writable: Option<Writable>,
    /// Which keyboards there are.
    pub keyboards: Levels<KeyboardPlace>,
    /// Which buttons there are under a message.
    pub buttons: Levels<ActionKind>,
    /// Which buttons there are in the place of the phone's keyboard.
    pub reply_buttons: Levels<ActionKind>,
    /// How large a keyboard may be.
    pub keyboard: KeyboardLimits,
    /// Which attachments are carried.
    pub attachments: AttachmentLimits,
    /// What can be asked for beside the content.
    pub features: Levels<Feature>,
    /// Whether what is passed on goes by itself: a message that does so says and carries nothing
    /// else.
    pub forwards_alone: bool,
    /// How updates are fetched.
    pub polling: Polling,
}

impl Capabilities {
    /// The smallest limit of text with which [`fit`](crate::fit) works: room for a few words, or
    /// for the longest marks.
    pub const LEAST_TEXT: usize = 64;

    /// A messenger of which only this is known: it carries plain text.
    pub fn of_text(text: TextLimit) -> Self {
        Self {
            text,
            counted_markup: None,
            styles: Levels::none(),
            writable: None,
            keyboards: Levels::none(),
            buttons: Levels::none(),
            reply_buttons: Levels::none(),
            keyboard: KeyboardLimits::default(),
            attachments: AttachmentLimits::default(),
            features: Levels::none(),
            forwards_alone: false,
            polling: Polling {
                idle_pause: Duration::ZERO,
                longest_idle_pause: Duration::ZERO,
                consumes: false,
            },
        }
    }

    /// How long a text is for this messenger, in the unit of its limit; with its marks, where they
    /// count.
    pub fn length(&self, text: &Text) -> usize {
        match self.counted_markup {
            Some(markup) if !text.spans().is_empty() => {
                self.text.unit.count(&markup.write(text).text)
            }
            _ => self.text.unit.count(text.plain_text()),
        }
    }

    /// Which buttons a kind of keyboard has.
    pub fn buttons_on(&self, place: KeyboardPlace) -> &Levels<ActionKind> {
        match place {
            KeyboardPlace::Inline => &self.buttons,
            KeyboardPlace::Reply | KeyboardPlace::Remove | KeyboardPlace::ForceReply => {
                &self.reply_buttons
            }
        }
    }

    /// Whether a text is short enough.
    pub fn allows_text(&self, text: &Text) -> bool {
        match self.counted_markup {
            Some(markup) if !text.spans().is_empty() => {
                markup.is_surely_within(self.text.max, text) || self.length(text) <= self.text.max
            }
            _ => self.text.allows(text.plain_text()),
        }
    }
}
