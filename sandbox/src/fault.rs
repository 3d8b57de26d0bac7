//! Making a messenger misbehave.

use std::io;
use std::sync::{Mutex, PoisonError};

use axum::body::Body;
use axum::response::Response;
use serde::{Deserialize, Serialize};

use crate::Platform;

/// What a bot asks of its messenger.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// Who it is.
    Me,
    /// What happened.
    Updates,
    /// Sending a message.
    Send,
    /// Changing a message.
    Edit,
    /// Answering a press of a button.
    Answer,
}

/// How a call goes wrong.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Fault {
    /// The bot may not do this; nothing is done.
    Refuse,
    /// Too many requests; nothing is done.
    RateLimit {
        /// What the header `Retry-After` says, in seconds; TamTam and MAX only.
        #[serde(default)]
        retry_after: Option<u32>,
    },
    /// It is done, and the connection breaks before the answer arrives.
    LoseAnswer,
}

/// A fault that waits for its call.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedFault {
    /// On this messenger.
    pub platform: Platform,
    /// This call.
    pub operation: Operation,
    /// After so many calls that go well.
    #[serde(default)]
    pub skip: usize,
    /// Goes wrong like this, once.
    pub fault: Fault,
}

/// The faults that are still to come.
#[derive(Debug, Default)]
pub struct Faults(Mutex<Vec<PlannedFault>>);

impl Faults {
    /// Plans a fault.
    pub fn plan(&self, fault: PlannedFault) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(fault);
    }

    /// The faults that have met no call yet.
    pub fn still_planned(&self) -> Vec<PlannedFault> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The fault that meets this call, if one does; it is spent.
    pub(crate) fn meet(&self, platform: Platform, operation: Operation) -> Option<Fault> {
        let mut planned = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let concerns = |it: &PlannedFault| it.platform == platform && it.operation == operation;
        if let Some(place) = planned.iter().position(|it| concerns(it) && it.skip == 0) {
            return Some(planned.remove(place).fault);
        }
        planned.iter_mut().filter(|it| concerns(it)).for_each(|it| it.skip -= 1);
        None
    }
}

/// What [`Fault::LoseAnswer`] sends: an answer whose connection breaks before its body comes.
pub(crate) fn broken_answer() -> Response {
    let broken = async { Err::<axum::body::Bytes, _>(io::Error::other("the answer is lost")) };
    Response::new(Body::from_stream(futures_util::stream::once(broken)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_meets_the_call_it_was_planned_for_and_is_spent() {
        let faults = Faults::default();
        let (platform, operation) = (Platform::Max, Operation::Send);
        faults.plan(PlannedFault { platform, operation, skip: 1, fault: Fault::Refuse });

        assert_eq!(faults.meet(Platform::Potato, operation), None);
        assert_eq!(faults.meet(platform, Operation::Edit), None);
        assert_eq!(faults.meet(platform, operation), None);
        assert_eq!(faults.meet(platform, operation), Some(Fault::Refuse));
        assert_eq!(faults.meet(platform, operation), None);
    }
}
