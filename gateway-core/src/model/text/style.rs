//! How a piece of text looks, or what it stands for.

use serde::{Deserialize, Serialize};

use crate::model::UserId;

/// How a piece of text looks, or what it stands for.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Style {
    /// **Bold**.
    Bold,
    /// *Italic*.
    Italic,
    /// Underlined.
    Underline,
    /// Struck through.
    Strikethrough,
    /// `Code`, in a line.
    Code,
    /// A block of code.
    Preformatted {
        /// The language it is written in.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        language: Option<String>,
    },
    /// A link.
    Link {
        /// Where it leads.
        url: String,
    },
    /// The name of a user.
    Mention {
        /// Their id, where the messenger tells.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        user: Option<UserId>,
        /// Their public name without `@`, where the messenger tells.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        username: Option<String>,
    },
    /// A command to a bot: `/start`.
    Command,
    /// An e-mail address.
    Email,
    /// A word by which messages are found: `#tea`.
    Hashtag,
    /// A headline.
    Heading,
    /// Marked with colour.
    Highlight,
    /// A quotation.
    Quote,
    /// Hidden until somebody wants to see it.
    Spoiler,
}

/// The kind of a [`Style`], without what it carries.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is documented where it is a `Style`")]
pub enum StyleKind {
    Bold,
    Italic,
    Underline,
    Strikethrough,
    Code,
    Preformatted,
    Link,
    Mention,
    Command,
    Email,
    Hashtag,
    Heading,
    Highlight,
    Quote,
    Spoiler,
}

impl StyleKind {
    /// Every kind, in the order of [`Style`].
    pub const ALL: [Self; 15] = [
        Self::Bold,
        Self::Italic,
        Self::Underline,
        Self::Strikethrough,
        Self::Code,
        Self::Preformatted,
        Self::Link,
        Self::Mention,
        Self::Command,
        Self::Email,
        Self::Hashtag,
        Self::Heading,
        Self::Highlight,
        Self::Quote,
        Self::Spoiler,
    ];

    /// Whether it says what the text under it is, rather than how it looks: messengers find these
    /// by themselves, and half of one means nothing.
    pub fn is_semantic(self) -> bool {
        matches!(self, Self::Mention | Self::Command | Self::Email | Self::Hashtag)
    }

    /// Whether [`Style::value`] may have something to say.
    pub(crate) fn has_value(self) -> bool {
        matches!(self, Self::Link | Self::Mention | Self::Preformatted)
    }

    /// Styles that may stand in for this one, the best first.
    pub fn substitutes(self) -> &'static [Style] {
        match self {
            Self::Heading | Self::Highlight => &[Style::Bold],
            Self::Quote | Self::Underline => &[Style::Italic],
            Self::Preformatted => &[Style::Code],
            _ => &[],
        }
    }
}

impl Style {
    /// Its kind.
    pub fn kind(&self) -> StyleKind {
        match self {
            Self::Bold => StyleKind::Bold,
            Self::Italic => StyleKind::Italic,
            Self::Underline => StyleKind::Underline,
            Self::Strikethrough => StyleKind::Strikethrough,
            Self::Code => StyleKind::Code,
            Self::Preformatted { .. } => StyleKind::Preformatted,
            Self::Link { .. } => StyleKind::Link,
            Self::Mention { .. } => StyleKind::Mention,
            Self::Command => StyleKind::Command,
            Self::Email => StyleKind::Email,
            Self::Hashtag => StyleKind::Hashtag,
            Self::Heading => StyleKind::Heading,
            Self::Highlight => StyleKind::Highlight,
            Self::Quote => StyleKind::Quote,
            Self::Spoiler => StyleKind::Spoiler,
        }
    }

    /// What it carries beside its kind: a link's address, a mention's user, a block's language.
    pub fn value(&self) -> Option<&str> {
        match self {
            Self::Link { url } => Some(url),
            Self::Mention { user, .. } => user.as_ref().map(UserId::as_str),
            Self::Preformatted { language } => language.as_deref(),
            _ => None,
        }
    }
}
