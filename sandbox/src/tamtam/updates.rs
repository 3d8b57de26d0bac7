//! What happened, told to a bot that asks.

use std::time::Duration;

use serde_json::{Value, json};

use super::refusal::Refusal;
use super::{Call, Facade};

/// `getUpdates`: how many come when nothing is said, and at most.
const LIMITS: (i64, i64) = (1, 1000);
const DEFAULT_LIMIT: i64 = 100;

/// `getUpdates`: how long it waits when nothing is said, and at most, in seconds.
const TIMEOUTS: (i64, i64) = (0, 90);
const DEFAULT_TIMEOUT: i64 = 30;

impl Facade {
    /// Waits for updates. A marker commits what came before it; without one, everything since the
    /// last commitment comes again. Updates that `types` leaves out are committed with the rest.
    pub(super) async fn updates(&self, call: &Call) -> Result<Value, Refusal> {
        let limit = call.given.within("limit", LIMITS, DEFAULT_LIMIT)?;
        let timeout = call.given.within("timeout", TIMEOUTS, DEFAULT_TIMEOUT)?;
        let marker = call.given.get("marker")?;
        let wanted = call.given.list("types");
        let is_wanted = |update: &Value| {
            wanted.as_ref().is_none_or(|types| {
                update["update_type"].as_str().is_some_and(|kind| types.contains(&kind))
            })
        };
        let mut changes = self.world.changes();
        let over =
            tokio::time::sleep(Duration::from_secs(u64::try_from(timeout).unwrap_or_default()));
        tokio::pin!(over);
        loop {
            let (page, next) = self.world.updates(call.bot, marker, limit);
            let updates: Vec<Value> = self.view(call, |view| {
                page.iter().map(|it| view.update(it)).filter(is_wanted).collect()
            });
            let list = json!({"updates": updates, "marker": next});
            if !updates.is_empty() {
                return Ok(list);
            }
            tokio::select! {
                alive = changes.changed() => if alive.is_err() { return Ok(list) },
                () = &mut over => return Ok(list),
            }
        }
    }
}
