//! What happened, told to a bot that is called.
//!
//! Both schemas: a POST for each update, whose answer is 200 or else it is tried again. TamTam tries
//! every 30 to 60 seconds, for up to 8 hours. MAX waits 60 seconds, and then 2.5 times as long each
//! time, for up to 8 hours; the 10 tries that it speaks of would take longer. Then the bot is
//! unsubscribed. These hours are the world's.

use std::collections::{HashMap, HashSet, VecDeque};
use std::io;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{StatusCode, Uri, header};
use chrono::TimeDelta;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use serde_json::Value;
use tokio::time::Instant;

use super::parameters::Parameters;
use super::render::{self, View};
use super::route::Places;
use super::{Call, Facade, subscriptions};
use crate::fault::{self, Fault, Operation};
use crate::world::{
    AccountKey, Bot, Happening, State, Subscription, WebhookCertificates, WebhookReplies,
};
use crate::{Platform, World};

/// How long a bot may take to answer: MAX's schema 0.0.32.
const PATIENCE: Duration = Duration::from_secs(30);

/// After how long without success a bot is unsubscribed: both schemas.
const GIVING_UP: TimeDelta = TimeDelta::hours(8);

/// As much of an answer as can be a message.
const MAX_ANSWER_BYTES: usize = 1024 * 1024;

/// Calls the bots of one of the two messengers, for as long as it is polled.
pub(crate) struct Caller {
    facade: Facade,
    /// It trusts every certificate: a bot on this machine has one that nobody signed.
    trusting: reqwest::Client,
    /// It trusts those that this machine trusts; none where it trusts nobody.
    wary: Option<reqwest::Client>,
}

/// When bots were called of late: by the introduction of TamTam's schema 0.5.6, a bot is called at most
/// 100 times a second.
#[derive(Default)]
struct Pace(HashMap<AccountKey, VecDeque<Instant>>);

impl Pace {
    const CALLS: usize = 100;
    const WITHIN: Duration = Duration::from_secs(1);

    /// Counts a call, or says how long it has to wait.
    fn take(&mut self, bot: AccountKey, now: Instant) -> Option<Duration> {
        let called = self.0.entry(bot).or_default();
        called.retain(|at| now.duration_since(*at) < Self::WITHIN);
        if called.len() < Self::CALLS {
            called.push_back(now);
            return None;
        }
        called.front().map(|first| Self::WITHIN.saturating_sub(now.duration_since(*first)))
    }
}

/// One try to tell a bot something.
struct Try {
    bot: AccountKey,
    url: String,
    secret: Option<String>,
    happening: Happening,
}

/// What became of it.
struct Outcome {
    tried: Try,
    /// The answer's body, when it was 200.
    answer: Option<Bytes>,
}

