//! A bot on Potato that is killed again and again, with SIGKILL, while thousands write to it.
//!
//! By webhook nothing is lost. By polling that can be lost which the messenger had forgotten with an
//! answer that nobody wrote down: what was on its way at the moment of a kill, and nothing else; and
//! where the messenger heeds which update is wanted next, nothing is lost either.
//!
//! How much was lost is printed:
//!
//! ```text
//! cargo test -p gateway-tests --test kill -- --nocapture
//! ```
#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says what was lost"
)]

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use chrono::TimeDelta;
use gateway_core::chance::Chance;
use gateway_core::messenger::Messenger as _;
use gateway_core::model::AccountId;
use gateway_runtime::journal::Journal;
use gateway_tests::{POTATO_SECRET, Stranger, Street, free_port};
use sandbox::Platform;
use sandbox::world::switches::potato::Confirmation;
use sandbox::world::{AccountKey, ChatKey};
use serde_json::Value;
use storage::Database;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::time::{Instant, sleep_until};

/// How much is said, by how many, and how often the bot is killed meanwhile.
const MESSAGES: usize = 10_000;
const PEOPLE: usize = 50;
const KILLS: usize = 20;

/// How long a bot lives at most before it is killed.
const LIFE_MS: u64 = 700;

/// How long everything may take before the test fails.
const PATIENCE: Duration = Duration::from_mins(5);

/// What the messenger says to polls, on its way to a bot that may be dead when it arrives.
#[derive(Clone, Debug, Default)]
struct Wire(Arc<Mutex<Answers>>);

#[derive(Debug, Default)]
struct Answers {
    /// What each answer held, if it held anything.
    held: Vec<Vec<String>>,
    /// How many are asked for and not here yet.
    expected: usize,
    /// How often it was asked since the last answer that held something: who asks again has written
    /// that down.
    asked_since: usize,
}

impl Wire {
    fn answers(&self) -> MutexGuard<'_, Answers> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, answer: &Value) {
        let updates = answer["result"].as_array().cloned().unwrap_or_default();
        let texts = updates.iter().filter_map(|it| it["message"]["text"].as_str());
        let texts: Vec<String> = texts.map(str::to_owned).collect();
        let mut answers = self.answers();
        answers.expected -= 1;
        if !texts.is_empty() {
            answers.held.push(texts);
            answers.asked_since = 0;
        }
    }

    fn ask(&self) {
        let mut answers = self.answers();
        answers.expected += 1;
        answers.asked_since += 1;
    }

    /// How many answers there are that the bot has surely written down: all but the last, since it
    /// asks again only then.
    fn written(&self) -> usize {
        self.answers().held.len().saturating_sub(1)
    }

    /// Whether every message has come by, and the bot has asked again since the last.
    fn has_brought_everything(&self) -> bool {
        let answers = self.answers();
        let brought: BTreeSet<&String> = answers.held.iter().flatten().collect();
        answers.asked_since > 0 && brought.len() == MESSAGES
    }

    /// What the answers hold from this one on, as soon as all are here that the dead bot asked for.
    async fn since(&self, written: usize) -> Vec<String> {
        while self.answers().expected > 0 {
            tokio::task::yield_now().await;
        }
        self.answers().held[written..].concat()
    }
}

/// Stands between the bot and its messenger, and keeps what polls bring, also when the bot is gone.
async fn wiretap(upstream: String) -> (String, Wire) {
    let wire = Wire::default();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let app = Router::new().fallback(pass).with_state((Stranger::at(&upstream), wire.clone()));
    tokio::spawn(async move { axum::serve(listener, app).await });
    (url, wire)
}

async fn pass(State((upstream, wire)): State<(Stranger, Wire)>, request: Request) -> Response {
    let path = request.uri().path().trim_start_matches('/').to_owned();
    let offset = request.uri().query().and_then(|query| query.strip_prefix("offset="));
    let offset = offset.map(str::to_owned);
    let method = request.method().clone();
    let is_poll = path.ends_with("/getUpdates");
    if is_poll {
        wire.ask();
    }
    // What was asked is answered and kept, even when nobody waits for it any more.
    let answer = tokio::spawn(async move {
        let query: Vec<(&str, &str)> = offset.iter().map(|it| ("offset", it.as_str())).collect();
        let got = upstream.asks(method, &path, &query, &[], None).await;
        if is_poll {
            wire.keep(&got.body);
        }
        (got.status, got.body.to_string())
    });
    let (status, body) = answer.await.expect("an answer");
    Response::builder().status(status).body(Body::from(body)).expect("an answer")
}

/// The bot, and what it has handled.
struct Bot {
    folder: TempDir,
    url: String,
    listen: Option<SocketAddr>,
}

/// A bot that runs. It does not outlive its test.
struct Running(Child);

