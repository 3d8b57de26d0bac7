//! What happened, told to bots that have webhooks.
//!
//! One mechanism calls the bots of every messenger: each subscription is told what waits for it, one
//! call after another, by the world's clock. What a messenger does in its own way is its [`Face`].

mod pinned;

use std::collections::{HashMap, HashSet, VecDeque};
use std::io;
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{StatusCode, header};
use chrono::TimeDelta;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use tokio::time::Instant;
use url::{Host, Url};

use crate::fault::{self, Fault, Operation};
use crate::world::{
    AccountKey, Certificate, GivingUp, Happening, State, Subscription, WebhookCertificates,
    WebhookHosts,
};
use crate::{Platform, World};

/// How long a bot may take to answer: MAX's schema 0.0.32; no other document says.
const PATIENCE: Duration = Duration::from_secs(30);

/// As much of an answer as is read.
const MAX_ANSWER_BYTES: usize = 1024 * 1024;

/// How many answers that ask for something are heeded in a second, of one bot; it is called more
/// slowly then. No document says: two bots that answer each other would never rest otherwise.
const REPLIES_A_SECOND: usize = 30;

/// How a messenger calls bots.
pub(crate) trait Face: Send + Sync + 'static {
    /// Where what it tells happens.
    fn world(&self) -> &World;

    fn platform(&self) -> Platform;

    /// What becomes of what cannot be told.
    fn giving_up(&self) -> GivingUp;

    /// How often a bot is called in a second, at most, if that is limited.
    fn calls_a_second(&self) -> Option<usize>;

    /// How many updates one call tells, at most.
    fn at_once(&self) -> usize;

    /// What a call says; `None` when this messenger tells nothing of all that.
    fn body(&self, tried: &Try) -> Option<String>;

    /// Whether a bot that answers so has taken it.
    fn is_taken(&self, status: StatusCode) -> bool;

    /// How long until the next try, after so many in vain.
    fn pause(&self, tries: u32, chance: u8) -> TimeDelta;

    /// Does what the bot's answer asks for; `false` when it asks for nothing.
    fn reply(&self, tried: &Try, answer: Answer) -> impl Future<Output = bool> + Send;
}

/// One try to tell a bot something.
pub(crate) struct Try {
    pub(crate) bot: AccountKey,
    pub(crate) happenings: Vec<Happening>,
    url: String,
    secret: Option<String>,
    certificate: Option<Certificate>,
}

/// What a bot answered that has taken it.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    pub(crate) content_type: Option<String>,
    pub(crate) body: Bytes,
}

/// Calls the bots of a messenger, for as long as it is polled.
pub(crate) struct Caller<F> {
    face: F,
    /// It trusts every certificate: a bot on this machine has one that nobody signed.
    trusting: reqwest::Client,
    /// It trusts those that this machine trusts; none where it trusts nobody.
    wary: Option<reqwest::Client>,
}

/// When bots were called of late, or asked for something.
#[derive(Default)]
struct Pace(HashMap<AccountKey, VecDeque<Instant>>);

impl Pace {
    const WITHIN: Duration = Duration::from_secs(1);

    /// How long a bot has to wait, if it was often enough.
    fn wait(&mut self, bot: AccountKey, most: usize, now: Instant) -> Option<Duration> {
        let of_late = self.0.entry(bot).or_default();
        of_late.retain(|at| now.duration_since(*at) < Self::WITHIN);
        if of_late.len() < most {
            return None;
        }
        of_late.front().map(|first| Self::WITHIN.saturating_sub(now.duration_since(*first)))
    }

    fn count(&mut self, bot: AccountKey, now: Instant) {
        self.0.entry(bot).or_default().push_back(now);
    }
}

