//! Chats by the beginning of their title, and by who is or was in them.

use registry_api::query::{Key, KeyValue, Listed};
use registry_api::store::{Result, Search, Wanted};
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::super::children::{documents, keep};
use super::super::{Sqlite, json};
use crate::page::{self, FEW, Row, Titles};

/// Of the chats that are found, what is answered.
macro_rules! found {
    ($page:literal) => {
        concat!(
            "select page.id, page.title_key, chat.version, document.body
             from (",
            $page,
            " order by title_key, id limit $4) as page
             cross join registry_chats as chat on chat.id = page.id
             left join registry_documents as document
                 on document.chat_id = chat.id and document.version = chat.version
             order by page.title_key, page.id"
        )
    };
}

/// Parameters: the title and the id behind which they stand, the title before which, how many; and the
/// people.
const BY_TITLE: &str = found!(
    "select id, title_key from registry_chats indexed by registry_chats_by_title
     where (title_key, id) > ($1, $2) and title_key < $3"
);

/// Of somebody who has been in few chats these are sorted.
const OF_FEW: &str = found!(
    "select chat.id, chat.title_key from (
         select distinct chat_id
         from registry_participations indexed by registry_participations_of_person
         where participant_id in (select unhex(value) from json_each($5))) as theirs
     cross join registry_chats as chat on chat.id = theirs.chat_id
     where (+chat.title_key, +chat.id) > ($1, $2) and +chat.title_key < $3"
);

/// Of somebody who has been in many, the first by title are soon found.
const OF_MANY: &str = found!(
    "select id, title_key from registry_chats indexed by registry_chats_by_title
     where (title_key, id) > ($1, $2) and title_key < $3 and exists (
         select 1 from registry_participations indexed by registry_participations_of_person
         where participant_id in (select unhex(value) from json_each($5))
             and chat_id = registry_chats.id)"
);

pub(in super::super) async fn search(store: &Sqlite, search: &Search) -> Result<Vec<Listed>> {
    let failed = super::super::store("searching chats");
    let mut transaction = store.readers.begin().await.map_err(&failed)?;
    let rows = read(&mut transaction, search).await.map_err(&failed)?;
    let rendered = documents(&mut transaction, &page::undocumented(&rows)).await;
    let rendered = rendered.map_err(&failed)?;
    transaction.rollback().await.map_err(&failed)?;
    keep(store, &rendered).await;
    Ok(page::listed(rows, rendered))
}

async fn read(db: &mut SqliteConnection, search: &Search) -> sqlx::Result<Vec<Row>> {
    let Titles { behind: (title, id), before } = Titles::of(search);
    let people = match &search.participant {
        None => None,
        Some(Wanted::Id(id)) => Some(vec![*id]),
        Some(Wanted::Username(name)) => Some(named(db, name).await?),
    };
    let people = people.map(|people| {
        let people: Vec<_> = people.iter().map(|id| id.simple().to_string()).collect();
        json(&people)
    });
    let people = people.transpose()?;
    let statement = match &people {
        None => BY_TITLE,
        Some(people) if stays(db, people).await? < FEW => OF_FEW,
        Some(_) => OF_MANY,
    };
    let asked = sqlx::query_as(statement).bind(title).bind(id).bind(&before);
    let mut asked = asked.bind(i64::from(search.size));
    if let Some(people) = &people {
        asked = asked.bind(people);
    }
    let rows: Vec<(Uuid, String, i64, Option<String>)> = asked.fetch_all(&mut *db).await?;
    let row = |(id, title, version, body)| Row {
        key: Key { value: KeyValue::Text(title), id },
        version,
        body,
    };
    Ok(rows.into_iter().map(row).collect())
}

async fn named(db: &mut SqliteConnection, name: &str) -> sqlx::Result<Vec<Uuid>> {
    sqlx::query_scalar(
        "select id from registry_participants indexed by registry_participants_by_username
         where lower(username) = $1 and username is not null",
    )
    .bind(name)
    .fetch_all(&mut *db)
    .await
}

/// How many stays people have, as far as that matters.
async fn stays(db: &mut SqliteConnection, people: &str) -> sqlx::Result<i64> {
    sqlx::query_scalar(
        "select count(*) from (
             select 1 from registry_participations indexed by registry_participations_of_person
             where participant_id in (select unhex(value) from json_each($1)) limit $2)",
    )
    .bind(people)
    .bind(FEW)
    .fetch_one(&mut *db)
    .await
}
