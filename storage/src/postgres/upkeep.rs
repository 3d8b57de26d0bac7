//! What keeps the registry quick and small.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use registry_api::store::{Audit, Result, Upkeep};

use super::Postgres;
use crate::not_built;

#[async_trait]
impl Upkeep for Postgres {
    async fn tidy(&self, _forget_before: DateTime<Utc>) -> Result<()> {
        Err(not_built("tidying the registry"))
    }

    async fn audit(&self) -> Result<Audit> {
        Err(not_built("auditing the registry"))
    }
}
