//! What messengers are asked for.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use registry_api::model::Operation;
use registry_api::store::{
    NewOperation, Once, OperationStore, Requested, Result, Task, TaskOutcome,
};
use uuid::Uuid;

use super::Sqlite;
use crate::not_built;

#[async_trait]
impl OperationStore for Sqlite {
    async fn request(&self, _operation: &NewOperation, _once: Option<&Once>) -> Result<Requested> {
        Err(not_built("asking for an operation"))
    }

    async fn operations(&self, _chat: Uuid) -> Result<Option<Vec<Operation>>> {
        Err(not_built("listing operations"))
    }

    async fn take_on(
        &self,
        _accounts: &[String],
        _now: DateTime<Utc>,
        _until: DateTime<Utc>,
        _limit: u32,
    ) -> Result<Vec<Task>> {
        Err(not_built("taking on operations"))
    }

    async fn settle(&self, _id: Uuid, _outcome: &TaskOutcome, _at: DateTime<Utc>) -> Result<()> {
        Err(not_built("settling an operation"))
    }
}
