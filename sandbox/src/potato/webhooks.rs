//! Where a bot is called, and how.
//!
//! How often the messenger tries is not known: "we will give up after a reasonable amount of
//! attempts". Here the pauses double from ten seconds to an hour; what happened 24 hours ago is given
//! up, as "Getting updates" has it, and the webhook stays.

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Method, StatusCode};
use chrono::TimeDelta;
use serde_json::{Value, json};
use url::Url;

use super::answer::{Answer, Failure};
use super::call::{self, Call, InAnswer};
use super::{Facade, render};
use crate::caller::{self, Caller, Face, Try, is_reached};
use crate::world::switches::potato::{CalledMethods, WebhookBody};
use crate::world::{Certificate, GivingUp, KEPT, Subscription};
use crate::{Platform, World};

/// Who calls the bots of an API that listens at `base`.
pub(crate) fn caller(world: World, base: String) -> std::io::Result<Caller<impl Face>> {
    Caller::new(Facade { world, base })
}

impl Facade {
    /// There is one webhook a bot: another one replaces it. Addresses of `http` and any port are
    /// taken: clients in production have such.
    pub(super) fn set_webhook(&self, call: &Call) -> Answer {
        let wrong = |why: &str| Failure::WrongParameters(why.to_owned());
        let url = call.given.get("url").and_then(Value::as_str);
        let url = url.ok_or_else(|| wrong("url is missing"))?;
        self.check_address(url)?;
        let certificate = match (&call.certificate, call.given.get("certificate")) {
            (Some(file), _) => {
                let read = Certificate::of(file);
                Some(read.ok_or_else(|| wrong("certificate is none, in PEM or DER"))?)
            }
            (None, None | Some(Value::Null)) => None,
            (None, Some(Value::String(text))) if text.is_empty() => None,
            // The table lets it be the id of a file; note 2 says that a string will not work.
            (None, Some(_)) => return Err(wrong("certificate must be uploaded as a file")),
        };
        self.world.act(|state| {
            let new = Subscription::new(url.to_owned(), state.now());
            if let Some(bot) = state.bot_mut(call.bot) {
                bot.be_called_at(Subscription { certificate, ..new });
            }
        });
        Ok(Some(Value::Bool(true)))
    }

    /// What waits for the webhook then waits for a poll.
    #[expect(clippy::unnecessary_wraps, reason = "as all methods")]
    pub(super) fn del_webhook(&self, call: &Call) -> Answer {
        self.world.act(|state| {
            if let Some(bot) = state.bot_mut(call.bot) {
                bot.be_called_no_more();
            }
        });
        Ok(Some(Value::Bool(true)))
    }

    fn check_address(&self, given: &str) -> Result<(), Failure> {
        let wrong = |why: &str| Failure::WrongParameters(format!("url: {why}, not {given:?}"));
        let url = Url::parse(given).map_err(|_| wrong("must be an address"))?;
        if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
            return Err(wrong("must be an address of http or https"));
        }
        if self.world.look(|state| is_reached(state, given)) {
            return Ok(());
        }
        Err(wrong(
            "the sandbox calls only this machine, localhost or 127.0.0.1, unless its switch \
             webhook_hosts is \"any\" (--webhooks-anywhere)",
        ))
    }
}

impl Face for Facade {
    fn world(&self) -> &World {
        &self.world
    }

    fn platform(&self) -> Platform {
        Platform::Potato
    }

    fn giving_up(&self) -> GivingUp {
        GivingUp::Forgets { after: KEPT }
    }

    fn calls_a_second(&self) -> Option<usize> {
        None
    }

    fn at_once(&self) -> usize {
        match self.world.look(|state| state.switches.potato_webhook_body) {
            WebhookBody::Envelope | WebhookBody::Array => usize::MAX,
            WebhookBody::Single => 1,
        }
    }

    fn body(&self, tried: &Try) -> Option<String> {
        let (shape, updates) = self.world.look(|state| {
            let updates = tried.happenings.iter().filter_map(|it| render::update(state, it));
            (state.switches.potato_webhook_body, updates.collect::<Vec<Value>>())
        });
        let first = updates.first()?;
        Some(match shape {
            WebhookBody::Envelope => json!({"ok": true, "result": updates}).to_string(),
            WebhookBody::Array => json!(updates).to_string(),
            WebhookBody::Single => first.to_string(),
        })
    }

    fn is_taken(&self, status: StatusCode) -> bool {
        status.is_success()
    }

    fn pause(&self, tries: u32, _chance: u8) -> TimeDelta {
        let doubled = 2_i32.saturating_pow(tries.saturating_sub(1).min(20));
        (TimeDelta::seconds(10) * doubled).min(TimeDelta::hours(1))
    }

    /// "Making requests when getting updates": the answer may name a method and its parameters, in
    /// one of three content types. Nobody is told what came of it.
    async fn reply(
        &self,
        tried: &Try,
        caller::Answer { content_type, body }: caller::Answer,
    ) -> bool {
        let Some(kind) = content_type.filter(|it| is_read(it)) else { return false };
        let switches = self.world.look(|state| state.switches.clone());
        if switches.potato_webhook_replies == CalledMethods::Ignored {
            return false;
        }
        let method = call::method_in(&kind, &body, switches.potato_field_names).await;
        let Some(method) = method else { return false };
        let bot = self.world.look(|state| state.account(tried.bot).bot.clone());
        let Some(bot) = bot else { return false };
        let request = Request::builder().method(Method::POST).header(CONTENT_TYPE, kind);
        let request = request.extension(InAnswer).body(Body::from(body)).unwrap_or_default();
        let _ = self.answer(&bot.token, &method, request).await;
        true
    }
}

fn is_read(content_type: &str) -> bool {
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    ["application/json", "application/x-www-form-urlencoded", "multipart/form-data"]
        .iter()
        .any(|it| kind.eq_ignore_ascii_case(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_an_hour() {
        let facade = Facade { world: World::new(), base: String::new() };
        let pauses: Vec<i64> = (1..12).map(|tries| facade.pause(tries, 0).num_seconds()).collect();
        assert_eq!(pauses, [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]);
    }
}