impl Caller {
    /// Who calls from an API that listens at `base`.
    #[expect(clippy::disallowed_methods, reason = "the messenger's client, which is not a bot's")]
    pub(crate) fn new(world: World, platform: Platform, base: String) -> io::Result<Self> {
        // A process has one provider; somebody else having chosen one already is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = |trusts_all| {
            reqwest::Client::builder()
                .no_proxy()
                .redirect(reqwest::redirect::Policy::none())
                .timeout(PATIENCE)
                .tls_danger_accept_invalid_certs(trusts_all)
                .build()
                .map_err(|why| io::Error::other(format!("making the caller of webhooks: {why}")))
        };
        let (trusting, wary) = (client(true)?, client(false).ok());
        Ok(Self { facade: Facade { world, platform, base }, trusting, wary })
    }

    fn client(&self) -> Option<&reqwest::Client> {
        match self.facade.world.look(|state| state.switches.webhook_certificates) {
            WebhookCertificates::Any => Some(&self.trusting),
            WebhookCertificates::Trusted => self.wary.as_ref(),
        }
    }

    /// Tells each subscription what waits for it, one update after another.
    pub(crate) async fn run(self) -> io::Result<()> {
        let world = &self.facade.world;
        let mut changes = world.changes();
        let mut under_way = FuturesUnordered::new();
        let mut busy: HashSet<(AccountKey, String)> = HashSet::new();
        let mut pace = Pace::default();
        loop {
            changes.borrow_and_update();
            let mut nap = None;
            for next in self.due() {
                let is_busy = busy.contains(&(next.bot, next.url.clone()));
                let wait = if is_busy { None } else { self.wait(&mut pace, next.bot) };
                if wait.is_some() {
                    nap = nap.min(wait).or(wait);
                } else if busy.insert((next.bot, next.url.clone())) {
                    under_way.push(self.call(next));
                }
            }
            let nap = nap.or_else(|| self.nap(&busy));
            tokio::select! {
                Some(outcome) = under_way.next() => {
                    busy.remove(&(outcome.tried.bot, outcome.tried.url.clone()));
                    self.settle(outcome);
                }
                alive = changes.changed() => if alive.is_err() { return Ok(()) },
                () = tokio::time::sleep(nap.unwrap_or_default()), if nap.is_some() => {}
            }
        }
    }

    /// How long a bot is not to be called, if it is so; otherwise it is called now. Only TamTam's
    /// schema names a measure.
    fn wait(&self, pace: &mut Pace, bot: AccountKey) -> Option<Duration> {
        let is_paced = self.facade.platform == Platform::Tamtam;
        is_paced.then(|| pace.take(bot, Instant::now())).flatten()
    }

    /// What is to be told now. Who failed for too long is unsubscribed.
    fn due(&self) -> Vec<Try> {
        let world = &self.facade.world;
        let now = world.now();
        let given_up = |it: &Subscription| it.is_given_up(now, GIVING_UP);
        let is_any = world.look(|state| {
            let mut bots = state.accounts().filter_map(|(_, it)| self.bot(it));
            bots.any(|bot| bot.subscriptions.iter().any(given_up))
        });
        if is_any {
            world.act(|state| {
                let bots: Vec<AccountKey> = state.accounts().map(|(key, _)| key).collect();
                for key in bots {
                    if state.account(key).platform != self.facade.platform {
                        continue;
                    }
                    if let Some(bot) = state.bot_mut(key) {
                        bot.subscriptions.retain(|it| !given_up(it));
                    }
                }
            });
        }
        world.look(|state| {
            let bots = state.accounts().filter_map(|(key, it)| Some((key, self.bot(it)?)));
            let next = |key: AccountKey, it: &Subscription| {
                let happening = it.next(now)?.clone();
                Some(Try { bot: key, url: it.url.clone(), secret: it.secret.clone(), happening })
            };
            bots.flat_map(|(key, bot)| bot.subscriptions.iter().filter_map(move |it| next(key, it)))
                .collect()
        })
    }

    fn bot<'a>(&self, account: &'a crate::world::Account) -> Option<&'a Bot> {
        account.bot.as_ref().filter(|_| account.platform == self.facade.platform)
    }

    /// How long there is nothing to do; `None` when only a change can bring something.
    fn nap(&self, busy: &HashSet<(AccountKey, String)>) -> Option<Duration> {
        let world = &self.facade.world;
        let now = world.now();
        world.look(|state| {
            let bots = state.accounts().filter_map(|(key, it)| Some((key, self.bot(it)?)));
            let idle =
                bots.flat_map(|(key, bot)| bot.subscriptions.iter().map(move |it| (key, it)));
            idle.filter(|(key, it)| !busy.contains(&(*key, it.url.clone())))
                .filter_map(|(_, it)| it.wakes(GIVING_UP))
                .min()
                .map(|at| (at - now).to_std().unwrap_or_default())
        })
    }

    async fn call(&self, tried: Try) -> Outcome {
        let answer = self.answer(&tried).await;
        Outcome { tried, answer }
    }

    /// The body of an answer that is 200.
    async fn answer(&self, tried: &Try) -> Option<Bytes> {
        let is_reached = |state: &State| subscriptions::is_reached(state, &tried.url);
        if !self.facade.world.look(is_reached) {
            return None;
        }
        let fault = self.facade.world.fault(self.facade.platform, Operation::Deliver);
        let mut body = self.update(tried).to_string();
        match fault {
            Some(Fault::Delay { ms }) => fault::pass_time(ms).await,
            Some(Fault::Garble) => body.truncate(body.floor_char_boundary(body.len() / 2)),
            Some(Fault::LoseAnswer) | None => {}
            // The bot hears nothing of it.
            Some(_) => return None,
        }
        let request = self.client()?.post(&tried.url);
        let request = request.header(header::CONTENT_TYPE, "application/json");
        let request = match &tried.secret {
            Some(secret) => request.header("X-Max-Bot-Api-Secret", secret),
            None => request,
        };
        let mut response = request.body(body).send().await.ok()?;
        let is_taken = response.status() == StatusCode::OK.as_u16();
        if !is_taken || fault == Some(Fault::LoseAnswer) {
            return None;
        }
        let mut answer = Vec::new();
        // An answer that breaks off has said 200 all the same.
        while let Ok(Some(piece)) = response.chunk().await {
            if answer.len() + piece.len() > MAX_ANSWER_BYTES {
                return Some(Bytes::new());
            }
            answer.extend_from_slice(&piece);
        }
        Some(answer.into())
    }

    fn update(&self, tried: &Try) -> Value {
        let (platform, bot) = (self.facade.platform, tried.bot);
        let told = self.facade.world.look(|state| {
            View { state, platform, bot, base: &self.facade.base }.update(&tried.happening)
        });
        render::shaped(platform, told)
    }

    fn settle(&self, Outcome { tried, answer }: Outcome) {
        let is_told = answer.is_some();
        self.facade.world.act(|state| {
            let (now, chance) = (state.now(), state.random_byte());
            let pause = |tries| self.pause(tries, chance);
            let bot = state.bot_mut(tried.bot).into_iter();
            let mut all = bot.flat_map(|bot| &mut bot.subscriptions);
            match all.find(|it| it.url == tried.url) {
                Some(subscription) if is_told => subscription.told(tried.happening.number, now),
                Some(subscription) => subscription.failed(now, pause),
                None => {}
            }
        });
        if let Some(body) = answer {
            self.reply(&tried, body);
        }
    }

    /// How long until the next try, after so many in vain.
    fn pause(&self, tries: u32, chance: u8) -> TimeDelta {
        match self.facade.platform {
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
    fn reply(&self, tried: &Try, body: Bytes) {
        let platform = self.facade.platform;
        let is_read = platform == Platform::Tamtam
            || self
                .facade
                .world
                .look(|state| state.switches.webhook_replies == WebhookReplies::Sent);
        let said: Option<serde_json::Map<String, Value>> = serde_json::from_slice(&body).ok();
        let is_message = said.is_some_and(|fields| {
            ["text", "attachments", "link"].iter().any(|name| fields.contains_key(*name))
        });
        let Some(chat) = tried.happening.event.chat().filter(|_| is_read && is_message) else {
            return;
        };
        let chat = self.facade.world.look(|state| state.chat(chat).id);
        let target = format!("/messages?chat_id={chat}");
        let Ok(given) = target.parse::<Uri>().map(|uri| Parameters::of(&uri)) else { return };
        let Ok(given) = given else { return };
        let (bot, base) = (tried.bot, self.facade.base.clone());
        let call = Call { bot, places: Places::default(), given, body, base };
        // Nobody is there to be told of a refusal.
        let _ = self.facade.send(&call);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bot_is_called_at_most_100_times_a_second() {
        let world = World::new().furnished();
        let bot = world.bot(Platform::Tamtam).expect("a bot");
        let other = world.bot(Platform::Max).expect("a bot");
        let (mut pace, start) = (Pace::default(), Instant::now());
        assert!((0..100).all(|_| pace.take(bot, start).is_none()));

        let later = start + Duration::from_millis(400);
        assert_eq!(pace.take(bot, later), Some(Duration::from_millis(600)));
        assert_eq!(pace.take(other, later), None);
        assert_eq!(pace.take(bot, start + Duration::from_secs(1)), None);
    }
}
