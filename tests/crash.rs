//! The bot dies at every point of an update's way, and starts again: on each messenger, on each
//! database.
//!
//! The table that it is held against is the one in `docs/GUARANTEES.md`.
#![expect(clippy::expect_used, reason = "a test fails by panicking")]

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::time::Duration;

use futures_util::future::join_all;
use gateway_core::model::AccountId;
use gateway_runtime::journal::Journal;
use gateway_runtime::testing::Point;
use gateway_tests::echo::{Process, answer};
use gateway_tests::watcher::Watcher;
use gateway_tests::{PATIENCE, POTATO_SECRET, Street, free_port, soon};
use sandbox::Platform;
use sandbox::world::{AccountKey, ChatKey};
use storage::Database;
use storage::testing::TestDatabase;

/// What is said, in each of two chats.
const SAID: [&str; 3] = ["one", "two", "three"];

/// Where the bot dies.
#[derive(Clone, Copy, Debug)]
struct Death {
    /// As the table calls it.
    name: &'static str,
    point: Point,
    is_draining: bool,
}

const DEATHS: [Death; 8] = [
    death("before its update is written down", Point::Received),
    death("after that", Point::Written),
    death("before an effect happens", Point::Intended),
    death("after it happened", Point::Unrecorded),
    death("after that is written down", Point::Recorded),
    death("after the handler", Point::Handled),
    death("after that is written down, too", Point::Done),
    Death { name: "while it stops", point: Point::Unrecorded, is_draining: true },
];

const fn death(name: &'static str, point: Point) -> Death {
    Death { name, point, is_draining: false }
}

/// How a messenger is used.
#[derive(Clone, Copy, Debug)]
struct Mode {
    /// As the table calls it.
    name: &'static str,
    platform: Platform,
    is_called: bool,
    policy: &'static str,
}

const MODES: [Mode; 5] = [
    Mode { name: "TamTam", platform: Platform::Tamtam, is_called: false, policy: "at_least_once" },
    Mode { name: "MAX", platform: Platform::Max, is_called: false, policy: "at_least_once" },
    Mode {
        name: "Potato, polling",
        platform: Platform::Potato,
        is_called: false,
        policy: "at_least_once",
    },
    Mode {
        name: "Potato, webhook",
        platform: Platform::Potato,
        is_called: true,
        policy: "at_least_once",
    },
    Mode {
        name: "Potato, at most once",
        platform: Platform::Potato,
        is_called: true,
        policy: "at_most_once",
    },
];

/// What may become of the one update that was on its way, in the words of the table.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Promise {
    /// Everything is answered once.
    Once,
    /// What was on its way is lost: the messenger had forgotten it.
    Lost,
    /// Its answer arrives twice.
    Twice,
    /// Its answer arrives once, although nobody knows whether the first try did.
    Again,
    /// Its answer does not arrive, and the update is dead.
    Dead,
    /// Its answer arrives, and the update is dead: nobody knows.
    DeadAnswered,
}

impl Promise {
    /// How often the update that was on its way is answered.
    fn answers(self) -> usize {
        match self {
            Self::Lost | Self::Dead => 0,
            Self::Once | Self::Again | Self::DeadAnswered => 1,
            Self::Twice => 2,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Once | Self::Again => "once",
            Self::Lost => "lost",
            Self::Twice => "twice",
            Self::Dead => "dead, not sent",
            Self::DeadAnswered => "dead, sent",
        }
    }
}

fn promise(mode: Mode, death: Death) -> Promise {
    let is_potato = mode.platform == Platform::Potato;
    match death.point {
        Point::Received if is_potato && !mode.is_called => Promise::Lost,
        Point::Intended if mode.policy == "at_most_once" => Promise::Dead,
        Point::Intended if is_potato => Promise::Again,
        Point::Unrecorded if mode.policy == "at_most_once" => Promise::DeadAnswered,
        Point::Unrecorded if is_potato => Promise::Twice,
        _ => Promise::Once,
    }
}

/// A bot, two people who talk to it, and where it writes.
struct Scene {
    street: Street,
    mode: Mode,
    database: TestDatabase,
    people: Vec<(AccountKey, ChatKey)>,
    port: u16,
}

impl Scene {
    async fn open(mode: Mode, database: TestDatabase) -> Self {
        let street = Street::open().await;
        let bot = street.world.bot(mode.platform).expect("a bot");
        let people = ["Boris", "Chen"].map(|name| {
            let person = street.world.add_person(mode.platform, name);
            (person, street.world.dialog(bot, person))
        });
        // They began to talk long ago: the bot dies of what is said, and of nothing else.
        street.world.take_updates(bot);
        let port = free_port();
        if mode.is_called {
            let hook = format!("http://127.0.0.1:{port}/hook/{POTATO_SECRET}");
            let webhooks = street.messenger(mode.platform);
            let webhooks = webhooks.webhooks().expect("it calls");
            webhooks.set(&hook.parse().expect("a URL")).await.expect("the webhook is set");
        }
        Self { street, mode, database, people: people.into(), port }
    }

