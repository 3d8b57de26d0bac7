//! What bots see: chats, titles, and who comes and goes.

use chrono::{DateTime, Utc};
use registry_api::query::title_key;
use registry_api::store::{Announcement, ChatAddress, MovedChat, Result, SeenChat};
use sqlx::SqliteConnection;
use uuid::Uuid;

use super::addresses::{Found, chat_moved, chat_seen};
use super::people::people_seen;
use super::recognizing::is_known;
use super::{Sqlite, millis, stays, time};
use crate::document::UNBOUND_SERVICE;
use crate::seen::{self, StayChanges, TitleChange, title_change};

pub(super) async fn see(store: &Sqlite, seen: &SeenChat) -> Result<()> {
    let failed = super::store("keeping a chat that was seen");
    if is_known(&store.readers, seen).await.map_err(&failed)? {
        return Ok(());
    }
    let mut transaction = store.writer.begin().await.map_err(&failed)?;
    if keep(&mut transaction, seen).await.map_err(&failed)? {
        transaction.commit().await.map_err(&failed)
    } else {
        transaction.rollback().await.map_err(&failed)
    }
}

pub(super) async fn move_chat(store: &Sqlite, moved: &MovedChat) -> Result<()> {
    let failed = super::store("keeping that a chat has moved");
    let mut transaction = store.writer.begin().await.map_err(&failed)?;
    chat_moved(&mut transaction, moved).await.map_err(&failed)?;
    transaction.commit().await.map_err(&failed)
}

/// Of a chat that nobody has registered, or that is a messenger's already, nothing is kept.
pub(super) async fn announce(store: &Sqlite, announcement: &Announcement) -> Result<()> {
    let query = sqlx::query(
        "insert into registry_announcements as it (account, person, chat_id, said_at, ends_at)
         select $1, $2, id, $4, $5 from registry_chats where id = $3 and service = $6
         on conflict (account, person) do update
         set chat_id = excluded.chat_id, said_at = excluded.said_at, ends_at = excluded.ends_at
         where it.said_at <= excluded.said_at",
    )
    .bind(&announcement.account)
    .bind(&announcement.person)
    .bind(announcement.registered)
    .bind(millis(announcement.from))
    .bind(millis(announcement.until))
    .bind(UNBOUND_SERVICE);
    store.writer.execute(query).await.map(drop).map_err(super::store("keeping an announcement"))
}

pub(super) async fn is_titled(store: &Sqlite, address: &ChatAddress) -> Result<bool> {
    sqlx::query_scalar(
        "select exists (
             select 1 from registry_addresses address
             join registry_titles title on title.chat_id = address.chat_id
             where address.service = $1 and address.account = $2 and address.external_id = $3)",
    )
    .bind(&address.service)
    .bind(&address.account)
    .bind(&address.external_id)
    .fetch_one(&store.readers)
    .await
    .map_err(super::store("looking up a title"))
}

/// Keeps what was seen; says whether anything was written.
async fn keep(db: &mut SqliteConnection, seen: &SeenChat) -> sqlx::Result<bool> {
    let found = chat_seen(db, seen).await?;
    let chat = found.id();
    let title = match &seen.title {
        Some(title) => title_seen(db, chat, title, seen.at).await?,
        None => false,
    };
    let presence = presence_seen(db, chat, seen).await?;
    let invitation = match &seen.invitation {
        Some(link) => invitation_seen(db, chat, link, seen.at).await?,
        None => Invited::Not,
    };
    let people = people_are_seen(db, chat, seen).await?;
    let consequences = Consequences::of(db, chat).await?;
    let is_shown = title || people.is_shown || consequences.is_other_use();
    match found {
        Found::New(_) => {
            consequences.write(db, chat, 0).await?;
            tell(db, "registered", chat, seen.at).await?;
        }
        Found::Known(_) if !is_shown && invitation != Invited::Anew => {
            return Ok(presence || invitation != Invited::Not || people.is_written);
        }
        Found::Known(_) | Found::Bound(_) => {
            consequences.write(db, chat, 1).await?;
            tell(db, "changed", chat, seen.at).await?;
        }
    }
    Ok(true)
}

/// Keeps a title; says whether that changed anything.
async fn title_seen(
    db: &mut SqliteConnection,
    chat: Uuid,
    title: &str,
    at: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let in_force: Option<String> = sqlx::query_scalar(
        "select value from registry_titles where chat_id = $1 and captured_at <= $2
         order by captured_at desc, seq desc limit 1",
    )
    .bind(chat)
    .bind(millis(at))
    .fetch_optional(&mut *db)
    .await?;
    let next: Option<(i64, String)> = sqlx::query_as(
        "select seq, value from registry_titles where chat_id = $1 and captured_at > $2
         order by captured_at, seq limit 1",
    )
    .bind(chat)
    .bind(millis(at))
    .fetch_optional(&mut *db)
    .await?;
    let next = next.as_ref().map(|(row, value)| (*row, value.as_str()));
    match title_change(title, in_force.as_deref(), next) {
        None => return Ok(false),
        Some(TitleChange::Earlier(row)) => {
            let query = sqlx::query("update registry_titles set captured_at = $2 where seq = $1");
            query.bind(row).bind(millis(at)).execute(&mut *db).await?;
        }
        Some(TitleChange::Add) => {
            sqlx::query(
                "insert into registry_titles (chat_id, value, captured_at) values ($1, $2, $3)",
            )
            .bind(chat)
            .bind(title)
            .bind(millis(at))
            .execute(&mut *db)
            .await?;
        }
    }
    Ok(true)
}

