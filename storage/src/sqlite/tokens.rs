//! Hashes of tokens.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use registry_api::store::{Grant, NewToken, Result, TokenRecord, TokenStore};
use registry_api::token::TokenHash;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use super::{Sqlite, json, millis, store, time};
use crate::row::{scopes, text};

#[async_trait]
impl TokenStore for Sqlite {
    async fn add_token(&self, token: &NewToken<'_>) -> Result<()> {
        let query = sqlx::query(
            "insert into registry_tokens (id, name, hash, scopes, created_at, expires_at)
             values ($1, $2, $3, $4, $5, $6)",
        )
        .bind(token.id)
        .bind(text(token.name))
        .bind(&token.hash.0[..])
        .bind(token.scopes.to_string())
        .bind(millis(token.at))
        .bind(token.expires_at.map(millis));
        self.writer.execute(query).await.map(drop).map_err(store("keeping a token"))
    }

    async fn grant(&self, token: &TokenHash) -> Result<Option<Grant>> {
        let found: Option<(Uuid, String, Option<i64>)> = sqlx::query_as(
            "select id, scopes, expires_at from registry_tokens
             where hash = $1 and revoked_at is null",
        )
        .bind(&token.0[..])
        .fetch_optional(&self.readers)
        .await
        .map_err(store("looking up a token"))?;
        Ok(found.map(|(id, names, end)| Grant {
            id,
            scopes: scopes(&names),
            expires_at: end.map(time),
        }))
    }

    async fn tokens(&self) -> Result<Vec<TokenRecord>> {
        let failed = store("listing tokens");
        let rows = sqlx::query(
            "select id, name, scopes, created_at, expires_at, last_used_at, revoked_at
             from registry_tokens order by created_at, id",
        )
        .fetch_all(&self.readers)
        .await
        .map_err(&failed)?;
        rows.iter().map(record).collect::<sqlx::Result<_>>().map_err(&failed)
    }

    async fn revoke(&self, id: Uuid, at: DateTime<Utc>) -> Result<Option<DateTime<Utc>>> {
        let failed = store("taking a token back");
        let mut writing = self.writer.writing().await.map_err(&failed)?;
        // All of it is fetched: else nobody hears that its commit failed.
        let revoked: Vec<i64> = sqlx::query_scalar(
            "update registry_tokens set revoked_at = coalesce(revoked_at, $2)
             where id = $1 returning revoked_at",
        )
        .bind(id)
        .bind(millis(at))
        .fetch_all(&mut *writing)
        .await
        .map_err(&failed)?;
        writing.done();
        Ok(revoked.first().copied().map(time))
    }

    async fn used(&self, uses: &[(Uuid, DateTime<Utc>)]) -> Result<()> {
        let failed = store("keeping the last use of tokens");
        let uses: Vec<_> = uses.iter().map(|(id, at)| (id.simple(), millis(*at))).collect();
        let query = sqlx::query(
            "update registry_tokens set last_used_at = used.at
             from (select unhex(value ->> 0) as id, value ->> 1 as at from json_each($1)) as used
             where registry_tokens.id = used.id
               and (last_used_at is null or last_used_at < used.at)",
        )
        .bind(json(&uses).map_err(&failed)?);
        self.writer.execute(query).await.map(drop).map_err(failed)
    }
}

fn record(row: &SqliteRow) -> sqlx::Result<TokenRecord> {
    let moment = |column| Ok::<_, sqlx::Error>(row.try_get::<Option<i64>, _>(column)?.map(time));
    Ok(TokenRecord {
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        scopes: scopes(row.try_get("scopes")?),
        created_at: time(row.try_get("created_at")?),
        expires_at: moment("expires_at")?,
        last_used_at: moment("last_used_at")?,
        revoked_at: moment("revoked_at")?,
    })
}
