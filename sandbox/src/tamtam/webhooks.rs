//! What happened, told to a bot that is called.
//!
//! Both schemas: a POST for each update, whose answer is 200 or else it is tried again. TamTam tries
//! every 30 to 60 seconds, for up to 8 hours. MAX waits 60 seconds, and then 2.5 times as long each
//! time, for up to 8 hours; the 10 tries that it speaks of would take longer. Then the bot is
//! unsubscribed. These hours are the world's.

use axum::http::{StatusCode, Uri};
use chrono::TimeDelta;
use serde_json::Value;

use super::parameters::Parameters;
use super::render::{self, View};
use super::route::Places;
use super::{Call, Facade};
use crate::caller::{Answer, Caller, Face, Try};
use crate::world::{GivingUp, WebhookReplies};
use crate::{Platform, World};

/// After how long without success a bot is unsubscribed: both schemas.
const PATIENCE: TimeDelta = TimeDelta::hours(8);

/// By the introduction of TamTam's schema 0.5.6, a bot is called at most 100 times a second.
const CALLS_A_SECOND: usize = 100;

/// Who calls from an API of one of the two messengers that listens at `base`.
pub(crate) fn caller(
    world: World,
    platform: Platform,
    base: String,
) -> std::io::Result<Caller<impl Face>> {
    Caller::new(Facade { world, platform, base })
}

impl Face for Facade {
    fn world(&self) -> &World {
        &self.world
    }

    fn platform(&self) -> Platform {
        self.platform
    }

    fn giving_up(&self) -> GivingUp {
        GivingUp::Unsubscribes { after: PATIENCE }
    }

    /// Only TamTam's schema names a measure.
    fn calls_a_second(&self) -> Option<usize> {
        (self.platform == Platform::Tamtam).then_some(CALLS_A_SECOND)
    }

    fn at_once(&self) -> usize {
        1
    }

    fn body(&self, tried: &Try) -> Option<String> {
        let (platform, bot, base) = (self.platform, tried.bot, self.base.as_str());
        let happening = tried.happenings.first()?;
        let told = self.world.look(|state| View { state, platform, bot, base }.update(happening));
        Some(render::shaped(platform, told).to_string())
    }

    fn is_taken(&self, status: StatusCode) -> bool {
        status == StatusCode::OK
    }

    fn pause(&self, tries: u32, chance: u8) -> TimeDelta {
        match self.platform {
            Platform::Max => {
                let mut pause = TimeDelta::seconds(60);
                for _ in 1..tries.min(10) {
                    pause = pause * 5 / 2;
                }
                pause
            }
            _ => TimeDelta::seconds(30 + i64::from(chance) * 30 / 255),
        }
    }

    /// A message in the answer goes to where the update came from: the official client of TamTam
    /// answers so, and no document knows it. What is no message is no reply.
    async fn reply(&self, tried: &Try, Answer { body, .. }: Answer) -> bool {
        let is_read = self.platform == Platform::Tamtam
            || self.world.look(|state| state.switches.webhook_replies == WebhookReplies::Sent);
        let said: Option<serde_json::Map<String, Value>> = serde_json::from_slice(&body).ok();
        let is_message = said.is_some_and(|fields| {
            ["text", "attachments", "link"].iter().any(|name| fields.contains_key(*name))
        });
        let chat = tried.happenings.first().and_then(|it| it.event.chat());
        let Some(chat) = chat.filter(|_| is_read && is_message) else { return false };
        let chat = self.world.look(|state| state.chat(chat).id);
        let target = format!("/messages?chat_id={chat}");
        let Ok(given) = target.parse::<Uri>().map(|uri| Parameters::of(&uri)) else { return false };
        let Ok(given) = given else { return false };
        let (bot, base) = (tried.bot, self.base.clone());
        let call = Call { bot, places: Places::default(), given, body, base };
        // Nobody is there to be told of a refusal.
        let _ = self.send(&call);
        true
    }
}
