//! What the bots see, told to the registry.

use async_trait::async_trait;
use gateway_core::model::{Update, UpdateKind, User};
use gateway_runtime::{HandlerResult, Observed, Observer};
use registry_api::{Move, Registry, Sighting};

/// Tells the registry of every chat that an update comes from, before its handler runs.
pub(crate) struct RegistryObserver {
    registry: Registry,
}

impl RegistryObserver {
    pub(crate) fn new(registry: Registry) -> Self {
        Self { registry }
    }
}

/// Who is in the chat, as far as an update tells: whoever left it is not.
fn people<'a>(me: &'a User, update: &'a Update) -> Vec<&'a User> {
    let (me, user) = match &update.kind {
        UpdateKind::MemberLeft { by, .. } => (Some(me), by.as_ref()),
        UpdateKind::BotRemoved { by, .. } => (None, by.as_ref()),
        _ => (Some(me), update.user()),
    };
    me.into_iter().chain(user).collect()
}

#[async_trait]
impl Observer for RegistryObserver {
    async fn observe(&self, observed: Observed<'_>) -> HandlerResult {
        let update = &observed.entry.update;
        let Some(chat) = update.chat() else { return Ok(()) };
        let people = people(observed.me, update);
        let at = update.time.unwrap_or(observed.entry.received_at);
        let account = observed.account;
        // First, or the new id would be a chat of its own for a moment.
        if let UpdateKind::ChatMigrated { from, to, .. } = &update.kind {
            self.registry.move_chat(Move { account, kind: chat.kind, from, to, at }).await?;
        }
        let sighting = Sighting::new(account, chat, at).with_people(people);
        self.registry.see(&sighting).await?;
        Ok(())
    }
}
