//! Whether the process lives, and whether it can serve: for whoever starts and watches it.

use std::time::Duration;

use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;
use tokio::time::timeout;

use super::problem::{Kind, Problem};
use crate::Registry;

/// Who watches does not wait for long.
const ANSWER_WITHIN: Duration = Duration::from_secs(1);

/// `/health/live` and `/health/ready`, without a token.
pub(super) fn routes() -> Router<Registry> {
    Router::new().route("/health/live", get(live)).route("/health/ready", get(ready))
}

async fn live() -> impl IntoResponse {
    Json(json!({"status": "live"}))
}

async fn ready(State(registry): State<Registry>) -> Result<impl IntoResponse, Problem> {
    let why = match timeout(ANSWER_WITHIN, registry.answers()).await {
        Ok(Ok(())) => return Ok(Json(json!({"status": "ready"}))),
        Ok(Err(error)) => {
            tracing::error!(%error, "the registry's store");
            "the store cannot be asked".to_owned()
        }
        Err(_) => format!("the store did not answer within {ANSWER_WITHIN:?}"),
    };
    Err(Problem::new(Kind::Unavailable, why))
}
