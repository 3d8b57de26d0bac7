//! Keys of titles that an older gateway made by other rules, made anew.

use registry_api::query::title_key;
use uuid::Uuid;

use super::json;
use super::writing::Writer;
use crate::row::REKEYED_AT_ONCE;

/// Makes them anew; what is not done is done at the next start.
pub(super) async fn rekey(writer: &Writer) -> sqlx::Result<()> {
    loop {
        let mut transaction = writer.begin().await?;
        let rows: Vec<(Uuid, Option<String>)> = sqlx::query_as(
            "select chat_id,
                 (select value from registry_titles title where title.chat_id = it.chat_id
                  order by captured_at desc, seq desc limit 1)
             from registry_rekeying it order by chat_id limit $1",
        )
        .bind(REKEYED_AT_ONCE)
        .fetch_all(&mut *transaction)
        .await?;
        if rows.is_empty() {
            return transaction.rollback().await;
        }
        let keys: Vec<_> = rows
            .iter()
            .map(|(chat, title)| {
                let key = title.as_deref().map(title_key).unwrap_or_default();
                (chat.simple().to_string(), key)
            })
            .collect();
        let keys = json(&keys)?;
        sqlx::query(
            "update registry_chats set title_key = it.value ->> 1 from json_each($1) as it
             where registry_chats.id = unhex(it.value ->> 0) and title_key <> it.value ->> 1",
        )
        .bind(&keys)
        .execute(&mut *transaction)
        .await?;
        sqlx::query(
            "delete from registry_rekeying
             where chat_id in (select unhex(value ->> 0) from json_each($1))",
        )
        .bind(&keys)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
    }
}