impl<F: Face> Caller<F> {
    pub(crate) fn new(face: F) -> io::Result<Self> {
        // A process has one provider; somebody else having chosen one already is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = |trusts_all| {
            client().tls_danger_accept_invalid_certs(trusts_all).build().map_err(unmade)
        };
        let (trusting, wary) = (client(true)?, client(false).ok());
        Ok(Self { face, trusting, wary })
    }

    /// A bot that gave its certificate has no other.
    fn client(&self, tried: &Try) -> Option<reqwest::Client> {
        if let Some(own) = &tried.certificate {
            let tls = pinned::config(own)?;
            return client().tls_backend_preconfigured(tls).build().ok();
        }
        match self.face.world().look(|state| state.switches.webhook_certificates) {
            WebhookCertificates::Any => Some(self.trusting.clone()),
            WebhookCertificates::Trusted => self.wary.clone(),
        }
    }

    /// Tells each subscription what waits for it, one call after another.
    pub(crate) async fn run(self) -> io::Result<()> {
        let mut changes = self.face.world().changes();
        let mut under_way = FuturesUnordered::new();
        let mut busy: HashSet<(AccountKey, String)> = HashSet::new();
        let (mut calls, mut replies) = (Pace::default(), Pace::default());
        loop {
            changes.borrow_and_update();
            let mut nap = None;
            for next in self.due(&busy) {
                let now = Instant::now();
                let most = self.face.calls_a_second().unwrap_or(usize::MAX);
                let wait = calls.wait(next.bot, most, now);
                let wait = wait.max(replies.wait(next.bot, REPLIES_A_SECOND, now));
                if wait.is_some() {
                    nap = nap.min(wait).or(wait);
                } else if busy.insert((next.bot, next.url.clone())) {
                    calls.count(next.bot, now);
                    under_way.push(self.call(next));
                }
            }
            let nap = nap.or_else(|| self.nap(&busy));
            tokio::select! {
                Some((tried, asked)) = under_way.next() => {
                    if asked {
                        replies.count(tried.bot, Instant::now());
                    }
                    busy.remove(&(tried.bot, tried.url));
                }
                alive = changes.changed() => if alive.is_err() { return Ok(()) },
                () = tokio::time::sleep(nap.unwrap_or_default()), if nap.is_some() => {}
            }
        }
    }

    /// What is to be told now, where nothing is under way. What could not be told for too long is
    /// given up first.
    fn due(&self, busy: &HashSet<(AccountKey, String)>) -> Vec<Try> {
        let world = self.face.world();
        let (now, how) = (world.now(), self.face.giving_up());
        let is_over = |it: &Subscription| it.given_up_at(how).is_some_and(|at| at <= now);
        let is_any = world.look(|state| {
            let mut bots = state.bots(self.face.platform());
            bots.any(|(_, bot)| bot.subscriptions.iter().any(is_over))
        });
        if is_any {
            world.act(|state| {
                let bots = state.bots(self.face.platform()).map(|(key, _)| key);
                for key in bots.collect::<Vec<AccountKey>>() {
                    if let Some(bot) = state.bot_mut(key) {
                        bot.subscriptions.retain_mut(|it| !is_over(it) || it.give_up(how, now));
                    }
                }
            });
        }
        let at_once = self.face.at_once();
        world.look(|state| {
            let bots = state.bots(self.face.platform());
            let next = |bot: AccountKey, it: &Subscription| {
                let (url, secret) = (it.url.clone(), it.secret.clone());
                if busy.contains(&(bot, url.clone())) {
                    return None;
                }
                let happenings = it.next(now, at_once)?;
                Some(Try { bot, happenings, url, secret, certificate: it.certificate.clone() })
            };
            bots.flat_map(|(key, bot)| bot.subscriptions.iter().filter_map(move |it| next(key, it)))
                .collect()
        })
    }

    /// How long there is nothing to do; `None` when only a change can bring something.
    fn nap(&self, busy: &HashSet<(AccountKey, String)>) -> Option<Duration> {
        let world = self.face.world();
        let (now, how) = (world.now(), self.face.giving_up());
        world.look(|state| {
            let bots = state.bots(self.face.platform());
            let idle =
                bots.flat_map(|(key, bot)| bot.subscriptions.iter().map(move |it| (key, it)));
            idle.filter(|(key, it)| !busy.contains(&(*key, it.url.clone())))
                .filter_map(|(_, it)| it.wakes(how))
                .min()
                .map(|at| (at - now).to_std().unwrap_or_default())
        })
    }

    /// Calls once, and does what comes of it; whether the bot asked for something.
    async fn call(&self, tried: Try) -> (Try, bool) {
        let answer = self.answer(&tried).await;
        self.settle(&tried, answer.is_some());
        let asked = match answer {
            Some(answer) => self.face.reply(&tried, answer).await,
            None => false,
        };
        (tried, asked)
    }

    /// The answer of a bot that has taken it.
    async fn answer(&self, tried: &Try) -> Option<Answer> {
        // Of what the messenger does not tell, nobody is to hear.
        let Some(mut body) = self.face.body(tried) else { return Some(Answer::default()) };
        if !self.face.world().look(|state| is_reached(state, &tried.url)) {
            return None;
        }
        let fault = self.face.world().fault(self.face.platform(), Operation::Deliver);
        match fault {
            Some(Fault::Delay { ms }) => fault::pass_time(ms).await,
            Some(Fault::Garble) => body.truncate(body.floor_char_boundary(body.len() / 2)),
            Some(Fault::Empty) => body.clear(),
            Some(Fault::LoseAnswer) | None => {}
            // The bot hears nothing of it.
            Some(_) => return None,
        }
        let request = self.client(tried)?.post(&tried.url);
        let request = request.header(header::CONTENT_TYPE, "application/json");
        let request = match &tried.secret {
            Some(secret) => request.header("X-Max-Bot-Api-Secret", secret),
            None => request,
        };
        let mut response = request.body(body).send().await.ok()?;
        if !self.face.is_taken(response.status()) || fault == Some(Fault::LoseAnswer) {
            return None;
        }
        let content_type = response.headers().get(header::CONTENT_TYPE);
        let content_type = content_type.and_then(|it| it.to_str().ok()).map(str::to_owned);
        let mut body = Vec::new();
        // An answer that breaks off has said that it is taken all the same.
        while let Ok(Some(piece)) = response.chunk().await {
            if body.len() + piece.len() > MAX_ANSWER_BYTES {
                return Some(Answer::default());
            }
            body.extend_from_slice(&piece);
        }
        Some(Answer { content_type, body: body.into() })
    }

    fn settle(&self, tried: &Try, is_told: bool) {
        self.face.world().act(|state| {
            let (now, chance) = (state.now(), state.random_byte());
            let pause = |tries| self.face.pause(tries, chance);
            let bot = state.bot_mut(tried.bot).into_iter();
            let mut all = bot.flat_map(|bot| &mut bot.subscriptions);
            match all.find(|it| it.url == tried.url) {
                Some(subscription) if is_told => subscription.told(&tried.happenings, now),
                Some(subscription) => subscription.failed(now, pause),
                None => {}
            }
        });
    }
}

