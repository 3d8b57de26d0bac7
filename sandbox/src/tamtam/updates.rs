//! What happened, told to a bot that asks.

use std::time::Duration;

use serde_json::{Value, json};

use super::refusal::Refusal;
use super::{Call, Facade};
use crate::Platform;
use crate::world::{EmptyMarker, PollBesideWebhook, PollCaps};

/// `getUpdates`: how many come when nothing is said, and at most.
const LIMITS: (i64, i64) = (1, 1000);
const DEFAULT_LIMIT: i64 = 100;

/// `getUpdates`: how long it waits when nothing is said, and at most, in seconds.
const TIMEOUTS: (i64, i64) = (0, 90);
const DEFAULT_TIMEOUT: i64 = 30;

/// MAX since the notice of May 2026: most updates, most seconds, and most polls in a second.
const NOTICE_LIMIT: usize = 100;
const NOTICE_TIMEOUT: usize = 30;
const NOTICE_POLLS: u32 = 2;

impl Facade {
    /// Waits for updates. A marker commits what came before it; the switches say what comes without
    /// one, and whether it commits what `types` leaves out. Two who poll at once get the same.
    pub(super) async fn updates(&self, call: &Call) -> Result<Value, Refusal> {
        let limit = call.given.within("limit", LIMITS, DEFAULT_LIMIT)?;
        let timeout = call.given.within("timeout", TIMEOUTS, DEFAULT_TIMEOUT)?;
        let (limit, timeout) = self.capped(call, limit, timeout)?;
        let nothing = self.world.look(|state| state.switches.empty_marker);
        let marker = call.given.get("marker")?;
        let kinds = call.given.list("types");
        let mut changes = self.world.changes();
        let over =
            tokio::time::sleep(Duration::from_secs(u64::try_from(timeout).unwrap_or_default()));
        tokio::pin!(over);
        loop {
            let (page, next) = if self.is_called(call)? {
                (Vec::new(), self.world.poll(call.bot, None, 0, None).1)
            } else {
                self.world.poll(call.bot, marker, limit, kinds.as_deref())
            };
            let updates: Vec<Value> =
                self.view(call, |view| page.iter().map(|it| view.update(it)).collect());
            let is_told = !updates.is_empty() || nothing == EmptyMarker::Given;
            let list = json!({"updates": updates, "marker": is_told.then_some(next)});
            if !updates.is_empty() {
                return Ok(list);
            }
            tokio::select! {
                alive = changes.changed() => if alive.is_err() { return Ok(list) },
                () = &mut over => return Ok(list),
            }
        }
    }

    /// What a poll gets of what it asks for. The notice says that there are caps, and not what
    /// becomes of who asks for more: here they get as much as there is to have.
    fn capped(&self, call: &Call, limit: usize, timeout: usize) -> Result<(usize, usize), Refusal> {
        let caps = self.world.look(|state| state.switches.poll_caps);
        if self.platform != Platform::Max || caps == PollCaps::Schema {
            return Ok((limit, timeout));
        }
        if !self.world.admits_poll(call.bot, NOTICE_POLLS) {
            return Err(Refusal::too_many(None));
        }
        Ok((limit.min(NOTICE_LIMIT), timeout.min(NOTICE_TIMEOUT)))
    }

    /// Whether the bot has a webhook, and its poll gets nothing; both schemas say that it is
    /// refused.
    fn is_called(&self, call: &Call) -> Result<bool, Refusal> {
        self.world.look(|state| {
            let bot = state.account(call.bot).bot.as_ref();
            match state.switches.poll_beside_webhook {
                _ if bot.is_none_or(|it| it.subscriptions.is_empty()) => Ok(false),
                PollBesideWebhook::Empty => Ok(true),
                PollBesideWebhook::Refused => Err(Refusal::not_allowed(
                    "the bot is subscribed to a webhook: unsubscribe it to poll",
                )),
            }
        })
    }
}
