//! No secret is in what a gateway says: in logs down to the last trace, in errors, metrics, status and
//! `Debug` output of a run in which everything goes wrong that can.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::io::{self, Write};
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use adapter_potato::Potato;
use adapter_tamtam::{Dialect, TamTam};
use futures_util::future::join_all;
use gateway::logging::{self, Format};
use gateway::prelude::*;
use gateway::watching::{self, Listen};
use gateway::{CancellationToken, Database, Delivery, Hook, MemoryJournal, Runtime, SystemClock};
use gateway_tests::called::{Door, Porch};
use gateway_tests::watcher::{Watcher, bot, recorder};
use gateway_tests::{PATIENCE, POTATO_SECRET, Stranger, Street, during};
use registry_api::http;
use registry_api::token::Scopes;
use reqwest::header::{HeaderMap, HeaderValue};
use sandbox::fault::{Fault, Operation, PlannedFault};
use sandbox::{Platform, World};
use storage::testing::TestDatabase;
use tokio::net::TcpListener;
use url::Url;

const TAMTAM: &str = "Zq7TaMtAmToKeN4kW";
const MAX: &str = "Zq7MaXtOkEn8rT";
const POTATO: &str = "10000001:Zq7PoTaToToKeN2vB";
const REFUSED: &str = "Zq7ReFuSeDtOkEn5nM";
const AWAY: &str = "10000002:Zq7AwAyToKeN9xC";
const WEBHOOK: &str = "Zq7WeBhOoKsEcReT3pL";
const PASSWORD: &str = "Zq7PaSsWoRd6hJ";

/// Everything that was logged.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Kept {
    fn text(&self) -> String {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The lines that hold a secret, or the better part of one.
fn found<'a>(said: &'a str, secrets: &[String]) -> Vec<&'a str> {
    let cores: Vec<&str> = secrets.iter().map(|it| core(it)).collect();
    said.lines().filter(|line| cores.iter().any(|core| line.contains(core))).collect()
}

/// The part of a secret that every spelling leaves as it is: its longest run of what no URL
/// escapes.
fn core(secret: &str) -> &str {
    let runs = secret.split(|it: char| !it.is_ascii_alphanumeric() && !"-_.~".contains(it));
    runs.max_by_key(|it| it.len()).unwrap_or_default()
}

/// What is said, and what is not to be in it.
#[derive(Default)]
struct Said {
    text: String,
}

impl Said {
    fn keep(&mut self, what: &str, said: &str) {
        self.text.extend([what, ": ", said, "\n"]);
    }

    fn debug(&mut self, thing: &impl std::fmt::Debug) {
        self.keep("debug", &format!("{thing:?} {thing:#?}"));
    }