#[expect(clippy::disallowed_methods, reason = "the messenger's client, which is not a bot's")]
fn client() -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(PATIENCE)
}

#[expect(clippy::needless_pass_by_value, reason = "as `map_err` gives it")]
fn unmade(why: reqwest::Error) -> io::Error {
    io::Error::other(format!("making the caller of webhooks: {why}"))
}

/// Whether an address is on this machine.
pub(crate) fn is_here(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Whether the sandbox calls an address, as the switches have it: what runs on a developer's machine
/// does not call strangers unasked.
pub(crate) fn is_reached(state: &State, url: &str) -> bool {
    state.switches.webhook_hosts == WebhookHosts::Any
        || Url::parse(url).is_ok_and(|url| is_here(&url))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bot_is_called_no_more_often_than_it_may_be() {
        let world = World::new().furnished();
        let bot = world.bot(Platform::Tamtam).expect("a bot");
        let other = world.bot(Platform::Max).expect("a bot");
        let (mut pace, start) = (Pace::default(), Instant::now());
        for _ in 0..100 {
            assert_eq!(pace.wait(bot, 100, start), None);
            pace.count(bot, start);
        }
        let later = start + Duration::from_millis(400);
        assert_eq!(pace.wait(bot, 100, later), Some(Duration::from_millis(600)));
        assert_eq!(pace.wait(other, 100, later), None);
        assert_eq!(pace.wait(bot, 100, start + Duration::from_secs(1)), None);
    }
}