    fn start(&self, more: &[(&str, String)]) -> Process {
        let name = self.mode.platform.name().to_uppercase();
        let mut environment = vec![
            ("DATABASE_URL".to_owned(), self.database.url().to_owned()),
            (format!("{name}_URL"), self.street.url(self.mode.platform).to_string()),
            ("POLICY".to_owned(), self.mode.policy.to_owned()),
        ];
        if self.mode.is_called {
            environment.push((format!("{name}_LISTEN"), self.port.to_string()));
        }
        environment.extend(more.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        Process::start(Path::new(env!("CARGO_BIN_EXE_echo-bot")), &environment)
    }

    /// Waits until the bot receives: a messenger that could not call it would wait for long.
    async fn receives(&self, bot: &mut Process) {
        let (up, said) = (format!("{} running", self.mode.platform.name()), bot.stdout());
        let is_up = move || BufReader::new(said).lines().map_while(Result::ok).any(|it| it == up);
        let is_up = tokio::time::timeout(PATIENCE, tokio::task::spawn_blocking(is_up)).await;
        assert!(is_up.expect("it starts").expect("it is read"), "it ended before it received");
    }

    /// Waits until the messenger has dealt with all that the dead bot had asked: its last poll may
    /// still be under way, and Potato would give away what happens next.
    async fn is_left(&self) {
        let (server, platform) = (&self.street.server, self.mode.platform);
        if platform != Platform::Potato {
            return;
        }
        // Who comes after others is answered when those have been let in.
        Watcher::at(server.addresses().potato).get("", "*/*").await;
        soon("nobody asks", async || server.is_left(platform).then_some(())).await;
    }

    /// What the bot has said in a chat.
    fn answers(&self, (person, chat): (AccountKey, ChatKey)) -> Vec<String> {
        self.street.world.look(|state| {
            let messages = state.chat(chat).messages.iter();
            let by_bot = messages.filter(|message| message.sender != person);
            by_bot.map(|message| message.content.text.plain.clone()).collect()
        })
    }

    /// Waits until everything that came in has come to its end, and as many answers are there. Some
    /// never come if a promise is broken: then what there is shows which.
    async fn comes_to_rest(&self, journal: &dyn Journal, answers: usize) {
        let account = AccountId::new(self.mode.platform.name());
        let mut changes = self.street.world.changes();
        let rest = async {
            loop {
                let count: usize = self.people.iter().map(|it| self.answers(*it).len()).sum();
                let waiting = journal.depth(&account).await.expect("a depth").waiting;
                if count >= answers && waiting == 0 {
                    return;
                }
                // A messenger that could not call waits before it calls again.
                self.street.world.advance(chrono::TimeDelta::seconds(11));
                let changed = tokio::time::timeout(Duration::from_millis(50), changes.changed());
                let _ = changed.await;
            }
        };
        let _ = tokio::time::timeout(PATIENCE, rest).await;
    }

    /// One death and one new start; what became of the update that was on its way.
    async fn dies(&self, death: Death) -> Promise {
        let mut first = vec![("CRASH_AT", death.point.to_string())];
        if death.is_draining {
            first.push(("DRAINING", "yes".to_owned()));
        }
        let mut dying = self.start(&first);
        self.receives(&mut dying).await;
        let (boris, chen) = (self.people[0], self.people[1]);
        self.street.world.say(boris.1, boris.0, SAID[0].into());
        let died = tokio::task::spawn_blocking(move || dying.ended());
        let died = tokio::time::timeout(PATIENCE, died).await.expect("it dies").expect("it ran");
        assert!(!died, "it dies by itself");
        self.is_left().await;
        let mut alive = self.start(&[]);
        for text in &SAID[1..] {
            self.street.world.say(boris.1, boris.0, (*text).into());
        }
        for text in SAID {
            self.street.world.say(chen.1, chen.0, text.into());
        }
        self.receives(&mut alive).await;
        let journal = Database::open(self.database.url()).await.expect("it is there").journal();
        let answers = 2 * SAID.len() - 1 + promise(self.mode, death).answers();
        self.comes_to_rest(&*journal, answers).await;
        let account = AccountId::new(self.mode.platform.name());
        let expected: Vec<String> = SAID.iter().map(|text| answer(text)).collect();
        assert_eq!(self.answers(chen), expected, "nobody else is concerned");
        let answers = self.answers(boris);
        let first = answers.iter().filter(|it| **it == expected[0]).count();
        assert_eq!(answers[first..], expected[1..], "in order, and once: {answers:?}");
        let dead = journal.depth(&account).await.expect("a depth").dead;
        match (first, dead) {
            (1, 0) if promise(self.mode, death) == Promise::Again => Promise::Again,
            (1, 0) => Promise::Once,
            (0, 0) => Promise::Lost,
            (2, 0) => Promise::Twice,
            (0, 1) => Promise::Dead,
            (1, 1) => Promise::DeadAnswered,
            other => panic!("{other:?}: answers and dead updates; {answers:?}"),
        }
    }
}

/// Every death of every mode on one database. The modes die side by side, each in a world of its own.
async fn matrix(database: impl AsyncFn() -> TestDatabase) {
    let database = &database;
    for death in DEATHS {
        let dies = MODES.map(|mode| async move {
            let scene = Scene::open(mode, database().await).await;
            (mode, scene.dies(death).await)
        });
        for (mode, became) in join_all(dies).await {
            assert_eq!(became, promise(mode, death), "{}, killed {}", mode.name, death.name);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_keeps_every_promise_wherever_the_bot_dies() {
    matrix(async || TestDatabase::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_keeps_every_promise_wherever_the_bot_dies() {
    matrix(async || TestDatabase::postgres().await).await;
}

/// The table as the page has it.
fn table() -> String {
    let mut lines = vec![
        format!("| the bot is killed | {} |", MODES.map(|mode| mode.name).join(" | ")),
        format!("|---{}|", "|---".repeat(MODES.len())),
    ];
    lines.extend(DEATHS.map(|death| {
        let cells = MODES.map(|mode| promise(mode, death).words());
        format!("| {} | {} |", death.name, cells.join(" | "))
    }));
    lines.join("\n")
}

#[test]
fn the_page_shows_the_table() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/GUARANTEES.md");
    let page = std::fs::read_to_string(page).expect("the page");
    let table = table();
    assert!(page.contains(&table), "docs/GUARANTEES.md lacks the table:\n{table}");
}
