//! What handlers did.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use gateway_runtime::journal::{Begun, EffectKey, Ledger, Outcome, Result};

use super::{Sqlite, journal, millis};

#[async_trait]
impl Ledger for Sqlite {
    async fn begin(
        &self,
        effect: &EffectKey,
        fingerprint: &str,
        now: DateTime<Utc>,
    ) -> Result<Begun> {
        let failed = journal("writing an effect");
        // A refused effect did not happen: what is asked for now takes its place.
        let intended = sqlx::query(
            "insert into journal_effects
                 (account, update_id, ordinal, fingerprint, state, intended_at)
             values ($1, $2, $3, $4, 'intended', $5)
             on conflict (account, update_id, ordinal) do update
             set fingerprint = excluded.fingerprint, state = 'intended', outcome = null,
                 intended_at = excluded.intended_at, settled_at = null
             where journal_effects.state = 'refused'",
        )
        .bind(effect.account.as_str())
        .bind(effect.update.as_str())
        .bind(i64::from(effect.ordinal))
        .bind(fingerprint)
        .bind(millis(now))
        .execute(&self.writer)
        .await
        .map_err(&failed)?;
        if intended.rows_affected() > 0 {
            return Ok(Begun::New);
        }
        let (recorded, state, outcome): (String, String, Option<String>) = sqlx::query_as(
            "select fingerprint, state, outcome from journal_effects
             where account = $1 and update_id = $2 and ordinal = $3",
        )
        .bind(effect.account.as_str())
        .bind(effect.update.as_str())
        .bind(i64::from(effect.ordinal))
        .fetch_one(&self.writer)
        .await
        .map_err(&failed)?;
        Ok(crate::row::begun(fingerprint, recorded, &state, outcome.as_deref()))
    }

    async fn settle(
        &self,
        effect: &EffectKey,
        outcome: &Outcome,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let (state, outcome) = crate::row::settled(outcome);
        sqlx::query(
            "update journal_effects set state = $4, outcome = $5, settled_at = $6
             where account = $1 and update_id = $2 and ordinal = $3",
        )
        .bind(effect.account.as_str())
        .bind(effect.update.as_str())
        .bind(i64::from(effect.ordinal))
        .bind(state)
        .bind(outcome)
        .bind(millis(now))
        .execute(&self.writer)
        .await
        .map(drop)
        .map_err(journal("settling an effect"))
    }
}
