//! One process runs an account at a time: from when it takes it until it stops, or loses it.

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use gateway_core::chance::Chance;
use gateway_core::model::AccountId;
use gateway_core::time::Clock;
use tokio_util::sync::CancellationToken;

use crate::account::{Receiving, RunningAccount};
use crate::effect::{Effects, Unwritten};
use crate::handling::{Bot, Handling};
use crate::intake::{Intake, introduce};
use crate::journal::{Claim, Journal};
use crate::lanes::{Ends, Lanes};
use crate::outage::Asked;
use crate::outbox::{Bell, Outbox};
use crate::pause;
use crate::scribe::Scribe;
use crate::slots::{Slot, Spare};
use crate::status::AccountState;

/// How often an account that another process has is asked for, and one's own is asked about.
const LOOK: Duration = Duration::from_millis(500);

/// Pauses after the journal could not be asked.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Runs one account whenever it is this process's turn.
pub(crate) struct Tenure {
    pub(crate) account: RunningAccount,
    /// Every account of this gateway: handlers may act on each.
    pub(crate) accounts: Arc<HashMap<AccountId, RunningAccount>>,
    pub(crate) journal: Arc<dyn Journal>,
    pub(crate) scribe: Scribe,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) chance: Arc<Chance>,
    pub(crate) bell: Bell,
    pub(crate) bot: Arc<Bot>,
    /// Room for handlers that all accounts share.
    pub(crate) spare: Spare,
    pub(crate) stop: CancellationToken,
}

impl Tenure {
    pub(crate) async fn run(self) {
        // Its counters are there from now on, at zero.
        self.account.pulse.meters();
        while let Some(claim) = self.claim().await {
            let ends = Ends { stop: self.stop.clone(), lost: CancellationToken::new() };
            let over = CancellationToken::new();
            let work = async {
                // An account whose parts break is given up like one that is lost, and taken again.
                let worked = AssertUnwindSafe(self.work(&claim, &ends)).catch_unwind().await;
                if worked.is_err() {
                    tracing::error!(account = %self.account.id(), "a part of the account broke");
                    ends.lost.cancel();
                    pause::or_stop(LOOK, &self.stop).await;
                }
                over.cancel();
            };
            let ((), is_handed_back) = tokio::join!(work, self.watch(&claim, &ends.lost, &over));
            let account = self.account.id();
            if ends.lost.is_cancelled() && !is_handed_back && !self.stop.is_cancelled() {
                tracing::warn!(%account, fence = claim.fence.0, "another process may run it now");
            }
            self.journal.release(claim).await;
        }
        self.account.pulse.is(AccountState::Stopped);
    }

    /// Takes the account; `None` when it is stopped before.
    async fn claim(&self) -> Option<Claim> {
        let id = self.account.id();
        let mut pauses = pause::growing(&self.chance, LOOK, LONGEST_PAUSE);
        let mut is_told = false;
        while !self.stop.is_cancelled() {
            let wait = match self.journal.claim(id).await {
                Ok(Some(claim)) => {
                    self.account.pulse.journal_answered(Asked::Writing);
                    tracing::debug!(account = %id, fence = claim.fence.0, "this process runs it");
                    return Some(claim);
                }
                Ok(None) => {
                    self.account.pulse.journal_answered(Asked::Writing);
                    pauses = pause::growing(&self.chance, LOOK, LONGEST_PAUSE);
                    self.account.pulse.is(AccountState::StandingBy);
                    if !is_told {
                        tracing::info!(account = %id, "another process runs it; standing by");
                        is_told = true;
                    }
                    LOOK
                }
                Err(error) => {
                    self.account.pulse.journal_failed(
                        Asked::Writing,
                        "the account cannot be taken yet",
                        &error,
                    );
                    pauses.next().unwrap_or(LONGEST_PAUSE)
                }
            };
            if pause::or_stop(wait, &self.stop).await {
                break;
            }
        }
        None
    }

    /// Finds out when the account is lost; whether it was handed back, since nobody knows.
    async fn watch(
        &self,
        claim: &Claim,
        lost: &CancellationToken,
        over: &CancellationToken,
    ) -> bool {
        while !pause::or_stop(LOOK, over).await {
            match self.journal.holds(claim).await {
                Ok(true) => {}
                Ok(false) => {
                    lost.cancel();
                    return false;
                }
                Err(error) => {
                    let what = "the account is handed back until the journal answers";
                    self.account.pulse.journal_failed(Asked::Writing, what, &error);
                    lost.cancel();
                    return true;
                }
            }
        }
        false
    }

    /// Receives and handles until the end.
    async fn work(&self, claim: &Claim, ends: &Ends) {
        if !introduce(&self.account, &self.chance, ends).await {
            return;
        }
        let Ok(me) = self.account.me().await else { return };
        let effects = Effects {
            account: self.account.clone(),
            accounts: self.accounts.clone(),
            owner: self.account.id().clone(),
            journal: self.journal.clone(),
            scribe: self.scribe.clone(),
            clock: self.clock.clone(),
            chance: self.chance.clone(),
            outbox: self.bell.clone(),
            fence: claim.fence,
            since: self.clock.now(),
            policy: self.bot.options.policy,
            unwritten: Unwritten::default(),
            slot: Slot::default(),
        };
        // Intake shall know how much waits before the lanes have read all of it.
        match self.journal.depth(self.account.id()).await {
            Ok(depth) => {
                self.account.gate.hold(usize::try_from(depth.waiting).unwrap_or(usize::MAX));
            }
            Err(error) => {
                self.account.pulse.journal_failed(
                    Asked::Reading,
                    "how much waits is not known",
                    &error,
                );
            }
        }
        let handling = Handling {
            account: self.account.clone(),
            me: me.clone(),
            effects: effects.clone(),
            bot: self.bot.clone(),
            ends: ends.clone(),
        };
        let lanes = Lanes::new(
            Arc::new(handling),
            self.journal.clone(),
            self.account.id().clone(),
            self.account.gate.clone(),
            self.account.pulse.clone(),
            self.bot.options.bounds(),
            self.spare.clone(),
        );
        let outbox = Outbox::new(effects, ends.clone(), self.chance.clone());
        // What is being sent at the stop has as long as what is being handled.
        let late = async {
            ends.stop.cancelled().await;
            tokio::time::sleep(self.bot.options.drain).await;
        };
        let sending = async {
            tokio::select! {
                () = outbox.run() => {}
                () = late => {
                    let account = self.account.id();
                    tracing::warn!(%account, "stopped before a message was sent: it comes again at the next start");
                }
            }
        };
        let intake = async {
            if self.account.receiving == Receiving::Called {
                return;
            }
            let intake = Intake {
                account: self.account.clone(),
                journal: self.journal.clone(),
                clock: self.clock.clone(),
                chance: self.chance.clone(),
                fence: claim.fence,
                drain: self.bot.options.drain,
                ends: ends.clone(),
            };
            intake.run().await;
        };
        tokio::join!(intake, lanes.run(&self.account.arrived, ends), sending);
    }
}
