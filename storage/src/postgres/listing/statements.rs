//! The statements of lists: total, page and documents, all of one moment.
//!
//! Parameters: whether the chats are in use (null where that does not matter), from when on and before
//! when they are registered, how many are read; and then either how many are passed by, or the id and
//! the key behind which they stand.
//!
//! What is read comes in no order: a sort here would carry the documents along.
//!
//! Each has the same plan whatever is asked for, so that nobody waits for one to be made: a limit that
//! is a query of its own is guessed to be the same in every plan, and then the one that is kept seems
//! no worse than one made anew. What would make that plan a bad one is written so that it cannot be:
//! `lateral` with `offset 0` is looked up row by row.

use registry_api::query::{Filter, SortBy};

/// Of a page, what a list answers.
macro_rules! listed {
    ($list:literal, $page:expr) => {
        concat!(
            "with list as (select * from registry_page(",
            $list,
            ") offset 0)
             select list.total, page.id, page.key, page.version, document.body
             from list left join (
                 lateral (",
            $page,
            ") as page
                 left join lateral (
                     select body from registry_documents
                     where chat_id = page.id and version = page.version offset 0) as document on true
             ) on true"
        )
    };
}

/// Those by time from a place on.
macro_rules! from_by_time {
    ($list:literal, $state:literal, $from:literal, $direction:literal) => {
        listed!(
            $list,
            concat!(
                "select id, registered_at as key, version from registry_chats where ",
                $state,
                "(registered_at, id) ",
                $from,
                " and registered_at >= $2 and registered_at < $3
                 order by registered_at ",
                $direction,
                ", id ",
                $direction,
                " limit (select $4::bigint)"
            )
        )
    };
}

/// A page by time, which begins at a chat that is found by counts.
macro_rules! page_by_time {
    ($state:literal, "asc") => {
        from_by_time!("$1, $2, $3, $5, false", $state, ">= (list.at, list.id)", "asc")
    };
    ($state:literal, "desc") => {
        from_by_time!("$1, $2, $3, $5, true", $state, "<= (list.at, list.id)", "desc")
    };
}

/// Those behind a place by time.
macro_rules! behind_by_time {
    ($state:literal, "asc") => {
        from_by_time!("$1, $2, $3, null, false", $state, "> ($6, $5)", "asc")
    };
    ($state:literal, "desc") => {
        from_by_time!("$1, $2, $3, null, false", $state, "< ($6, $5)", "desc")
    };
}

macro_rules! by_time {
    ($state:literal) => {
        [
            [page_by_time!($state, "asc"), behind_by_time!($state, "asc")],
            [page_by_time!($state, "desc"), behind_by_time!($state, "desc")],
        ]
    };
}

/// What is read in another order: of few chats those that are found by time, of many by the index of
/// the order, in which time and state stand too. That must not seem to be found by time.
macro_rules! ordered {
    ($key:literal, $which:literal, $many:expr, $few:literal, $direction:literal, $part:literal) => {
        concat!(
            "(select id, ",
            $key,
            " as key from registry_chats
              where list.total >= 5000",
            $which,
            $many,
            " order by ",
            $key,
            $direction,
            ", id",
            $direction,
            $part,
            ") union all
             (select few.id, few.key from (
                  select id, ",
            $key,
            " as key from registry_chats
                  where list.total < 5000 and registered_at >= $2 and registered_at < $3
                      and ($1 is null or is_active = $1) offset 0) as few",
            $few,
            " order by few.key",
            $direction,
            ", few.id",
            $direction,
            $part,
            ")"
        )
    };
}

/// A page in another order, whose keys come from an index that has no versions.
macro_rules! listed_by_key {
    ($page:expr) => {
        listed!(
            "$1, $2, $3, null, false",
            concat!(
                "select keyed.id, keyed.key, chat.version from (",
                $page,
                ") as keyed cross join lateral (
                     select version from registry_chats where id = keyed.id offset 0) as chat"
            )
        )
    };
}

/// A page in another order. What is nearer to the end is read from there.
macro_rules! page_by_key {
    ($key:literal, $which:literal, $direction:literal, $back:literal) => {
        listed_by_key!(concat!(
            ordered!(
                $key,
                $which,
                " and $5 <= list.total / 2",
                "",
                $direction,
                " offset $5::bigint limit (select $4::bigint)"
            ),
            " union all
                 (select id, ",
            $key,
            " as key from registry_chats
                  where list.total >= 5000",
            $which,
            " and $5 > list.total / 2 order by ",
            $key,
            $back,
            ", id",
            $back,
            " offset greatest(list.total - $5 - $4::bigint, 0)
                  limit greatest(least($4::bigint, list.total - $5), 0))"
        ))
    };
}

/// Those behind a place in another order.
macro_rules! behind_by_key {
    ($key:literal, $which:literal, $many:expr, $few:literal, $direction:literal) => {
        listed_by_key!(ordered!(
            $key,
            $which,
            $many,
            $few,
            $direction,
            " limit (select $4::bigint)"
        ))
    };
}

macro_rules! by_key {
    ($key:literal) => {
        by_key!(
            $key,
            " and ($1 is null or is_active = $1)
              and (registered_at >= $2 and registered_at < $3) is not false"
        )
    };
    ($key:literal, $which:literal) => {
        [
            [
                page_by_key!($key, $which, " asc", " desc"),
                behind_by_key!(
                    $key,
                    $which,
                    concat!(" and (", $key, ", id) > ($6, $5)"),
                    " where (few.key, few.id) > ($6, $5)",
                    " asc"
                ),
            ],
            [
                page_by_key!($key, $which, " desc", " asc"),
                behind_by_key!(
                    $key,
                    $which,
                    concat!(" and (", $key, ", id) < ($6, $5)"),
                    " where (few.key, few.id) < ($6, $5)",
                    " desc"
                ),
            ],
        ]
    };
}

/// By whether it is read from the greatest on, and whether from behind a place.
type Statements = [[&'static str; 2]; 2];

const BY_TIME: Statements = by_time!("");
const BY_TIME_IN_STATE: Statements = by_time!("is_active = $1 and ");
const BY_CREATOR: Statements = by_key!("(coalesce(created_by, '') collate \"C\")");
const BY_SERVICE: Statements = by_key!("(service collate \"C\")");
const BY_TITLE: Statements = by_key!("title_key");
const BY_ID: Statements = by_key!("id");
/// Of all chats: the index of ids has nothing else in it.
const ALL_BY_ID: Statements = by_key!("id", "");

/// The statement for a list.
pub(super) fn statement(
    by: SortBy,
    filter: &Filter,
    descending: bool,
    behind: bool,
) -> &'static str {
    let Filter { is_active, from, to, .. } = filter;
    let statements = match by {
        SortBy::RegisteredAt if is_active.is_some() => &BY_TIME_IN_STATE,
        SortBy::RegisteredAt => &BY_TIME,
        SortBy::CreatedBy => &BY_CREATOR,
        SortBy::Service => &BY_SERVICE,
        SortBy::Title => &BY_TITLE,
        SortBy::Id if is_active.is_none() && from.is_none() && to.is_none() => &ALL_BY_ID,
        SortBy::Id => &BY_ID,
    };
    statements[usize::from(descending)][usize::from(behind)]
}

/// The statement for the first page of the list that is asked for most.
#[cfg(feature = "testing")]
pub(crate) fn first_page() -> &'static str {
    BY_TIME[1][0]
}