/// Keeps whether the account takes part in the chat; says whether that was worth it.
async fn presence_seen(
    db: &mut SqliteConnection,
    chat: Uuid,
    seen: &SeenChat,
) -> sqlx::Result<bool> {
    let Some(is_present) = seen.is_present else { return Ok(false) };
    let known: Option<(bool, i64)> = sqlx::query_as(
        "select is_present, since from registry_presences where chat_id = $1 and account = $2",
    )
    .bind(chat)
    .bind(&seen.account)
    .fetch_optional(&mut *db)
    .await?;
    sqlx::query(
        "insert into registry_presences as it (chat_id, account, is_present, since)
         values ($1, $2, $3, $4)
         on conflict (chat_id, account) do update
         set is_present = excluded.is_present, since = excluded.since
         where excluded.since > it.since or excluded.since = it.since and not excluded.is_present",
    )
    .bind(chat)
    .bind(&seen.account)
    .bind(is_present)
    .bind(millis(seen.at))
    .execute(&mut *db)
    .await?;
    Ok(seen::tells_presence(seen, known.map(|(is_present, since)| (is_present, time(since)))))
}

/// What a link changes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Invited {
    /// Nothing: a later one is known.
    Not,
    /// When it was seen.
    Again,
    /// It is another one.
    Anew,
}

/// Keeps the link by which people join a chat.
pub(super) async fn invitation_seen(
    db: &mut SqliteConnection,
    chat: Uuid,
    link: &str,
    at: DateTime<Utc>,
) -> sqlx::Result<Invited> {
    let is_another: Option<bool> = sqlx::query_scalar(
        "select invitation is not $2 from registry_chats
         where id = $1 and (invitation_at is null or invitation_at < $3)",
    )
    .bind(chat)
    .bind(link)
    .bind(millis(at))
    .fetch_optional(&mut *db)
    .await?;
    if is_another.is_some() {
        sqlx::query("update registry_chats set invitation = $2, invitation_at = $3 where id = $1")
            .bind(chat)
            .bind(link)
            .bind(millis(at))
            .execute(&mut *db)
            .await?;
    }
    Ok(match is_another {
        None => Invited::Not,
        Some(false) => Invited::Again,
        Some(true) => Invited::Anew,
    })
}

/// What those who were seen have changed.
struct PeopleSeen {
    /// Whether anything.
    is_written: bool,
    /// Whether something that the chat shows.
    is_shown: bool,
}

async fn people_are_seen(
    db: &mut SqliteConnection,
    chat: Uuid,
    seen: &SeenChat,
) -> sqlx::Result<PeopleSeen> {
    let mut everybody = seen::people(seen);
    if everybody.is_empty() {
        return Ok(PeopleSeen { is_written: false, is_shown: false });
    }
    let people = people_seen(db, &seen.address.service, &everybody).await?;
    let ids: Vec<Uuid> = people.ids.values().copied().collect();
    let known = stays::stays(db, chat, &ids).await?;
    // Who came first shows first.
    everybody.sort_by_key(|it| it.place);
    let mut changes = Vec::new();
    for it in &everybody {
        let Some(id) = people.ids.get(it.external_id) else { continue };
        let rows = known.get(id).map_or(&[][..], Vec::as_slice);
        let facts = it.facts(|external_id| people.ids.get(external_id).copied());
        changes.push((*id, StayChanges::by(rows, facts, seen.at)));
    }
    let has_moved = stays::write(db, chat, &changes).await?;
    let shows_name = people.renamed.iter().any(|id| known.contains_key(id));
    let is_written = has_moved || people.are_written;
    Ok(PeopleSeen { is_written, is_shown: has_moved || shows_name })
}

/// What follows from the titles and presences of a chat.
#[derive(sqlx::FromRow)]
pub(super) struct Consequences {
    title: Option<String>,
    is_active: bool,
    was_active: bool,
}

impl Consequences {
    pub(super) async fn of(db: &mut SqliteConnection, chat: Uuid) -> sqlx::Result<Self> {
        sqlx::query_as(
            "select (select value from registry_titles where chat_id = $1
                     order by captured_at desc, seq desc limit 1) as title,
                 coalesce((select max(is_present) from registry_presences where chat_id = $1),
                     1) as is_active,
                 is_active as was_active
             from registry_chats where id = $1",
        )
        .bind(chat)
        .fetch_one(&mut *db)
        .await
    }

    /// Whether the chat came into use, or out of it.
    fn is_other_use(&self) -> bool {
        self.is_active != self.was_active
    }

    /// Writes them down, and lets the chat's version grow by so much.
    pub(super) async fn write(
        &self,
        db: &mut SqliteConnection,
        chat: Uuid,
        versions: i64,
    ) -> sqlx::Result<()> {
        sqlx::query(
            "update registry_chats set title_key = $2, is_active = $3, version = version + $4
             where id = $1",
        )
        .bind(chat)
        .bind(self.title.as_deref().map(title_key).unwrap_or_default())
        .bind(self.is_active)
        .bind(versions)
        .execute(&mut *db)
        .await
        .map(drop)
    }
}

/// Tells that something has happened to a chat.
pub(super) async fn tell(
    db: &mut SqliteConnection,
    kind: &str,
    chat: Uuid,
    at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query("insert into registry_events (kind, chat_id, at) values ($1, $2, $3)")
        .bind(kind)
        .bind(chat)
        .bind(millis(at))
        .execute(&mut *db)
        .await
        .map(drop)
}
