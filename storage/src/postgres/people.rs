//! People: one row each on a messenger, whatever chats they are in.

use std::collections::HashMap;

use registry_api::model::UserProperties;
use sqlx::PgConnection;
use uuid::Uuid;

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
    db: &mut PgConnection,
    service: &str,
    people: &[Somebody<'_>],
) -> sqlx::Result<People> {
    // Everybody sees the bot in every chat: to look first is not to lock its row each time.
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
        // Whom somebody else has just written, and in the same way.
        if news.iter().any(|it| !ids.contains_key(it.external_id)) {
            let known = self::known(db, service, people).await?;
            ids.extend(known.into_iter().map(|(external_id, (id, _))| (external_id, id)));
        }
        rename(db, &renamed).await?;
    }
    Ok(People { ids, renamed, are_written: !news.is_empty() })
}

async fn known(
    db: &mut PgConnection,
    service: &str,
    people: &[Somebody<'_>],
) -> sqlx::Result<HashMap<String, (Uuid, UserProperties)>> {
    let rows: Vec<Row> = sqlx::query_as(
        "select external_id, id, firstname, lastname, username from registry_participants
         where service = $1 and external_id = any($2)",
    )
    .bind(service)
    .bind(people.iter().map(|it| it.external_id).collect::<Vec<_>>())
    .fetch_all(&mut *db)
    .await?;
    let known = rows.into_iter().map(|(external_id, id, firstname, lastname, username)| {
        (external_id, (id, UserProperties { firstname, lastname, username }))
    });
    Ok(known.collect())
}

/// The ids of those whose rows are new or say something else than before.
async fn write(
    db: &mut PgConnection,
    service: &str,
    people: &[&Somebody<'_>],
) -> sqlx::Result<HashMap<String, Uuid>> {
    let name = |name: fn(&UserProperties) -> &Option<String>| {
        people
            .iter()
            .map(|it| it.names.and_then(|names| name(names).as_deref()))
            .collect::<Vec<_>>()
    };
    let rows: Vec<(String, Uuid)> = sqlx::query_as(
        "insert into registry_participants as it
             (id, service, external_id, firstname, lastname, username)
         select id, $1, external_id, firstname, lastname, username
         from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[]) with ordinality
             as seen (id, external_id, firstname, lastname, username, place)
         order by place
         on conflict (service, external_id) do update
         set firstname = excluded.firstname, lastname = excluded.lastname,
             username = excluded.username
         where (it.firstname, it.lastname, it.username)
                 is distinct from (excluded.firstname, excluded.lastname, excluded.username)
             and coalesce(excluded.firstname, excluded.lastname, excluded.username) is not null
         returning external_id, id",
    )
    .bind(service)
    .bind(people.iter().map(|it| it.new_id).collect::<Vec<_>>())
    .bind(people.iter().map(|it| it.external_id).collect::<Vec<_>>())
    .bind(name(|it| &it.firstname))
    .bind(name(|it| &it.lastname))
    .bind(name(|it| &it.username))
    .fetch_all(&mut *db)
    .await?;
    Ok(rows.into_iter().collect())
}

/// Their other chats show it soon.
async fn rename(db: &mut PgConnection, people: &[Uuid]) -> sqlx::Result<()> {
    if people.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "insert into registry_renames as it (participant_id)
         select id from unnest($1::uuid[]) with ordinality as renamed (id, place) order by place
         on conflict (participant_id) do update set times = it.times + 1",
    )
    .bind(people)
    .execute(&mut *db)
    .await
    .map(drop)
}
