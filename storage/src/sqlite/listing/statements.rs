//! The statements of lists: a page with its documents.
//!
//! Parameters: whether the chats are in use (null where that does not matter), from when on and before
//! when they are registered, how many are read; and then either how many are passed by, or the id and
//! the key behind which they stand. Each names its index: nobody guesses.

use registry_api::query::SortBy;

/// What a list answers of a page.
macro_rules! listed {
    ($key:literal, $from:literal, $condition:expr, $direction:literal, $part:literal) => {
        concat!(
            "select page.id, page.key, chat.version, document.body
             from (select id, ",
            $key,
            " as key from registry_chats indexed by ",
            $from,
            " where ",
            $condition,
            "registered_at >= $2 and registered_at < $3
              order by ",
            $key,
            $direction,
            ", id",
            $direction,
            " limit $4",
            $part,
            ") as page
             cross join registry_chats as chat on chat.id = page.id
             left join registry_documents as document
                 on document.chat_id = chat.id and document.version = chat.version
             order by page.key",
            $direction,
            ", page.id",
            $direction
        )
    };
}

macro_rules! directed {
    ($key:literal, $from:literal, $state:literal, $comparison:literal, $direction:literal) => {
        [
            listed!($key, $from, $state, $direction, " offset $5"),
            listed!(
                $key,
                $from,
                concat!($state, "(", $key, ", id) ", $comparison, " ($6, $5) and "),
                $direction,
                ""
            ),
        ]
    };
}

macro_rules! statements {
    ($key:literal, $from:literal, $state:literal) => {
        [directed!($key, $from, $state, ">", " asc"), directed!($key, $from, $state, "<", " desc")]
    };
}

/// Of few chats those that are found by time, and of many by the index of their order.
macro_rules! by_key {
    ($key:literal, $from:literal) => {
        [
            statements!($key, $from, "($1 is null or is_active = $1) and "),
            statements!($key, "registry_chats_by_time", "($1 is null or is_active = $1) and "),
        ]
    };
}

/// By whether it is read from the greatest on, and whether from behind a place.
type Statements = [[&'static str; 2]; 2];

const BY_TIME: [Statements; 2] = [
    statements!("registered_at", "registry_chats_by_time", "$1 is null and "),
    statements!("registered_at", "registry_chats_in_use_by_time", "is_active = $1 and "),
];
const BY_CREATOR: [Statements; 2] = by_key!("creator", "registry_chats_by_creator");
const BY_SERVICE: [Statements; 2] = by_key!("service", "registry_chats_by_service");
const BY_TITLE: [Statements; 2] = by_key!("title_key", "registry_chats_by_title");
const BY_ID: [Statements; 2] = by_key!("id", "sqlite_autoindex_registry_chats_1");

/// The statement for a list; a narrow one by time is that of chats in a state, and in another order that
/// of few chats.
pub(super) fn statement(by: SortBy, narrow: bool, descending: bool, behind: bool) -> &'static str {
    let statements = match by {
        SortBy::RegisteredAt => &BY_TIME,
        SortBy::CreatedBy => &BY_CREATOR,
        SortBy::Service => &BY_SERVICE,
        SortBy::Title => &BY_TITLE,
        SortBy::Id => &BY_ID,
    };
    statements[usize::from(narrow)][usize::from(descending)][usize::from(behind)]
}
