//! An account while it runs.

use std::sync::Arc;

use gateway_core::Messenger;
use gateway_core::messenger::Result;
use gateway_core::model::{AccountId, User};
use gateway_core::time::Clock;
use tokio::sync::{Mutex, Notify, OnceCell};

use crate::gate::Gate;
use crate::outage::Outage;
use crate::status::Pulse;

/// A messenger, and who the bot is there once that is known.
#[derive(Clone, Debug)]
pub(crate) struct RunningAccount {
    pub(crate) messenger: Arc<dyn Messenger>,
    pub(crate) receiving: Receiving,
    /// Something was written to its inbox.
    pub(crate) arrived: Arc<Notify>,
    pub(crate) gate: Arc<Gate>,
    pub(crate) pulse: Arc<Pulse>,
    /// Held by whoever looks whether a message has arrived, until that is written down.
    pub(crate) settling: Arc<Mutex<()>>,
    me: Arc<OnceCell<Arc<User>>>,
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
    pub(crate) fn new(
        messenger: Arc<dyn Messenger>,
        receiving: Receiving,
        clock: Arc<dyn Clock>,
        outage: Arc<Outage>,
    ) -> Self {
        let gate = Arc::new(Gate::new());
        let polls = receiving == Receiving::Polling;
        let pulse = Pulse::new(messenger.account().clone(), clock, gate.clone(), polls, outage);
        Self {
            messenger,
            receiving,
            arrived: Arc::default(),
            gate,
            pulse: Arc::new(pulse),
            settling: Arc::default(),
            me: Arc::default(),
        }
    }

    pub(crate) fn id(&self) -> &AccountId {
        &self.messenger.account().id
    }

    /// Who the bot is: the messenger is asked once.
    pub(crate) async fn me(&self) -> Result<&Arc<User>> {
        self.me.get_or_try_init(|| async { self.messenger.me().await.map(Arc::new) }).await
    }
}
