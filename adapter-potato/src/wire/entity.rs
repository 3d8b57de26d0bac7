//! Formatting of what arrives.

use serde::{Deserialize, Serialize};

use super::filled;

/// Object Type › Entity Type.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(from = "i64", into = "i64")]
pub enum EntityType {
    /// Bold.
    Bold,
    /// Italic.
    Italic,
    /// Code in a line.
    Code,
    /// An address that is its own text.
    Url,
    /// Text that leads to an address.
    TextUrl,
    /// `@name`.
    Mention,
    /// The name of a user without a public one.
    MentionName,
    /// An e-mail address; the document's "Code highlighting" is a slip.
    Email,
    /// `/command`.
    BotCommand,
    /// One that the document does not have.
    Other(i64),
}

/// All that the document has, by their numbers.
const KINDS: [(i64, EntityType); 9] = [
    (1, EntityType::Bold),
    (2, EntityType::Italic),
    (3, EntityType::Code),
    (4, EntityType::Url),
    (5, EntityType::TextUrl),
    (6, EntityType::Mention),
    (7, EntityType::MentionName),
    (8, EntityType::Email),
    (9, EntityType::BotCommand),
];

impl From<EntityType> for i64 {
    fn from(kind: EntityType) -> Self {
        match kind {
            EntityType::Other(number) => number,
            known => KINDS.iter().find(|(_, it)| *it == known).map_or(0, |(number, _)| *number),
        }
    }
}

impl From<i64> for EntityType {
    fn from(number: i64) -> Self {
        let known = KINDS.iter().find(|(it, _)| *it == number);
        known.map_or(Self::Other(number), |(_, kind)| *kind)
    }
}

/// Entity: formatting of a part of a text.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Entity {
    /// Which kind.
    #[serde(rename = "type")]
    pub kind: EntityType,
    /// Where it begins, in UTF-16 code units; the document's "bytes" count an emoji as two.
    pub offset: i64,
    /// How long it is, in UTF-16 code units.
    pub length: i64,
    /// Where a text link leads.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Whom a mention by name means.
    #[serde(default, deserialize_with = "filled", skip_serializing_if = "Option::is_none")]
    pub user_id: Option<i64>,
}
