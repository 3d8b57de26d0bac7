//! What stands in a row of an operation, the same in both databases.

use chrono::{DateTime, Utc};
use registry_api::model::{Operation, OperationKind, OperationState};
use uuid::Uuid;

/// How many operations of a chat are told.
pub(crate) const TOLD: i64 = 200;

/// What is asked for, as it stands in a column.
pub(crate) fn name(kind: OperationKind) -> &'static str {
    match kind {
        OperationKind::RemoveParticipant => "remove_participant",
        OperationKind::GetInvitation => "get_invitation",
    }
}

pub(crate) fn kind(name: &str) -> OperationKind {
    match name {
        "remove_participant" => OperationKind::RemoveParticipant,
        _ => OperationKind::GetInvitation,
    }
}

fn state(name: &str) -> OperationState {
    match name {
        "done" => OperationState::Done,
        "failed" => OperationState::Failed,
        _ => OperationState::Pending,
    }
}

/// Id, kind, whom it concerns, state, tries, error; when it was asked for, and when it ended.
pub(crate) type Row<Time> =
    (Uuid, String, Option<Uuid>, String, i32, Option<String>, Time, Option<Time>);

pub(crate) fn operation<Time>(row: Row<Time>, time: impl Fn(Time) -> DateTime<Utc>) -> Operation {
    let (id, kind, participant_id, state, tries, error, requested_at, finished_at) = row;
    Operation {
        id,
        kind: self::kind(&kind),
        participant_id,
        state: self::state(&state),
        tries: tries.unsigned_abs(),
        error,
        requested_at: time(requested_at),
        finished_at: finished_at.map(time),
    }
}
