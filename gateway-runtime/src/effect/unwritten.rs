//! Effects that have happened and are being written down: nobody waits for that but the end of their
//! update, or of the message that was to be sent.
//!
//! The end is asked for right behind them and mostly goes into the same commit, so that an update waits
//! for two: that its effect is intended, and that all is done. Were the process killed before, its
//! effects would be unsettled, as they are between the messenger's answer and the commit anyway.

use std::sync::{Arc, Mutex, PoisonError};

use super::{EffectError, Effects};
use crate::journal::{EffectKey, Outcome};
use crate::scribe::Promised;
use crate::slots::Slot;

/// What the effects of one origin have come to, as long as nobody knows whether it is written.
#[derive(Clone, Debug, Default)]
pub(crate) struct Unwritten(Arc<Mutex<Vec<Settling>>>);

#[derive(Debug)]
struct Settling {
    effect: EffectKey,
    outcome: Outcome,
    written: Promised,
}

impl Unwritten {
    fn push(&self, settling: Settling) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(settling);
    }

    fn take(&self) -> Vec<Settling> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Effects {
    /// The same for the effects of one update, or of one message.
    pub(crate) fn of_one_origin(&self, unwritten: &Unwritten, slot: Slot) -> Self {
        Self { unwritten: unwritten.clone(), slot, ..self.clone() }
    }

    /// Has it written down that an effect has happened. It is waited for where a commit costs nothing,
    /// and where the handler has ended: nobody else would.
    pub(super) async fn settle_soon(
        &self,
        effect: &EffectKey,
        outcome: Outcome,
    ) -> Result<(), EffectError> {
        if !self.journal.gathers() || self.slot.is_over() {
            return self.settle(effect, &outcome).await;
        }
        let (effect, settle) = (effect.clone(), Self::settlement(effect, &outcome));
        let written = self.scribe.promise(&self.owner, Some(self.fence), settle).await;
        self.unwritten.push(Settling { effect, outcome, written });
        Ok(())
    }

    /// Waits until all that has happened is written down, and sees to it.
    ///
    /// What is not written stays intended: of that nobody knows whether it happened.
    pub(crate) async fn written(&self, unwritten: &Unwritten) -> Result<(), EffectError> {
        let mut result = Ok(());
        for Settling { effect, outcome, written } in unwritten.take() {
            let settled = match written.kept().await {
                Ok(written) => self.is_owner(&written),
                Err(error) => {
                    self.pulse().effect_waits(&effect, &error);
                    self.settle(&effect, &outcome).await
                }
            };
            result = result.and(settled);
        }
        result
    }
}
