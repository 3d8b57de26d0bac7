//! What a failure means to whoever asked the registry, as far as it is the same in both databases.

use registry_api::store::StoreErrorKind;

/// What a failure means, when the database has a say in it: whether what it said will pass.
pub(crate) fn of(error: &sqlx::Error, will_pass: impl FnOnce() -> bool) -> StoreErrorKind {
    let will_pass = match error {
        sqlx::Error::Database(_) => will_pass(),
        // On a line that breaks, an answer may also end in its middle.
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => true,
        _ => false,
    };
    if will_pass { StoreErrorKind::Unreachable } else { StoreErrorKind::Internal }
}

/// What a failure at the end of a transaction means, unless the database has refused it.
pub(crate) fn may_be_done(kind: StoreErrorKind, is_refused: bool) -> StoreErrorKind {
    match kind {
        StoreErrorKind::Unreachable if !is_refused => StoreErrorKind::Unfinished,
        kind => kind,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_line_does_will_pass_and_what_stands_in_a_row_will_not() {
        let io = || sqlx::Error::Io(std::io::ErrorKind::ConnectionReset.into());
        assert_eq!(of(&io(), || false), StoreErrorKind::Unreachable);
        assert_eq!(of(&sqlx::Error::PoolTimedOut, || false), StoreErrorKind::Unreachable);
        assert_eq!(of(&sqlx::Error::RowNotFound, || true), StoreErrorKind::Internal);
        let decoding = sqlx::Error::Decode("no number".into());
        assert_eq!(of(&decoding, || true), StoreErrorKind::Internal);
    }

    #[test]
    fn nobody_knows_what_an_end_without_an_answer_came_to() {
        let (unreachable, internal) = (StoreErrorKind::Unreachable, StoreErrorKind::Internal);
        assert_eq!(may_be_done(unreachable, false), StoreErrorKind::Unfinished);
        assert_eq!(may_be_done(unreachable, true), unreachable);
        assert_eq!(may_be_done(internal, false), internal);
    }
}
