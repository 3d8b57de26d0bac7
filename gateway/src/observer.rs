//! What the bots see, told to the registry.

use async_trait::async_trait;
use gateway_core::model::User;
use gateway_runtime::{HandlerResult, Observed, Observer};
use registry_api::{Registry, Sighting};

/// Tells the registry of every chat that an update comes from, before its handler runs.
pub(crate) struct RegistryObserver {
    registry: Registry,
}

impl RegistryObserver {
    pub(crate) fn new(registry: Registry) -> Self {
        Self { registry }
    }
}

#[async_trait]
impl Observer for RegistryObserver {
    async fn observe(&self, observed: Observed<'_>) -> HandlerResult {
        let update = &observed.entry.update;
        let Some(chat) = update.chat() else { return Ok(()) };
        let people: Vec<&User> = [Some(observed.me), update.user()].into_iter().flatten().collect();
        let at = update.time.unwrap_or(observed.entry.received_at);
        self.registry
            .see(Sighting { account: observed.account, chat, people: &people, at })
            .await?;
        Ok(())
    }
}
