//! Which chats are asked for, and in what order.

use chrono::{DateTime, Utc};
use uuid::Uuid;

/// A part of the list of chats.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ChatQuery {
    /// Which chats are in the list.
    pub filter: Filter,
    /// In what order.
    pub sort: Sort,
    /// Where the part begins.
    pub place: Place,
    /// How many chats it has at most.
    pub size: u32,
}

/// Which chats are in a list: those that fit all of it.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Filter {
    /// Whether they are in use.
    pub is_active: Option<bool>,
    /// The one of this id.
    pub id: Option<Uuid>,
    /// Registered at this moment or later. In whole milliseconds.
    pub from: Option<DateTime<Utc>>,
    /// Registered at this moment or before. In whole milliseconds.
    pub to: Option<DateTime<Utc>>,
}

/// The order of a list. Where two chats are alike, their ids decide, in the same direction: so every
/// chat has its place.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Sort {
    /// What is compared.
    pub by: SortBy,
    /// Whether the greatest comes first.
    pub descending: bool,
}

/// The last registered comes first.
impl Default for Sort {
    fn default() -> Self {
        Self { by: SortBy::RegisteredAt, descending: true }
    }
}

/// What is compared. Texts are compared by the numbers of their characters, as Rust does.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum SortBy {
    /// The time of the registration.
    RegisteredAt,
    /// Who registered it; nothing comes before everything else.
    CreatedBy,
    /// The messenger.
    Service,
    /// The title that it has now, by its [`title_key`].
    Title,
    /// The id, as its bytes are.
    Id,
}

impl SortBy {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::RegisteredAt, Self::CreatedBy, Self::Service, Self::Title, Self::Id];

    /// Its name in the contract: that of the field.
    pub fn name(self) -> &'static str {
        match self {
            Self::RegisteredAt => "registeredAt",
            Self::CreatedBy => "createdBy",
            Self::Service => "service",
            Self::Title => "title",
            Self::Id => "id",
        }
    }

    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }
}

/// Where a part of a list begins.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Place {
    /// At this page, the first being 0.
    Page(u32),
    /// Behind this chat, whether it is still there or not.
    After(Key),
    /// So that it ends before this chat.
    Before(Key),
}

impl Default for Place {
    fn default() -> Self {
        Self::Page(0)
    }
}

/// Where a chat stands in a list.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Key {
    /// What is compared first.
    pub value: KeyValue,
    /// What decides where that is the same.
    pub id: Uuid,
}

/// What is compared.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum KeyValue {
    /// Of a list by id there is nothing more.
    Id,
    /// Of a list by time.
    Time(DateTime<Utc>),
    /// Of any other.
    Text(String),
}

/// How many characters of a title count for its place in a list: as many as the longest title of any
/// messenger has.
const TITLE_KEY_LENGTH: usize = 255;

/// A title as titles are compared and searched: in lower case, so that `apple` stands beside `Apple`.
///
/// It is made letter by letter, so that the key of a beginning is the beginning of the key: a sigma is
/// the same at the end of a word.
pub fn title_key(title: &str) -> String {
    let letters = title.chars().take(TITLE_KEY_LENGTH).flat_map(char::to_lowercase);
    letters.map(|it| if it == 'ς' { 'σ' } else { it }).collect()
}

/// A part of a list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ListPage {
    /// The chats, in the order of the list.
    pub records: Vec<Listed>,
    /// How many chats the whole list has.
    pub total: u64,
    /// Whether there are more beyond, in the direction in which it was read: before these when the
    /// place is [`Place::Before`], behind them else.
    pub more: bool,
}

/// A chat in a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// The chat.
    pub document: Document,
    /// Where it stands.
    pub key: Key,
}

/// A chat as JSON, in the form in which the contract shows it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Document {
    /// Whose it is.
    pub id: Uuid,
    /// Grows with every change of the chat.
    pub version: i64,
    /// The JSON of a [`Chat`](crate::model::Chat).
    pub json: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_of_a_beginning_is_the_beginning_of_the_key() {
        for title in ["ΟΔΟΣΑΝ", "οδός της", "Ёлка", "İstanbul", "STRAẞE", "Ǆ"]
        {
            let key = title_key(title);
            for (end, _) in title.char_indices() {
                assert!(key.starts_with(&title_key(&title[..end])), "{title} to {end}");
            }
            assert_eq!(title_key(&title.to_lowercase()), key);
        }
    }
}