    fn error(&mut self, error: &(impl std::error::Error + 'static)) {
        let mut cause: Option<&dyn std::error::Error> = Some(error);
        while let Some(error) = cause {
            self.keep("error", &format!("{error} {error:?}"));
            cause = error.source();
        }
    }
}

/// Past the judge: what is garbled on purpose is against every schema.
fn address(street: &Street, platform: Platform) -> Url {
    street.server.url(platform).parse().expect("a URL")
}

fn tamtam(street: &Street, said: &mut Said, name: &str, platform: Platform, token: &str) -> TamTam {
    let dialect = if platform == Platform::Max { Dialect::Max } else { Dialect::TamTam };
    let options = adapter_tamtam::Options::new(dialect, token.to_owned());
    let options = adapter_tamtam::Options { webhook_networks: Vec::new(), ..options };
    let options = options.at(address(street, platform)).with_webhook_secret(WEBHOOK.to_owned());
    let messenger = TamTam::new(name, &options).expect("an account");
    said.debug(&options);
    said.debug(&messenger);
    messenger
}

fn potato(url: Url, said: &mut Said, name: &str, token: &str) -> Potato {
    let idle = Duration::from_millis(10);
    let options = adapter_potato::Options {
        idle_pause: idle,
        longest_idle_pause: idle,
        ..adapter_potato::Options::new(token.to_owned())
    };
    let options = options.at(url).with_webhook_secret(POTATO_SECRET.to_owned());
    let messenger = Potato::new(name, &options).expect("an account");
    said.debug(&options);
    said.debug(&messenger);
    messenger
}

/// Its server may ask for a password; one that does not takes any.
fn with_password(url: &str) -> (String, String) {
    let mut url: Url = url.parse().expect("a URL");
    if url.password().is_none() {
        url.set_password(Some(PASSWORD)).expect("a password");
    }
    let password = url.password().expect("just set").to_owned();
    (url.to_string(), password)
}

/// Has each account's person say all of this, each word meeting its fault, and waits until all of it
/// was handled.
async fn everything_goes_wrong(street: &Street, status: &Status) {
    let faults = [
        None,
        Some((Operation::Send, Fault::Refuse)),
        Some((Operation::Send, Fault::Garble)),
        Some((Operation::Send, Fault::Unavailable)),
        Some((Operation::Send, Fault::RateLimit { retry_after: Some(1) })),
        Some((Operation::Send, Fault::LoseAnswer)),
        Some((Operation::Updates, Fault::Refuse)),
        Some((Operation::Updates, Fault::LoseAnswer)),
        Some((Operation::Updates, Fault::Garble)),
    ];
    let on = async |platform: Platform| {
        let mut anna = street.anna(platform);
        anna.says("die");
        anna.says("panic");
        // Potato forgets what it has handed out: what is lost there never comes.
        let is_kept = platform != Platform::Potato;
        let faults = faults.into_iter().filter(|fault| {
            is_kept || !matches!(fault, Some((Operation::Updates, it)) if *it != Fault::Refuse)
        });
        for (number, fault) in faults.enumerate() {
            if let Some((operation, fault)) = fault {
                street.world.faults().plan(PlannedFault::next(platform, operation, fault));
            }
            anna.says(format!("m{number}").as_str());
            let quiet = async || {
                let accounts = status.accounts();
                let it = accounts.iter().find(|it| it.account.id.as_str() == platform.name());
                let it = it.expect("it is there");
                let planned = street.world.faults().still_planned();
                let is_met = planned.iter().all(|it| it.platform != platform);
                (is_met && it.handled > number as u64 + 2 && it.waiting == 0).then_some(())
            };
            soon(quiet).await;
        }
    };
    join_all(Platform::ALL.map(on)).await;
}

async fn soon(mut look: impl AsyncFnMut() -> Option<()>) {
    let looking = async {
        let mut tick = tokio::time::interval(Duration::from_millis(20));
        while look().await.is_none() {
            tick.tick().await;
        }
    };
    tokio::time::timeout(PATIENCE * 3, looking).await.expect("it comes about");
}

/// A gateway on all messengers, with an account whose token is refused and one that reaches nobody.
async fn polled(street: &Street, url: &str, said: &mut Said) -> String {
    let metrics = recorder();
    let options = RuntimeOptions {
        tries: 2,
        retry_pause: Duration::from_millis(10),
        ..RuntimeOptions::default()
    };
    let nowhere = "http://127.0.0.1:1".parse().expect("a URL");
    let gateway = Gateway::open(url).await.expect("it opens");
    let gateway = gateway
        .with_bot(bot())
        .with_options(options)
        .with_account(tamtam(street, said, "tamtam", Platform::Tamtam, TAMTAM))
        .with_account(tamtam(street, said, "max", Platform::Max, MAX))
        .with_account(potato(address(street, Platform::Potato), said, "potato", POTATO))
        .with_account(tamtam(street, said, "refused", Platform::Max, REFUSED))
        .with_account(potato(nowhere, said, "away", AWAY));
    let (status, registry) = (gateway.status(), gateway.registry().expect("a database"));
    let watching = gateway.watching().expect("a database").with_metrics(metrics);
    said.debug(&gateway);
    said.debug(&watching);
    said.debug(&registry);
    let token = registry.create_token("test", Scopes::ALL).await.expect("a token");
    said.debug(&token);

    let stop = CancellationToken::new();
    let local = (Ipv4Addr::LOCALHOST, 0);
    let front = TcpListener::bind(local).await.expect("a free port");
    let listen = Listen { address: local.into(), anywhere: false };
    let back = listen.bind().await.expect("a free port");
    let watcher = Watcher::at(back.local_addr().expect("bound"));
    let client = Stranger::at(&format!("http://{}", front.local_addr().expect("bound")));
    let talk = async {
        everything_goes_wrong(street, &status).await;
        let bearer = format!("Bearer {}", token.expose());
        let chats = "api/v1/private/chats";
        assert_eq!(client.gets_as(&bearer, chats).await.status, 200);
        let damaged = client.gets_as(&format!("{bearer}x"), chats).await;
        assert_eq!(damaged.status, 401);
        said.keep("registry", &damaged.body.to_string());
        for (path, accept) in [
            ("metrics", "*/*"),
            ("status", "*/*"),
            ("status", "text/html"),
            ("health/ready", "*/*"),
            ("health/live", "*/*"),
        ] {
            said.keep(path, &watcher.get(path, accept).await.1);
        }
        stop.cancel();
    };
    let serving = http::serve(front, registry.clone(), stop.clone());
    let watched = watching::serve(back, watching, stop.clone());
    let run = during(gateway, async { tokio::join!(serving, watched, Box::pin(talk)) });
    let (served, watched, ()) = Box::pin(run).await;
    served.and(watched).expect("they have addresses");
    token.expose().to_owned()
}

/// What comes by webhook: proven, and not.
async fn called(street: &Arc<Street>, said: &mut Said) {
    let mut runtime = Runtime::new(Arc::new(MemoryJournal::default()), Arc::new(SystemClock));
    let max: Arc<dyn Messenger> = Arc::new(tamtam(street, said, "max", Platform::Max, MAX));
    let url = address(street, Platform::Potato);
    let potato: Arc<dyn Messenger> = Arc::new(potato(url, said, "potato", POTATO));
    let mut porches = Vec::new();
    for (platform, messenger) in [(Platform::Max, max), (Platform::Potato, potato)] {
        let hook = runtime.add_called_account(messenger.clone());
        said.debug(&hook);
        unproven(&hook, said).await;
        let porch = Porch::open(street, platform, Door::Hook(hook)).await;
        let webhooks = messenger.webhooks().expect("it calls");
        webhooks.set(&porch.url(platform)).await.expect("it is set");
        porches.push(porch);
    }
    let runtime = runtime.with_router(bot());
    said.debug(&runtime);
    let stop = CancellationToken::new();
    let talk = async {
        for platform in [Platform::Max, Platform::Potato] {
            let mut anna = street.anna(platform);
            anna.says("called");
            anna.sees(PATIENCE).await.expect("an answer");
        }
        stop.cancel();
    };
    tokio::join!(runtime.run(stop.clone()), talk).0.expect("each has its name");
}

async fn unproven(hook: &Hook, said: &mut Said) {
    for (path, proof) in [("/hook/other", "other"), ("/hook", WEBHOOK)] {
        let mut headers = HeaderMap::new();
        headers.insert("X-Max-Bot-Api-Secret", HeaderValue::from_static(proof));
        let delivery = Delivery { headers: &headers, body: b"{", path, peer: None };
        let error = hook.deliver(&delivery).await.expect_err("it is none");
        said.error(&error);
    }
}

/// Databases that cannot be opened.
async fn unopened(url: &str, said: &mut Said) {
    let mut away: Url = url.parse().expect("a URL");
    away.set_port(Some(1)).expect("a port");
    let mut unknown: Url = url.parse().expect("a URL");
    unknown.set_path("/there-is-no-such-database");
    let strange = url.replacen("postgres", "mysql", 1);
    for url in [away.as_str(), unknown.as_str(), &strange, &format!("{url}&sslmode=wrong")] {
        said.error(&Database::open(url).await.expect_err("it cannot be opened"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_secret_is_in_anything_that_is_said() {
    let logs = Kept::default();
    let writer = logs.clone();
    let filter =
        "trace,hyper_util::client=trace,reqwest::connect=trace,sqlx_postgres::options=trace";
    let (subscriber, _) =
        logging::subscriber(Format::Human, filter, move || writer.clone()).expect("a filter");
    tracing::subscriber::set_global_default(subscriber).expect("there is none yet");

    let world = World::new();
    for (platform, token) in
        [(Platform::Tamtam, TAMTAM), (Platform::Max, MAX), (Platform::Potato, POTATO)]
    {
        world.add_bot(platform, "Helper", token);
        world.add_person(platform, "Anna");
    }
    let street = Arc::new(Street::of(world).await.with_wrong_requests());
    let database = TestDatabase::postgres().await;
    let (url, password) = with_password(database.url());
    let mut said = Said::default();
    let token = polled(&street, &url, &mut said).await;
    called(&street, &mut said).await;
    unopened(&url, &mut said).await;

    let secrets = [TAMTAM, MAX, POTATO, REFUSED, AWAY, WEBHOOK, POTATO_SECRET].map(str::to_owned);
    let secrets = [&secrets[..], &[password, token]].concat();
    let logged = logs.text();
    // It was a run of which there is something to hear.
    for words in [
        "DEBUG",
        "sqlx::query",
        "the update is dead",
        "cannot receive",
        "the handler panicked",
        "handle{",
    ] {
        assert!(logged.contains(words), "{words:?} was not logged");
    }
    for words in ["gateway_updates_dead_total", "<!DOCTYPE html>", "\"unauthorized\"", "error: "] {
        assert!(said.text.contains(words), "{words:?} was not said");
    }
    assert_eq!(found(&logged, &secrets), [""; 0], "in the logs");
    assert_eq!(found(&said.text, &secrets), [""; 0]);

    // The same search finds each of them where it is said.
    for secret in &secrets {
        tracing::trace!(target: "gateway_runtime", secret, "planted");
        let logged = logs.text();
        assert_eq!(found(&logged, std::slice::from_ref(secret)).len(), 1, "{secret}");
        let told = format!("GET /bot{}/getMe?token={}", secret.replace(':', "%3A"), core(secret));
        assert_eq!(found(&told, std::slice::from_ref(secret)).len(), 1, "{secret}");
    }
}
