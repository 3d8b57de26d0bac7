//! An account while it runs.

use std::sync::Arc;

use gateway_core::Messenger;
use gateway_core::messenger::Result;
use gateway_core::model::User;
use tokio::sync::OnceCell;

/// A messenger, and who the bot is there once that is known.
#[derive(Clone, Debug)]
pub(crate) struct RunningAccount {
    pub(crate) messenger: Arc<dyn Messenger>,
    me: Arc<OnceCell<User>>,
}

impl RunningAccount {
    pub(crate) fn new(messenger: Arc<dyn Messenger>) -> Self {
        Self { messenger, me: Arc::default() }
    }

    /// Who the bot is: the messenger is asked once.
    pub(crate) async fn me(&self) -> Result<&User> {
        self.me.get_or_try_init(|| self.messenger.me()).await
    }
}
