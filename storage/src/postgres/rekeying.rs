//! Keys of titles that an older gateway made by other rules, made anew.

use registry_api::query::title_key;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::row::REKEYED_AT_ONCE;

/// Makes them anew; what is not done is done at the next start. Nobody else does so meanwhile.
pub(super) async fn rekey(db: &mut PgConnection) -> sqlx::Result<()> {
    loop {
        // A title that changes meanwhile has its key from whoever changes it.
        let rows: Vec<(Uuid, Option<String>, Option<String>)> = sqlx::query_as(
            "select it.chat_id, chat.title_key,
                 (select value from registry_titles title where title.chat_id = it.chat_id
                  order by captured_at desc, seq desc limit 1)
             from (select chat_id from registry_rekeying order by chat_id limit $1) it
             left join registry_chats chat on chat.id = it.chat_id",
        )
        .bind(REKEYED_AT_ONCE)
        .fetch_all(&mut *db)
        .await?;
        if rows.is_empty() {
            return Ok(());
        }
        for (chat, known, title) in &rows {
            let key = title.as_deref().map(title_key).unwrap_or_default();
            let Some(known) = known.as_ref().filter(|known| **known != key) else { continue };
            sqlx::query(
                "update registry_chats set title_key = $3 where id = $1 and title_key = $2",
            )
            .bind(chat)
            .bind(known)
            .bind(key)
            .execute(&mut *db)
            .await?;
        }
        sqlx::query("delete from registry_rekeying where chat_id = any($1)")
            .bind(rows.iter().map(|(chat, ..)| *chat).collect::<Vec<_>>())
            .execute(&mut *db)
            .await?;
    }
}
