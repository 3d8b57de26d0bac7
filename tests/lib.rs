//! What the end-to-end tests share: a street of emulated messengers with a bot on each, and a
//! client that knows nothing of the gateway.
#![expect(clippy::expect_used, clippy::missing_panics_doc, reason = "a test fails by panicking")]

pub mod called;
pub mod echo;
pub mod facts;
pub mod line;
pub mod schema;
mod self_signed;
pub mod storm;
pub mod watcher;

use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use adapter_potato::Potato;
use adapter_tamtam::{Dialect, TamTam};
use gateway::Gateway;
use gateway::prelude::{Messenger, Router};
use gateway_core::http::{HttpClient, HttpOptions, Operation, RateLimits, Repeat, SecretString};
use gateway_core::model::Platform as Service;
use gateway_core::time::{Clock, SystemClock};
use reqwest::Method;
use reqwest::header::{AUTHORIZATION, HeaderName};
use sandbox::{Addresses, Phone, Platform, Server, World};
use serde_json::Value;
use storage::testing::TestDatabase;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::schema::{SchemaProxy, Schemas};
pub use self_signed::SelfSigned;

/// A stranger's mistake shall be seen at once.
const ASK: Operation = Operation::new("ask", "asking as a stranger", Repeat::Never);

/// How long a person waits before the test fails.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// Looks until there is something to see, for [`PATIENCE`] at most.
///
/// # Panics
///
/// When there is nothing by then.
pub async fn soon<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let looking = async {
        let mut tick = tokio::time::interval(Duration::from_millis(20));
        loop {
            tick.tick().await;
            if let Some(seen) = look().await {
                return seen;
            }
        }
    };
    let seen = tokio::time::timeout(PATIENCE, looking).await;
    seen.unwrap_or_else(|_| panic!("{what}: not within {PATIENCE:?}"))
}

/// A port that is free, for a process that takes it later, and once more after its death. Whoever asks
/// the system for any port gets none of these.
///
/// # Panics
///
/// When there is none.
pub fn free_port() -> u16 {
    const COUNT: u32 = 10_000;
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let mut ports = (0..COUNT).filter_map(|_| {
        // Tests of several checkouts may run at once.
        let place =
            std::process::id().wrapping_mul(97).wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed));
        u16::try_from(10_000 + place % COUNT).ok()
    });
    let is_free = |port: &u16| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok();
    ports.find(is_free).expect("a free port")
}

/// The sandbox has no limits; the one that a test plans is over at once.
const IMPATIENT: RateLimits = RateLimits {
    first_hold: Duration::from_millis(10),
    longest_hold: Duration::from_millis(10),
    ..RateLimits::LEARNED
};

/// The tokens of the bots in a furnished sandbox.
pub fn token(platform: Platform) -> &'static str {
    match platform {
        Platform::Tamtam => "sandbox-tamtam",
        Platform::Max => "sandbox-max",
        Platform::Potato => "10000001:sandbox",
    }
}

/// What stands in the path when Potato calls.
pub const POTATO_SECRET: &str = "a-word_that-nobody_guesses";

/// What MAX bears when it calls.
pub const WEBHOOK_SECRET: &str = "a-secret_of-MAX";

/// The emulated messengers, each with a bot and with Anna.
///
/// Where the platforms' schemas are at hand ([`schema`]), every request to TamTam and MAX and every
/// answer is held against them; what was against them fails the test when the street closes.
#[derive(Debug)]
pub struct Street {
    /// What is the case on them.
    pub world: World,
    /// Where they listen; a test goes by [`Street::url`], where the judges are.
    pub server: Server,
    judges: Vec<(Platform, SchemaProxy)>,
}

impl Street {
    /// Opens it on free ports.
    pub async fn open() -> Self {
        Self::of(World::new().furnished()).await
    }

    /// Opens a world of the test's own on free ports.
    pub async fn of(world: World) -> Self {
        let server = Server::start(world.clone(), &Addresses::free_ports()).await;
        let server = server.expect("there are free ports");
        let mut judges = Vec::new();
        for (platform, dialect) in
            [(Platform::Tamtam, Dialect::TamTam), (Platform::Max, Dialect::Max)]
        {
            if let Some(schemas) = Schemas::of(dialect) {
                let upstream = server.url(platform).parse().expect("a URL");
                judges.push((platform, SchemaProxy::start(upstream, schemas).await));
            }
        }
        Self { world, server, judges }
    }

    /// The test sends wrong requests on purpose: only what the sandbox answers is judged.
    #[must_use]
    pub fn with_wrong_requests(self) -> Self {
        self.judges.iter().for_each(|(_, judge)| judge.judge_answers_only());
        self
    }

    /// The messengers will say something undocumented on purpose: updates of this type.
    pub fn expect_made_up(&self, update_type: &str) {
        self.judges.iter().for_each(|(_, judge)| judge.expect_made_up(update_type));
    }

    /// Anna's hand on a messenger.
    pub fn anna(&self, platform: Platform) -> Phone {
        Phone::of("Anna", platform, &self.world).expect("there is a bot")
    }

    /// Holds an update that came by webhook, past the judge, against the schema.
    pub fn judge_update(&self, platform: Platform, update: &Value) {
        let judge = self.judges.iter().find(|(judged, _)| *judged == platform);
        if let Some((_, judge)) = judge {
            judge.judge("Update", update);
        }
    }

