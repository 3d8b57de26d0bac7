//! What happened, told to a bot that asks.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::answer::{Answer, Failure};
use super::call::Call;
use super::{Facade, render};
use crate::world::switches::potato::{BesideWebhook, Confirmation};
use crate::world::{AccountKey, Ask};

/// How many updates come at most, and when nothing is said, where `limit` is honoured: as elsewhere.
const LIMIT: usize = 100;

impl Facade {
    /// All that waits, which is forgotten at the moment of the answer, whether that arrives or not:
    /// so clients in production found it. Two who poll at once share what there is between them.
    pub(super) async fn updates(&self, call: &Call) -> Answer {
        let bot = call.bot;
        let (ask, patience) = self.asked(&call.given)?;
        let mut changes = self.world.changes();
        let over = tokio::time::sleep(patience);
        tokio::pin!(over);
        loop {
            let updates = if self.is_called(bot)? {
                Vec::new()
            } else {
                self.world.hand_out(bot, ask, render::update)
            };
            if !updates.is_empty() || patience.is_zero() {
                return Ok(Some(Value::Array(updates)));
            }
            tokio::select! {
                alive = changes.changed() => if alive.is_err() { return Ok(Some(json!([]))) },
                () = &mut over => return Ok(Some(json!([]))),
            }
        }
    }

    /// What a poll asks for, and how long it waits; the document knows no parameters.
    fn asked(&self, given: &Map<String, Value>) -> Result<(Ask, Duration), Failure> {
        let (how, most) = self
            .world
            .look(|state| (state.switches.potato_confirmation, state.switches.potato_poll_seconds));
        let seconds = match most {
            0 => 0,
            most => number(given, "timeout")?.unwrap_or_default().clamp(0, most.into()),
        };
        let ask = match how {
            Confirmation::ByReading => Ask::Everything,
            Confirmation::ByOffset => {
                let limit = number(given, "limit")?.and_then(|it| usize::try_from(it).ok());
                let limit = limit.unwrap_or(LIMIT).clamp(1, LIMIT);
                Ask::Unconfirmed { offset: number(given, "offset")?, limit }
            }
        };
        Ok((ask, Duration::from_secs(u64::try_from(seconds).unwrap_or_default())))
    }

    /// Whether the bot has a webhook, and its poll gets nothing. The document says that a poll "will
    /// not work", and not how.
    fn is_called(&self, bot: AccountKey) -> Result<bool, Failure> {
        self.world.look(|state| {
            let bot = state.account(bot).bot.as_ref();
            match state.switches.potato_poll_beside_webhook {
                _ if bot.is_none_or(|it| it.subscriptions.is_empty()) => Ok(false),
                BesideWebhook::Empty => Ok(true),
                BesideWebhook::NoPermission => Err(Failure::NoPermission),
                BesideWebhook::WrongParameters => {
                    Err(Failure::WrongParameters("a webhook is set".to_owned()))
                }
            }
        })
    }
}

/// A whole number that may be missing.
fn number(given: &Map<String, Value>, name: &str) -> Result<Option<i64>, Failure> {
    let wrong = || Failure::WrongParameters(format!("{name} is no number"));
    match given.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => value.as_i64().map(Some).ok_or_else(wrong),
    }
}
