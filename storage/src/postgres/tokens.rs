//! Hashes of tokens.
//!
//! They are looked up where the registry is written: a token that was taken back shall not count on
//! a replica for as long as that lags behind.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use registry_api::store::{Grant, NewToken, Result, TokenRecord, TokenStore};
use registry_api::token::TokenHash;
use sqlx::Row as _;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::{Postgres, store};
use crate::row::{scopes, text};

#[async_trait]
impl TokenStore for Postgres {
    async fn add_token(&self, token: &NewToken<'_>) -> Result<()> {
        sqlx::query(
            "insert into registry_tokens (id, name, hash, scopes, created_at, expires_at)
             values ($1, $2, $3, $4, $5, $6)",
        )
        .bind(token.id)
        .bind(text(token.name))
        .bind(&token.hash.0[..])
        .bind(token.scopes.to_string())
        .bind(token.at)
        .bind(token.expires_at)
        .execute(&self.registry)
        .await
        .map(drop)
        .map_err(store("keeping a token"))
    }

    async fn grant(&self, token: &TokenHash) -> Result<Option<Grant>> {
        let found: Option<(Uuid, String, Option<DateTime<Utc>>)> = sqlx::query_as(
            "select id, scopes, expires_at from registry_tokens
             where hash = $1 and revoked_at is null",
        )
        .bind(&token.0[..])
        .fetch_optional(&self.registry)
        .await
        .map_err(store("looking up a token"))?;
        Ok(found.map(|(id, names, expires_at)| Grant { id, scopes: scopes(&names), expires_at }))
    }

    async fn tokens(&self) -> Result<Vec<TokenRecord>> {
        let failed = store("listing tokens");
        let rows = sqlx::query(
            "select id, name, scopes, created_at, expires_at, last_used_at, revoked_at
             from registry_tokens order by created_at, id",
        )
        .fetch_all(&self.registry)
        .await
        .map_err(&failed)?;
        rows.iter().map(record).collect::<sqlx::Result<_>>().map_err(&failed)
    }

    async fn revoke(&self, id: Uuid, at: DateTime<Utc>) -> Result<Option<DateTime<Utc>>> {
        sqlx::query_scalar(
            "update registry_tokens set revoked_at = coalesce(revoked_at, $2)
             where id = $1 returning revoked_at",
        )
        .bind(id)
        .bind(at)
        .fetch_optional(&self.registry)
        .await
        .map_err(store("taking a token back"))
    }

    async fn used(&self, uses: &[(Uuid, DateTime<Utc>)]) -> Result<()> {
        let (ids, times): (Vec<Uuid>, Vec<DateTime<Utc>>) = uses.iter().copied().unzip();
        // In the order of the ids, so that no two processes wait for each other in a circle.
        sqlx::query(
            "with used as materialized (
                 select token.id, use.at
                 from registry_tokens token
                 join unnest($1::uuid[], $2::timestamptz[]) as use (id, at) using (id)
                 where token.last_used_at is null or token.last_used_at < use.at
                 order by token.id
                 for no key update of token
             )
             update registry_tokens set last_used_at = used.at from used
             where registry_tokens.id = used.id",
        )
        .bind(ids)
        .bind(times)
        .execute(&self.registry)
        .await
        .map(drop)
        .map_err(store("keeping the last use of tokens"))
    }
}

fn record(row: &PgRow) -> sqlx::Result<TokenRecord> {
    Ok(TokenRecord {
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        scopes: scopes(row.try_get("scopes")?),
        created_at: row.try_get("created_at")?,
        expires_at: row.try_get("expires_at")?,
        last_used_at: row.try_get("last_used_at")?,
        revoked_at: row.try_get("revoked_at")?,
    })
}