    /// Where a messenger's API is, behind its judge where there is one.
    pub fn url(&self, platform: Platform) -> Url {
        match self.judges.iter().find(|(judged, _)| *judged == platform) {
            Some((_, judge)) => judge.url().clone(),
            None => self.server.url(platform).parse().expect("a URL"),
        }
    }

    /// A bot on one account of every messenger.
    pub async fn gateway(&self, database: &TestDatabase, bot: Router) -> Gateway {
        let clock = Arc::new(SystemClock);
        self.gateway_with_clock(database, bot, clock).await
    }

    /// The same by a clock of the test's own.
    pub async fn gateway_with_clock(
        &self,
        database: &TestDatabase,
        bot: Router,
        clock: Arc<dyn Clock>,
    ) -> Gateway {
        let gateway = Gateway::open_with_clock(database.url(), clock).await;
        gateway
            .expect("the database opens")
            .with_bot(bot)
            .with_account(self.tamtam(Platform::Tamtam))
            .with_account(self.tamtam(Platform::Max))
            .with_account(self.potato())
    }

    /// The bot's account on TamTam or MAX.
    pub fn tamtam(&self, platform: Platform) -> TamTam {
        let dialect = if platform == Platform::Max { Dialect::Max } else { Dialect::TamTam };
        let options = adapter_tamtam::Options {
            limits: IMPATIENT,
            // The emulated TamTam calls from this machine.
            webhook_networks: Vec::new(),
            ..adapter_tamtam::Options::new(dialect, token(platform).to_owned())
        };
        let options = options.at(self.url(platform)).with_webhook_secret(WEBHOOK_SECRET.to_owned());
        TamTam::new(platform.name(), &options).expect("an account")
    }

    /// The bot's account on a messenger.
    pub fn messenger(&self, platform: Platform) -> Arc<dyn Messenger> {
        match platform {
            Platform::Potato => Arc::new(self.potato()),
            Platform::Tamtam | Platform::Max => Arc::new(self.tamtam(platform)),
        }
    }

    /// The bot's account on Potato.
    pub fn potato(&self) -> Potato {
        let options = adapter_potato::Options::new(token(Platform::Potato).to_owned());
        let options = adapter_potato::Options {
            idle_pause: Duration::from_millis(10),
            longest_idle_pause: Duration::from_millis(10),
            limits: IMPATIENT,
            ..options.at(self.url(Platform::Potato))
        };
        let options = options.with_webhook_secret(POTATO_SECRET.to_owned());
        Potato::new("potato", &options).expect("an account")
    }
}

impl Drop for Street {
    fn drop(&mut self) {
        // A test that has failed already says why.
        if !std::thread::panicking() {
            self.judges.iter().for_each(|(_, judge)| judge.assert_clean());
        }
    }
}

/// Runs a gateway as long as `talk` lasts.
pub async fn during<T>(gateway: Gateway, talk: impl Future<Output = T>) -> T {
    let stop = CancellationToken::new();
    let talk = async {
        let told = talk.await;
        stop.cancel();
        told
    };
    let (ran, told) = tokio::join!(gateway.run_until(stop.clone()), talk);
    ran.expect("each account has its name");
    told
}

/// A client of somebody else's: it knows addresses and JSON.
#[derive(Clone, Debug)]
pub struct Stranger(Arc<HttpClient>);

/// What a stranger gets.
#[derive(Clone, Debug, PartialEq)]
pub struct Got {
    /// The HTTP status.
    pub status: u16,
    /// The body; `null` when it is no JSON.
    pub body: Value,
}

/// A header of an answer.
pub type Header = Option<String>;

impl Stranger {
    /// A client of the API at a base URL.
    pub fn at(url: &str) -> Self {
        let url = url.parse().expect("a URL");
        let client = HttpClient::new(HttpOptions::new(url, Service::new("stranger")));
        Self(Arc::new(client.expect("a client")))
    }

    /// A request to a path below the base URL, with a query, headers and a JSON body.
    pub async fn asks(
        &self,
        method: Method,
        path: &str,
        query: &[(&str, &str)],
        headers: &[(HeaderName, &str)],
        body: Option<&Value>,
    ) -> Got {
        self.asks_for("content-type", method, path, query, headers, body).await.0
    }

    /// The same, with one header of the answer.
    pub async fn asks_for(
        &self,
        header: &str,
        method: Method,
        path: &str,
        query: &[(&str, &str)],
        headers: &[(HeaderName, &str)],
        body: Option<&Value>,
    ) -> (Got, Header) {
        let segments: Vec<&str> = path.split('/').collect();
        let mut call = self.0.call(&ASK, method, &segments);
        for (name, value) in query {
            call = call.query(name, value);
        }
        for (name, value) in headers {
            call = call.secret_header(name.clone(), &SecretString::from((*value).to_owned()));
        }
        if let Some(body) = body {
            call = call.json(body);
        }
        let answer = call.answer().await.expect("an answer");
        let got = Got { status: answer.status(), body: answer.json().unwrap_or_default() };
        (got, answer.header(header).map(str::to_owned))
    }

    /// A `GET` with a query.
    pub async fn gets(&self, path: &str, query: &[(&str, &str)]) -> Got {
        self.asks(Method::GET, path, query, &[], None).await
    }

    /// A `GET` with an `Authorization` header.
    pub async fn gets_as(&self, authorization: &str, path: &str) -> Got {
        self.asks(Method::GET, path, &[], &[(AUTHORIZATION, authorization)], None).await
    }

    /// A `POST` with a JSON body.
    pub async fn posts(&self, path: &str, body: &Value) -> Got {
        self.asks(Method::POST, path, &[], &[], Some(body)).await
    }
}
