//! Chats by the beginning of their title, and by who is or was in them.

use registry_api::query::{Key, KeyValue, Listed};
use registry_api::store::{Result, Search, Wanted};
use uuid::Uuid;

use super::super::Postgres;
use super::super::children::documents;
use crate::page::{self, Row, Titles};
use crate::row::text;

/// Of the chats that are found, what is answered.
macro_rules! found {
    ($page:expr) => {
        concat!(
            "select page.id, page.title_key, chat.version, document.body
             from ",
            $page,
            " as page
             cross join lateral (
                 select version from registry_chats where id = page.id offset 0) as chat
             left join lateral (
                 select body from registry_documents
                 where chat_id = page.id and version = chat.version offset 0) as document on true
             order by page.title_key, page.id"
        )
    };
}

/// Parameters: the title and the id behind which they stand, the title before which, how many.
pub(super) const BY_TITLE: &str = found!(
    "(select id, title_key from registry_chats
      where (title_key, id) > ($1, $2) and title_key < $3
      order by title_key, id limit (select $4::bigint))"
);

/// Of somebody who has been in few chats these are sorted; of somebody who has been in many, the first
/// by title are soon found. One more parameter: who it is.
macro_rules! of_people {
    ($people:literal) => {
        concat!(
            "with wanted as (select array(",
            $people,
            ") as ids offset 0), known as (
                 select wanted.ids, stays.count from wanted cross join lateral (
                     select count(*) as count from (
                         select from registry_participations
                         where participant_id = any(wanted.ids) limit 5000) as stay) as stays offset 0
             ) ",
            found!(
                "known cross join lateral (
                     (select chat.id, chat.title_key from (
                          select distinct on (chat_id) chat_id as id from registry_participations
                          where known.count < 5000 and participant_id = any(known.ids)
                          order by chat_id offset 0) as theirs
                      cross join lateral (
                          select id, title_key from registry_chats
                          where id = theirs.id offset 0) as chat
                      where (chat.title_key, chat.id) > ($1, $2) and chat.title_key < $3
                      order by chat.title_key, chat.id limit (select $4::bigint))
                     union all
                     (select chat.id, chat.title_key from registry_chats as chat
                      where known.count >= 5000
                          and (chat.title_key, chat.id) > ($1, $2) and chat.title_key < $3
                          and (select true from registry_participations
                               where participant_id = any(known.ids) and chat_id = chat.id limit 1)
                      order by chat.title_key, chat.id limit (select $4::bigint))
                 )"
            )
        )
    };
}

pub(super) const BY_ID: &str = of_people!("select $5::uuid");
pub(super) const BY_NAME: &str = of_people!(
    "select id from registry_participants where username is not null and lower(username) = $5"
);

pub(in super::super) async fn search(store: &Postgres, search: &Search) -> Result<Vec<Listed>> {
    let failed = super::super::store("searching chats");
    let Titles { behind: (title, id), before } = Titles::of(search);
    let statement = match search.participant {
        None => BY_TITLE,
        Some(Wanted::Id(_)) => BY_ID,
        Some(Wanted::Username(_)) => BY_NAME,
    };
    let asked = sqlx::query_as(statement).bind(text(title)).bind(id).bind(text(&before));
    let asked = asked.bind(i64::from(search.size));
    let asked = match &search.participant {
        None => asked,
        Some(Wanted::Id(id)) => asked.bind(id),
        Some(Wanted::Username(name)) => asked.bind(text(name)),
    };
    let mut line = store.reading.line().await.map_err(&failed)?;
    let rows: Vec<(Uuid, String, i64, Option<String>)> =
        asked.fetch_all(&mut *line).await.map_err(&failed)?;
    line.done();
    let row = |(id, title, version, body)| Row {
        key: Key { value: KeyValue::Text(title), id },
        version,
        body,
    };
    let rows: Vec<Row> = rows.into_iter().map(row).collect();
    let rendered = documents(store, &page::undocumented(&rows)).await.map_err(&failed)?;
    Ok(page::listed(rows, rendered))
}
