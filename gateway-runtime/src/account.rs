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
    pub(crate) receiving: Receiving,
    me: Arc<OnceCell<User>>,
}

/// How an account comes by its updates.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Receiving {
    /// It asks.
    Polling,
    /// It is called.
    Called,
}

impl RunningAccount {
    pub(crate) fn new(messenger: Arc<dyn Messenger>, receiving: Receiving) -> Self {
        Self { messenger, receiving, me: Arc::default() }
    }

    /// Who the bot is: the messenger is asked once.
    pub(crate) async fn me(&self) -> Result<&User> {
        self.me.get_or_try_init(|| self.messenger.me()).await
    }
}
