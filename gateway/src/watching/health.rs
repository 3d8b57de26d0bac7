//! Whether the process lives, and whether it can do its work: for whoever starts and restarts it.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Json};
use gateway_runtime::{AccountState, AccountStatus};
use serde_json::json;
use tokio::time::timeout;

use super::{ANSWER_WITHIN, Watching};

/// It answers, and that is all that is asked.
pub(super) async fn live() -> impl IntoResponse {
    Json(json!({ "status": "live" }))
}

/// The database answers, and every account has begun and can use it.
pub(super) async fn ready(State(watching): State<Watching>) -> impl IntoResponse {
    let mut reasons: Vec<String> = watching.status.accounts().iter().filter_map(holds_up).collect();
    if watching.stop.is_cancelled() {
        reasons.push("it is stopping".to_owned());
    }
    match timeout(ANSWER_WITHIN, watching.database.answers()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => reasons.push(error.to_string()),
        Err(_) => reasons.push(format!("the database did not answer within {ANSWER_WITHIN:?}")),
    }
    if reasons.is_empty() {
        return (StatusCode::OK, Json(json!({ "status": "ready" })));
    }
    let body = json!({ "status": "not ready", "reasons": reasons });
    (StatusCode::SERVICE_UNAVAILABLE, Json(body))
}

/// Why an account has not begun; nothing when it has. One that began and fails now holds nothing up:
/// its messenger is out of order, and another start would not mend it. One whose token is refused
/// does, since somebody has to do something; one that stands by is as it should be.
pub(super) fn holds_up(account: &AccountStatus) -> Option<String> {
    let id = &account.account.id;
    match account.state {
        AccountState::Unauthorized => Some(format!("account {id}: the token is refused")),
        AccountState::Stopped => Some(format!("account {id}: it was stopped")),
        AccountState::JournalFailing => {
            Some(format!("account {id}: the journal cannot be read or written"))
        }
        AccountState::StandingBy => None,
        _ if account.last_success.is_some() => None,
        _ => Some(format!("account {id}: it has not reached its messenger yet")),
    }
}

#[cfg(test)]
mod tests {
    use gateway_core::model::{Account, Platform};
    use gateway_core::time::{Clock as _, SystemClock};

    use super::*;

    fn account(state: AccountState, has_begun: bool) -> AccountStatus {
        AccountStatus {
            account: Account::new("support", Platform::MAX),
            state,
            last_success: has_begun.then(|| SystemClock.now()),
            last_update: None,
            last_error: None,
            waiting: 0,
            lag_ms: None,
            handled: 0,
            dead: 0,
        }
    }

    #[test]
    fn an_account_is_ready_once_it_has_begun_and_as_long_as_its_token_is_good() {
        use AccountState::{
            Deaf, Failing, Full, JournalFailing, Running, StandingBy, Starting, Stopped,
            Unauthorized,
        };
        for (state, has_begun, is_ready) in [
            (Starting, false, false),
            (Failing, false, false),
            (StandingBy, false, true),
            (Running, true, true),
            (Full, true, true),
            (Deaf, true, true),
            (Failing, true, true),
            (JournalFailing, true, false),
            (Unauthorized, true, false),
            (Stopped, true, false),
        ] {
            let why = holds_up(&account(state, has_begun));
            assert_eq!(why.is_none(), is_ready, "{state:?} {has_begun}: {why:?}");
        }
    }
}
