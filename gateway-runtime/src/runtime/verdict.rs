//! What to do about a failure.

use std::time::Duration;

use gateway_core::messenger::ErrorKind;

use crate::EffectError;

/// What to do about a failure.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Verdict {
    /// Another try cannot help: the messenger said no.
    Final,
    /// It may be the handler's own mistake: there are only so many tries.
    Counted,
    /// The messenger is out of order, and nothing has happened: tried until it is back, after the
    /// pause that it asked for.
    Outside(Option<Duration>),
    /// The journal is out of order: tried until it is back.
    Journal,
    /// An observer holds it back: tried until it does not.
    Observer,
    /// It may have happened: it is tried again without end where somebody can find out, and only so
    /// often where nobody can.
    Unsure,
    /// The token is refused, until somebody replaces it; meanwhile everything waits.
    Unauthorized,
    /// Another process runs the account, and handles the update.
    Fenced,
}

/// What to do about an error of a handler: the first that says it, on the way to its cause.
pub(crate) fn verdict(error: &(dyn std::error::Error + 'static)) -> Verdict {
    let mut cause = Some(error);
    while let Some(error) = cause {
        let by_effect = error.downcast_ref::<EffectError>();
        match by_effect {
            Some(EffectError::Journal(error)) if error.is_refusal => return Verdict::Counted,
            Some(EffectError::Journal(_)) => return Verdict::Journal,
            Some(EffectError::Fenced { .. }) => return Verdict::Fenced,
            Some(error) if error.is_final() => return Verdict::Final,
            _ => {}
        }
        let said = match by_effect {
            Some(EffectError::Messenger(error)) => Some(error),
            _ => error.downcast_ref::<gateway_core::Error>(),
        };
        if let Some(error) = said {
            return match (error.is_retryable(), error.may_have_happened()) {
                // What is not there may have moved, or not be there yet.
                (false, _) if *error.kind() == ErrorKind::NotFound => Verdict::Counted,
                (false, _) if *error.kind() == ErrorKind::Unauthorized => Verdict::Unauthorized,
                (false, _) => Verdict::Final,
                (true, true) => Verdict::Unsure,
                // The messenger is well: it is this file that may never be ready.
                (true, false) if *error.kind() == ErrorKind::NotReady => Verdict::Counted,
                (true, false) => Verdict::Outside(error.retry_after()),
            };
        }
        cause = error.source();
    }
    Verdict::Counted
}
