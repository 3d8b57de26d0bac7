//! People: one row each on a messenger, whatever chats they are in.

use std::collections::HashMap;

use registry_api::model::UserProperties;
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::json;
use crate::seen::Somebody;

/// Those who were seen.
pub(super) struct People {
    /// Their ids, by the messenger's.
    pub(super) ids: HashMap<String, Uuid>,
    /// Those who were known, and have another name now.
    pub(super) renamed: Vec<Uuid>,
    /// Whether something was written.
    pub(super) are_written: bool,
}

type Row = (String, Uuid, Option<String>, Option<String>, Option<String>);

/// Keeps those who are new or have another name. They come in the order of their ids.
pub(super) async fn people_seen(
    db: &mut SqliteConnection,
    service: &str,
    people: &[Somebody<'_>],
) -> sqlx::Result<People> {
    let known = known(db, service, people).await?;
    let is_news = |it: &&Somebody<'_>| match known.get(it.external_id) {
        None => true,
        Some((_, names)) => it.names.is_some_and(|new| new != names),
    };
    let news: Vec<&Somebody<'_>> = people.iter().filter(is_news).collect();
    let mut ids: HashMap<String, Uuid> =
        known.iter().map(|(external_id, (id, _))| (external_id.clone(), *id)).collect();
    let mut renamed = Vec::new();
    if !news.is_empty() {
        let written = write(db, service, &news).await?;
        for it in &news {
            if let Some(id) = written.get(it.external_id) {
                // Where the row that was meant to be new has another id, somebody was there.
                if *id != it.new_id {
                    renamed.push(*id);
                }
                ids.insert(it.external_id.to_owned(), *id);
            }
        }
        rename(db, &renamed).await?;
    }
    Ok(People { ids, renamed, are_written: !news.is_empty() })
}

async fn known(
    db: &mut SqliteConnection,
    service: &str,
    people: &[Somebody<'_>],
) -> sqlx::Result<HashMap<String, (Uuid, UserProperties)>> {
    let rows: Vec<Row> = sqlx::query_as(
        "select external_id, id, firstname, lastname, username from registry_participants
         where service = $1 and external_id in (select value from json_each($2))",
    )
    .bind(service)
    .bind(json(&people.iter().map(|it| it.external_id).collect::<Vec<_>>())?)
    .fetch_all(&mut *db)
    .await?;
    let known = rows.into_iter().map(|(external_id, id, firstname, lastname, username)| {
        (external_id, (id, UserProperties { firstname, lastname, username }))
    });
    Ok(known.collect())
}

/// The ids of those whose rows are new or say something else than before.
async fn write(
    db: &mut SqliteConnection,
    service: &str,
    people: &[&Somebody<'_>],
) -> sqlx::Result<HashMap<String, Uuid>> {
    let people: Vec<_> = people
        .iter()
        .map(|it| (it.new_id.simple().to_string(), it.external_id, it.names))
        .collect();
    let rows: Vec<(String, Uuid)> = sqlx::query_as(
        "insert into registry_participants as it
             (id, service, external_id, firstname, lastname, username)
         select unhex(value ->> 0), $1, value ->> 1, value ->> '$[2].firstname',
             value ->> '$[2].lastname', value ->> '$[2].username'
         from json_each($2) where true
         on conflict (service, external_id) do update
         set firstname = excluded.firstname, lastname = excluded.lastname,
             username = excluded.username
         returning external_id, id",
    )
    .bind(service)
    .bind(json(&people)?)
    .fetch_all(&mut *db)
    .await?;
    Ok(rows.into_iter().collect())
}

/// Their other chats show it soon.
async fn rename(db: &mut SqliteConnection, people: &[Uuid]) -> sqlx::Result<()> {
    if people.is_empty() {
        return Ok(());
    }
    let people: Vec<String> = people.iter().map(|id| id.simple().to_string()).collect();
    sqlx::query(
        "insert into registry_renames as it (participant_id)
         select unhex(value) from json_each($1) where true
         on conflict (participant_id) do update set times = times + 1",
    )
    .bind(json(&people)?)
    .execute(&mut *db)
    .await
    .map(drop)
}
