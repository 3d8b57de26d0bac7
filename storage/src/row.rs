//! What stands in a row of the journal, the same in both databases.

use gateway_runtime::journal::{Begun, Outcome};
use serde_json::Value;

/// What a row that is already there says of an effect that is asked for again.
pub(crate) fn begun(asked: &str, recorded: String, state: &str, outcome: Option<&str>) -> Begun {
    if recorded != asked {
        return Begun::Mismatch { recorded };
    }
    match state {
        "done" => {
            Begun::Done(outcome.and_then(|it| serde_json::from_str(it).ok()).unwrap_or(Value::Null))
        }
        _ => Begun::Unsettled,
    }
}

/// State and outcome of a row, for an effect that has ended.
pub(crate) fn settled(outcome: &Outcome) -> (&'static str, String) {
    match outcome {
        Outcome::Done(receipt) => ("done", receipt.to_string()),
        // PostgreSQL cannot hold NUL, and a messenger's words may contain it.
        Outcome::Refused(why) => ("refused", why.replace('\0', "")),
    }
}

/// Why an update is given up that was written by another version of the gateway.
pub(crate) fn unreadable(why: &serde_json::Error) -> String {
    format!("this version of the gateway cannot read it: {why}")
}