impl Running {
    fn kill(&mut self) {
        self.0.kill().expect("it is killed");
        self.0.wait().expect("it is gone");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may be dead already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Bot {
    fn start(&self) -> Running {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kill-bot"));
        command
            .env("DATABASE_URL", self.database())
            .env("POTATO_URL", &self.url)
            .env("HANDLED", self.handled())
            .stdin(Stdio::null());
        if let Some(address) = self.listen {
            command.env("LISTEN", address.to_string());
        }
        Running(command.spawn().expect("the bot starts"))
    }

    fn database(&self) -> String {
        format!("sqlite://{}", self.folder.path().join("bot.db").display())
    }

    fn handled(&self) -> PathBuf {
        self.folder.path().join("handled")
    }
}

fn lines(path: &Path) -> BTreeSet<String> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

/// Everybody says their part, a little at a time.
struct Crowd {
    people: Vec<(AccountKey, ChatKey)>,
    said: usize,
}

impl Crowd {
    fn of(street: &Street) -> Self {
        let world = &street.world;
        let bot = world.bot(Platform::Potato).expect("a bot");
        let person = |number: usize| world.add_person(Platform::Potato, &format!("P{number}"));
        let people = (0..PEOPLE).map(person);
        let people = people.map(|person| (person, world.dialog(bot, person))).collect();
        Self { people, said: 0 }
    }

    /// So many more messages, in turns.
    fn says(&mut self, street: &Street, count: usize) {
        for _ in 0..count.min(MESSAGES - self.said) {
            let (person, chat) = self.people[self.said % PEOPLE];
            street.world.say(chat, person, format!("m{}", self.said).as_str().into());
            self.said += 1;
        }
    }
}

/// Kills the bot again and again while everybody writes; what it never handled, and what may have
/// been on its way at a kill.
async fn storm(
    street: &Street,
    bot: &Bot,
    wire: &Wire,
    ending: Ending,
    seed: u64,
) -> (BTreeSet<String>, BTreeSet<String>) {
    let (chance, mut crowd) = (Chance::seeded(seed), Crowd::of(street));
    let (mut child, mut on_its_way) = (bot.start(), BTreeSet::new());
    let begun = Instant::now();
    for kill in 1..=KILLS {
        let life = Duration::from_millis(u64::from_le_bytes(chance.bytes()) % LIFE_MS);
        let dies = Instant::now() + Duration::from_millis(100) + life;
        while Instant::now() < dies {
            // Somebody always writes, until the last kill.
            let left = MESSAGES * kill / KILLS - crowd.said;
            crowd.says(street, left.min(25));
            sleep_until(dies.min(Instant::now() + Duration::from_millis(5))).await;
        }
        crowd.says(street, MESSAGES * kill / KILLS - crowd.said);
        let written = wire.written();
        child.kill();
        on_its_way.extend(wire.since(written).await);
        child = bot.start();
        // A messenger that could not call waits before it calls again.
        street.world.advance(TimeDelta::seconds(11));
    }
    let everything: BTreeSet<String> = (0..MESSAGES).map(|number| format!("m{number}")).collect();
    let journal = Database::open(&bot.database()).await.expect("it is there").journal();
    let lost = loop {
        // What is lost is known when there is nothing left to come.
        let is_settled = ending == Ending::Settled && is_settled(wire, &*journal).await;
        let missing = &everything - &lines(&bot.handled());
        if missing.is_empty() || is_settled {
            break missing;
        }
        assert!(begun.elapsed() < PATIENCE, "after {PATIENCE:?} {} are missing", missing.len());
        tokio::time::sleep(Duration::from_millis(50)).await;
        street.world.advance(TimeDelta::seconds(11));
    };
    (lost, on_its_way)
}

/// When a storm is over.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Ending {
    /// When everything is handled.
    Complete,
    /// When nothing more can come: it is handed out, written down, and handled.
    Settled,
}

/// Whether nothing is left: with the messenger, on the way, or in the journal. That the messenger has
/// nothing more does not tell: its last answer may not have come by here yet.
async fn is_settled(wire: &Wire, journal: &dyn Journal) -> bool {
    let account = AccountId::new("potato");
    wire.has_brought_everything()
        && journal.pending(&account, 0, 1).await.expect("the journal is read").is_empty()
}

async fn polled(confirmation: Confirmation, ending: Ending, seed: u64) -> (usize, usize) {
    let street = Street::open().await;
    street.world.act(|state| state.switches.potato_confirmation = confirmation);
    let (url, wire) = wiretap(street.server.url(Platform::Potato)).await;
    let bot = Bot { folder: TempDir::new().expect("a folder"), url, listen: None };
    let (lost, on_its_way) = storm(&street, &bot, &wire, ending, seed).await;
    let unexplained: Vec<&String> = lost.difference(&on_its_way).collect();
    assert!(unexplained.is_empty(), "more is lost than was on its way: {unexplained:?}");
    (lost.len(), on_its_way.len())
}

#[tokio::test(flavor = "multi_thread")]
async fn by_webhook_nothing_is_lost() {
    let street = Street::open().await;
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()));
    let hook = format!("http://{listen}/hook/{POTATO_SECRET}").parse().expect("a URL");
    let potato = street.potato();
    potato.webhooks().expect("it calls").set(&hook).await.expect("the webhook is set");
    let url = street.server.url(Platform::Potato);
    let bot = Bot { folder: TempDir::new().expect("a folder"), url, listen: Some(listen) };
    let (lost, _) = storm(&street, &bot, &Wire::default(), Ending::Complete, 1).await;
    println!("webhook: {MESSAGES} messages, {KILLS} kills, {} lost", lost.len());
    assert!(lost.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn by_polling_nothing_is_lost_but_what_was_on_its_way() {
    let (lost, on_its_way) = polled(Confirmation::ByReading, Ending::Settled, 2).await;
    println!(
        "polling: {MESSAGES} messages, {KILLS} kills, {lost} lost, of {on_its_way} in the last \
         answers before the kills"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn by_polling_nothing_is_lost_where_the_offset_counts() {
    let (lost, _) = polled(Confirmation::ByOffset, Ending::Complete, 3).await;
    println!("polling, with the offset heeded: {MESSAGES} messages, {KILLS} kills, {lost} lost");
    assert_eq!(lost, 0);
}
