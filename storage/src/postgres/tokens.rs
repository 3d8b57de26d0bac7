//! Hashes of tokens.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use registry_api::store::{Result, TokenStore};
use registry_api::token::{Scopes, TokenHash};
use uuid::Uuid;

use super::{Postgres, store};

#[async_trait]
impl TokenStore for Postgres {
    async fn add_token(
        &self,
        id: Uuid,
        name: &str,
        hash: &TokenHash,
        scopes: Scopes,
        at: DateTime<Utc>,
    ) -> Result<()> {
        sqlx::query(
            "insert into registry_tokens (id, name, hash, scopes, created_at)
             values ($1, $2, $3, $4, $5)",
        )
        .bind(id)
        .bind(name)
        .bind(&hash.0[..])
        .bind(scopes.to_string())
        .bind(at)
        .execute(&self.pool)
        .await
        .map(drop)
        .map_err(store("keeping a token"))
    }

    async fn scopes(&self, hash: &TokenHash) -> Result<Option<Scopes>> {
        let scopes: Option<String> =
            sqlx::query_scalar("select scopes from registry_tokens where hash = $1")
                .bind(&hash.0[..])
                .fetch_optional(&self.pool)
                .await
                .map_err(store("looking up a token"))?;
        Ok(scopes.map(|scopes| scopes.parse().unwrap_or_default()))
    }
}
